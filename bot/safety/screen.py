"""The red-flag screen: is this message an emergency, and of which kind?

In: what a patient wrote. Out: a `RedFlag` or None. Reviewed phrases decide what is clear; a small
classifier on sentence vectors decides the rest, and works without it when no encoder is given. In doubt
an emergency wins. No Flask, no Rasa, no state; a message is never kept or logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.safety.categories import Category
from bot.safety.classifier import Classifier, Encode
from bot.safety.lines import training_lines
from bot.safety.replies import reply_text
from bot.safety.rules import Certainty, Reading, Rules

ALONE = 0.22
"""The classifier's probability from which it decides where no phrase was found."""
WITH_SIGN = 0.2
"""The same where a phrase names a danger that may be happening."""
AGAINST_FRAME = 0.45
"""The same where a phrase names a danger, but as past, possible, general or denied."""
NOT_AT_ALL = 0.1
"""Below this even a clear phrase is taken back: everything else in the message speaks against it."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """An emergency that was recognised."""

    category: Category

    def reply_text(self, country: str = "") -> str:
        """The instruction for the patient; `country` is the clinic's, in two letters, or empty."""
        return reply_text(self.category, country)


class RedFlagScreen:
    """Recognises emergencies; safe to share between threads."""

    def __init__(self, rules: Rules | None = None, classifier: Classifier | None = None) -> None:
        self._rules = rules or Rules.load()
        self._classifier = classifier

    @classmethod
    def load(cls, encode: Encode | None = None, kept: Path | None = None) -> RedFlagScreen:
        """The screen with its phrases and, where an encoder is given, the classifier that learns with it.

        `kept` is a file for what was learned, so that only the first start takes some seconds for it.
        """
        rules = Rules.load()
        if encode is None:
            return cls(rules)
        return cls(rules, Classifier.load(encode, rules, training_lines(), kept))

    def screen(self, text: str) -> RedFlag | None:
        """The emergency in a message, if there is one."""
        if not text.strip():
            return None
        reading = self._rules.read(text)
        category, certainty = reading.strongest
        if self._classifier is None:
            return RedFlag(category) if category is not None and certainty >= Certainty.POSSIBLE else None
        probability, likely = self._probability(text, reading)
        if probability < _needed(certainty):
            return None
        named = category is not None and certainty >= Certainty.POSSIBLE
        return RedFlag(category if named and category is not None else likely)

    def _probability(self, text: str, reading: Reading) -> tuple[float, Category]:
        """The classifier's word on the message, or on the part of a long one that alarms most."""
        assert self._classifier is not None  # noqa: S101 - only called with one
        parts = _parts(text)
        texts, readings = [text], [reading]
        if parts:
            texts, readings = parts, [self._rules.read(part) for part in parts]
        return max(self._classifier.emergency(texts, readings), key=lambda found: found[0])


def _needed(certainty: Certainty) -> float:
    return {
        Certainty.CLEAR: NOT_AT_ALL,
        Certainty.POSSIBLE: WITH_SIGN,
        Certainty.FRAMED: AGAINST_FRAME,
        Certainty.NONE: ALONE,
    }[certainty]


def _parts(text: str) -> list[str]:
    """The sentences of a long message, so that one alarming sentence is not lost among others."""
    if len(text) < _SHORT:
        return []
    sentences = [
        part.strip() for part in text.replace("\n", ". ").replace("!", ".").replace("?", "?.").split(". ")
    ]
    merged: list[str] = []
    for sentence in filter(None, sentences):
        if merged and len(merged[-1]) + len(sentence) < _SHORT:
            merged[-1] += ". " + sentence
        else:
            merged.append(sentence)
    return merged[:_MOST_PARTS] if len(merged) > 1 else []


_SHORT = 200
_MOST_PARTS = 6
