"""Makes the archive of a `Pack` step, on all cores.

Every worker is a thread with an instance of its own, which plans the same archive and makes blocks of
it: a guest runs without the interpreter's lock. Blocks are written in their order as they are done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .archive import Archive
from .component import PostProcessor
from .contract import Block
from .errors import PackError
from .observer import Observer
from .sandbox import Sandbox

_AHEAD = 2
"""How far, in blocks a worker, the workers may be ahead of what is written."""
_MOST_WORKERS = 2
_BIG = 512 * 1024
"""wasmtime's C API needs 80 bytes for each byte of a block while it hands it over, 90 MiB a worker. So
there are few workers, and blocks from so many bytes on are made one at a time."""
_PROGRESS_INTERVAL = 0.1


@dataclass(frozen=True)
class Spooled:
    """An archive, ready to be uploaded. Its file has no name, and is gone once it is closed."""

    file: IO[bytes]
    size: int


@dataclass(frozen=True)
class Packing:
    """How to pack."""

    level: int = 6
    """The compression level, 0 (stored) to 9 (smallest)."""
    spool: Path | None = None
    """The directory that the archive is kept in until it is uploaded; None: the temporary directory."""
    workers: int = field(default_factory=lambda: min(os.cpu_count() or 1, _MOST_WORKERS))
    """How many threads make blocks."""

    def pack(
        self, component: PostProcessor, sandbox: Sandbox, files: list[str], observer: Observer
    ) -> Spooled:
        """Makes the archive of these files, which `sandbox` must let the component read.

        Raises `PackError` if a file or the spool directory stands in the way. Any exception that is
        raised meanwhile, KeyboardInterrupt say, stops it with the blocks that are just being made.
        """
        spool = _Spool(Path(self.spool or tempfile.gettempdir()))
        try:
            plan = _Plan(component, sandbox.without_environment(), files, self.level)
            archive = plan.archive()
            sums: list[tuple[int, int]] = []
            progress = _Progress(observer, archive.size())
            with contextlib.closing(self._blocks(plan, archive)) as blocks:
                for block in blocks:
                    spool.write(block.data)
                    sums.append((block.crc32, block.length))
                    progress.add(block.length)
            spool.write(archive.trailer(sums))
            return spool.finish()
        except BaseException:
            spool.close()
            raise

    def _blocks(self, plan: _Plan, archive: Archive) -> Generator[Block, None, None]:
        """All blocks in their order."""
        count, fingerprint = archive.blocks(), archive.fingerprint()
        workers = min(self.workers, count)
        executor = ThreadPoolExecutor(workers, thread_name_prefix="packing")
        try:
            ahead: deque[Future[Block]] = deque()
            for index in range(count):
                if len(ahead) == workers * _AHEAD:
                    yield ahead.popleft().result()
                ahead.append(executor.submit(plan.make, index, fingerprint))
            while ahead:
                yield ahead.popleft().result()
        finally:
            executor.shutdown(cancel_futures=True)


class _Plan:
    """What is packed. Each thread that makes blocks of it plans it for itself."""

    def __init__(self, component: PostProcessor, sandbox: Sandbox, files: list[str], level: int) -> None:
        self._component = component
        self._sandbox = sandbox
        self._files = files
        self._level = level
        self._own = threading.local()
        self._one_at_a_time = threading.Lock()
        # As the one before, so the next: what does not shrink comes in long runs.
        self._next_is_big = True

    def archive(self) -> Archive:
        """An archive, planned by an instance of its own."""
        archive = self._component.instance(self._sandbox).plan(self._files, self._level)
        if os.name == "posix":
            archive.set_permissions([_permissions(source) for source in archive.sources()])
        return archive

    def make(self, index: int, fingerprint: str) -> Block:
        """Makes a block on this thread."""
        archive: Archive | None = getattr(self._own, "archive", None)
        if archive is None:
            archive = self.archive()
            if archive.fingerprint() != fingerprint:
                raise PackError(
                    "the files changed while they were being packed; wait until nothing writes to "
                    "them any more, then publish again"
                )
            self._own.archive = archive
        with self._one_at_a_time if self._next_is_big else contextlib.nullcontext():
            block = archive.block(index)
        self._next_is_big = len(block.data) >= _BIG
        return block


def _permissions(path: str) -> int:
    # A file that is gone by now is found by the component.
    with contextlib.suppress(OSError):
        return Path(path).stat().st_mode & 0o7777
    return 0o644


class _Progress:
    """Tells an observer, not too often."""

    def __init__(self, observer: Observer, size: int) -> None:
        self._observer = observer
        self._size = size
        self._done = 0
        self._told = time.monotonic()

    def add(self, length: int) -> None:
        self._done += length
        if time.monotonic() - self._told >= _PROGRESS_INTERVAL:
            self._told = time.monotonic()
            self._observer.packed(self._done, self._size)


class _Spool:
    """Where an archive is kept until it is uploaded: a file that is gone however the program ends."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._size = 0
        try:
            # Small writes only at the end: a buffer would only be copied into.
            self._file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115
        except OSError as error:
            raise self._unusable("can't be written to", error) from None

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
            what = "has no room for the archive" if full else "can't be written to"
            raise self._unusable(what, error) from None
        self._size += len(data)

    def finish(self) -> Spooled:
        return Spooled(self._file, self._size)

    def close(self) -> None:
        self._file.close()

    def _unusable(self, what: str, error: OSError) -> PackError:
        reason = error.strerror or str(error)
        return PackError(f"the spool directory {self._directory} {what} ({reason}); choose another one")
