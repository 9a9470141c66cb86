"""Files in the contract's words: what went wrong with one, and the texts that the component reads."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from .values import Case

Text: TypeAlias = str | os.PathLike[str] | bytes | Mapping[str, Any]
"""A text: the file at a path, its bytes, or what becomes its JSON."""

_CHUNK = 256 * 1024

_KINDS = {
    errno.ENOENT: "not-found",
    errno.EACCES: "access-denied",
    errno.EPERM: "access-denied",
    errno.EISDIR: "is-directory",
    errno.ENOSPC: "no-space",
    getattr(errno, "EDQUOT", errno.ENOSPC): "no-space",
    errno.EWOULDBLOCK: "in-use",
}


def file_error(error: OSError | ValueError) -> Case:
    """The contract's `file-error`."""
    kind = _KINDS.get(error.errno or 0) if isinstance(error, OSError) else None
    return Case(kind) if kind else Case("other", getattr(error, "strerror", None) or str(error))


def open_file(path: str | os.PathLike[str]) -> IO[bytes]:
    """Opens a regular file. Raises `OSError`, or `ValueError` for a path that can't be one."""
    # What is not a file may not even let itself be opened: a pipe waits for a writer.
    need_regular(Path(path).stat().st_mode)
    return Path(path).open("rb", buffering=0)


def need_regular(mode: int) -> None:
    """Raises `OSError` for the mode of what is not a regular file."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file")


def read_range(file: IO[bytes], offset: int, length: int) -> Iterator[bytes]:
    """So many bytes of a file from there on. Raises `OSError`, also if there are fewer."""
    file.seek(offset)
    while length:
        chunk = file.read(min(_CHUNK, length))
        if not chunk:
            raise OSError(0, "unexpected end of file")
        length -= len(chunk)
        yield chunk


@dataclass(frozen=True)
class Document:
    """A text that was given, or why it can't be read."""

    source: str
    """Which of the contract's sources it is."""
    name: str
    text: bytes = field(default=b"", repr=False)
    error: Case | None = None

    @classmethod
    def read(cls, source: str, given: Text, most: int) -> Document:
        """Reads no more than so many bytes."""
        if isinstance(given, bytes):
            return cls(source, f"<{source}>", given)
        if isinstance(given, Mapping):
            return cls(
                source,
                f"<{source}>",
                json.dumps(dict(given), ensure_ascii=False).encode(errors="surrogateescape"),
            )
        name = os.fspath(given)
        try:
            with Path(name).open("rb") as file:
                return cls(source, name, file.read(most))
        except (OSError, ValueError) as error:
            return cls(source, name, error=file_error(error))
