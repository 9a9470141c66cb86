"""The HTTP client, byte by byte, against sockets of this machine."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import trustme

from atlas_post_processor import HttpClient, Observer, TransportError
from atlas_post_processor.contract import Body, BytesBody, EmptyBody, FileBody, Header, Request, Response

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


def send(
    url: str,
    method: str = "GET",
    body: Body | None = None,
    headers: list[Header] | None = None,
    timeout_ms: int = 10_000,
    observer: Observer | None = None,
) -> Response:
    request = Request(
        "test", method, url, True, headers or [], body or EmptyBody(), timeout_ms, response_limit=1000
    )
    with HttpClient() as client:
        return client.send(request, None, observer or Observer())


def failure(url: str, **options: object) -> TransportError:
    with pytest.raises(TransportError) as raised:
        send(url, **options)  # type: ignore[arg-type]
    assert "secret" not in str(raised.value)
    return raised.value


def test_sends_what_is_asked_for_and_no_more() -> None:
    seen: list[tuple[list[str], bytes]] = []
    url = serve(answering("HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}", seen))
    headers = [Header("X-Atlas-Token", "secret", sensitive=True)]
    response = send(url, "POST", BytesBody(b"hello"), headers)
    assert (response.status, response.body) == (201, b"{}")
    assert [value for name, value in response.headers if name == "X-A"] == ["1", "2"]
    host = url.removeprefix("http://").removesuffix("/secret-path")
    lines, body = seen[0]
    assert lines[0] == "POST /secret-path HTTP/1.1"
    assert sorted(lines[1:]) == ["Content-Length: 5", f"Host: {host}", "X-Atlas-Token: secret"]
    assert body == b"hello"


def test_head_has_no_body() -> None:
    response = send(serve(answering("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")), "HEAD")
    assert (response.status, response.body) == (200, b"")


def test_streams_a_file_with_its_size(tmp_path: Path) -> None:
    content = bytes(number % 251 for number in range(1_000_003))
    (tmp_path / "box").write_bytes(content)
    seen: list[tuple[list[str], bytes]] = []

    class Progress(Observer):
        last = (0, 0)

        def sent(self, size: int, of: int) -> None:
            self.last = (size, of)

    progress = Progress()
    send(serve(answering(OK, seen)), "PUT", FileBody(str(tmp_path / "box")), observer=progress)
    lines, body = seen[0]
    assert "Content-Length: 1000003" in lines
    assert not any(line.lower().startswith("transfer-encoding") for line in lines)
    assert body == content
    assert progress.last == (1_000_003, 1_000_003)


def test_a_file_that_changes_is_no_success(tmp_path: Path) -> None:
    box = tmp_path / "box"
    # More than the connection's buffers hold, so that the client has to wait with its last part.
    for size in (17 << 20, 1 << 20):
        box.write_bytes(bytes(16 << 20))

        def answer(connection: socket.socket, size: int = size) -> None:
            with box.open("r+b") as file:
                file.truncate(size)
            while connection.recv(1 << 20):
                pass

        error = failure(serve(answer), method="PUT", body=FileBody(str(box)))
        assert error.kind == "body-unreadable"


def test_a_file_that_is_none_can_not_be_sent(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        error = failure("http://127.0.0.1:9/", body=FileBody(str(path)))
        assert error.kind == "body-unreadable"
        assert str(path) in str(error)


def test_an_early_answer_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))

    def answer(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig")

    response = send(serve(answer), "PUT", FileBody(str(tmp_path / "box")))
    assert (response.status, response.body, response.sent_sha256) == (413, b"big", None)


def test_gives_up_when_nothing_moves(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(bytes(32 << 20))
    bodies: list[Body] = [EmptyBody(), FileBody(str(tmp_path / "box"))]
    for body in bodies:
        done = threading.Event()
        url = serve(lambda _, done=done: done.wait(10))  # type: ignore[misc]
        started = time.monotonic()
        assert failure(url, body=body, timeout_ms=200).kind == "timeout"
        assert time.monotonic() - started < 5
        done.set()


def test_an_answer_that_comes_byte_by_byte_is_given_up() -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b" ")
                time.sleep(0.02)

    assert failure(serve(answer), timeout_ms=200).kind == "timeout"


def test_does_not_give_up_while_something_moves() -> None:
    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        for byte in b"patience":
            time.sleep(0.1)
            connection.sendall(bytes([byte]))

    assert send(serve(answer), timeout_ms=500).body == b"patience"


def test_reads_no_more_than_the_limit() -> None:
    assert len(send(serve(answering("HTTP/1.1 200 OK\r\n\r\n" + "x" * 1000))).body) == 1000
    error = failure(serve(answering("HTTP/1.1 200 OK\r\n\r\n" + "x" * 1001)))
    assert error.kind == "response-too-large"


def test_compressed_bodies_stay_as_they_are() -> None:
    answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
    assert send(serve(answering(answer))).body == b"plain"


def test_follows_no_redirect() -> None:
    answer = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    assert send(serve(answering(answer))).status == 302


def test_says_why_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").kind == "refused"
    assert failure("http://nowhere.invalid/").kind == "dns"


@pytest.mark.parametrize("answer", ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_says_when_the_connection_breaks(answer: str) -> None:
    assert failure(serve(answering(answer))).kind == "interrupted"


def test_errors_hold_no_secret() -> None:
    assert failure(serve(answering("this is no HTTP at all\r\n\r\n"))).kind == "other"
    header = Header("X-Atlas-Token", "secret\nX-Other: 1", sensitive=True)
    assert failure(serve(answering(OK)), headers=[header]).kind == "other"
    assert failure("http://127.0.0.1:secret/").kind == "other"


def test_logs_hold_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = "HTTP/1.1 302 Found\r\nLocation: /secret\r\nContent-Length: 0\r\n\r\n"
    assert send(serve(answering(answer))).status == 302
    assert "secret" not in caplog.text
    # What the program itself sends is its own affair.
    httpx.get(serve(answering(OK)))
    assert "secret" in caplog.text


def test_takes_proxies_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], bytes]] = []
    monkeypatch.setenv("HTTP_PROXY", serve(answering(OK, seen)).removesuffix("/secret-path"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert send("http://atlas.invalid/a").status == 200
    assert seen == [(["GET http://atlas.invalid/a HTTP/1.1", "Host: atlas.invalid"], b"")]
    assert send(serve(answering(OK))).status == 200
    monkeypatch.setenv("HTTP_PROXY", "nonsense://secret")
    assert "HTTP_PROXY" in failure("http://atlas.invalid/").text


def test_trusts_whom_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

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
    assert (error.kind, "certificate" in error.text) == ("tls", True)
    for variable, value in (
        ("ATLAS_CAFILE", str(tmp_path / "ca.pem")),
        ("ATLAS_CAPATH", str(tmp_path)),
        ("ATLAS_TLS_NOVERIFY", "1"),
    ):
        with monkeypatch.context() as environment:
            environment.setenv(variable, value)
            assert send(secure()).status == 200
    (tmp_path / "none.pem").write_text("nothing")
    monkeypatch.setenv("ATLAS_CAFILE", str(tmp_path / "none.pem"))
    assert f"ATLAS_CAFILE: {tmp_path / 'none.pem'}: no PEM" in str(failure(secure()))


def test_speaks_no_tls_with_one_who_does_not() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(64)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert failure(serve(answer).replace("http:", "https:")).kind == "tls"
