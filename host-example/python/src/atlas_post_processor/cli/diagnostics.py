"""Diagnostics, shown as compilers show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..contract import Diagnostic, Position, Severity
from . import show
from .masking import Mask

_TAB = "    "
_WIDEST = 140
"""How many characters of a line are shown."""


@dataclass(frozen=True)
class Document:
    """A text that diagnostics can point into, under the name by which people know it."""

    name: str
    text: str


@dataclass(frozen=True)
class Finding:
    """A diagnostic, and the file that it is about."""

    file: str
    diagnostic: Diagnostic

    @property
    def is_error(self) -> bool:
        return self.diagnostic.severity is Severity.ERROR


def unusable(file: str, code: str, reason: str) -> Finding:
    """A finding about a whole file."""
    return Finding(file, Diagnostic(Severity.ERROR, code, "", None, f"{file}: {reason}", None))


def show_findings(findings: Iterable[Finding], documents: Iterable[Document], mask: Mask) -> None:
    """Shows findings to people, with the lines of the documents that they are about."""
    texts = {document.name: mask.document(document.text) for document in documents}
    for finding in findings:
        show.line(render(finding, texts.get(finding.file), mask) + "\n")


def render(finding: Finding, text: str | None, mask: Mask) -> str:
    """A finding with its line of `text`, which is masked already."""
    found = finding.diagnostic
    lines = [show.title(found.severity.value, found.code, mask.text(found.message))]
    notes = []
    colour = "1;31" if finding.is_error else "1;33"
    excerpt = _excerpt(text, found.position) if text is not None and found.position else None
    margin = " "
    if found.position and excerpt:
        line, marks = excerpt
        number = str(found.position.line)
        margin = " " * (len(number) + 1)
        lines += [
            f"{margin[1:]}--> {finding.file}:{number}:{found.position.column}",
            f"{margin}|",
            f"{number} | {line}".rstrip(),
            f"{margin}| {show.styled(marks, colour)} {found.pointer}".rstrip(),
        ]
    elif found.pointer:
        notes.append(f"note: at {found.pointer} in {finding.file}")
    if found.help is not None:
        notes.append(f"help: {mask.text(found.help)}")
    if notes:
        lines += [f"{margin}|", *(f"{margin}= {note}" for note in notes)]
    return "\n".join(lines)


def to_json(finding: Finding, mask: Mask) -> dict[str, Any]:
    """A finding for programs."""
    found = finding.diagnostic
    position = found.position
    return {
        "severity": found.severity.value,
        "code": found.code,
        "pointer": found.pointer,
        "position": None if position is None else vars(position),
        "message": mask.text(found.message),
        "help": None if found.help is None else mask.text(found.help),
        "file": finding.file,
    }


def _excerpt(text: str, position: Position) -> tuple[str, str] | None:
    """The line of a position as it is shown, and what marks the place below it."""
    # Not `splitlines`: to the component, only these end a line.
    lines = text.split("\n")
    if position.line > len(lines):
        return None
    line = lines[position.line - 1].removesuffix("\r")
    start = min(position.column - 1, len(line))
    end = min(start + position.length, len(line))
    first = 0
    if len(line) > _WIDEST:
        first = max(0, min(start - _WIDEST // 3, len(line) - _WIDEST))
    last = first + _WIDEST
    shown = [_shown(character) for character in line[first:last]]
    before = "..." if first else ""
    after = "..." if last < len(line) else ""
    indent = len(before) + _width(shown[: start - first])
    marked = max(1, _width(shown[start - first : end - first]))
    return f"{before}{''.join(shown)}{after}", " " * indent + "^" * marked


def _shown(character: str) -> str:
    """A character that takes no command of the terminal."""
    if character == "\t":
        return _TAB
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) == "Cc" else character


def _width(characters: list[str]) -> int:
    """How many columns these take on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for text in characters for c in text)
