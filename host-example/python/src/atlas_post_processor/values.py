"""Between the contract's dataclasses and the values that wasmtime takes and gives.

wasmtime has attributes named as in the WIT (`response-limit`) on a `Record` of its own. A variant is a
`Variant` with its tag, unless the Python types of all its cases differ: then it is the payload alone.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Callable
from typing import Any, TypeVar

from wasmtime.component import Record, Variant

from . import contract
from .contract import Body, Outcome, Request, Step, TransportError

T = TypeVar("T")


def to_wasm(value: object) -> Any:
    """A dataclass, with all that is in it, as wasmtime takes it."""
    if isinstance(value, TransportError):
        return Variant(value.kind, value.text or None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        record = Record()
        for field in dataclasses.fields(value):
            setattr(record, _wit_name(field.name), to_wasm(getattr(value, field.name)))
        return record
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return [to_wasm(item) for item in value]
    return value


def from_wasm(kind: type[T], value: Any) -> T:
    """What wasmtime gave, as that dataclass."""
    hashable: Any = kind
    hints = _fields(hashable)
    return kind(**{name: _read(hint, getattr(value, _wit_name(name))) for name, hint in hints.items()})


def outcome_to_wasm(outcome: Outcome) -> Any:
    """An outcome. The types of its cases differ: there is no tag."""
    match outcome:
        case contract.Answered(response):
            return to_wasm(response)
        case contract.NoAnswer(error):
            return to_wasm(error)
        case contract.Packed(size):
            return size
        case contract.NotPacked(reason):
            return reason
        case contract.Waited():
            return None


def step_from_wasm(value: Variant) -> Step:
    """A step."""
    payload: Any = value.payload
    match value.tag:
        case "send":
            return contract.Send(from_wasm(Request, payload))
        case "pack":
            return contract.Pack(payload)
        case "wait":
            return contract.Wait(from_wasm(contract.Pause, payload))
        case "done":
            return contract.Done([from_wasm(contract.Receipt, receipt) for receipt in payload])
        case "failed":
            return contract.Failed(from_wasm(contract.Failure, payload))
    raise ValueError(f"the contract has no step `{value.tag}`")


def _body_from_wasm(value: Variant) -> Body:
    match value.tag, value.payload:
        case "empty", None:
            return contract.EmptyBody()
        case "bytes", bytes(data):
            return contract.BytesBody(data)
        case "file", str(path):
            return contract.FileBody(path)
        case "archive", None:
            return contract.ArchiveBody()
    raise ValueError(f"the contract has no body `{value.tag}`")


def _wit_name(name: str) -> str:
    return name.replace("_", "-")


@functools.cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass with their types."""
    return typing.get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:
    """A field's value."""
    if hint == Body:
        return _body_from_wasm(value)
    return _reader(hint)(value)


@functools.cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """What reads values of a type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        present = _reader(next(kind for kind in arguments if kind is not types.NoneType))
        return lambda value: None if value is None else present(value)
    if origin is list:
        item = _reader(arguments[0])
        return lambda value: [item(each) for each in value]
    if origin is dict:
        return dict
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return functools.partial(from_wasm, hint)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint
    return lambda value: value
