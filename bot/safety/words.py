"""A patient's message as plain words: lower case, one spelling of "cannot", likely typing mistakes put right.

In: any text. Out: `Sentence`s, each with its words and the number of the clause that a word stands in.
Every step is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

LONGEST = 1_000
"""Characters that are looked at; the web process refuses longer messages before."""

_APOSTROPHES = re.compile("['’‘`´ʼ]")
_SENTENCE_END = re.compile(r"[.!?…;\n]+(?!\d)|(?<!\d)[.!?…;\n]+")
_TOKENS = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|,|\(|\)|:| - |–|—")
_CLAUSE_MARKS = frozenset((",", "(", ")", ":", " - ", "–", "—", "but", "however", "although", "though"))
_LONG_LETTERS = re.compile(r"([^\W\d_])\1{2,}")
_SAME = (
    (re.compile(r"\b(?:can not|cannot|could not|couldnt|unable to|not able to|cant|can nt)\b"), "cant"),
    (re.compile(r"\b(?:do not|dosent|dont|do nt)\b"), "dont"),
    (re.compile(r"\b(?:does not|doesnt|doesent)\b"), "doesnt"),
    (re.compile(r"\bdid not\b"), "didnt"),
    (re.compile(r"\b(?:will not|wont|would not|wouldnt)\b"), "wont"),
    (re.compile(r"\b(?:is not|isnt|aint|are not|arent)\b"), "isnt"),
    (re.compile(r"\bwas not\b"), "wasnt"),
    (re.compile(r"\bhave not\b"), "havent"),
    (re.compile(r"\bhas not\b"), "hasnt"),
    (re.compile(r"\bi am\b"), "im"),
    (re.compile(r"\bmy self\b"), "myself"),
    (re.compile(r"\b(?:u|ya)\b"), "you"),
    (re.compile(r"\br\b"), "are"),
    (re.compile(r"\b(?:pls|plz|plss)\b"), "please"),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence and, for each, the number of its clause."""

    words: tuple[str, ...]
    clauses: tuple[int, ...]

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(self.words)


def sentences(text: str, spelling: Speller) -> list[Sentence]:
    """The sentences of a message."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    text = _LONG_LETTERS.sub(r"\1\1", _APOSTROPHES.sub("", text))
    text = re.sub(r"\bwanna\b", "want to", text)
    found = []
    for part in _SENTENCE_END.split(text):
        words: list[str] = []
        clauses: list[int] = []
        clause = 0
        for token in _TOKENS.findall(part):
            if token in _CLAUSE_MARKS:
                clause += 1
            if token[0].isalnum():
                words.append(spelling.corrected(token.replace(",", ".")))
                clauses.append(clause)
        if words:
            found.append(_with_one_form(words, clauses))
    return found


def _with_one_form(words: list[str], clauses: list[int]) -> Sentence:
    """The sentence with "can not", "unable to", … as one word."""
    text = " ".join(words)
    for pattern, form in _SAME:
        text = pattern.sub(partial(_shorter, form), text)
    kept: list[str] = []
    kept_clauses: list[int] = []
    at = 0
    for word in text.split(" "):
        kept.append(word.replace("\x00", ""))
        kept_clauses.append(clauses[at])
        at += 1 + word.count("\x00")
    return Sentence(tuple(kept), tuple(kept_clauses))


def _shorter(form: str, match: re.Match[str]) -> str:
    """The one form, with a mark for every word that it is shorter."""
    return form + "\x00" * match.group().count(" ")


class Speller:
    """Puts typing mistakes right: listed ones, and one wrong letter in a long word that matters here."""

    def __init__(
        self, variants: Mapping[str, Iterable[str]], important: Iterable[str], known: Iterable[str]
    ) -> None:
        self._fixed = {variant: word for word, all_variants in variants.items() for variant in all_variants}
        self._known = frozenset(known) | frozenset(important) | frozenset(variants)
        self._near: dict[str, str] = {}
        for word in sorted(important):
            if len(word) >= 7:
                for variant in _one_letter_away(word):
                    self._near.setdefault(variant, word)

    def corrected(self, word: str) -> str:
        """The word that was meant, or the word itself."""
        if word in self._fixed:
            return self._fixed[word]
        if len(word) < 6 or word in self._known:
            return word
        return self._near.get(word, word)


def _one_letter_away(word: str) -> Iterable[str]:
    """Words with one letter missing, doubled or swapped with its neighbour; the first letter stays."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in letters:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
