"""What kind of file this is, by its name and by its first bytes; the two must agree."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from knowledge.importing.limits import ImportRefused


class Format(StrEnum):
    """The kinds of file that can be brought in."""

    MARKDOWN = "Markdown"
    TEXT = "plain text"
    HTML = "HTML"
    PDF = "PDF"
    DOCX = "Word (.docx)"


_NAMES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
}
SUFFIXES = frozenset(_NAMES)
"""The endings of file names that can be brought in."""

_WORD = frozenset((".doc", ".docm", ".dot", ".dotm", ".dotx", ".rtf", ".odt", ".pages"))
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_BINARY = (
    *_ZIP,
    *_PICTURE,
    _OLD_OFFICE,
    b"\x7fELF",
    b"MZ\x90",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
)


def format_of(file_name: str, data: bytes) -> Format:
    """The format of a file; raises `ImportRefused` where it is not one of ours or not what its name says."""
    suffix = PurePath(file_name.lower()).suffix
    form = _NAMES.get(suffix)
    if form is None:
        if suffix in _WORD:
            raise ImportRefused(
                f"Files ending in {suffix} are not accepted. Please save it as .docx and upload that."
            )
        raise ImportRefused(
            "This kind of file cannot be brought in. Please upload Markdown, plain text, HTML, PDF or Word (.docx)."
        )
    if not data.strip():
        raise ImportRefused("This file is empty. Please check that it is the right one.")
    found = _by_content(data)
    if form is Format.DOCX and data.startswith(_OLD_OFFICE):
        raise ImportRefused(
            "This Word file is locked with a password or in an old format. Please save it as .docx without a password."
        )
    if form in (Format.PDF, Format.DOCX) and found is not form:
        raise ImportRefused(
            f"This file is called {suffix} but is no {form} file. Please save it in that format first."
        )
    if form in (Format.MARKDOWN, Format.TEXT, Format.HTML) and (
        found is not None or data.startswith(_BINARY)
    ):
        raise ImportRefused(
            f"This file is called {suffix} but is not {form}. Please give it its right ending and upload it again."
        )
    return form


def _by_content(data: bytes) -> Format | None:
    if data.startswith(_ZIP):
        return Format.DOCX
    return Format.PDF if b"%PDF-" in data[:1_024] else None
