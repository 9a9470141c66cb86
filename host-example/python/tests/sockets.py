"""Servers of one connection, byte by byte, and what is sent to them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from atlas_post_processor import Body, Case, HttpClient, Record, Response, Saving
from atlas_post_processor.progress import OnProgress

Serve = Callable[[socket.socket], None]


def serve(answer: Serve) -> str:
    """Serves one connection; the URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listener, listener.accept()[0] as connection:
            answer(connection)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/secret-path"


def read_request(connection: socket.socket) -> tuple[list[str], bytes]:
    """The lines of its head, and as many bytes of the body as it announces."""
    with connection.makefile("rb") as stream:
        lines = []
        while line := stream.readline().decode().strip():
            lines.append(line)
        lengths = [line for line in lines if line.lower().startswith("content-length: ")]
        return lines, stream.read(int(lengths[0].split()[1])) if lengths else b""


def answering(text: str, seen: list[tuple[list[str], bytes]] | None = None) -> Serve:
    def answer(connection: socket.socket) -> None:
        request = read_request(connection)
        if seen is not None:
            seen.append(request)
        connection.sendall(text.encode())

    return answer


OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


EMPTY = Case("empty")


def send(
    url: str,
    method: str = "get",
    body: Case = EMPTY,
    headers: Sequence[tuple[str, str]] = (),
    file: Path | None = None,
    offset: int = 0,
    length: int | None = None,
    connect_ms: int = 10_000,
    idle_ms: int = 10_000,
    answer_ms: int = 10_000,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
    saving: Saving | None = None,
) -> Response:
    with contextlib.ExitStack() as opened:
        if file is not None:
            length = file.stat().st_size if length is None else length
            source = opened.enter_context(file.open("rb"))
            data = Body.of_file(source, offset, length, on_progress)
            body = Case("range", Record(source=Case("file", str(file)), offset=offset, length=length))
        else:
            data = Body.of_bytes(body.value or b"")
        request: Any = Record(
            purpose="test",
            method=method,
            url=url,
            sensitive_url=True,
            headers=[Record(name=name, value=value, sensitive=True) for name, value in headers],
            body=body,
            connect_timeout_ms=connect_ms,
            idle_timeout_ms=idle_ms,
            answer_timeout_ms=answer_ms,
            response_limit=1000,
        )
        return HttpClient().send(request, data, stop, saving)
