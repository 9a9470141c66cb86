"""A lock on a name in the file system, that a process holds and loses however it ends.

It is flock(2) on a file of that name. A host that lacks it writes `pid N` into such a file instead, which
is respected here; who holds the lock by flock(2) writes `flock N`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _lock(file: int) -> None:
        # Far behind the text: nobody else can read a byte that is locked.
        os.lseek(file, 1 << 30, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise BlockingIOError(errno.EWOULDBLOCK, "locked") from None
        os.lseek(file, 0, os.SEEK_SET)

    def _is_alive(process: int) -> bool:
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)
        return bool(handle and ctypes.windll.kernel32.CloseHandle(handle))

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_alive(process: int) -> bool:
        try:
            os.kill(process, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            return True
        return True


class FileLock:
    """A lock, for one holder at a time: another process, or another object of this one."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> None:
        """Takes it. Raises `BlockingIOError` if another has it, or another `OSError`."""
        while self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _lock(file)
                if _is_held(os.read(file, 64)):
                    raise BlockingIOError(errno.EWOULDBLOCK, "locked")
                # Whoever had it may have removed the file meanwhile; then another can make it anew.
                if self._has_name(file):
                    self._file = file
                    # On a full disk it holds all the same.
                    with contextlib.suppress(OSError):
                        os.ftruncate(file, 0)
                        os.lseek(file, 0, os.SEEK_SET)
                        os.write(file, b"flock %d\n" % os.getpid())
            finally:
                if self._file is None:
                    os.close(file)

    def release(self) -> None:
        """Gives it up, and removes its file."""
        if self._file is None:
            return
        with contextlib.suppress(OSError):
            # On Windows no file can be removed that is open.
            if sys.platform != "win32" and self._has_name(self._file):
                Path(self._path).unlink()
        os.close(self._file)
        self._file = None
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                Path(self._path).unlink()

    def _has_name(self, file: int) -> bool:
        """Whether the file with the name is still that one."""
        try:
            return os.path.samestat(os.fstat(file), Path(self._path).stat())
        except FileNotFoundError:
            return False


def _is_held(text: bytes) -> bool:
    """Whether a host without flock(2) holds it."""
    match text.split():
        case [b"pid", number] if number.isdigit():
            process = int(number)
            return process > 0 and process != os.getpid() and _is_alive(process)
    return False
