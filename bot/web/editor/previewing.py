"""What will become of a document: its passages as patients see them, and what could still be better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from knowledge.answer import spoken
from knowledge.blocks import count_words
from knowledge.language import REVIEW, Severity, check_document
from knowledge.model import Document, Passage, ReplyKind
from knowledge.split import split

MOST = 300
"""Passages that are sent to the page; a longer document is a book, and its count is told."""
CHECKED = 200_000
"""Characters whose language is checked while somebody writes; the gate checks all of it."""


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
    return found


def language(document: Document) -> list[dict[str, Any]]:
    """What the language check finds, what must be mended first; that a review is pending the page says itself."""
    checked, size = [], 0
    for section in document.sections:
        size += len(section.markdown)
        if size > CHECKED:
            break
        checked.append(section)
    found = [
        each for each in check_document(replace(document, sections=tuple(checked))) if each.rule != REVIEW
    ]
    ordered = sorted(found, key=lambda each: each.severity is not Severity.STOP)
    return [
        {
            "stop": each.severity is Severity.STOP,
            "section": each.section,
            "words": each.words,
            "message": each.advice,
        }
        for each in ordered
    ]
