"""Makes the archive of a `pack` step, on some cores.

Every worker is a thread with an instance of its own, which plans the same archive and makes blocks of
it: a guest runs without the interpreter's lock. Blocks are written in their order as they are done.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .component import PostProcessor
from .errors import Stopped
from .files import file_error
from .instance import Resource
from .progress import OnProgress, Progress
from .sandbox import Sandbox
from .values import Case, Record

_AHEAD = 2
"""How far, in blocks a worker, the workers may be ahead of what is written."""
_MOST_WORKERS = 2
_BIG = 512 * 1024
"""wasmtime's C API needs 80 bytes for each byte of a block while it hands it over, 90 MiB a worker. So
there are few workers, and blocks from so many bytes on are made one at a time."""


class _NotPacked(Exception):
    """Why it can't be made: the contract's `pack-error`."""

    def __init__(self, error: Case) -> None:
        super().__init__(error.tag)
        self.error = error


@dataclass(frozen=True)
class Packer:
    """Makes archives of the files that `sandbox` lets the component read."""

    component: PostProcessor
    sandbox: Sandbox
    level: int = 6
    """The compression level, 0 (stored) to 9 (smallest)."""
    spool: str | os.PathLike[str] | None = None
    """The directory that the archive is kept in; None: the temporary directory."""
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, _MOST_WORKERS))
    """How many threads make blocks."""

    def pack(
        self,
        files: list[str],
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Case:
        """Makes the archive of these files: `packed` with an open file at its end, or `not-packed`.

        The file has no name, and is gone once it is closed, however the program ends. Raises `Stopped` once
        `stop` is set; that and any other exception end it with the blocks that are just being made.
        """
        try:
            with contextlib.ExitStack() as undo:
                with _storage():
                    # Small writes only at the end: a buffer would only be copied into.
                    spool = undo.enter_context(tempfile.TemporaryFile(dir=self.spool, buffering=0))
                self._write(spool, files, on_progress, stop or threading.Event())
                undo.pop_all()
                return Case("packed", spool)
        except _NotPacked as error:
            return Case("not-packed", error.error)

    def _write(
        self, spool: IO[bytes], files: list[str], on_progress: OnProgress | None, stop: threading.Event
    ) -> None:
        plan = _Plan(self.component, self.sandbox, files, self.level)
        sums: list[tuple[int, int]] = []
        progress = Progress(on_progress, plan.archive.size())
        with contextlib.closing(self._blocks(plan)) as blocks:
            for block in blocks:
                if stop.is_set():
                    raise Stopped
                _append(spool, block.data)
                sums.append((block.crc32, block.length))
                progress.add(block.length)
        _append(spool, _made(plan.archive.trailer(sums)))

    def _blocks(self, plan: _Plan) -> Generator[Record, None, None]:
        """All blocks in their order."""
        count = plan.archive.blocks()
        workers = min(self.workers, count)
        executor = ThreadPoolExecutor(workers, thread_name_prefix="packing")
        try:
            ahead: deque[Future[Record]] = deque()
            for index in range(count):
                if len(ahead) == workers * _AHEAD:
                    yield ahead.popleft().result()
                ahead.append(executor.submit(plan.make, index))
            while ahead:
                yield ahead.popleft().result()
        finally:
            executor.shutdown(cancel_futures=True)


class _Plan:
    """What is packed. Each thread that makes blocks of it plans it for itself."""

    def __init__(self, component: PostProcessor, sandbox: Sandbox, files: list[str], level: int) -> None:
        self._component = component
        # Files alone are needed.
        self._sandbox = dataclasses.replace(sandbox, environment={})
        self._files = files
        self._level = level
        self.archive = self._planned()
        self._fingerprint = self.archive.fingerprint()
        self._is_free = threading.Lock()
        self._own = threading.local()
        self._one_at_a_time = threading.Lock()
        # As the one before, so the next: what does not shrink comes in long runs.
        self._next_is_big = True

    def make(self, index: int) -> Record:
        """Makes a block on this thread."""
        with self._one_at_a_time if self._next_is_big else contextlib.nullcontext():
            block: Record = _made(self._block(index))
        self._next_is_big = len(block.data) >= _BIG
        return block

    def _block(self, index: int) -> Case:
        if not hasattr(self._own, "archive"):
            own = self._planned()
            self._own.archive = own if own.fingerprint() == self._fingerprint else None
        if self._own.archive is None:
            # The files have changed meanwhile. Whether that matters, only the first plan can say.
            with self._is_free:
                made: Case = self.archive.block(index)
        else:
            made = self._own.archive.block(index)
        return made

    def _planned(self) -> Resource:
        """An archive, planned by an instance of its own."""
        instance = self._component.instance(self._sandbox)
        archive: Resource = _made(instance.plan(self._files, self._level))
        if os.name == "posix":
            _made(archive.set_permissions([_permissions(source) for source in archive.sources()]))
        return archive


def _permissions(path: str) -> int:
    # A file that is gone by now is found by the component.
    with contextlib.suppress(OSError):
        return Path(path).stat().st_mode & 0o7777
    return 0o644


def _made(result: Case) -> Any:
    """What the component made, or its diagnostic raised."""
    if result.tag == "err":
        raise _NotPacked(Case("files", result.value))
    return result.value


@contextlib.contextmanager
def _storage() -> Generator[None, None, None]:
    """An error of the file that keeps the archive."""
    try:
        yield
    except OSError as error:
        raise _NotPacked(Case("storage", file_error(error))) from None


def _append(spool: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    with _storage():
        while rest:
            rest = rest[spool.write(rest) :]
