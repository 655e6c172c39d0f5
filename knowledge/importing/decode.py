"""Bytes of a text file as text, and text without characters that nobody can see."""

from __future__ import annotations

import codecs
import re
import unicodedata

from knowledge.importing.limits import ImportRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HTML_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a file's bytes, whatever common encoding they are in.

    UTF-8 and everything with a byte order mark is read as it is; an HTML page may name its encoding; the
    rest is read as Windows-1252, the usual encoding of old pages. Raises `ImportRefused` for bytes that
    are no text in any of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    declared = _HTML_CHARSET.search(data[:4_096]) if html else None
    candidates = ["utf-8", declared.group(1).decode("ascii") if declared else "", "cp1252"]
    for encoding in filter(None, candidates):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _is_text(text):
            return text
    raise ImportRefused(
        "The file does not contain readable text. Please save it as plain text in UTF-8 and upload it again."
    )


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportRefused(
            "The file's characters cannot be read. Please save it as plain text in UTF-8 and upload it again."
        ) from error


def _is_text(text: str) -> bool:
    """Text has no NUL and next to no other control characters."""
    if "\x00" in text:
        return False
    odd = sum(1 for letter in text if unicodedata.category(letter) == "Cc" and letter not in "\n\r\t\f\v\x85")
    return odd <= len(text) / 500


def tidy(text: str) -> str:
    """Text with one kind of line break, one kind of space, composed letters, and no unseen characters."""
    text = unicodedata.normalize("NFC", text)
    text = _BREAKS.sub("\n", text)
    text = _UNSEEN.sub("", _SPACES.sub(" ", text))
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
