"""One running component: its functions and resources, by the names that they have in the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wasmtime import WasmtimeError
from wasmtime.component import Func, ResourceAny

from .sandbox import Guest, Sandbox
from .values import Case, Signature

FindFunc = Callable[[str, str], tuple[Func, Signature]]
"""Finds a function by its interface and its name there."""


class Instance:
    """An instance of the component in its sandbox, for one thread at a time.

    Whatever is called raises `ComponentError` if the component does not do its part. Values are those of
    `values`.
    """

    def __init__(self, sandbox: Sandbox, guest: Guest, find: FindFunc) -> None:
        self.sandbox = sandbox
        """What it may see and use."""
        self._guest = guest
        self._find = find

    def call(self, interface: str, function: str, *values: Any) -> Any:
        """Calls a function: `call("template", "environment", text)`."""
        func, signature = self._find(interface, function)
        try:
            return signature.call(func, self._guest.store, values, self._guest.start_call)
        except WasmtimeError as error:
            raise self._guest.explain(f"{interface}.{function}", error) from None

    def reporter(self, style: Any, variables: Sequence[tuple[str, str]]) -> Resource:
        """A `reporting.reporter`."""
        made = self.call("reporting", "[constructor]reporter", style, variables)
        return Resource(self, "reporting", "reporter", made)

    def begin(self, *values: Any) -> Case:
        """`publishing.begin`. The transfer keeps this instance."""
        return self._made("publishing", "begin", "transfers", "transfer", *values)

    def fetch(self, how: str, query: Any, options: Any) -> Case:
        """`fetching.find` or `fetching.download`. The transfer keeps this instance."""
        return self._made("fetching", how, "transfers", "transfer", query, options)

    def plan(self, files: list[str], level: int) -> Case:
        """`packing.archive.plan`. The archive keeps this instance."""
        return self._made("packing", "[static]archive.plan", "packing", "archive", files, level)

    def _made(self, interface: str, function: str, of: str, kind: str, *values: Any) -> Case:
        """Calls a function that makes a resource, which is of an interface and a kind."""
        result: Case = self.call(interface, function, *values)
        return Case("ok", Resource(self, of, kind, result.value)) if result.tag == "ok" else result


class Resource:
    """A resource that the component made. Its methods are those of the contract, with `_` for `-`:
    `reporter.diagnostics(found)`."""

    def __init__(self, instance: Instance, interface: str, kind: str, handle: ResourceAny) -> None:
        self._instance = instance
        self._interface = interface
        self._kind = kind
        self._handle = handle

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = f"[method]{self._kind}.{name.replace('_', '-')}"
        return lambda *values: self._instance.call(self._interface, method, self._handle, *values)
