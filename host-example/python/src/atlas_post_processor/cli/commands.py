"""`validate` and `publish`."""

from __future__ import annotations

from dataclasses import dataclass

from ..checkpoint import CheckpointFile
from ..errors import CheckpointError, ComponentError, PublishError
from ..publication import drive
from . import show
from .arguments import Arguments
from .outcome import Failed, Outcome, Published, Refused, Report, Valid
from .prepare import Preparation, Prepared, Stop
from .watching import Watching


@dataclass(frozen=True)
class Ending:
    """How a command ended, and the checkpoint that it kept."""

    status: int
    checkpoint: CheckpointFile | None


def run(given: Arguments) -> Ending:
    """Does the work of a command and tells how it ended."""
    report = Report()
    checkpoint = None if given.resume is None else CheckpointFile(given.resume)
    outcome: Outcome
    try:
        preparation = Preparation(given, report)
        prepared = preparation.read()
        _note_if_nothing(prepared)
        if given.command == "validate":
            outcome = _validate(preparation, prepared, given)
        else:
            outcome = _publish(preparation, prepared, given, report, checkpoint)
    except Stop:
        outcome = Refused()
    except PublishError as error:
        outcome = Failed(error.code, error.message, error.published)
    except CheckpointError as error:
        outcome = Failed("checkpoint-not-kept", str(error))
    except ComponentError as error:
        outcome = Failed("component-failed", str(error))
    return Ending(report.finish(outcome, given.json), checkpoint)


def _validate(preparation: Preparation, prepared: Prepared, given: Arguments) -> Outcome:
    """Checks a template, and whether an artifact fits it if one is given."""
    if prepared.artifact is None:
        preparation.validate(prepared)
    else:
        preparation.begin(prepared, prepared.artifact, given.options(), None)
    return Valid()


def _publish(
    preparation: Preparation,
    prepared: Prepared,
    given: Arguments,
    report: Report,
    checkpoint: CheckpointFile | None,
) -> Outcome:
    """Publishes an artifact, or goes on with it."""
    # Not above: httpx takes longer to import than a template to be validated.
    from ..http import HttpClient

    assert prepared.artifact is not None, "the command line demands one"
    publication = preparation.begin(prepared, prepared.artifact, given.options(), checkpoint)
    # So that they come before what is done.
    report.show_findings()
    watching = Watching(given.verbose, report.mask)
    with HttpClient() as client:
        try:
            return Published(drive(publication, client, given.packing(), watching, checkpoint))
        finally:
            watching.end()


def _note_if_nothing(prepared: Prepared) -> None:
    if not prepared.post_processors:
        show.line(
            f"The build `{prepared.build.name}` has no `atlas` post-processor: there is nothing to publish."
        )
