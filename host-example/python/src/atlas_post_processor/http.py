"""The HTTP client of this host, on httpx: HTTP/1.1, proxies from the environment, no redirects."""

from __future__ import annotations

import contextlib
import functools
import os
import ssl
import time
from types import TracebackType

import httpx

from . import tls
from .body import StreamedFile, Unreadable, open_file
from .contract import ArchiveBody, BytesBody, FileBody, Request, Response, TransportError
from .fault import transport_error
from .observer import Observer
from .packing import Spooled
from .quiet import quiet

_CONNECT_TIMEOUT = 30.0
"""The longest that making a connection may take, in seconds."""

_ANSWER_TIMEOUTS = 5
"""How many of a request's time-outs its whole answer may take (`wit/publishing.wit`)."""


class HttpClient:
    """Sends requests with httpx.

    Trusts the system's certificates, or what `ATLAS_CAFILE`, `ATLAS_CAPATH` or `ATLAS_TLS_NOVERIFY`
    say; takes proxies from `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. It reads its
    environment when it first sends something.
    """

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        for client in [self.__dict__.pop(name, None) for name in ("_plain", "_secure")]:
            if client is not None:
                client.close()

    def send(self, request: Request, archive: Spooled | None, observer: Observer) -> Response:
        """Sends one request and waits for its answer. Raises `TransportError` if there is none."""
        with quiet(), contextlib.ExitStack() as opened:
            try:
                file = _streamed(request, archive, observer, opened)
                return self._exchange(request, file)
            except Unreadable as error:
                raise TransportError("body-unreadable", str(error)) from None
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
                raise transport_error(error) from None

    @functools.cached_property
    def _plain(self) -> httpx.Client:
        return _client(tls.nobody())

    @functools.cached_property
    def _secure(self) -> httpx.Client:
        return _client(tls.trust(os.environ))

    def _exchange(self, request: Request, file: StreamedFile | None) -> Response:
        """Sends it and reads the whole answer."""
        to_send = _prepare(request, file)
        client = self._secure if to_send.url.scheme == "https" else self._plain
        response = client.send(to_send, stream=True, follow_redirects=False)
        due = time.monotonic() + _ANSWER_TIMEOUTS * request.timeout_ms / 1000
        with contextlib.closing(response):
            body = bytearray()
            for chunk in response.iter_raw():
                if time.monotonic() > due:
                    raise TransportError("timeout")
                if len(body) + len(chunk) > request.response_limit:
                    raise TransportError("response-too-large")
                body += chunk
        headers = [
            (name.decode(errors="replace"), value.decode(errors="replace"))
            for name, value in response.headers.raw
        ]
        return Response(response.status_code, headers, bytes(body), file.sha256 if file else None)


def _client(trust: ssl.SSLContext) -> httpx.Client:
    try:
        return httpx.Client(verify=trust)
    except ValueError:
        raise TransportError(
            "other",
            "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY in the environment is not the URL of a proxy "
            "(http, https, socks5)",
        ) from None


def _streamed(
    request: Request, archive: Spooled | None, observer: Observer, opened: contextlib.ExitStack
) -> StreamedFile | None:
    """The request's body if that is a file, which `opened` closes, or the archive."""
    match request.body:
        case FileBody(path):
            file, size = open_file(path)
            opened.enter_context(file)
            return StreamedFile(file, size, observer)
        case ArchiveBody():
            return StreamedFile.of_archive(archive, observer)
    return None


def _prepare(request: Request, file: StreamedFile | None) -> httpx.Request:
    """The request as httpx takes it.

    Made without a client, so that it has the headers that it is given, `Host` and `Content-Length`
    alone: no `User-Agent`, `Accept`, `Accept-Encoding` or cookies.
    """
    headers = [(header.name.encode(), header.value.encode()) for header in request.headers]
    if file is not None:
        headers.append((b"Content-Length", str(file.size).encode()))
    seconds = request.timeout_ms / 1000
    timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_TIMEOUT))
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        content=request.body.data if isinstance(request.body, BytesBody) else file,
        extensions={"timeout": timeout.as_dict()},
    )
