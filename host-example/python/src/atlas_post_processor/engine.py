"""The wasmtime engine that all components of a process share, and its clock."""

from __future__ import annotations

import functools
import math
import threading
import time

from wasmtime import Config, Engine

TICK = 0.05
"""How often a running guest looks at its deadline, in seconds."""


@functools.cache
def engine() -> Engine:
    """The engine."""
    config = Config()
    # What stops a guest that does not come back.
    config.epoch_interruption = True
    shared = Engine(config)
    threading.Thread(target=_advance, args=(shared,), name="wasmtime-epoch", daemon=True).start()
    return shared


def ticks(seconds: float) -> int:
    """How many ticks are no less than that time."""
    # The tick that is under way does not count.
    return math.ceil(seconds / TICK) + 1


def _advance(shared: Engine) -> None:
    while True:
        time.sleep(TICK)
        shared.increment_epoch()
