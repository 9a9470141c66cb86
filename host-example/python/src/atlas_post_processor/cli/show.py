"""Where texts go: for people to the standard error, results to the standard output."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def prepare() -> None:
    """Lets both streams write any text at once."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def line(text: str) -> None:
    """Shows a line to people. Nothing depends on whether they can see it."""
    _write(sys.stderr, f"{text}\n")


def result(text: str) -> None:
    """Writes a line of the result."""
    _write(sys.stdout, f"{text}\n")


def in_place(text: str) -> None:
    """Shows a line to people over the one before; an empty one takes it away."""
    _write(sys.stderr, f"\r\x1b[K{text}")
    sys.stderr.flush()


def error(code: str, message: str) -> None:
    """Shows an error that is not about a place in a text."""
    line(title("error", code, message))


def title(level: str, code: str, message: str) -> str:
    """The first line of an error or a warning."""
    colour = "1;31" if level == "error" else "1;33"
    return f"{styled(f'{level}[{code}]', colour)}{styled(f': {message}', '1')}"


def styled(text: str, style: str) -> str:
    """The text in a style of terminals, if people sit at one (https://no-color.org)."""
    if not on_terminal() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{style}m{text}\x1b[0m"


def on_terminal() -> bool:
    """Whether people sit at a terminal that can show a line which moves."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _write(stream: TextIO, text: str) -> None:
    # The stream can be closed, or its reader gone.
    try:
        stream.write(text)
    except (OSError, ValueError, AttributeError):
        return
