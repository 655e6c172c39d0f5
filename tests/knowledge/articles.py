"""The articles that ship with the project, as passages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from knowledge.markdown import parse_document
from knowledge.model import Document, Passage
from knowledge.split import split

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "documents"


@cache
def documents() -> tuple[Document, ...]:
    return tuple(
        parse_document(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.md"))
    )


@cache
def passages() -> tuple[Passage, ...]:
    return tuple(passage for document in documents() for passage in split(document, 1))
