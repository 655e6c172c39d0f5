"""Checks of what pages for staff send."""

from __future__ import annotations

from typing import Any

from bot.accounts.model import Role
from bot.web.errors import Problem

LONGEST = 400


def text(body: dict[str, Any], name: str) -> str:
    """A text as it was typed, spaces included: it may be a password. Raises `Problem`."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Problem(400, "invalid_field", name=name)
    if len(value) > LONGEST:
        raise Problem(400, "field_too_long", name=name, limit=LONGEST)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Problem(400, "invalid_field", name=name) from None
    if "\x00" in value:
        raise Problem(400, "invalid_field", name=name)
    return value


def role(body: dict[str, Any]) -> Role:
    """One of the roles. Raises `Problem`."""
    try:
        return Role(text(body, "role"))
    except ValueError:
        raise Problem(400, "invalid_role") from None


def switch(body: dict[str, Any], name: str) -> bool:
    """True or false. Raises `Problem`."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Problem(400, "invalid_switch", name=name)
    return value
