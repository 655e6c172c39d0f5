"""What will become of a document: its passages as patients see them, and what could still be better."""

from __future__ import annotations

from typing import Any

from knowledge.answer import spoken
from knowledge.blocks import count_words
from knowledge.model import Document, EvidenceKind, Passage, ReplyKind
from knowledge.split import split

MOST = 300
"""Passages that are sent to the page; a longer document is a book, and its count is told."""


def passages(document: Document) -> dict[str, Any]:
    """The passages in reading order, and how many there are."""
    found = split(document, 0)
    return {"count": len(found), "shown": [passage(each) for each in found[:MOST]]}


def passage(found: Passage) -> dict[str, Any]:
    """One passage as the assistant says it, with the source below it."""
    return {
        "key": found.key,
        "title": found.title,
        "heading": found.heading,
        "path": list(found.path),
        "text": spoken(found),
        "questions": list(found.questions),
        "source": "; ".join(source.title for source in found.sources) or found.title,
        "url": next((source.url for source in found.sources if source.url), ""),
        "evidence": found.evidence.value,
        "reply": found.reply.value,
        "reviewer": found.reviewer,
        "reviewed_on": found.reviewed_on,
        "words": count_words(found.text),
    }


def hints(document: Document) -> list[dict[str, Any]]:
    """What would make a section a better answer. None of it stops anybody from saving."""
    found: list[dict[str, Any]] = []
    for section in document.sections:
        name = section.path[-1] if section.path else document.title
        if not section.questions and section.reply is not ReplyKind.SMALLTALK:
            found.append(
                {
                    "path": list(section.path),
                    "message": f"“{name}” lists no questions. Write two or three as patients would ask them.",
                }
            )
        if section.evidence is EvidenceKind.CLAIM and not section.source_keys:
            found.append(
                {
                    "path": list(section.path),
                    "message": f"“{name}” is a claim: choose the source that makes it.",
                }
            )
    return found
