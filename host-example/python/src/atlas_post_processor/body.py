"""A file as a request's body, read and hashed while it is sent."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .observer import Observer
from .packing import Spooled

_CHUNK = 256 * 1024
_PROGRESS_INTERVAL = 0.1


class Unreadable(Exception):
    """The file can't be read (any more), or is not what it was."""


class StreamedFile:
    """The body: exactly as many bytes as the file had when it was opened, or an `Unreadable`."""

    def __init__(self, file: IO[bytes], size: int, observer: Observer) -> None:
        self.size = size
        self.sha256: str | None = None
        """That of the whole, in hexadecimal, once all of it has been read."""
        self._file = file
        self._observer = observer

    @classmethod
    def of_archive(cls, archive: Spooled | None, observer: Observer) -> StreamedFile:
        """The archive, from its start."""
        if archive is None:
            raise Unreadable("there is no archive")
        return cls(archive.file, archive.size, observer)

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._read()
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from None

    def _read(self) -> Iterator[bytes]:
        hashed = hashlib.sha256()
        offset, told = 0, time.monotonic()
        self._file.seek(0)
        while offset < self.size:
            chunk = self._file.read(_CHUNK)
            offset += len(chunk)
            hashed.update(chunk)
            # Whoever reads the answer must not take a part for the whole: of a file that shrank or
            # grew, the end is not sent.
            if not chunk or offset > self.size or (offset == self.size and self._file.read(1)):
                raise Unreadable("it changed its size while it was sent")
            yield chunk
            if time.monotonic() - told >= _PROGRESS_INTERVAL:
                told = time.monotonic()
                self._observer.sent(offset, self.size)
        self.sha256 = hashed.hexdigest()
        self._observer.sent(self.size, self.size)


def open_file(path: str) -> tuple[IO[bytes], int]:
    """Opens a file to be sent; with its size. Raises `Unreadable`."""
    try:
        # What is not a file may not even let itself be opened: a pipe waits for a writer.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise Unreadable(f"{path}: it is no file")
        file = Path(path).open("rb", buffering=0)  # noqa: SIM115
        return file, os.fstat(file.fileno()).st_size
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
