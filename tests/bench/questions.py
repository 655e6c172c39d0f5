"""What the bench asks: the ways of asking that the starting articles list, in a fixed mixed order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from actions.followups import split
from bot.operations.checkout import DOCUMENTS
from knowledge.markdown import parse_document
from knowledge.model import Document, ReplyKind


def articles(folder: Path = DOCUMENTS) -> list[Document]:
    """The articles that ship."""
    return [
        parse_document(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.md"))
    ]


def listed_questions(documents: list[Document]) -> list[str]:
    """Every question that a section with an answer lists, mixed the same way each time.

    Those that ask two things are left out: they rightly get two replies, and one reply is what is checked.
    """
    found = [
        question
        for document in documents
        for section in document.sections
        if section.reply is ReplyKind.ANSWER
        for question in section.questions
        if len(split(question)) == 1
    ]
    random.Random(2024).shuffle(found)
    return found


def endless(questions: list[str]) -> Iterator[str]:
    """The questions over and over."""
    if not questions:
        raise ValueError("The articles list no questions, so there is nothing to ask.")
    return cycle(questions)
