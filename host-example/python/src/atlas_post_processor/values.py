"""Values of the contract in Python, by the component's own type information.

| WIT | Python |
|---|---|
| record | `Record`: `-` in a field's name is `_`; what is missing in one that is given is none |
| variant, result | `Case`: its tag and its payload |
| enum, string | `str` |
| `list<u8>` | `bytes` |
| option | the value, or None |
| resource | wasmtime's `ResourceAny` |

wasmtime's own conversion drops the tag of some variants, looks each type up for every value, and makes an
object of every byte, under the interpreter's lock: 0.7 s for a block of an archive, here 3 ms. This is
the only module that knows what is inside of that package; `pyproject.toml` names the versions that it
fits.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from wasmtime import _ffi
from wasmtime import component as wasm
from wasmtime.component import Func, ResourceAny, _types
from wasmtime.component._enter import enter_wasm

_STRIDE = ctypes.sizeof(_ffi.wasmtime_component_val_t)
_PAYLOAD = _ffi.wasmtime_component_val_t.of.offset


class Record(SimpleNamespace):
    """A record. What is in its fields can be a secret, and is in no `repr`."""

    def __repr__(self) -> str:
        return f"<record: {', '.join(vars(self))}>"


@dataclass(frozen=True)
class Case:
    """A case of a variant; `ok` and `err` are those of a result."""

    tag: str
    value: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class _Codec:
    """Writes values of a type to wasmtime's C structures, and reads them. What is written is whole at any
    time: it can be freed whenever an error is raised."""

    lower: Callable[[Any, Any], None]
    lift: Callable[[Any], Any]


class Signature:
    """What a function takes and gives."""

    def __init__(self, func: Func, store: Any) -> None:
        kind = func.type(store)
        self._parameters = [_codec(parameter) for _, parameter in kind.params]
        self._result = None if kind.result is None else _codec(kind.result)

    def call(self, func: Func, store: Any, values: Sequence[Any], begin: Callable[[], None]) -> Any:
        """Calls a function of this signature, with `begin` just before the component itself begins. Raises
        `WasmtimeError` if it does not come back."""
        if len(values) != len(self._parameters):
            raise TypeError(f"{len(self._parameters)} values are needed, not {len(values)}")
        places = (_ffi.wasmtime_component_val_t * (len(values) + 1))()
        result = places[len(values)]
        try:
            for index, codec in enumerate(self._parameters):
                codec.lower(values[index], places[index])
            begin()
            enter_wasm(
                lambda: _ffi.wasmtime_component_func_call(
                    *(ctypes.byref(func._func), store._context(), places, len(values)),
                    *(ctypes.byref(result), int(self._result is not None)),
                )
            )
            return None if self._result is None else self._result.lift(result)
        finally:
            for place in places:
                _ffi.wasmtime_component_val_delete(ctypes.byref(place))


def _codec(kind: Any) -> _Codec:
    match kind:
        case _types.Bool():
            return _plain(_ffi.WASMTIME_COMPONENT_BOOL, "boolean", 1)
        case _types.U8() | _types.U16() | _types.U32() | _types.U64():
            name = type(kind).__name__
            return _plain(getattr(_ffi, f"WASMTIME_COMPONENT_{name}"), name.lower(), int(name[1:]))
        case _types.String():
            return _string(_ffi.WASMTIME_COMPONENT_STRING, "string")
        case wasm.EnumType():
            return _string(_ffi.WASMTIME_COMPONENT_ENUM, "enumeration")
        case wasm.ListType() if isinstance(kind.element, _types.U8):
            return _Codec(_lower_bytes, _lift_bytes)
        case wasm.ListType():
            return _list(_codec(kind.element))
        case wasm.TupleType():
            return _tuple([_codec(element) for element in kind.elements])
        case wasm.RecordType():
            return _record([(name, _codec(item)) for name, item in kind.fields])
        case wasm.VariantType():
            return _variant({tag: None if item is None else _codec(item) for tag, item in kind.cases})
        case wasm.OptionType():
            return _option(_codec(kind.payload))
        case wasm.ResultType():
            return _result(*(None if item is None else _codec(item) for item in (kind.ok, kind.err)))
        case wasm.OwnType() | wasm.BorrowType():
            return _Codec(_lower_resource, _lift_resource)
    raise TypeError(f"the contract has no {kind}")


def _plain(kind: Any, name: str, bits: int) -> _Codec:
    def lower(value: int, place: Any) -> None:
        if not 0 <= value < 1 << bits:
            raise OverflowError(f"{value} does not fit into {name}")
        place.kind = kind
        setattr(place.of, name, value)

    return _Codec(lower, lambda place: getattr(place.of, name))


def _string(kind: Any, name: str) -> _Codec:
    def lower(value: str, place: Any) -> None:
        # Names of files need not be Unicode.
        setattr(place.of, name, _ffi.bytes_to_capi(value.encode(errors="backslashreplace")))
        place.kind = kind

    return _Codec(lower, lambda place: _ffi.to_str(getattr(place.of, name)))


def _row(kind: Any, name: str, new: Callable[[Any, int], None], place: Any, length: int) -> Any:
    """Puts a list, tuple or record of `length` empty members at a place; its members."""
    row = getattr(place.of, name)
    new(ctypes.byref(row), length)
    if length:
        ctypes.memset(row.data, 0, length * ctypes.sizeof(row.data.contents))
    place.kind = kind
    return row.data


def _list_row(place: Any, length: int) -> Any:
    new = _ffi.wasmtime_component_vallist_new_uninit
    return _row(_ffi.WASMTIME_COMPONENT_LIST, "list", new, place, length)


def _lower_bytes(value: bytes, place: Any) -> None:
    _list_row(place, len(value))
    if value:
        every = _bytes_of(place.of.list)
        every[0::_STRIDE] = bytes(_ffi.WASMTIME_COMPONENT_U8) * len(value)
        every[_PAYLOAD::_STRIDE] = value


def _lift_bytes(place: Any) -> bytes:
    row = place.of.list
    return _bytes_of(row)[_PAYLOAD::_STRIDE].tobytes() if row.size else b""


def _bytes_of(row: Any) -> memoryview:
    """The memory of a list. Each of its bytes is the first of a value's payload."""
    memory = (ctypes.c_ubyte * (row.size * _STRIDE)).from_address(ctypes.addressof(row.data.contents))
    return memoryview(memory).cast("B")


def _list(item: _Codec) -> _Codec:
    def lower(values: Sequence[Any], place: Any) -> None:
        data = _list_row(place, len(values))
        for index, value in enumerate(values):
            item.lower(value, data[index])

    return _Codec(
        lower, lambda place: [item.lift(each) for each in place.of.list.data[: place.of.list.size]]
    )


def _tuple(items: list[_Codec]) -> _Codec:
    def lower(values: Sequence[Any], place: Any) -> None:
        new = _ffi.wasmtime_component_valtuple_new_uninit
        data = _row(_ffi.WASMTIME_COMPONENT_TUPLE, "tuple", new, place, len(items))
        for index, (item, value) in enumerate(zip(items, values, strict=True)):
            item.lower(value, data[index])

    def lift(place: Any) -> tuple[Any, ...]:
        return tuple(item.lift(place.of.tuple.data[index]) for index, item in enumerate(items))

    return _Codec(lower, lift)


def _record(fields: list[tuple[str, _Codec]]) -> _Codec:
    named = [(name.replace("-", "_"), name, item) for name, item in fields]

    def lower(value: Any, place: Any) -> None:
        new = _ffi.wasmtime_component_valrecord_new_uninit
        data = _row(_ffi.WASMTIME_COMPONENT_RECORD, "record", new, place, len(fields))
        for index, (attribute, name, item) in enumerate(named):
            data[index].name = _ffi.str_to_capi(name)
            item.lower(getattr(value, attribute, None), data[index].val)

    def lift(place: Any) -> Record:
        data = place.of.record.data
        return Record(**{named[i][0]: item.lift(data[i].val) for i, (_, item) in enumerate(fields)})

    return _Codec(lower, lift)


def _boxed(item: _Codec | None, value: Any) -> Any:
    """A pointer to a value of its own; none for a case without a payload."""
    if item is None:
        return None
    place = _ffi.wasmtime_component_val_t()
    item.lower(value, place)
    return _ffi.wasmtime_component_val_new(ctypes.byref(place))


def _variant(cases: dict[str, _Codec | None]) -> _Codec:
    def lower(value: Case, place: Any) -> None:
        place.of.variant.val = _boxed(cases[value.tag], value.value)
        place.of.variant.discriminant = _ffi.str_to_capi(value.tag)
        place.kind = _ffi.WASMTIME_COMPONENT_VARIANT

    def lift(place: Any) -> Case:
        tag = _ffi.to_str(place.of.variant.discriminant)
        item = cases[tag]
        return Case(tag, None if item is None else item.lift(place.of.variant.val.contents))

    return _Codec(lower, lift)


def _option(item: _Codec) -> _Codec:
    def lower(value: Any, place: Any) -> None:
        place.of.option = None if value is None else _boxed(item, value)
        place.kind = _ffi.WASMTIME_COMPONENT_OPTION

    return _Codec(lower, lambda place: item.lift(place.of.option.contents) if place.of.option else None)


def _result(ok: _Codec | None, err: _Codec | None) -> _Codec:
    def lift(place: Any) -> Case:
        result = place.of.result
        tag, item = ("ok", ok) if result.is_ok else ("err", err)
        return Case(tag, None if item is None else item.lift(result.val.contents))

    return _Codec(_refuse, lift)


def _refuse(value: Any, place: Any) -> None:
    raise TypeError("the component takes no such value")


def _lower_resource(value: ResourceAny, place: Any) -> None:
    place.of.resource = _ffi.wasmtime_component_resource_any_clone(value.ptr())
    place.kind = _ffi.WASMTIME_COMPONENT_RESOURCE


def _lift_resource(place: Any) -> ResourceAny:
    resource = ResourceAny._from_ptr(_ffi.take_pointer(place.of, "resource"))
    place.kind = _ffi.WASMTIME_COMPONENT_BOOL  # It is ours now.
    return resource
