"""Stops at ctrl-c or SIGTERM, whatever is going on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")

_LOOK_AGAIN = 0.2
"""How long to wait at once, in seconds. On Windows a thread that waits hears no ctrl-c."""


class _Stopped(BaseException):
    def __init__(self, status: int) -> None:
        self.status = status


def until_stopped(work: Callable[[], T]) -> T:
    """Does the work on another thread, so that this one can end the program at any time.

    Stopped, nothing is left to be cleaned: an archive is in a file without a name, and a checkpoint is
    always whole. A guest, a name that is resolved or a pipe that stays silent would keep us if we waited.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    done = threading.Event()
    result: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()

    try:
        threading.Thread(target=run, name="command", daemon=True).start()
        while not done.wait(_LOOK_AGAIN):
            pass
    except _Stopped as stopped:
        _leave(stopped.status)
    if failed:
        raise failed[0]
    return result[0]


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise _Stopped(128 + number)


def _leave(status: int) -> NoReturn:
    # As the thread may hold what the streams' own flush waits for, nothing is flushed: texts for people
    # are written at once, and a result only at the end.
    if sys.stderr.isatty():
        os.write(2, b"\r\x1b[K")  # what is left of a progress bar
    os._exit(status)
