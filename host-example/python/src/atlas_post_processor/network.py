"""Connections for httpcore that keep a request's time limits, hear an early answer, and can be stopped.

httpcore's own know no limit but that of a single read or write.
"""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore

from .body import Body
from .contract import Request
from .errors import Stopped, TransportError

_LOOK_AGAIN = 0.1
"""How often is looked whether to stop, in seconds."""
_MOST_EARLY = 64 * 1024
"""How much of an answer is read while the request is being sent."""
_BLOCKED = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Limits:
    """How long the phases of one request may take."""

    def __init__(self, request: Request, body: Body, stop: threading.Event) -> None:
        self._request = request
        self._body = body
        self._stop = stop
        self.is_sending = False
        self._idle: float = float("inf")
        self._moved = time.monotonic()
        self._due: float = self._moved + request.connect_timeout_ms / 1000

    def body(self) -> Iterator[bytes]:
        """The body: with its first byte the connection is made, with its last the request is sent."""
        self.is_sending, self._due = True, float("inf")
        self._idle = self._request.idle_timeout_ms / 1000
        self.moved()
        yield from self._body
        self.expect_answer()

    def expect_answer(self) -> None:
        """No more is sent."""
        self.is_sending = False
        self._due = time.monotonic() + self._request.answer_timeout_ms / 1000

    def expect_rest(self) -> None:
        """The rest of the answer takes as long as it takes."""
        self._due = float("inf")
        self.moved()

    def moved(self) -> None:
        """Something was sent or received."""
        self._moved = time.monotonic()

    def left(self) -> float:
        """How many seconds may pass before this is asked again. Raises `TransportError` or `Stopped`."""
        if self._stop.is_set():
            raise Stopped
        left = min(self._due, self._moved + self._idle) - time.monotonic()
        if left <= 0:
            raise TransportError("timeout")
        return min(left, _LOOK_AGAIN)


class Network(httpcore.NetworkBackend):
    """Makes the connections of one request."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects on a thread: to resolve a name knows no limit, and can't be stopped."""
        results: queue.SimpleQueue[socket.socket | OSError] = queue.SimpleQueue()
        is_late = threading.Event()

        def connect() -> None:
            try:
                connection = socket.create_connection((host, port))
            except OSError as error:
                results.put(error)
            except UnicodeError:
                results.put(socket.gaierror())
            else:
                results.put(connection)
                if is_late.is_set():
                    connection.close()

        threading.Thread(target=connect, name="connect", daemon=True).start()
        try:
            result: socket.socket | OSError | None = None
            while result is None:
                with contextlib.suppress(queue.Empty):
                    result = results.get(timeout=self._limits.left())
        except BaseException:
            is_late.set()
            raise
        if isinstance(result, OSError):
            raise _fault(result)
        result.setblocking(False)
        result.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Stream(result, self._limits)


class _Stream(httpcore.NetworkStream):
    """A connection. Its time limits are those of the request, not those that httpcore gives."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._socket = connection
        self._limits = limits
        self._early = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._limits.is_sending:
            self._limits.expect_answer()
        if self._early:
            data, self._early = self._early[:max_bytes], self._early[max_bytes:]
            return data
        while True:
            self._limits.left()  # also where there is always something to read
            try:
                data = self._socket.recv(max_bytes)
            except _BLOCKED as error:
                self._wait(error)
            except OSError as error:
                raise _fault(error) from None
            else:
                self._limits.moved()
                return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            self._limits.left()
            if self._limits.is_sending and self._is_answered():
                # httpcore goes on with reading the answer.
                raise httpcore.WriteError
            try:
                sent = self._socket.send(rest)
            except _BLOCKED:
                self._wait(None)
            except OSError as error:
                if self._limits.is_sending:
                    raise httpcore.WriteError from None
                raise _fault(error) from None
            else:
                self._limits.moved()
                rest = rest[sent:]

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        if isinstance(self._socket, ssl.SSLSocket):
            raise TransportError(
                "other", "a proxy that is reached by https can't carry https; use one by http"
            )
        try:
            secure = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            stream = _Stream(secure, self._limits)
            while True:
                try:
                    secure.do_handshake()
                    return stream
                except _BLOCKED as error:
                    stream._wait(error)
        except OSError as error:
            raise _fault(error) from None

    def get_extra_info(self, info: str) -> Any:
        return None

    def _wait(self, why: OSError | None) -> None:
        """Waits until it can be read or, without a reason, read or written; not for long."""
        events = selectors.EVENT_WRITE if isinstance(why, ssl.SSLWantWriteError) else selectors.EVENT_READ
        if why is None:
            events |= selectors.EVENT_WRITE
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, events)
            selector.select(self._limits.left())

    def _is_answered(self) -> bool:
        """Whether an answer has begun, or can't come any more. What does is kept for `read`."""
        try:
            data = self._socket.recv(_MOST_EARLY)
        except _BLOCKED:
            return False
        except OSError:
            return True
        self._limits.moved()
        self._early += data
        rest = self._early
        # An informational one is none.
        while rest[:7] == b"HTTP/1." and rest[9:10] == b"1" and b"\r\n\r\n" in rest:
            rest = rest.partition(b"\r\n\r\n")[2]
        is_informational = rest[:7] == b"HTTP/1." and rest[9:10] == b"1"
        return not data or len(self._early) > _MOST_EARLY or (len(rest) >= 10 and not is_informational)


def _fault(error: OSError) -> TransportError:
    """What went wrong, in the contract's words."""
    match error:
        case socket.gaierror():
            return TransportError("dns")
        case TimeoutError():
            return TransportError("timeout")
        case ConnectionRefusedError():
            return TransportError("refused")
        case ConnectionError() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return TransportError("interrupted")
        case ssl.SSLCertVerificationError():
            return TransportError("tls", error.verify_message)
        case ssl.SSLError():
            return TransportError("tls", error.reason or str(error))
    return TransportError("other", error.strerror or str(error))
