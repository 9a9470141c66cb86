"""The file that keeps a checkpoint."""

from __future__ import annotations

import os
from pathlib import Path

from .lock import FileLock


class CheckpointFile:
    """A file that keeps a checkpoint. It always holds a whole one, whenever the program or the machine
    stops: each is written beside it, and then put in its place.

    Two pieces of work must not keep theirs in the same place: it is locked from `lock` to `close`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._beside = Path(f"{self.path}.new")
        self._lock = FileLock(f"{self.path}.lock")
        # What it holds, if this wrote it.
        self._holds: str | None = None

    def lock(self) -> None:
        """Raises `BlockingIOError` if another process has it, or `OSError`."""
        self._lock.acquire()

    def close(self) -> None:
        """Lets another have it."""
        self._lock.release()

    def write(self, checkpoint: str) -> None:
        """Puts a checkpoint in place of the one before. Raises `OSError`, and then leaves that one. Where
        there is nothing to go on with, there is no file."""
        if checkpoint == self._holds:
            return
        if not checkpoint:
            self.remove()
            return
        try:
            with self._beside.open("wb") as file:
                file.write(checkpoint.encode())
                file.flush()
                os.fsync(file.fileno())
            self._beside.replace(self.path)
        except BaseException:
            self._beside.unlink(missing_ok=True)
            raise
        self._holds = checkpoint

    def remove(self) -> None:
        """Removes it. Raises `OSError`."""
        Path(self.path).unlink(missing_ok=True)
        self._holds = None

    def exists(self) -> bool:
        """Whether it keeps anything."""
        return Path(self.path).exists()
