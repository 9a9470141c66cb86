"""The file that keeps a publication's checkpoint."""

from __future__ import annotations

import os
from pathlib import Path


class CheckpointFile:
    """A file that keeps a checkpoint. It always holds a whole one, whenever the program or the machine
    stops: each is written beside it, and then put in its place."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._beside = Path(f"{os.fspath(path)}.new")
        # What it holds, if this wrote it.
        self._holds: str | None = None

    def read(self) -> str | None:
        """The checkpoint. None if there is no file or nothing in it: `mktemp` makes such.

        Raises `OSError`, or `UnicodeDecodeError` if it is no text.
        """
        try:
            return self.path.read_bytes().decode() or None
        except FileNotFoundError:
            return None

    def write(self, checkpoint: str) -> None:
        """Puts a checkpoint in place of the one before. Raises `OSError`."""
        if checkpoint == self._holds:
            return
        with self._beside.open("wb") as file:
            file.write(checkpoint.encode())
            file.flush()
            os.fsync(file.fileno())
        self._beside.replace(self.path)
        self._holds = checkpoint

    def remove(self) -> None:
        """Removes it: the publication is at its end. Raises `OSError`."""
        self._beside.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
