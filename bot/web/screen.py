"""The place of the red-flag screen in the way of a message: before everything else."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.conversations.model import Reply
from bot.failures import where
from bot.safety import RedFlagScreen
from bot.settings import BotSettings, red_flags_file
from knowledge.encoder import EncoderError, opened
from knowledge.settings import KnowledgeSettings

_log = logging.getLogger(__name__)


class Screen:
    """Recognises emergencies in what a patient wrote, and has the instruction for them."""

    def __init__(self, red_flags: RedFlagScreen, country: str) -> None:
        self._red_flags = red_flags
        self._country = country

    @classmethod
    def load(cls, settings: BotSettings) -> Screen:
        """The screen with all it can have: without the encoder it goes by its phrases alone."""
        try:
            encoder = opened(KnowledgeSettings(var=settings.var).model_dir)
        except EncoderError as error:
            _log.warning("The red-flag screen works with its phrases only. %s", error)
            return cls(RedFlagScreen.load(), settings.country)
        return cls(RedFlagScreen.load(encoder, red_flags_file(settings.var)), settings.country)

    def emergency_reply(
        self, text: str, said_before: Callable[[str], int] | None = None
    ) -> tuple[Reply, ...]:
        """The urgent-care instruction for an emergency, else nothing.

        `said_before` tells how often the conversation has had the instruction for a kind; it is asked only in an
        emergency, and left out where there is no conversation. A fault of the screen must not cost the patient the
        message: it is logged and the bot answers.
        """
        try:
            flag = self._red_flags.screen(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must go on
            _log.error("the red-flag screen failed: %s", where(error))
            return ()
        if flag is None:
            return ()
        kind = flag.category.value
        times = said_before(kind) if said_before else 0
        return (
            Reply(
                "emergency",
                flag.reply_text(self._country, times),
                evidence={"red_flag": kind},
            ),
        )
