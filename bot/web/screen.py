"""The place of the red-flag screen in the way of a message: before everything else."""

from __future__ import annotations

import logging

from bot.conversations.model import Reply
from bot.failures import where
from bot.safety import RedFlagScreen
from bot.settings import BotSettings, red_flags_file
from knowledge.encoder import Encoder, EncoderError
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
            encode = Encoder(KnowledgeSettings(var=settings.var).model_dir).encode
        except EncoderError as error:
            _log.warning("The red-flag screen works with its phrases only. %s", error)
            return cls(RedFlagScreen.load(), settings.country)
        return cls(RedFlagScreen.load(encode, red_flags_file(settings.var)), settings.country)

    def emergency_reply(self, text: str) -> tuple[Reply, ...]:
        """The urgent-care instruction for an emergency, else nothing.

        A fault of the screen must not cost the patient the message: it is logged and the bot answers.
        """
        try:
            flag = self._red_flags.screen(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must go on
            _log.error("the red-flag screen failed: %s", where(error))
            return ()
        if flag is None:
            return ()
        evidence = {"red_flag": flag.category.value}
        return (Reply("emergency", flag.reply_text(self._country), evidence=evidence),)
