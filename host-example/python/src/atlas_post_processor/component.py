"""The compiled component: from a file to something that can be instantiated."""

from __future__ import annotations

import os
from pathlib import Path

from wasmtime import WasmtimeError
from wasmtime.component import ExportIndex, Func, Linker
from wasmtime.component import Instance as WasmInstance

from . import compile_cache
from .engine import engine
from .errors import ComponentError
from .instance import Instance
from .sandbox import Guest, Sandbox
from .values import Signature

PACKAGED = Path(__file__).with_name("component.wasm")
"""The component that the package was built with."""

_IMPORTS = ("wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/")
_CONTRACT = "atlas:post-processor/{}@0.1.0"


class PostProcessor:
    """The component, compiled and linked. Share it, also between threads."""

    def __init__(self, component: str | os.PathLike[str] | None = None) -> None:
        """Loads the component of the package, or that of another file.

        Raises `ComponentError` if there is none, or if it was made for another contract.
        """
        file = Path(component) if component is not None else PACKAGED
        self._engine = engine()
        self._signatures: dict[tuple[str, str], tuple[ExportIndex, Signature]] = {}
        try:
            self._component = compile_cache.load(self._engine, _read(file))
            self._linker = self._link()
            self._export("reporting", "[constructor]reporter")
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
        return Instance(sandbox, guest, lambda *name: self._function(guest, instance, *name))

    def _function(
        self, guest: Guest, instance: WasmInstance, interface: str, function: str
    ) -> tuple[Func, Signature]:
        known = self._signatures.get((interface, function))
        index = known[0] if known else self._export(interface, function)
        func = instance.get_func(guest.store, index)
        assert func is not None, f"{interface}.{function} is exported"
        signature = known[1] if known else Signature(func, guest.store)
        self._signatures[interface, function] = index, signature
        return func, signature

    def _export(self, interface: str, function: str) -> ExportIndex:
        """Where a function of the contract is."""
        outer = self._component.get_export_index(_CONTRACT.format(interface))
        index = outer and self._component.get_export_index(function, outer)
        if index is None:
            raise ComponentError(
                f"the component has no `{interface}.{function}`: it is for another contract"
            )
        return index

    def _link(self) -> Linker:
        """Gives it files, clocks, random numbers and its environment; nothing that reaches a network."""
        for name in self._component.type.imports(self._engine):
            # Types alone need nothing.
            if not name.startswith(_IMPORTS) and not name.startswith(_CONTRACT.partition("{")[0]):
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
