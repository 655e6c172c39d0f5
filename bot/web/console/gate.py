"""Who asks, and the record of what they did."""

from __future__ import annotations

import time

from flask import Blueprint

from bot.accounts.model import Role
from bot.conversations.errors import ConversationClosed, ConversationNotFound
from bot.conversations.model import Advisor
from bot.conversations.tokens import is_id
from bot.web.auth import require, signed_in
from bot.web.errors import Problem, answer
from bot.web.services import services

advisors = require(Role.ADVISOR, Role.ADMINISTRATOR)
"""Lets advisors and administrators pass."""

administrators = require(Role.ADMINISTRATOR)

READ_AGAIN_SECONDS = 600.0
"""A page that follows a conversation reads it with every message; the record says once that it was read."""

_MOST_KEPT = 10_000


def in_advisors_words(blueprint: Blueprint) -> Blueprint:
    """A blueprint whose errors say what helps an advisor where the usual sentence is meant for patients."""
    blueprint.register_error_handler(ConversationNotFound, lambda _: answer(404, "conversation_gone"))
    blueprint.register_error_handler(ConversationClosed, lambda _: answer(409, "conversation_over"))
    return blueprint


def me() -> Advisor:
    """The advisor who asks."""
    account = signed_in().account
    return Advisor(account.id, account.name)


def checked(conversation_id: str) -> str:
    """The id, if it can be one at all. Raises `Problem` 404."""
    if not is_id(conversation_id):
        raise Problem(404, "conversation_gone")
    return conversation_id


def record(action: str, conversation_id: str | None = None, detail: str = "") -> None:
    """Writes into the record that the advisor did something."""
    services().audit.record(me().id, action, conversation_id, detail)


class Readings:
    """Which conversation an account has lately been recorded to read."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, str], float] = {}

    def is_news(self, account_id: int, conversation_id: str) -> bool:
        """Whether this reading belongs into the record; the next ones for a while do not."""
        now, key = time.monotonic(), (account_id, conversation_id)
        if self._until.get(key, 0.0) > now:
            return False
        if len(self._until) >= _MOST_KEPT:
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[key] = now + READ_AGAIN_SECONDS
        return True
