"""Keeps compiled components in the user's cache directory: compiling takes longer than publishing an AMI.

Compiled code is run as it is, so it is read only from a directory and a file that nobody else can write
to. Without such a directory the component is compiled each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import stat
import tempfile
from pathlib import Path

import platformdirs
from wasmtime import Engine, WasmtimeError
from wasmtime.component import Component


def load(engine: Engine, wasm: bytes) -> Component:
    """The component of these bytes, compiled now or before.

    Raises `WasmtimeError` if they are none.
    """
    directory = platformdirs.user_cache_path("atlas-post-processor", appauthor=False)
    file = directory / _name(wasm)
    code = _read(file)
    if code is not None:
        # Code for another processor is refused; it is compiled anew and replaced.
        with contextlib.suppress(WasmtimeError):
            return Component.deserialize(engine, code)
    component = Component(engine, wasm)
    with contextlib.suppress(OSError):
        _write(file, bytes(component.serialize()))
    return component


def _name(wasm: bytes) -> str:
    """What the code depends on."""
    version = importlib.metadata.version("wasmtime")
    return f"{hashlib.sha256(wasm).hexdigest()}-{version}-{platform.machine()}.cwasm"


def _read(file: Path) -> bytes | None:
    """The code, if it is there and only the user can have written it."""
    try:
        if not _is_private(os.lstat(file.parent)):
            return None
        with file.open("rb") as opened:
            return opened.read() if _is_private(os.fstat(opened.fileno())) else None
    except OSError:
        return None


def _write(file: Path, code: bytes) -> None:
    """Puts the code in its place, whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The file of `mkstemp` is the user's alone.
    handle, beside = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(code)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _is_private(status: os.stat_result) -> bool:
    """Whether a file or directory belongs to the user, and nobody else may write to it."""
    if not hasattr(os, "geteuid"):
        return True  # Windows: the cache directory is below the user's own.
    return (
        not stat.S_ISLNK(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
