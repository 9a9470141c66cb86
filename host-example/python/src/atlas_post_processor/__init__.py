"""Publishes what Packer builds in Atlas, from any Python program.

The rules of publishing are in a WebAssembly component; this package keeps it in a sandbox, and moves the
bytes between it and the network. `publish` does it all in one call. What it is made of:

- `PostProcessor`: the compiled component. Make one and share it.
- `Sandbox`: what an instance may see and use. It never reaches a network.
- `Instance`: the component's functions. Instances are cheap: make one for each piece of work.
- `Publication` and `drive`: the one loop of publishing.
- `Packing`: how archives are made.
- `CheckpointFile`: keeps how far a publication has come, to go on after a crash.
- `HttpClient`: sends requests. Write your own `Client` for another.
- `Observer`: overwrite its methods to see what goes on.
- `contract`: the types of the contract (`wit/`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import contract
from .checkpoint import CheckpointFile
from .component import PostProcessor
from .contract import Artifact, Diagnostic, Options, Patience, Receipt, Run, TransportError
from .errors import (
    AtlasError,
    CheckpointError,
    ComponentError,
    DiagnosticsError,
    PackError,
    PublishError,
)
from .instance import Instance
from .observer import Observer
from .packing import Packing
from .publication import Client, Publication, drive
from .publish import publish
from .sandbox import Sandbox

if TYPE_CHECKING:
    from .http import HttpClient

__all__ = [
    "Artifact",
    "AtlasError",
    "CheckpointError",
    "CheckpointFile",
    "Client",
    "ComponentError",
    "Diagnostic",
    "DiagnosticsError",
    "HttpClient",
    "Instance",
    "Observer",
    "Options",
    "PackError",
    "Packing",
    "Patience",
    "PostProcessor",
    "Publication",
    "PublishError",
    "Receipt",
    "Run",
    "Sandbox",
    "TransportError",
    "contract",
    "drive",
    "publish",
]


def __getattr__(name: str) -> object:
    # httpx takes longer to import than all the rest, and who only validates sends nothing.
    if name == "HttpClient":
        from .http import HttpClient

        return HttpClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
