"""Values of the contract, where their types help: what a client sends and answers, what is looked for.

All other values are `Record`s and `Case`s; what each field means is in `wit/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as _secret
from typing import Protocol

from .values import Case


class Header(Protocol):
    """A header of a request."""

    name: str
    value: str
    sensitive: bool


class Request(Protocol):
    """What a client sends, as `wit/http.wit` says."""

    purpose: str
    method: str
    url: str
    sensitive_url: bool
    headers: Sequence[Header]
    body: Case
    connect_timeout_ms: int
    idle_timeout_ms: int
    answer_timeout_ms: int
    response_limit: int
    save_at: int | None
    save_limit: int


@dataclass(frozen=True)
class Saved:
    """What an answer has left in the file of a download."""

    size: int
    """How many bytes the file now has."""
    sha256: str | None
    """Of the whole file, in hexadecimal; None if the answer broke off."""
    error: Case | None
    """Why it broke off: the contract's `transport-error`."""


@dataclass(frozen=True)
class Response:
    """The answer to a request, whatever its status."""

    status: int
    headers: Sequence[tuple[str, str]] = _secret(repr=False)
    body: bytes = _secret(repr=False)
    """Empty if it was saved."""
    sent: int
    """How many bytes of the request's body were sent."""
    sent_sha256: str | None = None
    """Of a whole file or archive of which all up to its end is sent now."""
    saved: Saved | None = None
    """Where the body was saved, if it was."""


@dataclass(frozen=True)
class Retry:
    """How long a request that fails for a passing reason is sent again."""

    attempts: int
    """How often one request is sent at most."""
    timeout_ms: int
    """How many milliseconds may pass at most from its first attempt to its last."""


@dataclass(frozen=True)
class Field:
    """A part of what is known of a version: `id`, `url`, `sha256`, `metadata.KEY`, `ami`, …"""

    name: str
    region: str | None = None
    """The region of an `ami`; None if there is only one."""


@dataclass(frozen=True)
class Query:
    """What is looked for, in which Atlas, and how."""

    slug: str
    """`user/name/type`, or `user/name/type/version`."""
    version: str | None = None
    """`latest`, `any`, a number or a channel; None: `latest`, or what the slug says."""
    metadata: Sequence[tuple[str, str | None]] = ()
    """What the version has as metadata: keys, with this value or with any."""
    field: Field | None = None
    """The one field that matters."""
    address: str | None = None
    """Of Atlas; None: ATLAS_ADDRESS of the environment, or the default."""
    token: str | None = _secret(default=None, repr=False)
    """Of who asks; None: ATLAS_TOKEN of the environment, or nobody: public artifacts need none."""
    retry: Retry | None = None
    """None: as the component has it by default."""
    build: str | None = None
    """The build that made it: `latest`, `any` or a number."""
