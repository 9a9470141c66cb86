"""The file of a download, until it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .contract import Saved
from .errors import Stopped, TransportError
from .files import file_error, need_regular, read_range
from .lock import FileLock
from .progress import OnProgress, Progress
from .values import Case


class PartFile:
    """The file `OUTPUT.part`, that becomes `OUTPUT` when it is whole: until then, nobody takes it for that.

    It is locked from `lock` to `close`.
    """

    def __init__(self, output: str | os.PathLike[str]) -> None:
        self.output = os.fspath(output)
        self._path = Path(f"{self.output}.part")
        self._lock = FileLock(f"{self._path}.lock")
        self._file: IO[bytes] | None = None
        # Of the bytes from its start that passed by here, and how many they are.
        self._hash = hashlib.sha256()
        self._length = 0

    def lock(self) -> None:
        """Raises `BlockingIOError` if another has it, `OSError`, or `ValueError`: for an OUTPUT that is no
        file, too."""
        with contextlib.suppress(FileNotFoundError):
            need_regular(Path(self.output).stat().st_mode)
        self._lock.acquire()

    def close(self) -> None:
        """Lets another have it."""
        self._close_file()
        self._lock.release()

    def size(self) -> int:
        """How many bytes there are of it."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def begin_at(self, offset: int, stop: threading.Event) -> None:
        """Cuts off what is behind that offset; what is before it is hashed. Raises `OSError`, and `Stopped`
        once `stop` is set."""
        file = self._file = self._file or self._open()
        if file.seek(0, os.SEEK_END) < offset:
            raise OSError(0, "unexpected end of file")
        if self._length != offset:
            self._hash, self._length = hashlib.sha256(), 0
            for chunk in read_range(file, 0, offset):
                if stop.is_set():
                    raise Stopped
                self._add(chunk)
        file.truncate(offset)
        file.seek(offset)

    def append(self, data: bytes) -> None:
        """Writes more of it. Raises `OSError`."""
        assert self._file is not None, "begin_at comes first"
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            self._add(rest[:written])
            rest = rest[written:]

    def saved(self, error: Case | None) -> Saved:
        """What there is of it now; with an error, not all came."""
        return Saved(self._length, None if error else self._hash.hexdigest(), error)

    def finish(self) -> None:
        """Gives it its name: it is whole. Raises `OSError`."""
        if self._file is not None:
            os.fsync(self._file.fileno())
        self._close_file()
        self._path.replace(self.output)

    def remove(self) -> None:
        """Removes it, if it can be."""
        self._close_file()
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _open(self) -> IO[bytes]:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(self._path, flags, 0o666), "r+b", buffering=0)
        try:
            need_regular(os.fstat(file.fileno()).st_mode)
        except OSError:
            file.close()
            raise
        return file

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _add(self, data: bytes | memoryview) -> None:
        self._hash.update(data)
        self._length += len(data)


class Saving:
    """Where the body of one answer goes, if it is that of a download."""

    def __init__(
        self, part: PartFile, offset: int, limit: int, on_progress: OnProgress | None, stop: threading.Event
    ) -> None:
        self._part = part
        self._offset = offset
        self._limit = limit
        self._on_progress = on_progress
        self._stop = stop

    def takes(self, status: int) -> bool:
        """Whether the body of an answer with that status goes here."""
        return status in (200, 206)

    def save(self, status: int, length: int | None, chunks: Iterator[bytes]) -> Saved:
        """Saves the body of an answer, of `length` bytes if that is known. `chunks` may raise
        `TransportError`, and then it is one that broke off. Raises `TransportError` if the file can't be
        written at all, before the first of them is asked for."""
        offset = self._offset if status == 206 else 0
        try:
            self._part.begin_at(offset, self._stop)
        except OSError as error:
            raise _not_saved(error) from None
        progress = Progress(self._on_progress, None if length is None else offset + length, offset)
        try:
            for chunk in chunks:
                offset += len(chunk)
                if offset > self._limit:
                    raise TransportError("response-too-large")
                self._part.append(chunk)
                progress.add(len(chunk))
        except TransportError as error:
            return self._part.saved(error.case)
        except OSError as error:
            return self._part.saved(_not_saved(error).case)
        return self._part.saved(None)


def _not_saved(error: OSError) -> TransportError:
    return TransportError("body-not-saved", file_error(error))
