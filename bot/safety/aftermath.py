"""What is said after an emergency's instruction: apology, encouragement or gladness instead of the next alarm.

In: what a patient wrote, and what the conversation was told last (`LastAlarm`). Out: an `Afterword` or None. The
phrases are data (aftermath.yml). An emergency that is new or plain still wins, see `Afterwords.beats`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.safety import afterwords as said
from bot.safety.categories import Category
from bot.safety.phrases import Phrases
from bot.safety.rules import DATA, Certainty, Rules, read_yaml
from bot.safety.screen import RedFlag

SURE = 0.9
"""The classifier's probability from which it is believed against somebody who says that nothing is wrong."""


class Meaning(StrEnum):
    """What somebody means who writes after an alarm; where a message has several, the first counts."""

    NO_ANSWER = "no_answer"
    CANNOT_CALL = "cannot_call"
    TELL = "tell"
    HERE = "here"
    COMING = "coming"
    DOUBT = "doubt"
    BETTER = "better"
    DENIED = "denied"
    WHY = "why"
    FINE = "fine"
    HOW = "how"
    COMPANY = "company"
    HELPED = "helped"
    """Somebody who helps is named, in words that are no clear word of it: see `Afterwords._near_help`."""
    UNCLEAR = "unclear"
    """Nothing of these, and the dialogue had no answer to it either: see `Afterwords.not_understood`."""


_READ = [meaning for meaning in Meaning if meaning not in (Meaning.HELPED, Meaning.UNCLEAR)]
_OVER = frozenset({Meaning.DENIED, Meaning.FINE, Meaning.HERE, Meaning.BETTER})
"""After these nobody is to be told what to do until help comes."""
_MUCH_LATER = frozenset({Meaning.HERE, Meaning.BETTER, Meaning.COMING})
_ON_THE_BODY = frozenset(
    {
        Meaning.NO_ANSWER,
        Meaning.CANNOT_CALL,
        Meaning.TELL,
        Meaning.COMING,
        Meaning.DOUBT,
        Meaning.HOW,
        Meaning.BETTER,
    }
)
"""These make no sense after words of despair."""
_SETTLED = frozenset({Meaning.HERE, Meaning.COMING, Meaning.BETTER, Meaning.FINE})
"""Only said of what is so now: "is he better?" and "if they are here" are none of these."""
_URGENT = frozenset({Meaning.NO_ANSWER, Meaning.CANNOT_CALL, Meaning.TELL, Meaning.DOUBT})
SOON, LATER = 1, 4
"""How many messages may lie between the last word on the emergency and one that is about it."""

_OF_SLEEP = frozenset({Category.UNCONSCIOUS_OTHER, Category.CONFUSION})
_MYSELF = re.compile(r"\b(?:i|im|me|my)\b", re.I)
_PIECE = re.compile(r"[^.!?;,\n]+[.!?;,\n]*")


@dataclass(frozen=True, slots=True)
class LastAlarm:
    """The last word on an emergency in a conversation."""

    category: Category
    since: int
    """How many messages the patient has written after it, without the one that is read now."""
    meaning: Meaning | None = None
    """What the patient had meant, where that word was an afterword already."""


@dataclass(frozen=True, slots=True)
class Afterword:
    """What is said instead of an alarm; the text is empty where the apology has been said already.

    `goes_on`: the message holds a question besides, which is answered as always. `urgent`: it still says to call.
    """

    meaning: Meaning
    text: str
    goes_on: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class _Read:
    meanings: tuple[Meaning, ...]
    left: str
    """The message without what is about the alarm."""


class Afterwords:
    """Reads messages that follow an alarm. Safe to share between threads."""

    def __init__(self, data: Mapping[str, list[Any]], rules: Rules) -> None:
        self._rules = rules
        self._meanings = {meaning: Phrases(data[meaning.value]) for meaning in _READ}
        self._how_then = Phrases(data["how_then"])
        about = [*(meaning.value for meaning in _READ), "how_then"]
        self._about = Phrases([line for name in about for line in data[name]])
        others = (
            "with_staff",
            "shaken",
            "filler",
            "wants",
            "business",
            "unsettled",
            "contrast",
            "help",
            "looked_at",
            "no_harm",
        )
        self._other = {name: Phrases(data[name]) for name in others}

    @classmethod
    def load(cls, rules: Rules, folder: Path = DATA) -> Afterwords:
        """The phrases of the data file; ValueError where one cannot be read."""
        return cls(read_yaml(folder / "aftermath.yml"), rules)

    def concerns(self, text: str) -> bool:
        """Whether a message is to be read as one after an alarm at all."""
        return self.about_an_alarm(text) or self._names_help(text)

    def kind(self, flag: RedFlag, text: str, last: LastAlarm) -> RedFlag:
        """The flag of a message after an alarm, of the kind that it then means.

        "I would rather not wake up" after words of despair is no matter of waking: unless a danger to the body is
        plainly named, it is despair.
        """
        if last.category is not Category.SELF_HARM or last.since > LATER:
            return flag
        category, certainty = self._rules.read(text).strongest
        bodily = category is not Category.SELF_HARM and certainty >= Certainty.CLEAR
        if bodily and not (category in _OF_SLEEP and _MYSELF.search(text)):
            return flag
        return replace(flag, category=Category.SELF_HARM)

    def about_an_alarm(self, text: str) -> bool:
        """Whether a message could be about an alarm at all."""
        return any(sentence.text in self._about for sentence in self._rules.sentences(text))

    def with_staff(self, text: str) -> bool:
        """Whether nurses or doctors are near whoever wrote this."""
        return self._has("with_staff", text)

    def reply(self, text: str, last: LastAlarm, flag: RedFlag | None, country: str) -> Afterword | None:
        """What is said to a message after an alarm; None where it is dealt with like any other.

        `flag` is what the screen makes of the message by itself.
        """
        read = self._read(text, last)
        if not read.meanings:
            return self._while_helped(text, last, flag, country) or self._near_help(text, last, flag, country)
        meaning = read.meanings[0]
        if flag is not None and self.beats(flag, meaning, text, last):
            return None
        asks = self._asks(meaning, read.left)
        if meaning is Meaning.COMING and self._plain_danger(text):
            return Afterword(meaning, said.call_again(country), asks, urgent=True)
        said_now = self._text(meaning, read, text, last, country, asks=asks)
        return Afterword(meaning, said_now, asks, meaning in _URGENT)

    def not_understood(self, last: LastAlarm, country: str) -> Afterword | None:
        """What is said instead of "I have no answer" to the message after an alarm that is not over.

        Whatever it was, whoever wrote it may still be in danger. None where that was said already.
        """
        if last.since > 0 or last.meaning in {*_OVER, Meaning.UNCLEAR}:
            return None
        text = said.unclear(country, despair=last.category is Category.SELF_HARM)
        return Afterword(Meaning.UNCLEAR, text, goes_on=False, urgent=False)

    def left(self, text: str) -> str:
        """The message without what is about the alarm, or the whole message where nothing else is in it."""
        return self._left(text) or text

    def beats(self, flag: RedFlag, meaning: Meaning, text: str, last: LastAlarm) -> bool:
        """Whether an alarm is raised although the message is about the last one: in doubt it is."""
        reading = self._rules.read(text, aside=self._about)
        category, certainty = reading.strongest
        if flag.category is Category.SELF_HARM and last.category is not Category.SELF_HARM:
            threat = reading.dangers.get(Category.SELF_HARM, Certainty.NONE)
            return threat >= Certainty.POSSIBLE or flag.probability >= SURE
        if meaning in (Meaning.HERE, Meaning.COMING):
            return False  # the reply says what to do where it gets worse
        if meaning in {*_URGENT, Meaning.HOW}:
            return certainty >= Certainty.CLEAR and category is not last.category
        needed = Certainty.CLEAR if meaning is Meaning.BETTER else Certainty.POSSIBLE
        return certainty >= needed or flag.probability >= SURE

    def _plain_danger(self, text: str) -> bool:
        return self._rules.read(text, aside=self._about).strongest[1] >= Certainty.CLEAR

    def _read(self, text: str, last: LastAlarm) -> _Read:
        sentences = [sentence.text for sentence in self._rules.sentences(text)]
        found = [
            meaning
            for meaning, phrases in self._meanings.items()
            if any(each in phrases and self._holds(meaning, each) for each in sentences)
        ]
        if any(each in self._other["looked_at"] for each in sentences):
            found = [Meaning.BETTER]
        if Meaning.HOW in found and Meaning.TELL in found:
            found.remove(Meaning.TELL)  # "what do I tell them?" asks for words, not for leave
        despair = last.category is Category.SELF_HARM
        over = last.meaning in _OVER
        if last.meaning is not None and any(each in self._how_then for each in sentences):
            found.append(Meaning.HOW)
        fitting = [
            meaning
            for meaning in found
            if last.since <= (LATER if meaning in _MUCH_LATER else SOON)
            and not (despair and meaning in _ON_THE_BODY)
            and not (not despair and meaning is Meaning.COMPANY)
            and not (over and meaning in _ON_THE_BODY - {Meaning.BETTER})
        ]
        return _Read(tuple(fitting), self._left(text))

    def _holds(self, meaning: Meaning, sentence: str) -> bool:
        """Whether a sentence that has a phrase of a meaning says it of now, and without a but."""
        if meaning is Meaning.BETTER and sentence in self._other["contrast"]:
            return False
        return meaning not in _SETTLED or sentence not in self._other["unsettled"]

    def _while_helped(
        self, text: str, last: LastAlarm, flag: RedFlag | None, country: str
    ) -> Afterword | None:
        """An alarm about the same person while doctors are there: they are the ones to tell."""
        helped = last.meaning is Meaning.HERE and last.since <= SOON
        if flag is None or not helped or flag.category is Category.SELF_HARM:
            return None
        return Afterword(Meaning.HERE, said.while_helped(country), self._is_question(text), urgent=False)

    def _near_help(self, text: str, last: LastAlarm, flag: RedFlag | None, country: str) -> Afterword | None:
        """To a message that names helpers in words which could mean that they are there: it is right in any case."""
        over = last.meaning in {Meaning.DENIED, Meaning.FINE, Meaning.HELPED}
        asks = flag is None and ("?" in text or last.since > 0)
        if (
            last.category is Category.SELF_HARM
            or last.since > SOON
            or over
            or asks
            or not self._names_help(text)
        ):
            return None
        return Afterword(
            Meaning.HELPED,
            said.near_help(country),
            goes_on=False,
            urgent=flag is not None and self._plain_danger(text),
        )

    def _names_help(self, text: str) -> bool:
        return any(
            sentence.text in self._other["help"] and sentence.text not in self._other["unsettled"]
            for sentence in self._rules.sentences(text)
        )

    def _text(
        self, meaning: Meaning, read: _Read, text: str, last: LastAlarm, country: str, *, asks: bool
    ) -> str:
        doubted = {Meaning.DENIED, Meaning.WHY} & set(read.meanings)
        sorry = said.MISREAD + " " if doubted else ""
        despair = last.category is Category.SELF_HARM
        if meaning is Meaning.DENIED and despair and not asks and self._has("no_harm", text):
            return said.no_harm_meant()
        if meaning is Meaning.DENIED:
            return "" if last.meaning is Meaning.DENIED else said.denied(despair=despair, asks=asks)
        if meaning is Meaning.WHY:
            return said.why(country, despair=despair)
        if meaning is Meaning.FINE:
            return "" if last.meaning in _OVER else said.fine(country, despair=despair)
        if meaning is Meaning.COMPANY:
            return said.company(country, again=last.meaning is Meaning.COMPANY)
        if meaning in (Meaning.TELL, Meaning.DOUBT):
            return said.do_it_now(country, with_staff=meaning is Meaning.TELL or self.with_staff(text))
        if meaning is Meaning.COMING and last.meaning in (Meaning.COMING, Meaning.HOW):
            meaning = Meaning.HOW
        if meaning is Meaning.HERE and last.meaning is Meaning.HERE:
            return sorry + said.STILL_HELPED
        if meaning in (Meaning.HERE, Meaning.BETTER) and self._has("shaken", text):
            return sorry + said.SHAKEN
        return sorry + said.fixed(meaning, country)

    def _asks(self, meaning: Meaning, left: str) -> bool:
        """Whether what is left of the message is to be answered as always."""
        if meaning in (Meaning.DENIED, Meaning.WHY, Meaning.FINE):
            return len(left.split()) >= _ENOUGH and (self._is_question(left) or self._has("wants", left))
        if meaning in (Meaning.HERE, Meaning.BETTER, Meaning.COMPANY):
            return self._is_question(left)
        return meaning is Meaning.COMING and self._has("business", left)

    def _left(self, text: str) -> str:
        pieces = _PIECE.findall(text)
        if not any(self.about_an_alarm(piece) for piece in pieces):
            return text
        return "".join(piece for piece in pieces if self._has_more(piece)).strip()

    def _has_more(self, piece: str) -> bool:
        """Whether a part of a message says something besides what is about the alarm."""
        more = 0
        for sentence in self._rules.sentences(piece):
            spans = self._about.spans(sentence.text) + self._other["filler"].spans(sentence.text)
            taken = {at for start, end in spans for at in range(start, end)}
            words = re.finditer(r"\S+", sentence.text)
            more += sum(word.start() not in taken for word in words)
        return more > 1

    def _is_question(self, text: str) -> bool:
        return "?" in text and len(text.split()) >= _ENOUGH

    def _has(self, name: str, text: str) -> bool:
        return any(sentence.text in self._other[name] for sentence in self._rules.sentences(text))


_ENOUGH = 3
"""Words that a question has at least."""
