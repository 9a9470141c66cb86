"""Shows a publication while it goes on: what is done, how far packing or an upload is, and, if asked
for, every request and answer without its secrets."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

from ..contract import (
    ArchiveBody,
    BytesBody,
    FileBody,
    Pause,
    Request,
    Response,
    TransportError,
)
from ..observer import Observer
from . import show
from .masking import Mask, sounds_secret

_LINE_INTERVAL = 3.0
"""Where no line can move, progress is a new one every so often."""
_REDACTED = "[redacted]"
_SECRET_FIELD = "upload_path"
"""Where an upload goes is as good as a token."""
_SECRET_HEADERS = ("location", "set-cookie")
_WIDTH = 30


class Watching(Observer):
    """Shows a publication to people."""

    def __init__(self, verbose: int, mask: Mask) -> None:
        self._verbose = verbose
        self._mask = mask
        self._began: float | None = None
        self._told = 0.0

    def end(self) -> None:
        """Takes the progress from the screen."""
        if self._began is not None and show.on_terminal():
            show.in_place("")
        self._began = None

    def sending(self, request: Request) -> None:
        self.end()
        self._log(request.purpose)
        if not self._verbose:
            return
        self._log(f"  > {request.method} {_shown_url(request)}")
        for header in request.headers:
            self._log(f"  > {header.name}: {_REDACTED if header.sensitive else header.value}")
        match request.body:
            case BytesBody(data):
                self._log_json(data)
            case FileBody(path):
                self._log(f"  > the file {path}")
            case ArchiveBody():
                self._log("  > the archive")

    def answered(self, request: Request, answer: Response | TransportError, seconds: float) -> None:
        self.end()
        if not self._verbose:
            return
        if isinstance(answer, TransportError):
            self._log(f"  no answer: {answer}")
            return
        self._log(f"  < {answer.status} after {_shown_time(seconds)}")
        for name, value in answer.headers:
            # Answers do not say which of their headers are secret.
            secret = request.sensitive_url or sounds_secret(name) or name.lower() in _SECRET_HEADERS
            self._log(f"  < {name}: {_REDACTED if secret else value}")
        self._log_json(answer.body)

    def waiting(self, pause: Pause) -> None:
        self.end()
        self._log(f"  {pause.reason}; trying again in {_shown_time(pause.ms / 1000)}")

    def packing(self, files: list[str]) -> None:
        self.end()
        self._log(f"pack {files[0]}" if len(files) == 1 else f"pack {len(files)} files")

    def packed(self, size: int, of: int) -> None:
        self._show_progress(size, of)

    def sent(self, size: int, of: int) -> None:
        self._show_progress(size, of)

    def _show_progress(self, size: int, of: int) -> None:
        now = time.monotonic()
        if self._began is None:
            self._began = self._told = now
        share = size / of if of else 1.0
        if show.on_terminal():
            rate = size / max(now - self._began, 0.001)
            left = (of - size) / rate if rate else 0.0
            bar = "#" * int(share * _WIDTH)
            show.in_place(
                f"  {bar:-<{_WIDTH}} {_shown_size(size)} of {_shown_size(of)}, {_shown_size(rate)}/s, "
                f"{left:.0f} s left"
            )
        elif now - self._told >= _LINE_INTERVAL:
            self._told = now
            show.line(f"  {share:.0%} of {_shown_size(of)}")

    def _log(self, text: str) -> None:
        show.line(self._mask.text(text))

    def _log_json(self, body: bytes) -> None:
        if self._verbose > 1:
            try:
                self._log(f"    {json.dumps(redacted(json.loads(body)), ensure_ascii=False)}")
            except (ValueError, RecursionError):
                return


def redacted(value: Any) -> Any:
    """JSON without what must not be shown."""
    match value:
        case dict():
            return {
                name: _REDACTED if name == _SECRET_FIELD or sounds_secret(name) else redacted(item)
                for name, item in value.items()
            }
        case list():
            return [redacted(item) for item in value]
    return value


def _shown_url(request: Request) -> str:
    """The URL, or only its origin if the rest is a secret."""
    if not request.sensitive_url:
        return request.url
    try:
        url = urlsplit(request.url)
        port = f":{url.port}" if url.port is not None else ""
    except ValueError:
        return _REDACTED
    if not (url.scheme and url.hostname):
        return _REDACTED
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return f"{url.scheme}://{host}{port}/{_REDACTED}"


def _shown_time(seconds: float) -> str:
    return f"{seconds:.1f}s" if seconds >= 1 else f"{seconds * 1000:.1f}ms"


def _shown_size(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
