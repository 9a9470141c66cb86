"""One piece of work, from its inputs to its end: what publishing and fetching have in common."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from . import artifact_files
from .checkpoint import CheckpointFile
from .component import PostProcessor
from .errors import ComponentError
from .files import Document, file_error
from .http import HttpClient
from .instance import Instance, Resource
from .job import Report
from .loop import drive
from .options import Options
from .sandbox import Sandbox
from .values import Case, Record


class Refused(Exception):
    """Something is wrong with the inputs; the reporter knows what."""


class _Lockable(Protocol):
    def lock(self) -> None: ...
    def close(self) -> None: ...


_L = TypeVar("_L", bound=_Lockable)


class Work:
    """One piece of work, and all that is told of it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.component = options.component or PostProcessor()
        self.is_right = True
        """Whether nothing wrong was found."""
        self._variables: Mapping[str, str] = {}
        self._see(Sandbox())
        self.most: int = self.guest.call("inputs", "text-limit") + 1
        """The most bytes that are read of a text."""

    def see_environment(self, template: bytes, variables: Mapping[str, str]) -> None:
        """From now on the guest sees what it may of the environment, the reporter knows variables."""
        self._variables = variables
        given = os.environ if self.options.environment is None else self.options.environment
        names = self.guest.call("template", "environment", template)
        found = {name: given[name] for name in names if name in given}
        self._see(Sandbox({name: value for name, value in found.items() if artifact_files.is_text(value)}))

    def report(self, end: Callable[[], Case]) -> Report:
        """Does it, and tells how it ended."""
        try:
            ending = end()
        except Refused:
            ending = Case("refused")
        except ComponentError as error:
            failure = Record(code="component-failed", message=str(error), published=[])
            ending = Case("failed", failure)
        try:
            said = self.reporter.finish(ending)
        except ComponentError:
            # The one that broke knew what was found; this one can still tell the end.
            self._see(self.sandbox)
            said = self.reporter.finish(ending)
        return Report(said.lines, said.messages, said.json, said.exit_status)

    def drive(self, resource: Resource, **given: Any) -> Case:
        """Drives a publication or a fetch to its end."""
        options = self.options
        return drive(
            resource,
            options.client or HttpClient(options.environment),
            reporter=self.reporter,
            on_line=options.on_line,
            on_progress=options.on_progress,
            stop=options.stop,
            **given,
        )

    @contextlib.contextmanager
    def checkpoint(self, path: str | os.PathLike[str] | None) -> Iterator[CheckpointFile | None]:
        """The checkpoint's file, locked meanwhile."""
        if path is None:
            yield None
            return
        file = CheckpointFile(path)
        with self.locked("checkpoint", file.path, file):
            yield file

    @contextlib.contextmanager
    def locked(self, source: str, name: str, file: _L) -> Iterator[_L]:
        """Keeps a file for this work alone. Raises `Refused` if it can't."""
        try:
            file.lock()
        except (OSError, ValueError) as error:
            self.tell(self.reporter.unreadable(source, name, file_error(error)))
            raise Refused from None
        try:
            yield file
        finally:
            file.close()

    def kept(self, checkpoint: CheckpointFile | None) -> bytes | None:
        """What an earlier run kept there, if there is anything."""
        if checkpoint is None:
            return None
        document = Document.read("checkpoint", checkpoint.path, self.most)
        if document.error == Case("not-found"):
            return None
        if not self.knows(document):
            raise Refused
        return document.text

    def remove(self, checkpoint: CheckpointFile) -> None:
        """Removes a checkpoint that is needed no more."""
        try:
            checkpoint.remove()
        except OSError as error:
            self.tell(self.reporter.unreadable("checkpoint", checkpoint.path, file_error(error)))

    def knows(self, document: Document) -> bool:
        """Makes the reporter know a document; whether it could be read."""
        if document.error:
            self.tell(self.reporter.unreadable(document.source, document.name, document.error))
            self.is_right = False
            return False
        self.reporter.document(document.source, document.name, document.text)
        return True

    def checked(self, result: Case) -> Any:
        """What a check gave; None if it found something wrong, which is told."""
        if result.tag == "ok":
            return result.value
        self.tell_findings(result.value)
        self.is_right = False
        return None

    def tell_findings(self, found: list[Record]) -> None:
        """Tells what was found."""
        self.tell(self.reporter.diagnostics(found))

    def tell(self, lines: list[str]) -> None:
        """Tells lines for people."""
        for line in lines:
            if self.options.on_line:
                self.options.on_line(line)

    def _see(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        """What the guest sees, but for files."""
        self.guest: Instance = self.component.instance(sandbox)
        """What is asked."""
        options = self.options
        style = Record(color=options.color, width=options.width, verbosity=options.verbosity)
        self.reporter: Resource = self.guest.reporter(style, list(self._variables.items()))
        """Tells all of it."""
