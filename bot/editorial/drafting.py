"""Begins a draft from a group of questions: a section with what was answered to them, in a new or known document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.editorial.scrub import MARKS
from knowledge.model import Document, Section, Source

MOST_QUESTIONS = 20
LONGEST_SLUG = 60
CLINIC = "clinic"
"""The key of the source that stands for the clinic itself."""

_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an editor wants to write down: `heading` and `text` (Markdown) of a section, and who asks for it how.

    `source` is the name under which patients see where it comes from.
    """

    heading: str
    text: str
    questions: tuple[str, ...]
    source: str


def begun(answer: Answer, slug: str, title: str) -> Document:
    """A new document with one section."""
    return Document(
        slug=slug, title=title, sections=(_section(answer),), sources=(Source(CLINIC, answer.source),)
    )


def added(answer: Answer, document: Document) -> Document:
    """A known document with one section more, at its end."""
    known = any(source.key == CLINIC for source in document.sources)
    sources = document.sources if known else (*document.sources, Source(CLINIC, answer.source))
    return replace(document, sections=(*document.sections, _section(answer)), sources=sources)


def slug_of(title: str, taken: Collection[str]) -> str:
    """An address for a new document: its title in plain letters, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = _NOT_WORD.sub("-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "answer"
    number, slug = 1, words
    while slug in taken:
        number += 1
        slug = f"{words}-{number}"
    return slug


def distinct(questions: Sequence[str]) -> list[str]:
    """Each question once, whatever its capitals and signs; none of which something had to be taken out."""
    found: dict[str, str] = {}
    for question in questions:
        if any(mark in question for mark in MARKS):
            continue
        found.setdefault(" ".join(re.findall(r"\w+", question.lower())), question)
    found.pop("", None)
    return list(found.values())[:MOST_QUESTIONS]


def _section(answer: Answer) -> Section:
    return Section(
        path=(answer.heading,),
        markdown=answer.text.strip(),
        questions=answer.questions,
        source_keys=(CLINIC,),
    )
