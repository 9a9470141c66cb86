"""How a command ended: its exit status, and its result for programs and for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from ..contract import Receipt
from . import show
from .diagnostics import Document, Finding, show_findings, to_json
from .masking import Mask


@dataclass(frozen=True)
class Valid:
    """Nothing is wrong with the inputs."""

    status: int = 0


@dataclass(frozen=True)
class Refused:
    """Something is wrong with the inputs; nothing was sent."""

    status: int = 2


@dataclass(frozen=True)
class Published:
    """It is published."""

    receipts: list[Receipt]
    status: int = 0


@dataclass(frozen=True)
class Failed:
    """It could not be published, or not through all post-processors."""

    code: str
    message: str
    published: list[Receipt] = field(default_factory=list)
    status: int = 1


Outcome: TypeAlias = Valid | Refused | Published | Failed


@dataclass
class Report:
    """All that there is to say about a command."""

    findings: list[Finding] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    mask: Mask = field(default_factory=lambda: Mask({}))
    _shown: int = 0

    def show_findings(self) -> None:
        """Shows what has been found so far and not been shown."""
        show_findings(self.findings[self._shown :], self.documents, self.mask)
        self._shown = len(self.findings)

    def finish(self, outcome: Outcome, as_json: bool) -> int:
        """Shows how it ended; the exit status."""
        self.show_findings()
        if as_json:
            show.result(json.dumps(self._to_json(outcome), indent=2, sort_keys=True, ensure_ascii=False))
        match outcome:
            case Valid() | Refused():
                self._show_verdict(outcome)
            case Published(receipts):
                _show_receipts(receipts, as_json)
            case Failed(code, message, published):
                _show_receipts(published, as_json)
                show.error(code, self.mask.text(message))
        return outcome.status

    def _show_verdict(self, outcome: Outcome) -> None:
        count = sum(finding.is_error for finding in self.findings)
        errors, warnings = _counted(count, "error"), _counted(len(self.findings) - count, "warning")
        has_warnings = len(self.findings) > count
        if isinstance(outcome, Valid):
            show.line(f"The template is valid{f', with {warnings}' if has_warnings else ''}.")
        else:
            show.line(f"{errors}{f' and {warnings}' if has_warnings else ''}; nothing was sent.")

    def _to_json(self, outcome: Outcome) -> dict[str, Any]:
        diagnostics = [to_json(finding, self.mask) for finding in self.findings]
        match outcome:
            case Valid():
                return {"status": "valid", "diagnostics": diagnostics}
            case Refused():
                return {"status": "refused", "diagnostics": diagnostics}
            case Published(receipts):
                return {
                    "status": "published",
                    "receipts": _receipts_to_json(receipts),
                    "diagnostics": diagnostics,
                }
            case Failed(code, message, published):
                return {
                    "status": "failed",
                    "error": {"code": code, "message": self.mask.text(message)},
                    "receipts": _receipts_to_json(published),
                    "diagnostics": diagnostics,
                }


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _show_receipts(receipts: list[Receipt], as_json: bool) -> None:
    """The result for people: on the standard output, unless that is for programs."""
    for receipt in receipts:
        line = f"{receipt.tag}/{receipt.artifact_type} (v{receipt.version})  {receipt.url}"
        if as_json:
            show.line(line)
        else:
            show.result(line)


def _receipts_to_json(receipts: list[Receipt]) -> list[dict[str, Any]]:
    return [
        {"slug": f"{receipt.tag}/{receipt.artifact_type}/{receipt.version}", **asdict(receipt)}
        for receipt in receipts
    ]
