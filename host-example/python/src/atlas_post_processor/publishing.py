"""Publishing and validating in one call."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping

from . import artifact_files
from .checkpoint import CheckpointFile
from .files import Document, Text
from .instance import Resource
from .job import Job, Report
from .options import Options
from .packing import Packer
from .sandbox import Sandbox
from .values import Case, Record
from .work import Refused, Work


def publish(job: Job, options: Options | None = None) -> Report:
    """Publishes an artifact through the `atlas` post-processors of a template, or one of a configuration.

    Whatever is wrong or goes wrong is in the report. Raises `Stopped`, and `ComponentError` if there is no
    component that works.
    """
    if job.artifact is None and job.manifest is None:
        raise ValueError("an artifact or a manifest is needed")
    publishing = _Publishing(job, options)
    return publishing.work.report(publishing.publish)


def validate(job: Job, options: Options | None = None) -> Report:
    """Checks a template or a configuration, and whether an artifact fits it, if one is given."""
    publishing = _Publishing(job, options)
    return publishing.work.report(publishing.validate)


class _Publishing:
    """One job, from its inputs to its end."""

    def __init__(self, job: Job, options: Options | None) -> None:
        if job.artifact is not None and job.manifest is not None:
            raise ValueError("an artifact and a manifest are one too many")
        if (job.template is None) == (job.config is None):
            raise ValueError("either a template or a configuration is needed")
        if job.settings and job.config is None:
            raise ValueError("settings are for a configuration, not for a template")
        self._job = job
        self.work = Work(options or Options())

    def publish(self) -> Case:
        """How it ended."""
        job, work = self._job, self.work
        with work.checkpoint(job.checkpoint) as checkpoint:
            selection, artifact = self._inputs()
            assert artifact is not None, "one was given"
            publication, packer = self._begin(selection, artifact, checkpoint)
            ended = work.drive(publication, packer=packer, files=artifact.files, checkpoint=checkpoint)
            if checkpoint and ended.tag == "done":
                work.remove(checkpoint)
            return ended

    def validate(self) -> Case:
        """The same, as far as nothing is sent."""
        selection, artifact = self._inputs()
        if artifact is None:
            self._check(selection)
        else:
            self._begin(selection, artifact, None)
        return Case("valid")

    def _inputs(self) -> tuple[Record, Record | None]:
        """The selection, and the artifact if one was given. All that is wrong is told before it raises
        `Refused`."""
        job, work = self._job, self.work
        text = self._text()
        files = [Document.read("variables", file, work.most) for file in job.variable_files]
        given = job.manifest if job.artifact is None else job.artifact
        described = None if given is None else Document.read("artifact", given, work.most)

        read = [work.guest.call("inputs", "variables", file.text) for file in files if not file.error]
        variables: dict[str, str] = {}
        for known in (result.value for result in read if result.tag == "ok"):
            variables |= dict(known)
        variables |= job.variables
        work.see_environment(text.text if text.source == "template" else b"", variables)

        selection = self._selection(text, _run(job.template, variables))
        for file in files:
            if work.knows(file):
                work.checked(read.pop(0))
        artifact = None
        if described and work.knows(described):
            artifact = self._artifact(described, selection)
        if not work.is_right or selection is None:
            raise Refused
        work.tell_findings(selection.warnings)
        return selection, artifact

    def _text(self) -> Document:
        """The template, or the configuration."""
        if self._job.template is not None:
            return Document.read("template", self._job.template, self.work.most)
        assert self._job.config is not None, "one of them was given"
        return Document.read("configuration", self._job.config, self.work.most)

    def _selection(self, text: Document, run: Record) -> Record | None:
        """The post-processors and their build; None if something is wrong."""
        job, work = self._job, self.work
        if text.source == "template":
            known = work.knows(text)
            selected = known and work.checked(
                work.guest.call("template", "select", text.text, run, job.build)
            )
            return selected or None
        made = work.guest.call("configuration", "from-text", text.text, job.settings)
        if made.tag == "ok":
            # Findings point into what was made of it.
            text = dataclasses.replace(text, text=made.value.config.encode())
        post_processor = work.knows(text) and work.checked(made)
        build = Record(name=job.build or "", builder_type="", run=run)
        return (
            Record(build=build, post_processors=[post_processor], warnings=[]) if post_processor else None
        )

    def _artifact(self, described: Document, selection: Record | None) -> Record | None:
        """What a record or a manifest says of it."""
        work = self.work
        if self._job.manifest is None:
            result = work.guest.call("artifacts", "from-record", described.text)
        elif selection:
            result = work.guest.call("artifacts", "from-manifest", described.text, selection.build)
        else:
            return None
        artifact, warnings = work.checked(result) or (None, [])
        work.tell_findings(warnings)
        return artifact

    def _check(self, selection: Record) -> None:
        """Checks configurations by themselves."""
        results = [
            self.work.guest.call("configuration", "validate", each, selection.build)
            for each in selection.post_processors
        ]
        self.work.tell_findings([found for result in results for found in result.value])
        if any(result.tag == "err" for result in results):
            raise Refused

    def _begin(
        self, selection: Record, artifact: Record, checkpoint: CheckpointFile | None
    ) -> tuple[Resource, Packer]:
        """Begins to publish, which checks all that can be checked without a server."""
        job, work = self._job, self.work
        kept = work.kept(checkpoint)
        artifact.files = artifact_files.resolve(artifact.files)
        directories = artifact_files.directories(artifact.files)
        sandbox = Sandbox(work.sandbox.environment, directories)
        options = Record(retry=job.retry, confirm=job.confirm, checkpoint=kept)
        publication = work.checked(
            work.component.instance(sandbox).begin(
                selection.post_processors, selection.build, artifact, options
            )
        )
        if publication is None:
            raise Refused
        work.tell_findings(publication.warnings())
        return publication, Packer(work.component, sandbox, job.compression, job.spool)


def _run(template: Text | None, variables: Mapping[str, str]) -> Record:
    """This run, as Packer would describe it."""
    path = None
    if isinstance(template, (str, os.PathLike)):
        path = artifact_files.absolute(os.fspath(template))
    return Record(
        template_path=path if path is not None and artifact_files.is_text(path) else None,
        working_directory=artifact_files.working_directory(),
        started_at=int(time.time()),
        variables=list(variables.items()),
    )
