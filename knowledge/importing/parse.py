"""One file's bytes as a document: picks the loader, cleans what it gives, and refuses what is no article.

This runs inside the limited process (`knowledge.importing.worker`); outside it only on trusted bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from markdown_it import MarkdownIt

from knowledge.blocks import Block, count_words
from knowledge.frontmatter import DocumentFormatError
from knowledge.importing.assemble import assemble
from knowledge.importing.boilerplate import clean
from knowledge.importing.decode import decode, tidy
from knowledge.importing.docx import read_docx
from knowledge.importing.html import read_html
from knowledge.importing.limits import ImportRefused, Limits
from knowledge.importing.pdf import read_pdf
from knowledge.importing.sniff import Format, format_of
from knowledge.importing.text import text_blocks
from knowledge.markdown import parse_document
from knowledge.model import Document

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_OWN_FIELD = re.compile(r"^slug[ \t]*:", re.MULTILINE)
_TITLE_FIELD = re.compile(r"^title[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)

_BOOK = "This file holds more text than a book. Please split it by topic."


@dataclass(slots=True)
class _Read:
    """What a loader made of a file."""

    blocks: list[Block]
    title: str = ""
    language: str = ""
    dropped: list[str] = field(default_factory=list)


def parse(file_name: str, data: bytes, limits: Limits) -> Document:
    """The document in `data`; raises `ImportRefused` with a sentence that says what to do."""
    form = format_of(file_name, data)
    name = PurePath(file_name).stem
    if form in (Format.MARKDOWN, Format.TEXT, Format.HTML):
        text = tidy(decode(data, html=form is Format.HTML))
        if form is not Format.HTML and len(text) > limits.characters:  # most of a page is often no text
            raise ImportRefused(_BOOK)
        if form is Format.MARKDOWN and _is_own_format(text):
            return _own_document(text, file_name)
        read = _read_text(form, text)
    elif form is Format.PDF:
        pdf = read_pdf(data, limits)
        read = _Read(pdf.blocks, pdf.title, dropped=pdf.dropped)
    else:
        word = read_docx(data, limits)
        read = _Read(word.blocks, word.title, dropped=word.dropped)
    return _document(name, read, limits)


def _document(name: str, read: _Read, limits: Limits) -> Document:
    kept, dropped = clean(read.blocks)
    if sum(len(block.text) for block in kept) > limits.characters:
        raise ImportRefused(_BOOK)
    document = assemble(
        name, kept, [*read.dropped, *dropped], title=tidy(read.title).strip(), language=read.language or "en"
    )
    if not any(count_words(section.markdown) for section in document.sections):
        raise ImportRefused("There is no text to read in this file. Please check that it is the right one.")
    return document


def _read_text(form: Format, text: str) -> _Read:
    if form is Format.TEXT:
        return _Read(text_blocks(text))
    title = ""
    if form is Format.MARKDOWN:
        front = _FRONT.match(text)
        if front is not None:
            named = _TITLE_FIELD.search(front.group(1))
            title = named.group(1) if named else ""
            text = text[front.end() :]
        text = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = read_html(text)
    return _Read(page.blocks, title or page.title, page.language, page.dropped)


def _is_own_format(text: str) -> bool:
    front = _FRONT.match(text)
    return front is not None and _OWN_FIELD.search(front.group(1)) is not None


def _own_document(text: str, file_name: str) -> Document:
    try:
        return parse_document(text, file_name)
    except DocumentFormatError as error:
        raise ImportRefused(f"This article has a mistake: {error}") from error
