"""Reads `list<u8>` from the component in one go.

wasmtime's Python package makes a Python object of every byte, under the interpreter's lock: 0.7 s for
a block of an archive. Here a block takes 3 ms. This is the only module that knows what is inside of
that package; `pyproject.toml` names the versions that it fits.
"""

from __future__ import annotations

import ctypes
from typing import Any

from wasmtime import _ffi
from wasmtime.component import Func, FuncType, ValType

from .contract import Block

_STRIDE = ctypes.sizeof(_ffi.wasmtime_component_val_t)
_OFFSET = _ffi.wasmtime_component_val_t.of.offset


class BlockFunc(Func):
    """A function that gives `result<block, string>`: a `Block`, or a `str`."""

    @classmethod
    def of(cls, func: Func) -> BlockFunc:
        """The same function, read differently."""
        fast: BlockFunc = cls.__new__(cls)
        fast._func = func._func
        return fast

    def type(self, store: Any) -> FuncType:
        """Its type, but for how the result is read."""
        return _BlockFuncType._from_ptr(_ffi.wasmtime_component_func_type(self._func, store._context()))


class _BlockFuncType(FuncType):
    @property
    def result(self) -> ValType:
        return _BlockResult()


class _BlockResult(ValType):
    def add_classes(self, s: set[type]) -> None:
        s |= {Block, str}

    def convert_to_c(self, store: Any, val: Any, ptr: Any) -> None:
        raise NotImplementedError("a block is never given to the component")

    def convert_from_c(self, c: Any) -> Block | str:
        try:
            payload = c.of.result.val.contents
            if not c.of.result.is_ok:
                return _ffi.to_str(payload.of.string)
            record = payload.of.record
            fields = {_ffi.to_str(f.name): f.val.of for f in record.data[: record.size]}
            return Block(_bytes(fields["data"].list), fields["crc32"].u32, fields["length"].u64)
        finally:
            _ffi.wasmtime_component_val_delete(ctypes.byref(c))


def _bytes(values: Any) -> bytes:
    """Each byte is the first of a value that is one of a row."""
    if not values.size:
        return b""
    row = (ctypes.c_ubyte * (values.size * _STRIDE)).from_address(ctypes.addressof(values.data.contents))
    return memoryview(row).cast("B")[_OFFSET::_STRIDE].tobytes()
