"""The files of an artifact: their paths as the guest sees them, and the directories that it reads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_MOST_LINKS = 40
"""How many links may follow each other. Linux gives up at 40 as well."""


def resolve(files: list[str]) -> list[str]:
    """Makes paths what they are for the guest: absolute.

    A single one that is a symbolic link goes by what it leads to, wherever that is; of several, each
    goes by its own name. What does not exist stays as it is, for the component to name.
    """
    return [_resolve(file, len(files) == 1) for file in files]


def directories(files: Iterable[str]) -> tuple[str, ...]:
    """The directories that the files are in, and those that symbolic links among them lead to."""
    found = {directory for file in files for directory in _directories_of(file)}
    return tuple(sorted(path for path in found if Path(path).is_dir()))


def absolute(path: str) -> str | None:
    """The path from the root; None if the working directory is gone."""
    # As it is written: `os.path.abspath` would take `..` away, past symbolic links.
    if Path(path).is_absolute():
        return path
    directory = working_directory()
    return None if directory is None else str(Path(directory, path))


def working_directory() -> str | None:
    """None if it is gone, or not Unicode."""
    try:
        directory = str(Path.cwd())
    except OSError:
        return None
    return directory if is_text(directory) else None


def is_text(text: str) -> bool:
    """Whether it is Unicode: Python keeps other bytes of the system's as half characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _resolve(file: str, follow: bool) -> str:
    try:
        path = str(Path(file).resolve(strict=True)) if follow else absolute(file)
    except (OSError, RuntimeError, ValueError):
        path = absolute(file)
    return path if path is not None and is_text(path) else file


def _directories_of(file: str) -> Iterable[str]:
    path = file
    for _ in range(_MOST_LINKS):
        try:
            target = str(Path(path).readlink())
        except (OSError, ValueError):
            yield path if _is_directory(path) else str(Path(path).parent)
            return
        parent = str(Path(path).parent)
        yield parent
        # Without `.` and `..`, as the component writes it.
        path = os.path.normpath(os.path.join(parent, target))  # noqa: PTH118


def _is_directory(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except ValueError:
        return False
