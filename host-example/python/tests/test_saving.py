"""Bodies that are saved: how they come, and how they break off."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas_post_processor import Case, PartFile, Response, Saved, Saving, Stopped, TransportError
from atlas_post_processor.progress import OnProgress
from sockets import Serve, answering, read_request, send, serve

# More than any of these bodies has.
LIMIT = 1 << 30


@pytest.fixture
def part(tmp_path: Path) -> Iterator[PartFile]:
    """A part of five bytes."""
    (tmp_path / "box.part").write_bytes(b"01234")
    file = PartFile(tmp_path / "box")
    yield file
    file.close()


def save(
    part: PartFile,
    answer: str | Serve,
    offset: int = 0,
    on_progress: OnProgress | None = None,
    **limits: int,
) -> Response:
    saving = Saving(part, offset, LIMIT, on_progress, threading.Event())
    url = serve(answering(answer) if isinstance(answer, str) else answer)
    return send(url, saving=saving, **limits)  # type: ignore[arg-type]


def content(part: PartFile) -> bytes:
    return Path(f"{part.output}.part").read_bytes()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("status", "offset", "wanted"),
    [(200, 0, b"abc"), (200, 4, b"abc"), (206, 5, b"01234abc"), (206, 2, b"01abc"), (206, 0, b"abc")],
)
def test_a_body_goes_to_where_its_status_says(
    part: PartFile, status: int, offset: int, wanted: bytes
) -> None:
    told: list[tuple[int, int | None]] = []
    answer = f"HTTP/1.1 {status} OK\r\nContent-Length: 3\r\n\r\nabc"
    response = save(part, answer, offset, lambda *done: told.append(done))
    assert (response.status, response.body) == (status, b"")
    assert response.saved == Saved(len(wanted), sha256(wanted), None)
    assert content(part) == wanted
    assert told[-1] == (len(wanted), len(wanted))


def test_the_hash_goes_on_from_request_to_request(part: PartFile) -> None:
    for offset, text, wanted in ((5, "ab", b"01234ab"), (7, "cd", b"01234abcd"), (1, "e", b"0e")):
        answer = f"HTTP/1.1 206 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}"
        assert save(part, answer, offset).saved == Saved(len(wanted), sha256(wanted), None)
        assert content(part) == wanted


def test_other_answers_are_read(part: PartFile) -> None:
    response = save(part, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", 5)
    assert (response.body, response.saved) == (b"{}", None)
    assert content(part) == b"01234"
    with pytest.raises(TransportError, match="response-too-large"):
        save(part, "HTTP/1.1 500 Oh\r\n\r\n" + "x" * 1001)


def test_a_body_may_be_longer_than_any_answer(part: PartFile) -> None:
    size = 48 << 20

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(size >> 20):
            connection.sendall(b"100000\r\n" + bytes(1 << 20) + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

    told: list[tuple[int, int | None]] = []
    response = save(part, answer, on_progress=lambda *done: told.append(done))
    assert response.saved == Saved(size, sha256(bytes(size)), None)
    assert all(of is None for _, of in told)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Content-Length: 9\r\n\r\nabc", "interrupted"),
        ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\n", "interrupted"),
        ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n", "other"),
    ],
)
def test_a_body_that_breaks_off_is_an_answer(part: PartFile, text: str, kind: str) -> None:
    saved = save(part, f"HTTP/1.1 206 OK\r\n{text}", 5).saved
    assert saved is not None
    assert saved.error is not None
    assert (saved.size, saved.sha256, saved.error.tag) == (8, None, kind)
    assert content(part) == b"01234abc"


def test_only_the_head_must_come_soon(part: PartFile) -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for byte in b"slowly":
            time.sleep(0.4)
            connection.sendall(bytes([byte]))

    assert save(part, answer, answer_ms=2000).saved == Saved(6, sha256(b"slowly"), None)

    def silent(connection: socket.socket) -> None:
        read_request(connection)
        time.sleep(1)

    with pytest.raises(TransportError, match="timeout"):
        save(part, silent, answer_ms=200)


def test_a_body_that_stands_still_has_broken_off(part: PartFile) -> None:
    done = threading.Event()

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nslow")
        done.wait(10)

    assert save(part, answer, idle_ms=200).saved == Saved(4, None, Case("timeout"))
    done.set()


def test_what_can_not_be_written_is_no_answer(tmp_path: Path) -> None:
    ok = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
    (tmp_path / "box.part").mkdir()
    os.mkfifo(tmp_path / "pipe.part")
    for name, why in (("box", "is-directory"), ("missing/box", "not-found"), ("pipe", "other")):
        with pytest.raises(TransportError) as raised:
            save(PartFile(tmp_path / name), ok)
        assert (raised.value.case.tag, raised.value.case.value.tag) == ("body-not-saved", why)


def test_a_part_that_has_shrunk_is_not_filled_with_zeros(part: PartFile) -> None:
    with pytest.raises(TransportError, match="body-not-saved"):
        save(part, "HTTP/1.1 206 OK\r\nContent-Length: 3\r\n\r\nabc", 7)
    assert content(part) == b"01234"


def test_a_disk_that_is_full_breaks_a_body_off(part: PartFile, monkeypatch: pytest.MonkeyPatch) -> None:
    real = PartFile.append

    def append(self: PartFile, data: bytes) -> None:
        real(self, data[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(PartFile, "append", append)
    saved = save(part, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").saved
    assert saved == Saved(2, None, Case("body-not-saved", Case("no-space")))


def test_saving_is_stopped(part: PartFile) -> None:
    stop, done = threading.Event(), threading.Event()

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        with contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 206 OK\r\nContent-Length: 9\r\n\r\nabc")
        stop.set()
        done.wait(10)

    with pytest.raises(Stopped):
        send(serve(answer), saving=Saving(part, 5, LIMIT, None, stop), stop=stop)
    done.set()
    with pytest.raises(Stopped):
        part.begin_at(2, stop)
