"""The HTTP client of this host, on httpcore: HTTP/1.1, proxies from the environment, no redirects."""

from __future__ import annotations

import contextlib
import os
import ssl
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import socksio

from . import tls
from .body import Body
from .contract import Request, Response, Saved
from .errors import TransportError
from .log_filter import quiet
from .network import Limits, Network
from .part_file import Saving


class HttpClient:
    """Sends requests with httpcore, each over a connection of its own: nothing of an answer before can be
    left on it.

    Trusts the system's certificates, or what `ATLAS_CAFILE`, `ATLAS_CAPATH` or `ATLAS_TLS_NOVERIFY` say
    in `environment`; takes proxies from `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` of this
    process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        # Reading the system's certificates takes longer than a request: not before it is needed.
        self._trust: ssl.SSLContext | None = None

    def send(
        self,
        request: Request,
        body: Body,
        stop: threading.Event | None = None,
        saving: Saving | None = None,
    ) -> Response:
        """Sends a request, and reads its response, or lets `saving` have its body. Raises `TransportError`
        if there is none, and `Stopped` soon after `stop` is set."""
        limits = Limits(request, body, stop or threading.Event())
        try:
            url = httpcore.URL(request.url)
            headers = _headers(request, url, body)
            to_send = httpcore.Request(request.method.upper(), url, headers=headers, content=limits.body())
        except ValueError:
            raise _not_sendable() from None
        with quiet(), _in_our_words(), self._pool(url, limits) as pool:
            response = pool.handle_request(to_send)
            answer, saved = b"", None
            if saving is not None and saving.takes(response.status):
                saved = _save(response, saving, limits)
            else:
                answer = _read(response, request.response_limit)
        return Response(
            status=response.status,
            headers=[(n.decode(errors="replace"), v.decode(errors="replace")) for n, v in response.headers],
            body=answer,
            sent=body.sent,
            sent_sha256=body.sha256,
            saved=saved,
        )

    def _pool(self, url: httpcore.URL, limits: Limits) -> httpcore.ConnectionPool:
        """What makes the connection."""
        proxy = _proxy(url)
        options: dict[str, Any] = {"network_backend": Network(limits)}
        options["ssl_context"] = self._secure() if url.scheme == b"https" else tls.nobody()
        if proxy is None:
            return httpcore.ConnectionPool(**options)
        try:
            parts = urlsplit(proxy)
            if parts.username is not None:
                options["proxy_auth"] = (unquote(parts.username), unquote(parts.password or ""))
            address = httpcore.URL(
                scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target="/"
            )
            if parts.scheme in ("socks5", "socks5h"):
                return httpcore.SOCKSProxy(address, **options)
            if parts.scheme == "https":
                options["proxy_ssl_context"] = self._secure()
            if parts.scheme in ("http", "https"):
                return httpcore.HTTPProxy(address, **options)
        except ValueError:
            pass
        raise TransportError(
            "other",
            "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY in the environment is not the URL of a proxy "
            "(http, https, socks5)",
        )

    def _secure(self) -> ssl.SSLContext:
        self._trust = self._trust or tls.trust(self._environment)
        return self._trust


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    """What httpcore raises, as a `TransportError`."""
    try:
        yield
    except httpcore.RemoteProtocolError as error:
        # httpcore and h11 have no type for an end that is too early, only texts.
        if str(error).startswith(("Server disconnected", "peer closed connection")):
            raise TransportError("interrupted") from None
        raise TransportError("other", f"the answer is not HTTP: {error}") from None
    except (httpcore.ProxyError, socksio.SOCKSError) as error:
        raise TransportError("other", f"the proxy refused: {error}") from None
    except httpcore.LocalProtocolError:
        raise _not_sendable() from None
    except httpcore.UnsupportedProtocol:
        raise TransportError("other", "only http and https can be sent") from None


def _not_sendable() -> TransportError:
    # A text that says more could have a token in it.
    return TransportError("other", "HTTP can't carry the request's URL or one of its headers")


def _headers(request: Request, url: httpcore.URL, body: Body) -> list[tuple[bytes, bytes]]:
    """Those that the request has, and what HTTP itself needs."""
    host = b"[%b]" % url.host if b":" in url.host else url.host
    headers = [(b"Host", host if url.port is None else b"%b:%d" % (host, url.port))]
    headers += [(header.name.encode(), header.value.encode()) for header in request.headers]
    if request.body.tag != "empty" or request.method in ("patch", "post", "put"):
        headers.append((b"Content-Length", b"%d" % body.length))
    return headers


def _proxy(url: httpcore.URL) -> str | None:
    proxies = urllib.request.getproxies()
    host = url.host.decode(errors="replace")
    if urllib.request.proxy_bypass(host if url.port is None else f"{host}:{url.port}"):
        return None
    return proxies.get(url.scheme.decode(errors="replace")) or proxies.get("all")


def _read(response: httpcore.Response, most: int) -> bytes:
    """Its body."""
    body = bytearray()
    for chunk in response.iter_stream():
        if len(body) + len(chunk) > most:
            raise TransportError("response-too-large")
        body += chunk
    return bytes(body)


def _save(response: httpcore.Response, saving: Saving, limits: Limits) -> Saved:
    """Saves its body."""

    def chunks() -> Iterator[bytes]:
        # Only from here on: to hash what is there already takes its time.
        limits.expect_rest()
        with _in_our_words():
            for chunk in response.iter_stream():
                yield chunk
                # To write it may have taken its time, too.
                limits.moved()

    lengths = [value for name, value in response.headers if name.lower() == b"content-length"]
    length = int(lengths[0]) if lengths and lengths[0].isdigit() else None
    return saving.save(response.status, length, chunks())
