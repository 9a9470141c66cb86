"""The compiled component: from a file to something that can be instantiated."""

from __future__ import annotations

import os
from pathlib import Path

from wasmtime import WasmtimeError
from wasmtime.component import Component, ExportIndex, Linker

from . import compiled
from .engine import engine
from .errors import ComponentError
from .instance import Instance
from .sandbox import Guest, Sandbox

PACKAGED = Path(__file__).with_name("component.wasm")
"""The component that the package was built with."""

_IMPORTS = ("wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/")
_CONTRACT = "atlas:post-processor/{}@0.1.0"
_INTERFACES = ("template", "configuration", "artifacts", "publishing", "packing")


class PostProcessor:
    """The component, compiled and linked. Share it, also between threads."""

    def __init__(self, component: str | os.PathLike[str] | None = None) -> None:
        """Loads the component of the package, or that of another file.

        Raises `ComponentError` if there is none, or if it was made for another contract.
        """
        file = Path(component) if component is not None else PACKAGED
        self._engine = engine()
        try:
            self._component = compiled.load(self._engine, _read(file))
            self._exports = _exports(self._component)
            self._linker = self._link()
        except WasmtimeError as error:
            reason = str(error).splitlines()[0]
            raise ComponentError(f"the component {file} can't be loaded: {reason}") from None

    def instance(self, sandbox: Sandbox | None = None) -> Instance:
        """A fresh instance in a sandbox. Instances share nothing but the compiled code."""
        sandbox = sandbox or Sandbox()
        guest = Guest(self._engine, sandbox)
        guest.start_call()
        try:
            instance = self._linker.instantiate(guest.store, self._component)
        except WasmtimeError as error:
            raise guest.explain("instantiate", error) from None
        return Instance(self, sandbox, guest, instance)

    def export(self, interface: str, function: str) -> ExportIndex:
        """Where a function of the contract is."""
        index = self._component.get_export_index(function, self._exports[interface])
        if index is None:
            raise ComponentError(f"the component has no `{interface}.{function}`: take another one")
        return index

    def _link(self) -> Linker:
        """Gives it files, clocks, random numbers and its environment; nothing that reaches a network."""
        for name in self._component.type.imports(self._engine):
            # Types alone need nothing.
            if not name.startswith(_IMPORTS) and name != _CONTRACT.format("types"):
                raise WasmtimeError(f"it asks for `{name}`, which this host gives to none")
        linker = Linker(self._engine)
        linker.add_wasip2()
        return linker


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        advice = (
            "build the component and copy it there, or give another file"
            if file == PACKAGED
            else "give the file of a component"
        )
        raise ComponentError(f"the component {file} can't be read: {reason}; {advice}") from None


def _exports(component: Component) -> dict[str, ExportIndex]:
    found = {}
    for name in _INTERFACES:
        index = component.get_export_index(_CONTRACT.format(name))
        if index is None:
            raise WasmtimeError(f"it lacks `{_CONTRACT.format(name)}`: it is for another contract")
        found[name] = index
    return found
