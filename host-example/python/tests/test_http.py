"""The HTTP client, byte by byte, against sockets of this machine."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import socket
import ssl
import threading
import time
import traceback
from pathlib import Path

import httpcore
import pytest
import trustme

from atlas_post_processor import Body, Case, Stopped, TransportError
from sockets import OK, answering, read_request, send, serve


def failure(url: str, **options: object) -> Case:
    with pytest.raises(TransportError) as raised:
        send(url, **options)  # type: ignore[arg-type]
    assert "secret" not in "".join(traceback.format_exception(raised.value))
    assert "secret" not in repr(raised.value.case)
    return raised.value.case


def test_sends_what_is_asked_for_and_no_more() -> None:
    seen: list[tuple[list[str], bytes]] = []
    url = serve(answering("HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}", seen))
    response = send(url, "post", Case("bytes", b"hello"), [("X-Atlas-Token", "secret")])
    assert (response.status, response.body, response.sent, response.sent_sha256) == (201, b"{}", 5, None)
    assert [value for name, value in response.headers if name == "X-A"] == ["1", "2"]
    host = url.removeprefix("http://").removesuffix("/secret-path")
    lines, body = seen[0]
    assert lines[0] == "POST /secret-path HTTP/1.1"
    assert sorted(lines[1:]) == ["Content-Length: 5", f"Host: {host}", "X-Atlas-Token: secret"]
    assert body == b"hello"


def test_head_has_no_body() -> None:
    response = send(serve(answering("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")), "head")
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 1_000_003), (5, 700_000), (1_000_003, 0), (0, 0), (600_000, 400_003)]
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_streams_a_range_of_a_file_with_its_size(
    tmp_path: Path, method: str, offset: int, length: int
) -> None:
    content = bytes(number % 251 for number in range(1_000_003))
    (tmp_path / "box").write_bytes(content)
    seen: list[tuple[list[str], bytes]] = []
    progress: list[tuple[int, int | None]] = []
    response = send(
        serve(answering(OK, seen)),
        method,
        file=tmp_path / "box",
        offset=offset,
        length=length,
        on_progress=lambda *done: progress.append(done),
    )
    lines, body = seen[0]
    assert lines[0] == f"{method.upper()} /secret-path HTTP/1.1"
    assert f"Content-Length: {length}" in lines
    assert not any(line.lower().startswith("transfer-encoding") for line in lines)
    assert body == content[offset : offset + length]
    # That of the whole file, where it ends with the range.
    whole = hashlib.sha256(content).hexdigest() if offset + length == len(content) else None
    assert (response.sent, response.sent_sha256) == (length, whole)
    assert not length or progress[-1] == (length, length)


def test_what_is_before_the_last_range_is_read_to_be_hashed(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(1 << 20))
    stop = threading.Event()
    stop.set()
    with (tmp_path / "box").open("rb") as file:
        assert Body.of_file(file, 5, 10, stop=stop).sha256 is None
        with pytest.raises(Stopped):
            Body.of_file(file, (1 << 20) - 5, 5, stop=stop)


def test_a_file_that_is_shorter_is_no_success(tmp_path: Path) -> None:
    box = tmp_path / "box"
    # More than the connection's buffers hold, so that the client has to wait with its last part.
    box.write_bytes(bytes(16 << 20))

    def answer(connection: socket.socket) -> None:
        with box.open("r+b") as file:
            file.truncate(1 << 20)
        while connection.recv(1 << 20):
            pass

    error = failure(serve(answer), method="put", file=box)
    assert (error.tag, error.value.tag) == ("body-unreadable", "other")


@pytest.mark.parametrize("status", ["200 OK", "413 Too Large"])
@pytest.mark.parametrize("keeps_open", [True, False])
def test_an_early_answer_is_an_answer_but_not_all_was_sent(
    tmp_path: Path, status: str, keeps_open: bool
) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))
    is_read = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.recv(1000)
        # An informational one is no answer.
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        connection.recv(1000)
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 3\r\n\r\nyes".encode())
        if keeps_open:
            is_read.wait(10)

    started = time.monotonic()
    response = send(serve(answer), "put", file=tmp_path / "box")
    is_read.set()
    assert (response.status, response.body, response.sent_sha256) == (int(status[:3]), b"yes", None)
    assert response.sent < 32 << 20
    assert time.monotonic() - started < 9


def test_an_informational_answer_stops_no_upload(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))

    def answer(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLi")
        time.sleep(0.1)
        connection.sendall(b"nk: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
        rest = (32 << 20) - 10_000
        while rest > 0:
            rest -= len(connection.recv(1 << 20))
        connection.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            while connection.recv(1 << 20):
                pass
        connection.sendall(OK.encode())

    response = send(serve(answer), "put", file=tmp_path / "box")
    assert (response.status, response.sent) == (200, 32 << 20)


def test_gives_up_when_nothing_moves(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))
    for file in (None, tmp_path / "box"):
        done = threading.Event()
        url = serve(lambda _, done=done: done.wait(10))  # type: ignore[misc]
        started = time.monotonic()
        assert failure(url, file=file, idle_ms=200).tag == "timeout"
        assert time.monotonic() - started < 9
        done.set()


@pytest.mark.parametrize(
    "start", ["", "HTTP/1.1 200 OK\r\nX-Long: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"]
)
def test_an_answer_that_comes_byte_by_byte_is_given_up(start: str) -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start.encode())
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"H")
                time.sleep(0.02)

    started = time.monotonic()
    assert failure(serve(answer), answer_ms=300).tag == "timeout"
    assert 0.3 <= time.monotonic() - started < 9


def test_informational_answers_without_end_are_given_up() -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)

    started = time.monotonic()
    assert failure(serve(answer), answer_ms=300).tag == "timeout"
    assert time.monotonic() - started < 9


def test_the_answers_time_begins_when_all_is_sent(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(16 << 20))

    def answer(connection: socket.socket) -> None:
        # Little is under way, and as much is read each time: what comes after all is sent is short.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        rest = (16 << 20) + 40
        while rest > 0:
            rest -= len(connection.recv(min(rest, 1 << 20), socket.MSG_WAITALL))
            time.sleep(0.25)
        connection.settimeout(0.1)
        with contextlib.suppress(TimeoutError):
            while connection.recv(1 << 20):
                pass
        connection.sendall(OK.encode())

    started = time.monotonic()
    assert send(serve(answer), "put", file=tmp_path / "box", answer_ms=3000).status == 200
    assert time.monotonic() - started > 3, "it says nothing"


def test_does_not_give_up_while_something_moves() -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        for byte in b"patience":
            time.sleep(0.3)
            connection.sendall(bytes([byte]))

    assert send(serve(answer), idle_ms=2000).body == b"patience"


def test_making_a_connection_has_a_limit() -> None:
    def drip(connection: socket.socket) -> None:
        # The head of a TLS record that is long, and never whole.
        connection.sendall(b"\x16\x03\x03\x40\x00")
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"\x02")
                time.sleep(0.02)

    started = time.monotonic()
    assert failure(serve(drip).replace("http:", "https:"), connect_ms=300).tag == "timeout"
    assert time.monotonic() - started < 9


@pytest.mark.parametrize("moment", ["uploading", "waiting", "reading"])
def test_is_stopped(tmp_path: Path, moment: str) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))
    stop, done = threading.Event(), threading.Event()

    def answer(connection: socket.socket) -> None:
        if moment == "reading":
            read_request(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun")
        stop.set()
        done.wait(10)

    started = time.monotonic()
    with pytest.raises(Stopped):
        send(serve(answer), "put", file=tmp_path / "box" if moment == "uploading" else None, stop=stop)
    done.set()
    assert time.monotonic() - started < 9


def test_what_follows_an_answer_is_none() -> None:
    spoof = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nspoofed"
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        for text in (f"{OK}{spoof}", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue"):
            connection = listener.accept()[0]
            read_request(connection)
            connection.sendall(text.encode())
            # Left open: a client that used it again would read what is left on it.

    threading.Thread(target=run, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert [send(url, idle_ms=2000).body for _ in range(2)] == [b"", b"true"]


def test_reads_no_more_than_the_limit() -> None:
    assert len(send(serve(answering("HTTP/1.1 200 OK\r\n\r\n" + "x" * 1000))).body) == 1000
    error = failure(serve(answering("HTTP/1.1 200 OK\r\n\r\n" + "x" * 1001)))
    assert error.tag == "response-too-large"


def test_transfer_encodings_are_undone_and_content_encodings_kept() -> None:
    answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert send(serve(answering(answer))).body == b"abcde"
    answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
    assert send(serve(answering(answer))).body == b"plain"


def test_follows_no_redirect() -> None:
    answer = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    assert send(serve(answering(answer))).status == 302


def test_says_why_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").tag == "refused"
    assert failure("http://nowhere.invalid/").tag == "dns"
    assert failure("ftp://127.0.0.1/").tag == "other"


@pytest.mark.parametrize("answer", ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_says_when_the_connection_breaks(answer: str) -> None:
    assert failure(serve(answering(answer))).tag == "interrupted"


def test_errors_hold_no_secret() -> None:
    assert failure(serve(answering("this is no HTTP at all: secret\r\n\r\n"))).tag == "other"
    assert failure(serve(answering(OK)), headers=[("X-Atlas-Token", "secret\nX-Other: 1")]).tag == "other"
    assert failure("http://127.0.0.1:secret/").tag == "other"


def test_logs_hold_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = "HTTP/1.1 302 Found\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n"
    assert send(serve(answering(answer)), headers=[("X-Atlas-Token", "secret")]).status == 302
    assert "secret" not in caplog.text
    # What the program itself sends is its own affair.
    httpcore.request("GET", serve(answering(answer)))
    assert "secret" in caplog.text


def test_takes_proxies_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], bytes]] = []
    proxy = serve(answering(OK, seen)).removesuffix("/secret-path")
    monkeypatch.setenv("HTTP_PROXY", proxy.replace("://", "://user:pass%3Aword@"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert send("http://atlas.invalid/a").status == 200
    [(lines, _)] = seen
    assert lines[0] == "GET http://atlas.invalid/a HTTP/1.1"
    credentials = base64.b64encode(b"user:pass:word").decode()
    assert sorted(lines[1:]) == ["Host: atlas.invalid", f"Proxy-Authorization: Basic {credentials}"]
    assert send(serve(answering(OK))).status == 200
    for nonsense in ("nonsense://secret", "http://secret:port"):
        monkeypatch.setenv("HTTP_PROXY", nonsense)
        assert "HTTP_PROXY" in failure("http://atlas.invalid/").value


def test_a_tunnel_through_a_proxy_can_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], bytes]] = []
    refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    monkeypatch.setenv("HTTPS_PROXY", serve(answering(refusal, seen)))
    error = failure("https://atlas.invalid/secret")
    assert (error.tag, "403 Forbidden" in error.value) == ("other", True)
    assert seen[0][0][0] == "CONNECT atlas.invalid:443 HTTP/1.1"


def test_trusts_whom_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    box = tmp_path.with_name("box")
    box.write_bytes(bytes(8 << 20))

    def secure() -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)

        def answer(connection: socket.socket) -> None:
            try:
                with context.wrap_socket(connection, server_side=True) as tls:
                    answering(OK)(tls)
            except OSError:
                return

        return serve(answer).replace("http:", "https:")

    error = failure(secure())
    assert (error.tag, "certificate" in error.value) == ("tls", True)
    for variable, value in (
        ("ATLAS_CAFILE", str(tmp_path / "ca.pem")),
        ("ATLAS_CAPATH", str(tmp_path)),
        ("ATLAS_TLS_NOVERIFY", "1"),
    ):
        with monkeypatch.context() as environment:
            environment.setenv(variable, value)
            response = send(secure(), "put", file=box)
            assert (response.status, response.sent) == (200, 8 << 20)
    (tmp_path / "none.pem").write_text("nothing")
    monkeypatch.setenv("ATLAS_CAFILE", str(tmp_path / "none.pem"))
    assert f"ATLAS_CAFILE: {tmp_path / 'none.pem'}: no PEM" in failure(secure()).value


def test_speaks_no_tls_with_one_who_does_not() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(64)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert failure(serve(answer).replace("http:", "https:")).tag == "tls"
