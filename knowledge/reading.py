"""How an answer is read: what is shown at once, and when a "Yes" or "No" is one to the question asked."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.units import sentences

AT_ONCE = 45
"""Words after which an answer may be folded; the block that reaches them is shown whole."""
WORTH_FOLDING = 25
"""A rest shorter than this is shown at once, too."""
LONG_PARAGRAPH = 90
"""Only a paragraph longer than this is folded in its middle, after a sentence."""
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.I)
_URGENT = re.compile(r"\b(emergency|ambulance|urgent|at once|24-hour|crisis|call)\b", re.I)
_BLANK = re.compile(r"\n[ \t]*\n")
_ANSWERED = re.compile(r"^\W*(yes|no)\b", re.I)
_YES = re.compile(r"^(\*\*)?(yes|no)(?(1)\*\*)\s*[,:–]\s*", re.I)
_LEANS = re.compile(r"(this|that|it|they|these|those|he|she|both|either|neither|usually|often)\b", re.I)
_NEGATED = re.compile(r"\b(not|no|never|none|nothing|without|hardly|\w+n['’]t)\b", re.I)
_SENTENCE = 4
"""Fewer words without a verb that asks are no sentence: "contamination?"."""
_OPEN = frozenset("what which who whom whose where when why how".split())
_CLOSED = frozenset(
    """am are is was were do does did can could will would shall should may might must has have had isn't aren't
    don't doesn't didn't can't couldn't won't wouldn't""".split()
)


@lru_cache(maxsize=1024)
def fold(text: str) -> int | None:
    """How many characters of an answer to show at once; the rest comes after "Show more". None: show it all.

    The first sentence and the short paragraph, list or table that belongs to it stay together. What tells
    somebody to get help is never folded away.
    """
    ends = [match.start() for match in _BLANK.finditer(text)]
    first = text[: ends[0]] if ends else text
    if _words(first) > LONG_PARAGRAPH and "|" not in first and "\n" not in first:
        ends = sorted({*ends, *_sentence_ends(first)})
    for end in ends:
        shown, rest = text[:end], text[end:]
        if _words(shown) < AT_ONCE or shown.rstrip().endswith(":"):
            continue
        return end if _words(rest) >= WORTH_FOLDING and not _URGENT.search(rest) else None
    return None


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _sentence_ends(paragraph: str) -> list[int]:
    found, at = [], 0
    for sentence in sentences(paragraph)[:-1]:
        at = paragraph.index(sentence, at) + len(sentence)
        found.append(at)
    return found


def says_yes_or_no(text: str) -> bool:
    """Whether a passage opens with a "Yes" or "No", which then answers its heading."""
    return _ANSWERED.match(text) is not None


def without_yes(text: str) -> str | None:
    """The passage without its "Yes" or "No", where what follows can stand by itself; else None."""
    rest = bare(text)
    if rest == text or _LEANS.match(rest):
        return None
    return rest[0].upper() + rest[1:] if rest.split()[0].islower() else rest


def bare(text: str) -> str:
    """The text, verbatim, from after its "Yes" or "No" on."""
    return _YES.sub("", text, count=1)


def same_yes(question: str, heading: str) -> bool:
    """Whether "yes" to the heading is "yes" to the question: it can be answered so, and denies as much."""
    return asks_yes_or_no(question) and _negations(question) % 2 == _negations(heading) % 2


def asks_yes_or_no(question: str) -> bool:
    """Whether a question, the last one of a message, can be answered with yes or no."""
    told = sentences(question)
    last = (told[-1] if told else question).lower().replace("’", "'")
    asked = _WORD.findall(last)
    for word in asked:
        if word in _OPEN:
            return False
        if word in _CLOSED:
            return True
    return last.endswith("?") and len(asked) >= _SENTENCE  # "stem cells kill cancer also?"


def _negations(text: str) -> int:
    return len(_NEGATED.findall(text))
