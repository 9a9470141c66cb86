"""What went wrong with a request, in the contract's words.

No text names the URL or a header: they can be secrets, and people are told what the request was for.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from .contract import TransportError


def transport_error(error: Exception) -> TransportError:
    """Sorts an error of httpx's by what lies at its root."""
    for part in _chain(error):
        match part:
            case socket.gaierror():
                return TransportError("dns")
            # A timeout of a socket is one, too.
            case httpx.TimeoutException() | TimeoutError():
                return TransportError("timeout")
            case ConnectionRefusedError():
                return TransportError("refused")
            case ConnectionError() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
                return TransportError("interrupted")
            case ssl.SSLCertVerificationError():
                return TransportError("tls", part.verify_message)
            case ssl.SSLError():
                return TransportError("tls", part.reason or str(part))
    match error:
        case httpx.RemoteProtocolError() if _has_ended_early(error):
            return TransportError("interrupted")
        case httpx.RemoteProtocolError():
            return TransportError("other", f"the answer is no HTTP: {error}")
        case httpx.LocalProtocolError() | httpx.InvalidURL() | UnicodeError():
            # The text can have a token in it.
            return TransportError("other", "HTTP can't carry the request's URL or one of its headers")
        case httpx.UnsupportedProtocol():
            return TransportError("other", "only http and https can be sent")
    return TransportError("other", str(error) or type(error).__name__)


def _has_ended_early(error: httpx.RemoteProtocolError) -> bool:
    """Whether the server closed the connection: httpcore and h11 have no type for that, only texts."""
    return str(error).startswith(("Server disconnected", "peer closed connection"))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that it goes back to."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
