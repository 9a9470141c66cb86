"""How a piece of work is done and shown."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from .component import PostProcessor
from .loop import Client, OnLine
from .progress import OnProgress


@dataclass(frozen=True)
class Options:
    """How a piece of work is done and shown."""

    verbosity: int = 0
    """0: what is done; 1: requests and answers, too; 2: with their JSON."""
    color: bool = False
    """Whether lines are coloured, for a terminal."""
    width: int | None = None
    """How many columns a line has that shows a piece of a document."""
    on_line: OnLine | None = None
    """Is told what is found and done, a line at a time, while it goes on."""
    on_progress: OnProgress | None = None
    """Is told how many bytes of an archive, an upload or a download are done, of how many."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set it to end the work soon, with `Stopped`."""
    component: PostProcessor | None = None
    """The compiled component, if there is one already."""
    client: Client | None = None
    """What sends requests; by default an `HttpClient`."""
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    """What the component's environment variables are taken from; by default that of this process."""
