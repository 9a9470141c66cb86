"""Publishing in one call."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

from . import surroundings
from .checkpoint import CheckpointFile
from .component import PostProcessor
from .contract import Artifact, Options, Receipt
from .observer import Observer
from .packing import Packing
from .publication import Client, drive
from .sandbox import Sandbox


def publish(
    template: str | os.PathLike[str],
    artifact: Artifact,
    *,
    build: str | None = None,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    options: Options | None = None,
    packing: Packing | None = None,
    client: Client | None = None,
    observer: Observer | None = None,
    resume: str | os.PathLike[str] | None = None,
    component: PostProcessor | None = None,
) -> list[Receipt]:
    """Publishes an artifact through the `atlas` post-processors of a template.

    Args:
        template: The template's file.
        artifact: What a build made.
        build: Which build of the template; not needed if it has one.
        variables: User variables.
        environment: Variables that the component sees; by default those of this process that begin
            with `ATLAS_`, and those that the template reads.
        options: How often and how long is tried, whether is looked in the end.
        packing: How an archive is made.
        client: What sends requests; by default an `HttpClient`.
        observer: Who watches.
        resume: A file that keeps how far it has come, to go on from there; removed at the end.
        component: The compiled component, if there is one already.

    Returns:
        One receipt for each post-processor, in their order.

    Raises:
        DiagnosticsError: The template, the artifact or the checkpoint is wrong; nothing was sent.
        PublishError: Atlas refused something, or could not be reached.
        CheckpointError: The checkpoint can't be written.
        ComponentError: The component did not do its part.
        OSError: The template or the checkpoint can't be read.
    """
    component, observer = component or PostProcessor(), observer or Observer()
    text = Path(template).read_bytes().decode()
    if environment is None:
        environment = surroundings.environment(component.instance().environment(text))
    sandbox = Sandbox(environment)
    run = surroundings.run(os.fspath(template), variables or {})
    selected = component.instance(sandbox).select(text, run, build)

    artifact = surroundings.resolve_files(artifact)
    sandbox = dataclasses.replace(sandbox, directories=surroundings.directories(artifact.files))
    checkpoint = None if resume is None else CheckpointFile(resume)
    publication = component.instance(sandbox).begin(
        selected.post_processors,
        selected.build,
        artifact,
        options,
        checkpoint.read() if checkpoint else None,
    )
    observer.warned(selected.warnings + publication.warnings())
    if client is not None:
        receipts = drive(publication, client, packing, observer, checkpoint)
    else:
        from .http import HttpClient

        with HttpClient() as own:
            receipts = drive(publication, own, packing, observer, checkpoint)
    if checkpoint is not None:
        checkpoint.remove()
    return receipts
