"""Mends what was typed in a hurry: misspelt words of our field, and the short forms of text messages.

The vocabulary is the articles' own, so "sitokines" becomes "cytokines" and "leukaferesis" becomes
"leukapheresis". A word that the encoder knows as it is stays as it is, however close it comes to one of
ours, and so does one that is not close to any: a medicine's name, another language.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from knowledge.lexical import terms

SHORT_FORMS = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "hw": "how",
    "wat": "what",
    "wats": "what is",
    "whats": "what is",
    "wich": "which",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "tx": "treatment",
    "b4": "before",
    "cuz": "because",
    "coz": "because",
    "bcoz": "because",
    "abt": "about",
    "dont": "don't",
    "doesnt": "doesn't",
    "cant": "can't",
    "isnt": "isn't",
    "arent": "aren't",
    "thru": "through",
    "chemo": "chemotherapy",
}
"""Meant for questions only; the articles are written out. "Chemo" is what patients say for chemotherapy."""
SHORTEST = 4
"""Shorter words are left alone: too many of them are one letter away from another."""
TWO_FROM = 8
"""From this length on two letters may be wrong."""
COMMON = 80
"""So many of the corpus's most frequent words are mended to, though the encoder knows them: cells, infusion."""
COMMON_FROM = 5
ORDINARY = 3
"""A word that the articles have so often is mended to as well, from one wrong letter, when what was typed is no word
and begins alike: "relese", "diabtes"."""
OTHER_FROM = 6
"""A shorter word with another letter in it may well be a rare word: "graze" is not "grade"."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*[0-9]?")
_ENDINGS = ("s", "es", "ed", "d", "er", "ing", "ly")


class Speller:
    """Knows the words of a corpus; safe to share between threads.

    What may come out is a term of our field, which the encoder does not know as one word, or one of the
    corpus's most common words. Other words, of which any two are easily one letter apart, come out only for
    what is no word itself and has one letter too many, too few or, if it is long, another one.
    """

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool]) -> None:
        counts = Counter(word for text in texts for word in re.findall(r"[a-z]+", text.lower()))
        self._counts = counts
        self._stems = {stem for word in counts for stem in terms(word)}
        self._is_word = is_word
        frequent = (word for word, _ in counts.most_common() if len(word) >= COMMON_FROM)
        common = {word for word, _ in zip(frequent, range(COMMON), strict=False)}
        self._near: dict[str, set[str]] = defaultdict(set)
        self._ordinary: set[str] = set()
        for word in counts:
            if len(word) < SHORTEST:
                continue
            ours = word in common or not is_word(word)
            if ours or (len(word) >= COMMON_FROM and counts[word] >= ORDINARY):
                for shorter in _without(word, _most(word) if ours else 1):
                    self._near[shorter].add(word)
            if not ours:
                self._ordinary.add(word)
        self._mended = lru_cache(maxsize=4096)(self._mend_word)

    def mend(self, text: str) -> str:
        """The text with the words that are surely misspelt put right; everything else stays."""
        return _WORD.sub(lambda found: self._mended(found.group()), text)

    def _mend_word(self, word: str) -> str:
        lower = word.lower()
        if lower in SHORT_FORMS and not (word.isupper() and len(word) > 1):
            return SHORT_FORMS[lower]
        plain = lower.isalpha() and lower.isascii() and not word.isupper()  # CVID is a name
        if len(lower) < SHORTEST or not plain or self._known(lower):
            return word
        most = _most(lower)
        close = {each for shorter in _without(lower, most) for each in self._near.get(shorter, ())}
        ranked = sorted(
            (distance, -self._counts[each], each)
            for each in close
            if (distance := edits(lower, each, most)) <= most and self._likely(lower, each, distance)
        )
        return ranked[0][2] if ranked else word

    def _likely(self, typed: str, meant: str, distance: int) -> bool:
        """Whether so many mistakes may have led from one to the other."""
        if meant in self._ordinary:
            shortest = OTHER_FROM if len(typed) == len(meant) else COMMON_FROM
            return distance == 1 and typed[0] == meant[0] and len(typed) >= shortest
        return meant[0] == typed[0] or len(meant) >= TWO_FROM

    def _known(self, word: str) -> bool:
        """Whether it is a word as it stands, or a form of one."""
        if self._stems.intersection(terms(word)):
            return True
        forms = (word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)))
        return any(form in self._counts or (len(form) >= SHORTEST and self._is_word(form)) for form in forms)


def _most(word: str) -> int:
    """How many letters of it may be wrong."""
    return 2 if len(word) >= TWO_FROM else 1


def _without(word: str, letters: int) -> set[str]:
    """The word and what is left of it without up to that many letters."""
    found = {word}
    edge = {word}
    for _ in range(letters):
        edge = {each[:at] + each[at + 1 :] for each in edge for at in range(len(each))}
        found |= edge
    return found


def edits(one: str, other: str, most: int) -> int:
    """How many letters were changed, left out, added or swapped with their neighbour; `most + 1` when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
