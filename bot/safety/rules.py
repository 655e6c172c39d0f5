"""What the reviewed phrases say of a message: which dangers it names, and how it speaks of them.

In: a message. Out: a `Reading`: for each kind of emergency how certain the phrases are, and marks of
how the sentences speak (past, general, possible, denied, present, now) for the classifier.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import yaml

from bot.safety.categories import Category
from bot.safety.phrases import Phrases, words_of
from bot.safety.words import Sentence, Speller, sentences

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # the C library is missing: slower, and as safe
    from yaml import SafeLoader  # type: ignore[assignment]

DATA = Path(__file__).parent / "data"
FRAMES = ("past", "general", "asks", "possible", "denied", "idiom", "elsewhere", "present", "now")
_TALK = {False: ("past", "general", "possible"), True: ("past", "general")}
"""What takes the certainty from a danger; a threat to oneself stays one with an "if"."""


_OR = re.compile(r"(?: \S+){1,4} (?:or|nor|and) ")
_LIST = re.compile(r" (?:(?:or|nor|and|any) )*")
Span = tuple[int, int]


class Certainty(IntEnum):
    """How sure the phrases are of an emergency."""

    NONE = 0
    FRAMED = 1
    """A danger is named, but as past, possible, general or denied."""
    POSSIBLE = 2
    """A danger is named that may be happening."""
    CLEAR = 3
    """A danger is happening to somebody."""


@dataclass(slots=True)
class Reading:
    """What the phrases found in a message."""

    dangers: dict[Category, Certainty] = field(default_factory=dict)
    frames: set[str] = field(default_factory=set)
    words: tuple[str, ...] = ()

    def add(self, category: Category, certainty: Certainty) -> None:
        """Keeps the greatest certainty of a kind."""
        self.dangers[category] = max(certainty, self.dangers.get(category, Certainty.NONE))

    @property
    def strongest(self) -> tuple[Category | None, Certainty]:
        """The kind the phrases are surest of; of equally sure ones the first in the order of `Category`."""
        best: tuple[Category | None, Certainty] = (None, Certainty.NONE)
        for category in Category:
            certainty = self.dangers.get(category, Certainty.NONE)
            if certainty > best[1]:
                best = (category, certainty)
        return best


class Rules:
    """The phrases of the data files, ready to read messages."""

    def __init__(
        self, signs: Mapping[str, Any], frames: Mapping[str, Any], spelling: Mapping[str, Any]
    ) -> None:
        self._clear = {Category(name): Phrases(entry["clear"]) for name, entry in signs.items()}
        self._signs = {Category(name): Phrases(entry["signs"]) for name, entry in signs.items()}
        self._frames = {name: Phrases(frames[name]) for name in FRAMES}
        lines = [line for entry in signs.values() for kind in ("clear", "signs") for line in entry[kind]]
        frame_lines = [line for name in FRAMES for line in frames[name]]
        self._speller = Speller(spelling, words_of(lines) | set(spelling), words_of(frame_lines))
        self.checksum = hashlib.sha256(
            repr((lines, frame_lines, sorted(spelling.items()))).encode()
        ).hexdigest()

    @classmethod
    def load(cls, folder: Path = DATA) -> Rules:
        """The rules in the data files; ValueError where a phrase cannot be read."""
        signs, frames, spelling = (
            read_yaml(folder / f"{name}.yml") for name in ("signs", "frames", "spelling")
        )
        return cls(signs, frames, spelling)

    def sentences(self, text: str) -> list[Sentence]:
        """The sentences of a message in plain words."""
        return sentences(text, self._speller)

    def read(self, text: str, aside: Phrases | None = None) -> Reading:
        """What the phrases find in a message, but for a danger that stands within one of the phrases `aside`."""
        found = self.sentences(text)
        reading = Reading(words=tuple(word for sentence in found for word in sentence.words))
        everywhere = " ".join(sentence.text for sentence in found)
        # Who it happens to and that it happens now may stand in the sentence before or after.
        present = everywhere in self._frames["present"]
        now = self._happens_now(everywhere)
        reading.frames.update(name for name, on in (("present", present), ("now", now)) if on)
        for sentence in found:
            apart = aside.spans(sentence.text) if aside is not None else []
            self._read_sentence(sentence, reading, apart, present=present, now=now)
        return reading

    def _happens_now(self, text: str) -> bool:
        """Whether a word like "now" stands in the text, other than in "he is fine now", "what do i do if"."""
        over = self._frames["past"].spans(text) + self._frames["possible"].spans(text)
        return any(
            not any(begin <= start and end <= stop for begin, stop in over)
            for start, end in self._frames["now"].spans(text)
        )

    def _read_sentence(
        self, sentence: Sentence, reading: Reading, apart: list[Span], *, present: bool, now: bool
    ) -> None:
        text = sentence.text
        frames = {
            name: self._frames[name].spans(text)
            for name in ("past", "general", "asks", "possible", "denied", "idiom", "elsewhere")
        }
        reading.frames.update(name for name, spans in frames.items() if spans)
        found = [
            (span, category, is_clear)
            for phrases, is_clear in ((self._clear, True), (self._signs, False))
            for category, kind in phrases.items()
            for span in kind.spans(text)
            if not any(start <= span[0] and span[1] <= end for start, end in apart)
        ]
        denied = _denied(text, sorted(span for span, _, _ in found), frames["denied"])
        for span, category, is_clear in found:
            certainty = _certainty(
                sentence,
                span,
                frames,
                is_denied=span in denied,
                is_clear=is_clear,
                is_threat=category is Category.SELF_HARM,
                present=present,
                now=now,
            )
            reading.add(category, certainty)


def _certainty(
    sentence: Sentence,
    span: tuple[int, int],
    frames: Mapping[str, list[tuple[int, int]]],
    *,
    is_denied: bool,
    is_clear: bool,
    is_threat: bool,
    present: bool,
    now: bool,
) -> Certainty:
    """How sure a phrase at `span` is, given how its sentence speaks."""
    if any(_takes(other, span) for other in frames["idiom"]):
        return Certainty.NONE
    if is_denied or frames["elsewhere"]:
        return Certainty.FRAMED
    clauses = _clauses(sentence, span)
    framed = [
        name
        for name in _TALK[is_threat]
        if any((name == "past" and not now) or _clauses(sentence, other) & clauses for other in frames[name])
    ]
    if not framed and frames["asks"] and not (present or now or _measured(sentence, span)):
        return Certainty.FRAMED
    if not framed:
        # A hint of self-harm stays a hint, whenever it happens: many harmless messages sound like one.
        sure = is_clear or (present and now and not is_threat)
        return Certainty.CLEAR if sure else Certainty.POSSIBLE
    if framed == ["past"]:
        return Certainty.POSSIBLE if is_clear and now else Certainty.FRAMED
    return Certainty.POSSIBLE if present and now and "past" not in framed else Certainty.FRAMED


def _measured(sentence: Sentence, span: Span) -> bool:
    """Whether the danger is a number that somebody read off: then it is not a question about the leaflet."""
    return any(letter.isdigit() for letter in sentence.text[span[0] : span[1]])


def _takes(idiom: tuple[int, int], span: tuple[int, int]) -> bool:
    """Whether an idiom takes a danger's words for itself: "catch my breath", but not in "cant catch my breath"."""
    overlap = idiom[0] < span[1] and idiom[1] > span[0]
    return overlap and not (span[0] < idiom[0] and span[1] >= idiom[1])


def _denied(text: str, spans: Iterable[Span], denials: Iterable[Span]) -> set[Span]:
    """The dangers that a denial stands right before, and those that follow such a one in a list."""
    denials = list(denials)
    denied: set[Span] = set()
    for span in spans:
        direct = any(
            start < span[0] and (span[0] <= end + 1 or _OR.fullmatch(text[end : span[0]]))
            for start, end in denials
        )
        listed = any(end <= span[0] and _LIST.fullmatch(text[end : span[0]]) for _, end in denied)
        if direct or listed:
            denied.add(span)
    return denied


def _clauses(sentence: Sentence, span: tuple[int, int]) -> set[int]:
    """The clauses that a stretch of the sentence's text touches."""
    first = sentence.text.count(" ", 0, span[0])
    last = sentence.text.count(" ", 0, span[1])
    return set(sentence.clauses[first : last + 1])


def read_yaml(path: Path) -> dict[str, Any]:
    """A data file of ours."""
    with path.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, Loader=SafeLoader)
    return loaded
