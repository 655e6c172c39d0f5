"""From a message to the texts that are searched for: with what it follows or without, whole or its question alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence

from knowledge.followup import refers_back, stands_alone
from knowledge.lexical import terms
from knowledge.units import sentences
from knowledge.wording import with_subject, without_manner

OWN_TERMS = 3
"""A follow-up with so many content words is also searched without what it follows, and a sentence of a story
alone; the surer one counts."""
FEWEST_TERMS = 1
"""A sentence without a content word is no question of its own ("Is that so?")."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def readable(question: str) -> str:
    """The question as words: markup that was pasted along is left out, entities are resolved."""
    return re.sub(r"\s+", " ", html.unescape(_TAG.sub(" ", question))).strip()


def attempts(
    text: str, context: Sequence[str], knows: Callable[[str], bool]
) -> Iterator[tuple[str, Sequence[str]]]:
    """What to search for, and with what it follows, each in its turn; whoever asks takes what is found surest.

    The question at the end of a story follows the sentence before it: "A friend joins a study. How do they pick
    the people?" asks about the study.
    """
    for asked in readings(text, alone=not context):
        before = _told_before(text, asked)
        follows = (*context, before) if before else context
        for earlier in leanings(asked, follows, knows):
            yield asked, earlier


def readings(text: str, *, alone: bool = False) -> list[str]:
    """What to search for: the message, and where it tells a story first its last question alone, or its last
    sentence where it has no question mark.

    A wish of how it should be said ("in simple words") is left out in a reading of its own. Where nothing was
    asked before (`alone`), "they" can only be the cells.
    """
    told = sentences(text)
    asked = [sentence for sentence in told if sentence.endswith("?") and len(terms(sentence)) >= FEWEST_TERMS]
    asked = asked or [sentence for sentence in told if len(set(terms(sentence))) >= OWN_TERMS]
    found = [text, asked[-1]] if len(told) > 1 and asked else [text]
    found += [without_manner(each) for each in found]
    return list(dict.fromkeys((*found, *(with_subject(each) for each in found if alone))))


def leanings(question: str, context: Sequence[str], knows: Callable[[str], bool]) -> list[Sequence[str]]:
    """With what to search: the earlier questions and, where a follow-up has words enough of its own, without.

    "And the killer cells, what do they gain by being so quick?" follows on, but means itself. What has words,
    but none that any article `knows`, is about something else: "restart" is no follow-up.
    """
    if terms(question) and not knows(question):
        return [()]
    whole = len(set(terms(question))) >= OWN_TERMS or stands_alone(question)
    both = bool(context) and whole and refers_back(question)
    return [context, ()] if both else [context]


def _told_before(text: str, asked: str) -> str:
    """The sentence before the question within a message; empty where there is none."""
    told = sentences(text)
    place = told.index(asked) if asked in told else 0
    return told[place - 1] if place else ""
