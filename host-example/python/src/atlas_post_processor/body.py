"""The body of a request, counted and hashed while it is sent."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from typing import IO

from .errors import Stopped, TransportError
from .files import file_error, read_range
from .progress import OnProgress, Progress


class Body:
    """Bytes to be sent, by iterating over them: `length` of them, or a `TransportError`."""

    def __init__(self, chunks: Iterator[bytes], length: int, on_progress: OnProgress | None = None) -> None:
        self.length = length
        self._chunks = chunks
        self._progress = Progress(on_progress, length)
        # Of the file or archive from its start; None if not all of it is sent in the end.
        self._hash: hashlib._Hash | None = None

    @classmethod
    def of_bytes(cls, data: bytes) -> Body:
        """These bytes."""
        return cls(iter([data] if data else []), len(data))

    @classmethod
    def of_file(
        cls,
        file: IO[bytes],
        offset: int,
        length: int,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Body:
        """A range of a file. If that ends the file, what is before it is read here, to be hashed. Raises
        `TransportError`, and `Stopped` once `stop` is set."""
        body = cls(_read(file, offset, length), length, on_progress)
        if offset + length == file.seek(0, os.SEEK_END):
            body._hash = hashlib.sha256()
            for chunk in _read(file, 0, offset):
                if stop is not None and stop.is_set():
                    raise Stopped
                body._hash.update(chunk)
        return body

    @property
    def sent(self) -> int:
        """How many bytes of it were sent."""
        return self._progress.done

    @property
    def sha256(self) -> str | None:
        """That of the whole file, in hexadecimal, once all up to its end was sent."""
        return self._hash.hexdigest() if self._hash and self.sent == self.length else None

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if self._hash:
                self._hash.update(chunk)
            yield chunk
            # Whoever takes the next one has sent this one.
            self._progress.add(len(chunk))


def _read(file: IO[bytes], offset: int, length: int) -> Iterator[bytes]:
    try:
        yield from read_range(file, offset, length)
    except OSError as error:
        raise TransportError("body-unreadable", file_error(error)) from None
