"""How much of something large is done."""

from __future__ import annotations

import time
from collections.abc import Callable

OnProgress = Callable[[int, int | None], object]
"""Is told how many bytes are done, of how many; None if that is not known."""

_INTERVAL = 0.1


class Progress:
    """Tells how much is done, not too often."""

    def __init__(self, tell: OnProgress | None, of: int | None, done: int = 0) -> None:
        self.done = done
        self._tell = tell
        self._of = of
        self._told = time.monotonic()

    def add(self, length: int) -> None:
        """So much more is done."""
        self.done += length
        if self._tell and (time.monotonic() - self._told >= _INTERVAL or self.done == self._of):
            self._told = time.monotonic()
            self._tell(self.done, self._of)
