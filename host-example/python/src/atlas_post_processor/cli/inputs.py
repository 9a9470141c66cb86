"""The texts that a command works with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from .arguments import Variable, VariableFile
from .diagnostics import Document, Finding, unusable


class Unusable(Exception):
    """An input that can't be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.diagnostic.message)
        self.finding = finding


def read(name: str) -> Document:
    """Reads a file, or the standard input for `-`. Raises `Unusable`."""
    shown = "<stdin>" if name == "-" else name
    try:
        data = _standard_input() if name == "-" else Path(name).read_bytes()
        return Document(shown, data.decode())
    except UnicodeDecodeError as error:
        reason = f"this is no UTF-8 (byte {error.start + 1})"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    raise Unusable(unusable(shown, "unreadable-file", reason))


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError("it is closed")
    return sys.stdin.buffer.read()


def variables(given: Iterable[Variable | VariableFile]) -> dict[str, str]:
    """The user variables, those given later over those given before. Raises `Unusable`."""
    found: dict[str, str] = {}
    for source in given:
        if isinstance(source, Variable):
            found[source.name] = source.value
        else:
            found |= _from_file(read(source.name))
    return dict(sorted(found.items()))


def _from_file(document: Document) -> dict[str, str]:
    place = ""
    try:
        values = json.loads(document.text)
        if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
            return values
    except json.JSONDecodeError as error:
        place = f" (line {error.lineno}, column {error.colno})"
    except RecursionError:
        place = " (it is nested too deep)"
    reason = f"this is no JSON object of strings{place}"
    raise Unusable(unusable(document.name, "bad-variable-file", reason))
