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

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from .http import HttpClient
    from .instance import Instance
    from .observer import Observer
    from .packing import Packing
    from .publication import Client, Publication, drive
    from .sandbox import Sandbox
    from .simple import publish

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

_HOMES = {
    "checkpoint": ("CheckpointFile",),
    "component": ("PostProcessor",),
    "contract": ("Artifact", "Diagnostic", "Options", "Patience", "Receipt", "Run", "TransportError"),
    "errors": (
        "AtlasError",
        "CheckpointError",
        "ComponentError",
        "DiagnosticsError",
        "PackError",
        "PublishError",
    ),
    "http": ("HttpClient",),
    "instance": ("Instance",),
    "observer": ("Observer",),
    "packing": ("Packing",),
    "publication": ("Client", "Publication", "drive"),
    "sandbox": ("Sandbox",),
    "simple": ("publish",),
}
"""The modules, and what of them is public."""


def __getattr__(name: str) -> object:
    # Imported when it is asked for: a command can be stopped before, and who only validates needs no httpx.
    for module, names in _HOMES.items():
        if name == module or name in names:
            found = importlib.import_module(f".{module}", __name__)
            return found if name == module else getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
