"""Values to plain JSON and back, for the database and the snapshot.

Works from the declared fields, so a field that is added to a value later is kept without further ado.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> dict[str, Any]:
    """A dataclass value as a dictionary that JSON can hold."""
    return asdict(value)


def from_plain(kind: type[T], plain: Mapping[str, Any]) -> T:
    """The value that `to_plain` was given; fields that are missing take their default, unknown ones are left out.

    Raises ValueError, KeyError or TypeError when the dictionary is something else.
    """
    of: Any = kind
    hints = _hints(of)
    known = {name: plain[name] for name in hints if name in plain}
    return kind(**{name: _value(hints[name], value) for name, value in known.items()})


def _value(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each) for each in value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if isinstance(kind, type) and is_dataclass(kind):
        return from_plain(kind, value)
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
