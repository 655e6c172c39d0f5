"""Bringing articles in from files: Markdown, plain text, HTML, PDF, DOCX."""

from __future__ import annotations

from pathlib import Path

from knowledge.importing.assemble import assemble
from knowledge.importing.boilerplate import clean
from knowledge.importing.text import text_blocks
from knowledge.model import Document


def load_file(path: Path) -> Document:
    """The document in a file."""
    kept, dropped = clean(text_blocks(path.read_text(encoding="utf-8")))
    return assemble(path.stem, kept, dropped)
