"""Publishes what Packer builds in Atlas, and fetches it again, from any Python program.

The rules are in a WebAssembly component; this package keeps it in a sandbox, and moves the bytes between
it and the network. `publish` and `validate` do a whole `Job`, `find` and `download` answer a `Query`. What
they are made of:

- `PostProcessor`: the compiled component. Make one and share it.
- `Sandbox`: what an instance may see and use. It never reaches a network.
- `Instance`: the component's functions, by their names in the contract (`wit/`); values are `Record`s and
  `Case`s. Instances are cheap: make one for each piece of work.
- `drive`: the one loop of publishing and fetching.
- `Packer`: makes archives.
- `CheckpointFile`: keeps how far one of these has come, to go on after a crash.
- `PartFile`: the file of a download, until it is whole.
- `HttpClient`: sends requests, each with its `Body`, and lets `Saving` have what is downloaded.
  Write your own `Client` for another.
"""

from .body import Body
from .checkpoint import CheckpointFile
from .component import PostProcessor
from .contract import Field, Query, Request, Response, Retry, Saved
from .errors import AtlasError, ComponentError, Stopped, TransportError
from .fetching import download, find
from .http import HttpClient
from .instance import Instance, Resource
from .job import Job, Report
from .loop import Client, drive
from .options import Options
from .packing import Packer
from .part_file import PartFile, Saving
from .publishing import publish, validate
from .sandbox import Sandbox
from .values import Case, Record

__all__ = [
    "AtlasError",
    "Body",
    "Case",
    "CheckpointFile",
    "Client",
    "ComponentError",
    "Field",
    "HttpClient",
    "Instance",
    "Job",
    "Options",
    "Packer",
    "PartFile",
    "PostProcessor",
    "Query",
    "Record",
    "Report",
    "Request",
    "Resource",
    "Response",
    "Retry",
    "Sandbox",
    "Saved",
    "Saving",
    "Stopped",
    "TransportError",
    "download",
    "drive",
    "find",
    "publish",
    "validate",
]
