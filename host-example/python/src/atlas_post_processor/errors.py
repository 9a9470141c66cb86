"""What can go wrong, as exceptions."""

from __future__ import annotations

import os

from .contract import Diagnostic, Failure, Receipt, Severity


class AtlasError(Exception):
    """What all exceptions of this package have in common."""


class DiagnosticsError(AtlasError):
    """An input is wrong: a template, an artifact, a checkpoint. Nothing was sent."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        errors = [d.message for d in diagnostics if d.severity is Severity.ERROR]
        super().__init__("; ".join(errors))
        self.diagnostics = diagnostics
        """All that is wrong, warnings included, in the order of the text."""


class PublishError(AtlasError):
    """It could not be published: Atlas refused something, or could not be reached."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.code: str = failure.code
        """A stable name, such as `authentication-failed`."""
        self.message: str = failure.message
        """What happened and what to do, without secrets."""
        self.published: list[Receipt] = failure.published
        """What was published before."""


class CheckpointError(AtlasError):
    """The checkpoint can't be kept. Nothing was done since the last one."""

    def __init__(self, path: str | os.PathLike[str], error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(f"the checkpoint {os.fspath(path)} can't be written: {reason}")


class PackError(AtlasError):
    """An archive can't be made: a file or the spool directory stands in the way."""


class ComponentError(AtlasError):
    """The component could not do its part. Its instance can't be used any more."""
