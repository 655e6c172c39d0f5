"""The small phrase language of the data files, compiled to safe regular expressions.

`two words`, `(a|b c)`, `[may be there]`, `begin*`, `..` for up to four other words, `^` for the begin of
a sentence and `$` for its end; a digit class may stand in a word (`38.\\d`). Raises ValueError with the line where a
phrase cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_GREETINGS = (
    "(?:hi|hello|hey|please|sorry|and|so|also|ok|okay|well|good morning|good evening|dear team|question)"
)
_GAP = r"(?: \S+){0,4}?"
_PLAIN = re.compile(r"[^\W_]+(?![?{+])")


class Phrases:
    """Many phrases as one pattern; `spans` gives where any of them stands in a sentence.

    Of hundreds of phrases a sentence can contain only those of which it has a word, and only they are tried.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._patterns: list[re.Pattern[str]] = []
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_beginning: dict[str, list[tuple[str, int]]] = {}
        for number, line in enumerate(lines):
            self._patterns.append(_pattern(line))
            words = needed_words(line)
            if not words or any(word.endswith("*") and len(word) <= _BEGINNING for word in words):
                self._always.append(number)
                continue
            for word in words:
                if word.endswith("*"):
                    self._by_beginning.setdefault(word[:_BEGINNING], []).append((word[:-1], number))
                else:
                    self._by_word.setdefault(word, []).append(number)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) wherever one of the phrases stands; `text` has single spaces between words."""
        return [
            match.span() for number in self._possible(text) for match in self._patterns[number].finditer(text)
        ]

    def numbers(self, text: str) -> list[int]:
        """Which of the phrases stand in the text, by their place in the order they were given in."""
        return [number for number in self._possible(text) if self._patterns[number].search(text)]

    def __contains__(self, text: str) -> bool:
        return any(self._patterns[number].search(text) for number in self._possible(text))

    def _possible(self, text: str) -> list[int]:
        """The phrases, in their order, of which the text has a needed word."""
        numbers = set(self._always)
        for word in text.split():
            if word in self._by_word:
                numbers.update(self._by_word[word])
            for beginning, number in self._by_beginning.get(word[:_BEGINNING], ()):
                if word.startswith(beginning):
                    numbers.add(number)
        return sorted(numbers)


class OpenPhrases:
    """Phrases found anywhere in a text, for scripts whose words run together or take endings.

    All are one pattern; a text without a letter beyond Latin is not looked at.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        patterns = [_compiled(line) for line in lines]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def __contains__(self, text: str) -> bool:
        return self._pattern is not None and not text.isascii() and self._pattern.search(text) is not None


_BEGINNING = 3
"""Words that are only known to begin somehow are looked up by so many letters."""


def _pattern(line: str) -> re.Pattern[str]:
    """A phrase as a pattern; one with ^ stands at the sentence's begin, a greeting aside, one with $ at its end."""
    words = line.removeprefix("^ ").removesuffix(" $")
    begin = rf"\A(?:{_GREETINGS} )*" if line.startswith("^ ") else r"(?<!\S)"
    return re.compile(rf"{begin}{_compiled(words)}" + (r"\Z" if line.endswith(" $") else r"(?!\S)"))


def needed_words(line: str) -> frozenset[str]:
    """Words of which every text has one where the phrase stands (`word*`: one that begins so); empty: unknown.

    Of the parts that must be there, the one whose words are longest: long words are rare ones.
    """
    found = [
        _words_of_part(part)
        for part in _parts(line.removeprefix("^ ").removesuffix(" $"))
        if part != ".." and part[0] != "["
    ]
    known = [words for words in found if words]
    return max(known, key=lambda words: (min(map(len, words)), -len(words)), default=frozenset())


def _words_of_part(part: str) -> frozenset[str]:
    if part.startswith("("):
        choices = [needed_words(choice) for choice in _choices(part[1:].rstrip("*")[:-1])]
        if not all(choices):
            return frozenset()
        words = frozenset[str]().union(*choices)
        return frozenset(word.rstrip("*") + "*" for word in words) if part.endswith("*") else words
    plain = _PLAIN.match(part)
    if plain is None:
        return frozenset()
    return frozenset({part if plain.group() == part else plain.group() + "*"})


def words_of(lines: Iterable[str]) -> set[str]:
    """The plain words that phrases are made of, without those that only begin so."""
    return {word for line in lines for word in re.findall(r"(?<![\w\\])[a-z]+(?![\w*])", line)}


def _compiled(line: str) -> str:
    """The regular expression of a phrase: its parts with one space between them."""
    pattern = ""
    started = False
    for part in _parts(line):
        if part == "..":
            pattern += _GAP
        elif part.startswith("["):
            inner = _compiled(part[1:-1])
            pattern += f"(?: {inner})?" if started else f"(?:{inner} )?"
        else:
            pattern += (" " if started else "") + _word_or_group(part)
            started = True
    return pattern


def _word_or_group(part: str) -> str:
    if part.startswith("("):
        tail = r"[^\W\d_]*" if part.endswith("*") else ""
        inner = part[1:].rstrip("*")[:-1]
        return f"(?:{'|'.join(_compiled(choice) for choice in _choices(inner))}){tail}"
    return part.replace(".", r"\.").replace("*", r"[^\W\d_]*")


def _parts(line: str) -> list[str]:
    """The line cut at spaces that stand in no bracket."""
    parts: list[str] = []
    depth = 0
    current = ""
    for letter in line.strip():
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    if depth != 0 or not line.strip():
        raise ValueError(f"The phrase “{line}” has a bracket too many or too few.")
    return [part for part in [*parts, current] if part]


def _choices(inner: str) -> list[str]:
    """The alternatives of a group, cut at bars that stand in no bracket."""
    choices = [""]
    depth = 0
    for letter in inner:
        depth += (letter in "([") - (letter in ")]")
        if letter == "|" and depth == 0:
            choices.append("")
        else:
            choices[-1] += letter
    return choices
