"""What is to be published, how, and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .contract import Retry
from .files import Text


@dataclass(frozen=True)
class Job:
    """What is to be published, and how."""

    template: Text | None = None
    """Packer's template."""
    artifact: Text | None = field(default=None, repr=False)
    """What a build made, with the fields of the contract's `artifact`: `builder-id`, `id`, `files`, …"""
    manifest: Text | None = field(default=None, repr=False)
    """Or the file of Packer's `manifest` post-processor, to take it from."""
    config: Text | None = field(default=None, repr=False)
    """Or, in place of the template, the configuration of one post-processor: a JSON object of its keys."""
    settings: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """What is set in that configuration: `KEY` or `metadata.KEY`, and a value."""
    build: str | None = None
    """Which build of the template; not needed if it has one. Of a `config`: its name, if that matters."""
    variable_files: Sequence[Text] = field(default=(), repr=False)
    """Files of user variables. Those of a later one win over those of one before."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """User variables; they win over those of files."""
    checkpoint: str | os.PathLike[str] | None = None
    """A file that keeps how far it has come, to go on from there after a crash; removed at the end."""
    compression: int = 6
    """How small archives are made: 0 (stored) to 9 (smallest)."""
    spool: str | os.PathLike[str] | None = None
    """The directory that an archive is kept in until it is uploaded; None: the temporary directory."""
    retry: Retry | None = None
    """None: as the component has it by default."""
    confirm: bool = True
    """Whether to see at the end that a search finds what was published."""


@dataclass(frozen=True)
class Report:
    """All that there is to say at the end, without secrets."""

    lines: list[str]
    """The result for people: a line for each version that was published, or all that is known of one."""
    messages: list[str]
    """What else they are told."""
    json: str
    """The result for programs: one JSON object."""
    exit_status: int
    """0: done, 1: could not be done, 2: refused before anything was sent, 3: nothing was found."""
