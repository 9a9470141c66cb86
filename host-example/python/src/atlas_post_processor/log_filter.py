"""Keeps what httpcore logs from logs: URLs and headers, which can be secrets.

Only of our own requests: what else the program sends with httpcore is its own affair.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Iterator

_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks")

_is_ours = contextvars.ContextVar("_is_ours", default=False)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing is logged of what is sent meanwhile."""
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not _is_ours.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_not_ours)
