"""Settings as frozen dataclasses whose fields know their environment variable, default and meaning.

A settings class declares each field with `variable(…)`; `read(cls)` builds an instance from the
environment, and `described(cls)` lists the fields for the README's table. Only the standard library.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")
_KEY = "environment variable"

SHORTEST_SECRET = 16

ON = frozenset({"on", "true", "yes", "1"})
OFF = frozenset({"off", "false", "no", "0"})


@dataclass(frozen=True, slots=True)
class Variable:
    """What is known of one setting. `shown` is its default in words, for the README."""

    name: str
    meaning: str
    shown: str
    parse: Callable[[str], Any]
    secret: bool = False


def variable(
    name: str, default: T, parse: Callable[[str], T], meaning: str, *, shown: str = "", secret: bool = False
) -> T:
    """A dataclass field that `read` fills from the variable `name`, through `parse`.

    `parse` raises ValueError with what is allowed ("a number from 1 to 65535"). A secret's value is
    neither in the object's `repr` nor in an error.
    """
    known = Variable(name, meaning, shown or _in_words(default), parse, secret)
    return field(default=default, repr=not secret, metadata={_KEY: known})


def described(cls: type[Any]) -> list[Variable]:
    """The settings of a class in their order."""
    return [each.metadata[_KEY] for each in fields(cls)]


def read(cls: type[T], environment: Mapping[str, str] | None = None) -> T:
    """An instance of `cls` from the environment; unset or empty variables mean the default.

    ValueError: a value is not allowed; the sentence names the variable and what it may be.
    """
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for each in fields(cast(Any, cls)):
        known: Variable = each.metadata[_KEY]
        text = given.get(known.name, "").strip()
        if not text:
            continue
        try:
            values[each.name] = known.parse(text)
        except ValueError as error:
            found = "" if known.secret else f", but it is {text!r}"
            raise ValueError(f"{known.name} must be {error}{found}.") from None
    return cls(**values)


def anything(value: str) -> str:
    """Parser: any text."""
    return value


def folder(value: str) -> Path:
    """Parser: a path, made absolute from where the program was started."""
    return Path(value).expanduser().absolute()


def on_or_off(value: str) -> bool:
    """Parser: a switch."""
    word = value.lower()
    if word in ON:
        return True
    if word in OFF:
        return False
    raise ValueError("on or off")


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """Parser: a whole number within bounds, both included."""

    def parse(value: str) -> int:
        if value.isascii() and value.isdigit() and lowest <= int(value) <= highest:
            return int(value)
        raise ValueError(f"a whole number from {lowest} to {highest}")

    return parse


def one_of(*allowed: str) -> Callable[[str], str]:
    """Parser: one of some words, upper or lower case."""

    def parse(value: str) -> str:
        for word in allowed:
            if value.lower() == word.lower():
                return word
        raise ValueError("one of " + ", ".join(allowed))

    return parse


def http_address(value: str) -> str:
    """Parser: the address of a server, without a slash at the end."""
    if not value.startswith(("http://", "https://")) or len(value.split("://", 1)[1]) == 0:
        raise ValueError("an address that starts with http:// or https://")
    return value.rstrip("/")


def http_addresses(value: str) -> str:
    """Parser: the addresses of one or more servers, with single spaces between them."""
    try:
        return " ".join(dict.fromkeys(map(http_address, value.split())))
    except ValueError:
        raise ValueError("addresses that start with http:// or https://, with spaces between them") from None


def one_secret(value: str) -> str:
    """Parser: a secret that is long enough to be one."""
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"a secret of at least {SHORTEST_SECRET} characters")
    return value


def several_secrets(value: str) -> tuple[str, ...]:
    """Parser: a secret, or several with commas or on lines of their own: the first is used, all are accepted.

    There are several while one is being changed for another.
    """
    found = tuple(dict.fromkeys(each.strip() for each in value.replace("\n", ",").split(",") if each.strip()))
    if not found or min(map(len, found)) < SHORTEST_SECRET:
        raise ValueError(
            f"a secret of at least {SHORTEST_SECRET} characters, or several of them with commas between them"
        )
    return found


def database_address(value: str) -> str:
    """Parser: an SQLAlchemy URL of SQLite or PostgreSQL.

    Without a driver's name PostgreSQL means psycopg 3, the driver that is installed.
    """
    for plain in ("postgresql://", "postgres://"):
        if value.startswith(plain):
            return "postgresql+psycopg://" + value.removeprefix(plain)
    if value.startswith(("sqlite://", "postgresql+psycopg://")):
        return value
    raise ValueError("a database address that starts with sqlite:/// or postgresql://")


def redis_address(value: str) -> str:
    """Parser: where Redis is."""
    if value.startswith(("redis://", "rediss://", "unix://")):
        return value
    raise ValueError("a Redis address that starts with redis://, rediss:// or unix://")


def _in_words(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return str(default)
