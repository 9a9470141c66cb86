"""What is raised: a component that does not do its part, a request without an answer, a stop.

All else that goes wrong is in the report of `publish` and `validate`.
"""

from __future__ import annotations

from .values import Case


class AtlasError(Exception):
    """What all exceptions of this package have in common."""


class ComponentError(AtlasError):
    """The component could not do its part. Its instance can't be used any more."""


class Stopped(AtlasError):
    """The `stop` event was set. What was done so far is in the checkpoint, if there is one."""


class TransportError(AtlasError):
    """A request has no answer: the contract's `transport-error`. Only its kind is in the exception's text:
    the rest can have a secret in it."""

    def __init__(self, kind: str, detail: str | Case | None = None) -> None:
        super().__init__(kind)
        self.case = Case(kind, detail)
