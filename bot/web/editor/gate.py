"""Who may do what here, under which name, and the record of it."""

from __future__ import annotations

from bot.accounts.model import Role
from bot.web.auth import me, require
from bot.web.services import services

editors = require(Role.EDITOR, Role.ADMINISTRATOR)
"""Lets editors and administrators pass."""

readers = require(Role.ADVISOR, Role.EDITOR, Role.ADMINISTRATOR)
"""Lets everybody pass who may see where an answer came from."""


def name() -> str:
    """The name under which the knowledge base writes down who did something."""
    return me().name


def record(action: str, detail: str) -> None:
    """Writes into the administrators' record that somebody did something, and with which document."""
    services().audit.record(me().id, action, None, detail)
