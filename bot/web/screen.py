"""The place of the red-flag screen in the way of a message: before everything else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversations.model import AFTERWORD_KIND, EMERGENCY_KIND, Reply
from bot.failures import where
from bot.safety import Afterwords, Category, LastAlarm, Meaning, RedFlag, RedFlagScreen
from bot.safety.aftermath import Afterword
from bot.settings import BotSettings, red_flags_file
from knowledge.encoder import EncoderError, opened
from knowledge.settings import KnowledgeSettings

_log = logging.getLogger(__name__)

LastWord = Callable[[], tuple[Mapping[str, Any], int] | None]
"""Gives the evidence of a conversation's last word on an emergency, and how many messages came since."""


@dataclass(frozen=True, slots=True)
class FirstWord:
    """What is said before anything else looks at a message; `goes_on`: the message is answered besides."""

    replies: tuple[Reply, ...] = ()
    goes_on: bool = False


class Screen:
    """Recognises emergencies in what a patient wrote, and has the instruction for them."""

    def __init__(self, red_flags: RedFlagScreen, afterwords: Afterwords, country: str) -> None:
        self._red_flags = red_flags
        self._afterwords = afterwords
        self._country = country

    @classmethod
    def load(cls, settings: BotSettings) -> Screen:
        """The screen with all it can have: without the encoder it goes by its phrases alone."""
        try:
            encoder = opened(KnowledgeSettings(var=settings.var).model_dir)
        except EncoderError as error:
            _log.warning("The red-flag screen works with its phrases only. %s", error)
            red_flags = RedFlagScreen.load()
        else:
            red_flags = RedFlagScreen.load(encoder, red_flags_file(settings.var))
        return cls(red_flags, Afterwords.load(red_flags.rules), settings.country)

    def first_word(self, text: str, said_before: Callable[[str], int], last_word: LastWord) -> FirstWord:
        """The urgent-care instruction for an emergency, or what is right after one, else nothing.

        `said_before` tells how often the conversation has had the instruction for a kind; both are asked only where
        they matter. A fault of the screen must not cost the patient the message: it is logged and the bot answers.
        """
        try:
            flag = self._red_flags.screen(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must go on
            _log.error("the red-flag screen failed: %s", where(error))
            flag = None
        try:
            last = _last_alarm(last_word()) if flag or self._afterwords.concerns(text) else None
            flag = self._afterwords.kind(flag, text, last) if flag and last else flag
            after = self._afterword(text, flag, last)
        except Exception as error:  # noqa: BLE001 - an alarm must be raised all the same
            _log.error("reading what follows an alarm failed: %s", where(error))
            after = None
        if after is not None:
            word, last = after
            return FirstWord(_said_after(word, last), word.goes_on)
        return FirstWord(self._instruction(text, flag, said_before) if flag else ())

    def emergency_reply(self, text: str) -> tuple[Reply, ...]:
        """The instruction for an emergency in a message that stands in no conversation, else nothing."""
        return self.first_word(text, lambda _: 0, lambda: None).replies

    def instead_of_nothing(self, evidence: Mapping[str, Any], since: int) -> Reply | None:
        """What is said to a message after an alarm to which the dialogue has no answer; None: just that.

        In: evidence of the last word on an emergency, and how many messages lie between it and this one.
        """
        last = _last_alarm((evidence, since))
        word = self._afterwords.not_understood(last, self._country) if last is not None else None
        return None if word is None or last is None else _said_after(word, last)[0]

    def asked_besides(self, text: str) -> str:
        """What a message after an alarm asks, without what it says about the alarm."""
        return self._afterwords.left(text)

    def _instruction(self, text: str, flag: RedFlag, said_before: Callable[[str], int]) -> tuple[Reply, ...]:
        kind = flag.category.value
        said = flag.reply_text(self._country, said_before(kind), with_staff=self._afterwords.with_staff(text))
        return (Reply(EMERGENCY_KIND, said, evidence={"red_flag": kind}),)

    def _afterword(
        self, text: str, flag: RedFlag | None, last: LastAlarm | None
    ) -> tuple[Afterword, LastAlarm] | None:
        if flag is None and not self._afterwords.concerns(text):
            return None
        word = self._afterwords.reply(text, last, flag, self._country) if last is not None else None
        return None if word is None or last is None else (word, last)


def _last_alarm(word: tuple[Mapping[str, Any], int] | None) -> LastAlarm | None:
    if word is None:
        return None
    evidence, since = word
    meaning = evidence.get("after")
    return LastAlarm(Category(evidence["red_flag"]), since, Meaning(meaning) if meaning else None)


def _said_after(word: Afterword, last: LastAlarm) -> tuple[Reply, ...]:
    if not word.text:
        return ()
    evidence = {"red_flag": last.category.value, "after": word.meaning.value}
    return (Reply(EMERGENCY_KIND if word.urgent else AFTERWORD_KIND, word.text, evidence=evidence),)
