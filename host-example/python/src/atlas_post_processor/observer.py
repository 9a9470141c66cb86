"""Someone who watches a publication, to show it to people."""

from __future__ import annotations

from .contract import Diagnostic, Pause, Request, Response, TransportError


class Observer:
    """Watches a publication. Every method does nothing: overwrite what you want to see."""

    def warned(self, warnings: list[Diagnostic]) -> None:
        """`publish` found nothing wrong, but this worth a look."""

    def sending(self, request: Request) -> None:
        """A request is about to be sent."""

    def sent(self, size: int, of: int) -> None:
        """So many bytes of a file are sent, of so many."""

    def answered(self, request: Request, answer: Response | TransportError, seconds: float) -> None:
        """A request was answered, or not, after that time."""

    def waiting(self, pause: Pause) -> None:
        """A request failed, and is sent again after this pause."""

    def packing(self, files: list[str]) -> None:
        """The archive of these files is about to be made."""

    def packed(self, size: int, of: int) -> None:
        """So many bytes of the artifact's files are packed, of so many."""
