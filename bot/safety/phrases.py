"""The small phrase language of the data files, compiled to safe regular expressions.

`two words`, `(a|b c)`, `[may be there]`, `begin*`, `..` for up to four other words, `^` for the begin of
a sentence; a digit class may stand in a word (`38.\\d`). Raises ValueError with the line where a phrase cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_GREETINGS = (
    "(?:hi|hello|hey|please|sorry|and|so|also|ok|okay|well|good morning|good evening|dear team|question)"
)
_GAP = r"(?: \S+){0,4}?"


class Phrases:
    """Many phrases as one pattern; `spans` gives where any of them stands in a sentence."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._patterns = [_pattern(line) for line in lines]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) wherever one of the phrases stands; `text` has single spaces between words."""
        return [match.span() for pattern in self._patterns for match in pattern.finditer(text)]

    def __contains__(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self._patterns)


def _pattern(line: str) -> re.Pattern[str]:
    """A phrase as a pattern; one that begins with ^ stands at the sentence's begin, a greeting aside."""
    if line.startswith("^ "):
        return re.compile(rf"\A(?:{_GREETINGS} )*{_compiled(line[2:])}(?!\S)")
    return re.compile(rf"(?<!\S){_compiled(line)}(?!\S)")


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
