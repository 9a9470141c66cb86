"""The types of the contract (`wit/`), as dataclasses of the same names.

A field `request.response_limit` is the contract's `response-limit`; what it means is said there. What
can be a secret is in no `repr`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


class Severity(enum.Enum):
    """Whether a finding stands in the way."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Position:
    """A place in a text: line and column count from 1, in Unicode scalar values."""

    line: int
    column: int
    length: int


@dataclass(frozen=True)
class Diagnostic:
    """One finding about an input: what is wrong, where, what to do."""

    severity: Severity
    code: str
    pointer: str
    position: Position | None
    message: str
    help: str | None


@dataclass(frozen=True)
class Run:
    """One run of the orchestrator. `started_at` is in seconds since 1970."""

    template_path: str | None = None
    working_directory: str | None = None
    packer_version: str | None = None
    started_at: int | None = None
    variables: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Build:
    """The build that runs the post-processors."""

    name: str
    builder_type: str
    run: Run


@dataclass(frozen=True)
class Origin:
    """Where a text stands in a larger document."""

    pointer: str
    line: int
    column: int


@dataclass(frozen=True)
class PostProcessorConfig:
    """One `atlas` post-processor of a build: its configuration as JSON."""

    config: str = field(repr=False)
    origin: Origin | None = None
    chained: bool = False


@dataclass(frozen=True)
class Selection:
    """The `atlas` post-processors of one build, in the order in which they run."""

    build: Build
    post_processors: list[PostProcessorConfig]
    warnings: list[Diagnostic]


@dataclass(frozen=True)
class Artifact:
    """What a build made. Paths of files are absolute."""

    builder_id: str
    id: str
    files: list[str] = field(default_factory=list)
    metadata: dict[str, str] | None = None
    artifact_type: str | None = None


@dataclass(frozen=True)
class Header:
    """A header of a request."""

    name: str
    value: str = field(repr=False)
    sensitive: bool = False


@dataclass(frozen=True)
class EmptyBody:
    """No body."""


@dataclass(frozen=True)
class BytesBody:
    """These bytes."""

    data: bytes = field(repr=False)


@dataclass(frozen=True)
class FileBody:
    """The file at this path, streamed."""

    path: str


@dataclass(frozen=True)
class ArchiveBody:
    """The archive of the last `Pack` step, streamed."""


Body: TypeAlias = EmptyBody | BytesBody | FileBody | ArchiveBody


@dataclass(frozen=True)
class Request:
    """An HTTP request, to be sent exactly as it is."""

    purpose: str
    method: str
    url: str = field(repr=False)
    sensitive_url: bool
    headers: list[Header]
    body: Body
    timeout_ms: int
    response_limit: int


@dataclass(frozen=True)
class Response:
    """The answer to a request. `sent_sha256` is that of the file or archive that was sent."""

    status: int
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    sent_sha256: str | None = None


TransportErrorKind: TypeAlias = Literal[
    "refused",
    "dns",
    "tls",
    "timeout",
    "interrupted",
    "response-too-large",
    "body-unreadable",
    "other",
]

_TRANSPORT_TEXTS: dict[str, str] = {
    "refused": "the connection was refused",
    "dns": "the host name can't be resolved",
    "tls": "no secure connection: {}",
    "timeout": "nothing moved for too long",
    "interrupted": "the connection broke",
    "response-too-large": "the answer is too long",
    "body-unreadable": "the file can't be read: {}",
    "other": "{}",
}


class TransportError(Exception):
    """Why a request has no answer. `tls`, `body-unreadable` and `other` have a text."""

    def __init__(self, kind: TransportErrorKind, text: str = "") -> None:
        super().__init__(_TRANSPORT_TEXTS[kind].format(text))
        self.kind: TransportErrorKind = kind
        self.text = text


@dataclass(frozen=True)
class Answered:
    """The request was answered, whatever the status."""

    response: Response


@dataclass(frozen=True)
class NoAnswer:
    """It was not."""

    error: TransportError


@dataclass(frozen=True)
class Packed:
    """The archive is made and has so many bytes."""

    size: int


@dataclass(frozen=True)
class NotPacked:
    """It can't be made."""

    reason: str


@dataclass(frozen=True)
class Waited:
    """The time is over."""


Outcome: TypeAlias = Answered | NoAnswer | Packed | NotPacked | Waited


@dataclass(frozen=True)
class Patience:
    """How often one request is sent, and how many milliseconds are waited in sum, at most."""

    attempts: int = 8
    total_ms: int = 300_000


@dataclass(frozen=True)
class Options:
    """How to publish: the component's own patience, and a look at the end, unless said otherwise."""

    patience: Patience | None = None
    confirm: bool = True


@dataclass(frozen=True)
class Pause:
    """A pause before a request is sent again."""

    ms: int
    reason: str


@dataclass(frozen=True)
class Receipt:
    """What Atlas holds after one post-processor."""

    tag: str
    artifact_type: str
    version: int
    id: str
    url: str
    size: int | None
    sha256: str | None
    confirmed: bool


@dataclass(frozen=True)
class Failure:
    """Why publishing ended early, and what was published before."""

    code: str
    message: str
    published: list[Receipt]


@dataclass(frozen=True)
class Send:
    """Send this."""

    request: Request


@dataclass(frozen=True)
class Pack:
    """Make the archive of these files."""

    files: list[str]


@dataclass(frozen=True)
class Wait:
    """Wait for this time."""

    pause: Pause


@dataclass(frozen=True)
class Done:
    """Everything is published."""

    receipts: list[Receipt]


@dataclass(frozen=True)
class Failed:
    """It could not be published."""

    failure: Failure


Step: TypeAlias = Send | Pack | Wait | Done | Failed


@dataclass(frozen=True)
class Block:
    """A piece of an archive, with the CRC-32 and the number of the bytes that it was made from."""

    data: bytes = field(repr=False)
    crc32: int
    length: int
