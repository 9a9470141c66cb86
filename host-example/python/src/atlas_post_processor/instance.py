"""One running component: its functions, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wasmtime import WasmtimeError
from wasmtime.component import Func, ResourceAny
from wasmtime.component import Instance as WasmInstance

from .contract import (
    Artifact,
    Build,
    Diagnostic,
    Options,
    PostProcessorConfig,
    Run,
    Selection,
)
from .errors import DiagnosticsError, PackError
from .values import from_wasm, to_wasm

if TYPE_CHECKING:
    from .archive import Archive
    from .component import PostProcessor
    from .publication import Publication
    from .sandbox import Guest, Sandbox


class Instance:
    """An instance of the component in its sandbox, for one thread at a time.

    Every function raises `ComponentError` if the component does not do its part, those that check
    something raise `DiagnosticsError` with all that is wrong.
    """

    def __init__(
        self, origin: PostProcessor, sandbox: Sandbox, guest: Guest, instance: WasmInstance
    ) -> None:
        self.origin = origin
        """What it is an instance of."""
        self.sandbox = sandbox
        """What it may see and use."""
        self._guest = guest
        self._instance = instance

    def environment(self, template: str) -> list[str]:
        """Names of the environment variables that a template reads."""
        names: list[str] = self.call("template", "environment", template)
        return names

    def select(self, template: str, run: Run | None = None, build_name: str | None = None) -> Selection:
        """The `atlas` post-processors of a template's build, by name or its only one."""
        run = run or Run()
        selected = self.call("template", "select", template, to_wasm(run), build_name)
        return from_wasm(Selection, _checked(selected))

    def schema(self) -> str:
        """The JSON Schema of the configuration."""
        schema: str = self.call("configuration", "schema")
        return schema

    def validate(self, post_processor: PostProcessorConfig, build: Build) -> list[Diagnostic]:
        """Checks one configuration; what is right may still have warnings."""
        result = self.call("configuration", "validate", to_wasm(post_processor), to_wasm(build))
        found = _diagnostics(result.payload)
        if result.tag == "err":
            raise DiagnosticsError(found)
        return found

    def artifact_from_record(self, text: str) -> Artifact:
        """Reads a JSON description of an artifact."""
        return from_wasm(Artifact, _checked(self.call("artifacts", "from-record", text)))

    def artifact_from_manifest(self, text: str, build_name: str) -> Artifact:
        """Takes the newest artifact of a build from what Packer's `manifest` post-processor wrote."""
        read = self.call("artifacts", "from-manifest", text, build_name)
        return from_wasm(Artifact, _checked(read))

    def begin(
        self,
        post_processors: list[PostProcessorConfig],
        build: Build,
        artifact: Artifact,
        options: Options | None = None,
        checkpoint: str | None = None,
    ) -> Publication:
        """Starts to publish an artifact, or goes on from a checkpoint with what it was begun with.

        Nothing is sent yet. The publication keeps this instance.
        """
        from .publication import Publication

        given = [to_wasm(post_processors), to_wasm(build), to_wasm(artifact), to_wasm(options)]
        if checkpoint is None:
            begun = self.call("publishing", "[static]publication.begin", *given)
        else:
            begun = self.call("publishing", "[static]publication.resume", *given, checkpoint)
        return Publication(self, _checked(begun), artifact.files)

    def plan(self, files: list[str], level: int) -> Archive:
        """Plans the archive of these files. The archive keeps this instance."""
        from .archive import Archive

        planned: ResourceAny | str = self.call("packing", "[static]archive.plan", files, level)
        if isinstance(planned, str):
            raise PackError(planned)
        return Archive(self, planned)

    def function(self, interface: str, name: str) -> Func:
        """A function of the contract."""
        index = self.origin.export(interface, name)
        function = self._instance.get_func(self._guest.store, index)
        assert function is not None, f"{interface}.{name} is exported"
        return function

    def call(self, interface: str, name: str, *arguments: Any) -> Any:
        """Calls a function of the contract with values of wasmtime's."""
        return self.call_function(self.function(interface, name), f"{interface}.{name}", *arguments)

    def call_function(self, function: Func, name: str, *arguments: Any) -> Any:
        """Calls a function; `name` is for people. Its time runs from now."""
        self._guest.start_call()
        try:
            return function(self._guest.store, *arguments)
        except WasmtimeError as error:
            raise self._guest.explain(name, error) from None


def _checked(result: Any) -> Any:
    """What a check gave, unless that are diagnostics."""
    if isinstance(result, list):
        raise DiagnosticsError(_diagnostics(result))
    return result


def _diagnostics(values: list[Any]) -> list[Diagnostic]:
    return [from_wasm(Diagnostic, value) for value in values]
