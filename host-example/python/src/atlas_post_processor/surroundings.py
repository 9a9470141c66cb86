"""What the guest gets to see of this machine: variables, paths, directories."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from .contract import Artifact, Run

_MOST_LINKS = 40
"""How many links may follow each other. Linux gives up at 40 as well."""


def environment(read_by_template: Iterable[str]) -> dict[str, str]:
    """The variables of the environment that the guest sees: Atlas's own and those that a template
    reads. What is no Unicode is left out."""
    seen = set(read_by_template)
    return {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("ATLAS_") or name in seen) and is_text(name) and is_text(value)
    }


def run(template_path: str | None, variables: Mapping[str, str]) -> Run:
    """This run, as Packer would describe it."""
    path = None if template_path is None else _absolute(template_path)
    return Run(
        template_path=path if path is not None and is_text(path) else None,
        working_directory=_working_directory(),
        started_at=int(time.time()),
        variables=dict(variables),
    )


def resolve_files(artifact: Artifact) -> Artifact:
    """Makes an artifact's paths what they are for the guest: absolute.

    A single one that is a symbolic link goes by what it leads to, wherever that is; of several, each
    goes by its own name. What does not exist stays as it is, for the component to name.
    """
    single = len(artifact.files) == 1
    return dataclasses.replace(artifact, files=[_resolve(f, single) for f in artifact.files])


def directories(files: Iterable[str]) -> tuple[str, ...]:
    """The directories that the artifact's files are in, and those that symbolic links among the files
    lead to. What does not exist is left for the component to name."""
    found = {directory for file in files for directory in _directories_of(file)}
    return tuple(sorted(path for path in found if Path(path).is_dir()))


def is_text(text: str) -> bool:
    """Whether it is Unicode: Python keeps other bytes of the system's as half characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _absolute(path: str) -> str | None:
    # As it is written: `os.path.abspath` would take `..` away, past symbolic links.
    if Path(path).is_absolute():
        return path
    directory = _working_directory()
    return None if directory is None else str(Path(directory, path))


def _working_directory() -> str | None:
    """None if it is gone, or no Unicode."""
    try:
        directory = str(Path.cwd())
    except OSError:
        return None
    return directory if is_text(directory) else None


def _resolve(file: str, follow: bool) -> str:
    try:
        path = str(Path(file).resolve(strict=True)) if follow else _absolute(file)
    except (OSError, RuntimeError, ValueError):
        path = _absolute(file)
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
