"""The place of the red-flag screen in the way of a message: before everything else."""

from __future__ import annotations

import logging
from typing import Protocol

from bot.conversations.model import Reply
from bot.web.errors import where

_log = logging.getLogger(__name__)


class RedFlag(Protocol):
    """An emergency that was recognised."""

    @property
    def reply_text(self) -> str: ...

    @property
    def category(self) -> str: ...


class Screen(Protocol):
    """Recognises emergencies in what a patient wrote."""

    def screen(self, text: str) -> RedFlag | None: ...


class NoScreen:
    """Recognises nothing; only while `bot.safety` does not exist yet."""

    def screen(self, text: str) -> RedFlag | None:  # noqa: ARG002
        return None


def emergency_reply(screen: Screen, text: str) -> tuple[Reply, ...]:
    """The urgent-care instruction for an emergency, else nothing.

    A fault of the screen must not cost the patient the message: it is logged and the bot answers.
    """
    try:
        flag = screen.screen(text)
    except Exception as error:  # noqa: BLE001 - whatever it is, the message must go on
        _log.error("the red-flag screen failed: %s", where(error))
        return ()
    if flag is None:
        return ()
    return (Reply("emergency", flag.reply_text, evidence={"category": flag.category}),)
