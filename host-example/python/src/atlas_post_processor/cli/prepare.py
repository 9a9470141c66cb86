"""From the command line to what is published: a template's post-processors and an artifact."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from .. import surroundings
from ..checkpoint import CheckpointFile
from ..component import PostProcessor
from ..contract import Artifact, Build, Options, PostProcessorConfig
from ..errors import DiagnosticsError
from ..instance import Instance
from ..publication import Publication
from ..sandbox import Sandbox
from . import inputs, show
from .arguments import Arguments
from .diagnostics import Finding, unusable
from .masking import Mask
from .outcome import Report

T = TypeVar("T")


class Stop(Exception):
    """It does not go on; the report's findings say why."""


@dataclass(frozen=True)
class Prepared:
    """What is to be published; without an artifact, only the template is to be looked at."""

    post_processors: list[PostProcessorConfig]
    build: Build
    artifact: Artifact | None


class Preparation:
    """The way through the inputs: what is wrong is collected in the report. Raises `Stop`."""

    def __init__(self, given: Arguments, report: Report) -> None:
        """Loads the component."""
        self._given = given
        self._report = report
        self._component = PostProcessor(given.component)
        self._sandbox = Sandbox()

    def read(self) -> Prepared:
        """Reads everything that was given. All that is wrong is found at once, in the template and in
        the artifact."""
        given, report = self._given, self._report
        variables = self._usable(lambda: inputs.variables(given.variables))
        report.mask = Mask(variables)
        template = self._usable(lambda: inputs.read(given.template))

        names = self._component.instance().environment(template.text)
        self._sandbox = Sandbox(surroundings.environment(names))
        instance = self._component.instance(self._sandbox)
        run = surroundings.run(None if given.template == "-" else given.template, variables)
        selected = self._checked(template.name, lambda: instance.select(template.text, run, given.build))
        report.documents.append(template)

        is_right, artifact = self._artifact(instance, selected.build.name if selected else None)
        if selected is None or not is_right:
            raise Stop
        report.findings += [Finding(template.name, warning) for warning in selected.warnings]
        return Prepared(selected.post_processors, selected.build, artifact)

    def validate(self, prepared: Prepared) -> None:
        """Checks the configurations by themselves."""
        instance = self._component.instance(self._sandbox)
        name, is_right = self._given.template_name, True
        for config in prepared.post_processors:
            warnings = self._checked(name, partial(instance.validate, config, prepared.build))
            is_right = is_right and warnings is not None
            self._report.findings += [Finding(name, warning) for warning in warnings or []]
        if not is_right:
            raise Stop

    def begin(
        self, prepared: Prepared, artifact: Artifact, options: Options, checkpoint: CheckpointFile | None
    ) -> Publication:
        """Begins to publish, which checks the configurations and whether the artifact fits them."""
        text = None if checkpoint is None else self._checkpoint(checkpoint)
        if text is not None and checkpoint is not None:
            show.line(f"going on from {checkpoint.path}")
        directories = surroundings.directories(artifact.files)
        sandbox = dataclasses.replace(self._sandbox, directories=directories)
        instance = self._component.instance(sandbox)
        name = self._given.template_name
        try:
            publication = instance.begin(prepared.post_processors, prepared.build, artifact, options, text)
        except DiagnosticsError as error:
            for found in error.diagnostics:
                # What is wrong with the checkpoint stands in no place of the template.
                is_about_it = found.code == "malformed-checkpoint" and checkpoint is not None
                file = str(checkpoint.path) if is_about_it and checkpoint else name
                self._report.findings.append(Finding(file, found))
            raise Stop from None
        self._report.findings += [Finding(name, warning) for warning in publication.warnings()]
        return publication

    def _artifact(self, instance: Instance, build_name: str | None) -> tuple[bool, Artifact | None]:
        """The artifact, if one was given; whether it is right."""
        file = self._given.artifact or self._given.manifest
        if file is None:
            return True, None
        try:
            document = self._usable(lambda: inputs.read(file))
        except Stop:
            return False, None
        if self._given.manifest is None:
            read = self._checked(document.name, lambda: instance.artifact_from_record(document.text))
        elif build_name is not None:
            read = self._checked(
                document.name, lambda: instance.artifact_from_manifest(document.text, build_name)
            )
        else:
            # Which of the manifest's builds is meant, only a template that is right can tell.
            return False, None
        self._report.documents.append(document)
        return read is not None, None if read is None else surroundings.resolve_files(read)

    def _checkpoint(self, checkpoint: CheckpointFile) -> str | None:
        """The checkpoint to go on from, if there is one."""
        name = str(checkpoint.path)
        try:
            return checkpoint.read()
        except UnicodeDecodeError:
            reason = "this is no UTF-8"
        except OSError as error:
            reason = error.strerror or str(error)
        self._report.findings.append(unusable(name, "unreadable-file", reason))
        raise Stop

    def _usable(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except inputs.Unusable as error:
            self._report.findings.append(error.finding)
            raise Stop from None

    def _checked(self, file: str, check: Callable[[], T]) -> T | None:
        """What a check gives; None if it finds something wrong, which is noted."""
        try:
            return check()
        except DiagnosticsError as error:
            self._report.findings += [Finding(file, found) for found in error.diagnostics]
            return None
