"""Whose certificates are trusted."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

from .errors import TransportError


def trust(environment: Mapping[str, str]) -> ssl.SSLContext:
    """What the `ATLAS_` variables of the environment say about trust.

    The certificates of the PEM file `ATLAS_CAFILE`, or of all files in the directory `ATLAS_CAPATH`,
    and no others; with `ATLAS_TLS_NOVERIFY`, any; without them, whatever the system trusts. Raises
    `TransportError` that says which file can't be used.
    """
    if environment.get("ATLAS_TLS_NOVERIFY"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if file := environment.get("ATLAS_CAFILE"):
        return _only("ATLAS_CAFILE", [Path(file)])
    if directory := environment.get("ATLAS_CAPATH"):
        try:
            files = sorted(path for path in Path(directory).iterdir() if path.is_file())
        except OSError as error:
            raise _unusable("ATLAS_CAPATH", Path(directory), error) from None
        return _only("ATLAS_CAPATH", files)
    return ssl.create_default_context()


def nobody() -> ssl.SSLContext:
    """Trusts none, for http: reading the system's certificates takes longer than a request."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _only(variable: str, files: list[Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for file in files:
        try:
            context.load_verify_locations(cadata=file.read_bytes().decode("ascii", "replace"))
        except OSError as error:  # also what is no certificate: an SSLError
            raise _unusable(variable, file, error) from None
    return context


def _unusable(variable: str, path: Path, error: OSError) -> TransportError:
    reason = "no PEM certificate in it" if isinstance(error, ssl.SSLError) else error.strerror or str(error)
    return TransportError("tls", f"{variable}: {path}: {reason}; name a PEM file, or unset it")
