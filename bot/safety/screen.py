"""The red-flag screen: is this message an emergency, and of which kind?

In: what a patient wrote. Out: a `RedFlag` or None. Reviewed phrases decide what is clear; a small
classifier on sentence vectors decides the rest, and works without it when no encoder is given. Other
languages have key sentences only. In doubt an emergency wins. No Flask, no Rasa, no state; a message is
never kept or logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.safety.categories import Category
from bot.safety.classifier import Classifier, Encodes
from bot.safety.languages import Languages
from bot.safety.lines import training_lines
from bot.safety.replies import reply_text
from bot.safety.rules import Certainty, Reading, Rules

# Chosen with thresholds.yml and with new lines before they were learned from: as high as they can be while hardly any
# emergency there is missed.
ALONE = 0.42
"""The classifier's probability from which it decides where no phrase was found."""
WITH_SIGN = 0.4
"""The same where a phrase names a danger that may be happening."""
AGAINST_FRAME = 0.45
"""The same where a phrase names a danger, but as past, possible, general or denied."""
NOT_AT_ALL = 0.35
"""Below this even a clear phrase is taken back: everything else in the message speaks against it."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """An emergency that was recognised."""

    category: Category
    probability: float = 1.0
    """The classifier's; 1 where phrases alone decided."""

    def reply_text(self, country: str = "", said_before: int = 0, *, with_staff: bool = False) -> str:
        """The instruction for the patient.

        `country` is the clinic's, in two letters, or empty; `said_before` is how often the conversation has had
        the instruction for this kind already: then it is a short one. `with_staff`: nurses or doctors are near.
        """
        return reply_text(self.category, country, said_before, with_staff=with_staff)


_WORD = re.compile(r"[^\W\d_]+")
_TELEPHONE = re.compile(
    r"(?<![\w.,])(?:(?:\+|00?)\d[\d\s()/-]{6,}\d|\d{3,}[\s/-]\d{3,}[\d\s/-]*)(?![\w.,]\d)"
)
_NUMBER = re.compile(r"(?<![\w.,:])(?:\d{1,2}[:.]\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4})(?![\w:]|[.,]\d)")
"""A time or a date; temperatures have one decimal, and phrases of their own."""
NOISE_FROM = 6
NOISE_VOWELS = 0.17
"""A Latin word of so many letters of which so few are vowels is none; "strengths", which is one, alarms nobody."""


class RedFlagScreen:
    """Recognises emergencies; safe to share between threads."""

    def __init__(
        self,
        rules: Rules | None = None,
        classifier: Classifier | None = None,
        languages: Languages | None = None,
    ) -> None:
        self._rules = rules or Rules.load()
        self._classifier = classifier
        self._languages = languages or Languages.load()

    @classmethod
    def load(cls, encoder: Encodes | None = None, kept: Path | None = None) -> RedFlagScreen:
        """The screen with its phrases and, where an encoder is given, the classifier that learns with it.

        `kept` is a file for what was learned, so that only the first start takes the time for it.
        """
        rules = Rules.load()
        if encoder is None:
            return cls(rules)
        return cls(rules, Classifier.load(encoder, rules, training_lines(), kept))

    @property
    def rules(self) -> Rules:
        """The phrases, for what else is read by them: they take a while to load."""
        return self._rules

    def screen(self, text: str) -> RedFlag | None:
        """The emergency in a message, if there is one."""
        text = _TELEPHONE.sub(" ", text)  # "+41 79 …" is nobody's temperature
        if not text.strip():
            return None
        foreign = self._languages.read(text)
        if foreign.category is not None:
            return RedFlag(foreign.category)
        if foreign.only_talk or _is_foreign(text):
            return None
        reading = self._rules.read(text)
        category, certainty = reading.strongest
        if self._classifier is None:
            return RedFlag(category) if category is not None and certainty >= Certainty.POSSIBLE else None
        probability, likely = self._probability(text, reading)
        if probability < _needed(certainty):
            return None
        if certainty is Certainty.NONE and not self._resembles(text):
            return None
        # What may only be a danger names the kind less well than the message as a whole does.
        named = category is not None and certainty >= Certainty.CLEAR
        return RedFlag(category if named and category is not None else likely, probability)

    def _probability(self, text: str, reading: Reading) -> tuple[float, Category]:
        """The classifier's word on the message, or on the part of a long one that alarms most."""
        assert self._classifier is not None  # nosec B101 # noqa: S101 - only called with one
        text = _without_noise(text)
        parts = _parts(text)
        texts, readings = [text], [reading]
        if parts:
            texts, readings = parts, [self._rules.read(part) for part in parts]
        return max(self._classifier.emergency(texts, readings), key=lambda found: found[0])

    def _resembles(self, text: str) -> bool:
        assert self._classifier is not None  # nosec B101 # noqa: S101 - only called with one
        text = _without_noise(text)
        if not _WORD.search(text):
            return False
        return any(self._classifier.resembles_an_emergency(part) for part in _parts(text) or [text])


def _without_noise(text: str) -> str:
    """The message without what the classifier sees shadows in: keys hit at random, codes, times and dates."""
    text = _NUMBER.sub(" ", text)
    return _WORD.sub(lambda word: "this" if _is_noise(word.group()) else word.group(), text)


def _is_noise(word: str) -> bool:
    vowels = sum(letter in "aeiouy" for letter in word.lower())
    return len(word) >= NOISE_FROM and word.isascii() and vowels < NOISE_VOWELS * len(word)


def _is_foreign(text: str) -> bool:
    """Whether most letters are not Latin: the classifier has nothing to say about such a message."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter > "\u024f" for letter in letters) > len(letters)


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
