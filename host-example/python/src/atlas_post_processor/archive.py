"""An archive that an instance has planned, and makes block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wasmtime.component import ResourceAny

from .contract import Block
from .errors import PackError
from .lists import BlockFunc

if TYPE_CHECKING:
    from .instance import Instance


class Archive:
    """A planned archive. Raises `PackError` with what the component says about a file."""

    def __init__(self, instance: Instance, handle: ResourceAny) -> None:
        self._instance = instance
        self._handle = handle
        self._block = BlockFunc.of(instance.function("packing", "[method]archive.block"))

    def sources(self) -> list[str]:
        """Paths of what becomes its members."""
        sources: list[str] = self._call("sources")
        return sources

    def set_permissions(self, permissions: list[int]) -> None:
        """Sets the members' permission bits, in the order of `sources`."""
        _packed(self._call("set-permissions", permissions))

    def fingerprint(self) -> str:
        """What instances that make blocks of one archive agree on."""
        fingerprint: str = self._call("fingerprint")
        return fingerprint

    def size(self) -> int:
        """Bytes before compression."""
        size: int = self._call("size")
        return size

    def blocks(self) -> int:
        """How many blocks it has."""
        blocks: int = self._call("blocks")
        return blocks

    def block(self, index: int) -> Block:
        """Makes a block."""
        made = self._instance.call_function(self._block, "archive.block", self._handle, index)
        block: Block = _packed(made)
        return block

    def trailer(self, sums: list[tuple[int, int]]) -> bytes:
        """The end of the file, from the CRC-32 and length of every block."""
        trailer: bytes = _packed(self._call("trailer", sums))
        return trailer

    def _call(self, method: str, *arguments: Any) -> Any:
        return self._instance.call("packing", f"[method]archive.{method}", self._handle, *arguments)


def _packed(result: Any) -> Any:
    if isinstance(result, str):
        raise PackError(result)
    return result
