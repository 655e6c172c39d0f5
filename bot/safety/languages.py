"""Key sentences of an emergency in languages other than English.

In: a message. Out: a `Foreign`: which kind of emergency one of its clauses says, or that the clause only asks or
supposes, or nothing. The sentences are data (languages.yml), in the phrase language of `phrases`, and are looked
up only where the message has the language's letters. Linear in the length of the text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.safety.categories import Category
from bot.safety.phrases import OpenPhrases, Phrases
from bot.safety.rules import DATA, read_yaml
from bot.safety.words import LONGEST

_CLAUSE_END = re.compile(r"[.!?;,:\n…¿¡。、，！？；：؟،؛।]+")
_ALIKE = str.maketrans({"ı": "i", "ł": "l", "ß": "ss", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})
_TALK = "talk"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a message says in another language."""

    category: Category | None
    """The kind of emergency, if there is one."""
    only_talk: bool
    """Whether a danger is named, but only asked about or supposed."""


class Languages:
    """The key sentences of all languages, ready to read messages."""

    def __init__(self, data: Mapping[str, Mapping[str, list[Any]]]) -> None:
        self._whole: list[_Entry] = []
        lines: list[str] = []
        self._open: list[tuple[_Entry, OpenPhrases]] = []
        for language, entries in data.items():
            for name, written in entries.items():
                entry = _Entry(language, None if name == _TALK else Category(name))
                every = [plain_line(str(line)) for line in written]
                whole = [line for line in every if not _OPEN.search(line)]
                lines += whole
                self._whole += [entry] * len(whole)
                if len(whole) < len(every):
                    self._open.append((entry, OpenPhrases(line for line in every if _OPEN.search(line))))
        self._phrases = Phrases(lines)
        self.checksum = hashlib.sha256(repr(data).encode()).hexdigest()

    @classmethod
    def load(cls, folder: Path = DATA) -> Languages:
        """The languages of the data file; ValueError where a line cannot be read."""
        return cls(read_yaml(folder / "languages.yml"))

    def read(self, text: str) -> Foreign:
        """What the message says in one of the languages; of several emergencies the first of `Category`."""
        said: set[Category] = set()
        talked = False
        for part in _CLAUSE_END.split(text[:LONGEST]):
            entries = self._entries(plain(part))
            talk = {entry.language for entry in entries if entry.category is None}
            for entry in entries:
                if entry.category is None:
                    continue
                # A threat to oneself stays one with an "if".
                if entry.language in talk and entry.category is not Category.SELF_HARM:
                    talked = True
                else:
                    said.add(entry.category)
        if said:
            return Foreign(min(said, key=list(Category).index), only_talk=False)
        return Foreign(None, only_talk=talked)

    def _entries(self, clause: str) -> list[_Entry]:
        found = [self._whole[number] for number in self._phrases.numbers(clause)]
        if not clause.isascii():
            found += [entry for entry, phrases in self._open if clause in phrases]
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a line of the data file stands; no category: under "talk"."""

    language: str
    category: Category | None


_OPEN = re.compile("[\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff]")
"""Devanagari, kana and Chinese characters."""


def plain(text: str) -> str:
    """Small letters without accents, single spaces, nothing else."""
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in _unaccented(text)
    )
    return " ".join(kept.split())


def plain_line(line: str) -> str:
    """A line of the data file with its letters as `plain` makes them; the brackets stay."""
    return " ".join(_unaccented(line).split())


def _unaccented(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn").translate(_ALIKE)
