"""CSV that a spreadsheet opens as what it is: text, never formulas.

What patients write may begin with `=`, `+`, `-` or `@`. A spreadsheet would compute that, and a formula can
send the sheet's other cells to a stranger. Such a cell gets an apostrophe in front, which every
spreadsheet program takes as "this is text".
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

_STARTS = frozenset("=+-@|%")
BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""


def cell(value: object) -> str:
    """A value as a harmless cell; None is empty. Line ends become spaces: a cell stays on its line."""
    text = "" if value is None else str(value)
    text = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)
    # Looked at as the spreadsheet may: full-width signs count, and so does what follows blanks.
    start = unicodedata.normalize("NFKC", text.lstrip()).lstrip(" \u200b\u2060\ufeff")[:1]
    return f"'{text}" if start in _STARTS else text


def written(rows: Iterable[Sequence[object]]) -> str:
    """A whole CSV file: every cell in quotation marks, for Excel, LibreOffice and programs alike."""
    target = io.StringIO()
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return target.getvalue()
