"""What can be given on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..contract import Options, Patience
from ..packing import Packing
from ..surroundings import is_text

_U32_MAX = 2**32 - 1


@dataclass(frozen=True)
class Variable:
    """One user variable."""

    name: str
    value: str


@dataclass(frozen=True)
class VariableFile:
    """User variables from a file."""

    name: str


@dataclass
class Arguments:
    """The command and its options."""

    command: str = ""
    template: str = ""
    artifact: str | None = None
    manifest: str | None = None
    build: str | None = None
    variables: list[Variable | VariableFile] = field(default_factory=list)
    json: bool = False
    component: Path | None = None
    verbose: int = 0
    resume: Path | None = None
    no_confirm: bool = False
    attempts: int = 8
    patience: int = 300
    compression: int = 6
    spool: Path | None = None

    @property
    def template_name(self) -> str:
        """The name by which the template is known to people."""
        return "<stdin>" if self.template == "-" else self.template

    def options(self) -> Options:
        """How to publish."""
        return Options(Patience(self.attempts, self.patience * 1000), confirm=not self.no_confirm)

    def packing(self) -> Packing:
        """How archives are made."""
        return Packing(level=self.compression, spool=self.spool)


def parse(words: Sequence[str]) -> Arguments:
    """The arguments. Wrong ones are explained and end the program with status 2."""
    return _parser().parse_args(words, Arguments())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="atlas-post-processor",
        description="Publishes what Packer builds in Atlas.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("validate", "Check a template without sending anything"),
        ("publish", "Publish a build's artifact through the template's `atlas` post-processors"),
    ):
        command = commands.add_parser(
            name,
            help=text,
            description=text,
            allow_abbrev=False,
            # What is not given stays as it is in `Arguments`.
            argument_default=argparse.SUPPRESS,
        )
        _add_inputs(command, artifact_is_required=name == "publish")
        if name == "publish":
            _add_publishing(command)
    return parser


def _add_inputs(command: argparse.ArgumentParser, artifact_is_required: bool) -> None:
    add = command.add_argument
    add("template", type=_text, help="The Packer template; `-` reads it from the standard input")
    made = command.add_mutually_exclusive_group(required=artifact_is_required)
    made.add_argument(
        "--artifact",
        metavar="FILE",
        help="The artifact, described in JSON: builder-id, id, files, metadata",
    )
    made.add_argument(
        "--manifest",
        metavar="FILE",
        help="The artifact, from what Packer's `manifest` post-processor wrote",
    )
    add("--build", metavar="NAME", type=_text, help="The build, if the template has several")
    # Both go into one list: what comes later wins.
    add(
        "--var",
        dest="variables",
        metavar="NAME=VALUE",
        type=_variable,
        action="append",
        help="Set a user variable; what comes later wins",
    )
    add(
        "--var-file",
        dest="variables",
        metavar="FILE",
        type=VariableFile,
        action="append",
        help="Set user variables from a JSON object of strings; what comes later wins",
    )
    add("--json", action="store_true", help="Write the result as one JSON document on the standard output")
    add("--component", metavar="FILE", type=Path, help="Use this component instead of the package's own")
    add(
        "-v",
        "--verbose",
        action="count",
        help="Log requests and answers, without secrets; twice: with their JSON",
    )


def _add_publishing(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "--resume",
        metavar="FILE",
        type=Path,
        help="Keep in FILE how far it has come, and go on from there if FILE is there already; it is "
        "removed at the end",
    )
    add(
        "--no-confirm",
        action="store_true",
        help="Do not look at the end whether Atlas lists what was published",
    )
    add(
        "--attempts",
        metavar="NUMBER",
        type=_number(1, _U32_MAX),
        help="How often a request that fails for a passing reason is sent at most [default: 8]",
    )
    add(
        "--patience",
        metavar="SECONDS",
        type=_number(0, _U32_MAX),
        help="How many seconds are waited between these attempts in sum at most [default: 300]",
    )
    add(
        "--compression",
        metavar="LEVEL",
        type=_number(0, 9),
        help="How small archives are made: 0 (stored) to 9 (smallest) [default: 6]",
    )
    add(
        "--spool",
        metavar="DIR",
        type=Path,
        help="Where an archive is kept until it is uploaded; by default the system's temporary directory",
    )


def _text(word: str) -> str:
    if not is_text(word):
        raise argparse.ArgumentTypeError("this is no UTF-8")
    return word


def _variable(word: str) -> Variable:
    name, sign, value = _text(word).partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("a variable is given as NAME=VALUE")
    return Variable(name, value)


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(word: str) -> int:
        if not (word.isascii() and word.isdigit() and len(word) < 12 and least <= int(word) <= most):
            raise argparse.ArgumentTypeError(f"a number from {least} to {most} is needed, not `{word}`")
        return int(word)

    return number
