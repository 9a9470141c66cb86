"""Drives the library with the arguments of the `atlas-host` command, for the suites that all hosts run."""

import argparse
import signal
import sys
from collections.abc import Callable
from typing import Any

from atlas_post_processor import (
    Field,
    Job,
    Options,
    Query,
    Report,
    Retry,
    download,
    find,
    publish,
    validate,
)


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("publish", "validate"):
        of_job(commands.add_parser(name).add_argument)
    for name in ("find", "download"):
        of_query(commands.add_parser(name).add_argument)
    for command in commands.choices.values():
        add = command.add_argument
        add("--resume")
        add("--attempts", type=int, default=8)
        add("--retry-timeout", type=int, default=300)
        add("--json", action="store_true")
        add("-v", dest="verbosity", action="count", default=0)
    given = parser.parse_args()
    try:
        report = do(given, Options(verbosity=min(given.verbosity, 2), on_line=tell))
    except ValueError as error:
        parser.error(str(error))
    for line in [report.json] if given.json else report.lines:
        print(line, flush=True)
    for line in [*report.lines, *report.messages] if given.json else report.messages:
        tell(line)
    return report.exit_status


def of_job(add: Callable[..., Any]) -> None:
    """What publish and validate take."""
    add("template", nargs="?")
    add("--config")
    add("--set", dest="settings", action="append", default=[], type=lambda text: text.split("=", 1))
    add("--artifact")
    add("--manifest")
    add("--build")
    # In one list, as what comes later wins.
    add(
        "--var", dest="variables", action="append", default=[], type=lambda text: dict([text.split("=", 1)])
    )
    add("--var-file", dest="variables", action="append")
    add("--compression", type=int, default=6)
    add("--spool")
    add("--no-confirm", action="store_true")


def of_query(add: Callable[..., Any]) -> None:
    """What find and download take."""
    add("slug")
    add("--version")
    add("--metadata", action="append", default=[], type=lambda text: (*text.split("=", 1), None)[:2])
    add("--field")
    add("--region")
    add("--address")
    add("--output")


def do(given: argparse.Namespace, options: Options) -> Report:
    """Does what was given."""
    retry = Retry(given.attempts, given.retry_timeout * 1000)
    if given.command in ("find", "download"):
        query = Query(
            slug=given.slug,
            version=given.version,
            metadata=given.metadata,
            field=None if given.field is None else Field(given.field, given.region),
            address=given.address,
            retry=retry,
        )
        if given.command == "find":
            return find(query, options)
        return download(query, given.output, options, checkpoint=given.resume)
    job = Job(
        template=sys.stdin.buffer.read() if given.template == "-" else given.template,
        config=sys.stdin.buffer.read() if given.config == "-" else given.config,
        settings=given.settings,
        artifact=given.artifact,
        manifest=given.manifest,
        build=given.build,
        variable_files=given.variables,
        checkpoint=given.resume,
        compression=given.compression,
        spool=given.spool,
        retry=retry,
        confirm=not given.no_confirm,
    )
    return publish(job, options) if given.command == "publish" else validate(job, options)


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
