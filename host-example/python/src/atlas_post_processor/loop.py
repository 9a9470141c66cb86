"""The loop that every host of the component has, whether it publishes or fetches."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Collection
from typing import IO, Any, Protocol

from .body import Body
from .checkpoint import CheckpointFile
from .contract import Request, Response
from .errors import ComponentError, Stopped, TransportError
from .files import file_error, open_file
from .instance import Resource
from .packing import Packer
from .part_file import PartFile, Saving
from .progress import OnProgress
from .values import Case

OnLine = Callable[[str], object]
"""Is told a line for people."""


class Client(Protocol):
    """Sends the requests that the component asks for; `HttpClient` is one. What a request demands is in
    `wit/http.wit`."""

    def send(self, request: Request, body: Body, stop: threading.Event, saving: Saving | None) -> Response:
        """Sends a request, and reads its response. The body of one whose status `saving` takes is saved.
        Raises `TransportError` if there is none, and `Stopped` soon after `stop` is set."""


def drive(
    work: Resource,
    client: Client,
    *,
    packer: Packer | None = None,
    part: PartFile | None = None,
    files: Collection[str] = (),
    reporter: Resource | None = None,
    checkpoint: CheckpointFile | None = None,
    on_line: OnLine | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Case:
    """Publishes or fetches: asks what is next, does it, tells how it went, until the step is `done` or
    `failed`, which is returned.

    `files` are the artifact's: no others are sent. `part` is the file of a download. Raises
    `ComponentError`, and `Stopped` once `stop` is set. These and any other exception, KeyboardInterrupt
    say, leave nothing behind but the checkpoint and `part`.
    """
    stop = stop or threading.Event()
    teller = _Teller(reporter, on_line)
    with contextlib.ExitStack() as opened:
        steps = _Steps(client, packer, part, files, on_progress, stop, opened)
        while True:
            not_kept = _keep(work, checkpoint)
            step: Case = work.next()
            is_end = step.tag in ("done", "failed")
            if is_end or not not_kept:
                teller.tell("step", step)
            if is_end:
                return step
            if stop.is_set():
                raise Stopped
            started = time.monotonic()
            outcome = not_kept or steps.perform(step)
            took_ms = int((time.monotonic() - started) * 1000)
            work.respond(outcome, took_ms)
            teller.tell("outcome", outcome, took_ms)


class _Teller:
    """Tells what the reporter says. One that breaks does not end the work: there is less to see."""

    def __init__(self, reporter: Resource | None, on_line: OnLine | None) -> None:
        self._reporter = reporter
        self._on_line = on_line

    def tell(self, method: str, *values: Any) -> None:
        """Tells what a method of the reporter says."""
        try:
            lines = getattr(self._reporter, method)(*values) if self._reporter else []
        except ComponentError:
            lines, self._reporter = [], None
        for line in lines:
            if self._on_line:
                self._on_line(line)


def _keep(work: Resource, checkpoint: CheckpointFile | None) -> Case | None:
    """Keeps the checkpoint; the outcome of the next step if that can't be."""
    if checkpoint is not None:
        try:
            checkpoint.write(work.checkpoint())
        except OSError as error:
            return Case("not-kept", file_error(error))
    return None


class _Steps:
    """Does steps, and keeps the archive between them."""

    def __init__(
        self,
        client: Client,
        packer: Packer | None,
        part: PartFile | None,
        files: Collection[str],
        on_progress: OnProgress | None,
        stop: threading.Event,
        opened: contextlib.ExitStack,
    ) -> None:
        self._client = client
        self._packer = packer
        self._part = part
        self._files = files
        self._on_progress = on_progress
        self._stop = stop
        self._opened = opened
        self._archive: IO[bytes] | None = None

    def perform(self, step: Case) -> Case:
        """Does a step; its outcome."""
        match step:
            case Case("send", request):
                try:
                    return Case("answered", self._send(request))
                except TransportError as error:
                    return Case("no-answer", error.case)
            case Case("pack", files) if self._packer is not None:
                self._opened.close()
                made = self._packer.pack(files, self._on_progress, self._stop)
                if made.tag == "not-packed":
                    return made
                self._archive = self._opened.enter_context(made.value)
                return Case("packed", self._archive.tell())
            case Case("wait", pause):
                if self._stop.wait(pause.ms / 1000):
                    raise Stopped
                return Case("waited")
        raise ComponentError(f"the component asked for `{step.tag}`, which has no place here")

    def _send(self, request: Request) -> Response:
        with contextlib.ExitStack() as opened:
            match request.body:
                case Case("range", part):
                    file = self._source(part.source, opened)
                    body = Body.of_file(file, part.offset, part.length, self._on_progress, self._stop)
                case Case("bytes", data):
                    body = Body.of_bytes(data)
                case _:
                    body = Body.of_bytes(b"")
            saving = None
            if request.save_at is not None:
                if self._part is None:
                    raise ComponentError("the component asked to save what no file is for")
                saving = Saving(
                    self._part, request.save_at, request.save_limit, self._on_progress, self._stop
                )
            return self._client.send(request, body, self._stop, saving)

    def _source(self, source: Case, opened: contextlib.ExitStack) -> IO[bytes]:
        try:
            match source:
                case Case("archive") if self._archive is not None:
                    return self._archive
                # The host reads it outside of the sandbox: it must be a file that the guest was given.
                case Case("file", path) if path in self._files:
                    return opened.enter_context(open_file(path))
                case Case("file", path):
                    raise ComponentError(
                        f"the component asked to send {path}, which is not a file of the artifact"
                    )
        except (OSError, ValueError) as error:
            raise TransportError("body-unreadable", file_error(error)) from None
        raise TransportError("body-unreadable", Case("not-found"))
