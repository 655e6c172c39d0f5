"""Values to plain JSON and back, for the database and the snapshot.

Works from the declared fields, so a field that is added to a value later is kept without further ado.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import StrEnum
from functools import cache, partial
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
    makers = _makers(of)
    return kind(
        **{
            name: plain[name] if make is None else make(plain[name])
            for name, make in makers.items()
            if name in plain
        }
    )


@cache
def _makers(kind: Any) -> dict[str, Callable[[Any], Any] | None]:
    """For each field, what makes its value from plain JSON; None where that is the value."""
    hints = get_type_hints(kind)
    return {each.name: _maker(hints[each.name]) for each in fields(kind)}


def _maker(kind: Any) -> Callable[[Any], Any] | None:
    if get_origin(kind) is tuple:
        make = _maker(get_args(kind)[0])
        return tuple if make is None else lambda values: tuple(map(make, values))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return partial(from_plain, kind)
    return None
