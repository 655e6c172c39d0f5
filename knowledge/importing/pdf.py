"""PDF files: lines of text with their size and place, grouped into headings, paragraphs and lists.

In: the bytes of a PDF. Out: `Pdf` with title, blocks and what was left out. Headings are lines set
larger than the body, or short bold lines; what repeats at the top or bottom of pages is left out; words
cut at line ends are joined. Raises `ImportRefused` for locked, broken, empty or overlong files.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from knowledge.blocks import Block, BlockKind, count_words
from knowledge.importing import headings
from knowledge.importing.decode import tidy
from knowledge.importing.limits import ImportRefused, Limits
from knowledge.importing.text import text_blocks

_BULLET = re.compile(r"(?:[•‣▪●◦·*–—-]|\uf0b7|\(cid:\d+\))\s*(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=\S)")
_LARGER = 1.12
"""A line this much larger than the body's size is a heading."""
_PARAGRAPH_GAP = 1.45
"""A gap between lines this much larger than usual ends a paragraph."""
_EDGE_LINES = 2
"""How many lines at the top and bottom of a page may be its header or footer."""


@dataclass(slots=True)
class Pdf:
    """What a PDF says (`blocks`), and its running heads and page numbers (`dropped`)."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    page: int
    x: float
    y: float
    size: float
    bold: bool
    text: str


def read_pdf(data: bytes, limits: Limits) -> Pdf:
    """The text of a PDF."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may quote the file
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise ImportRefused(
                "This PDF is locked with a password. Please save it without one and upload it again."
            )
        if len(reader.pages) > limits.pages:
            raise ImportRefused(
                f"This PDF has {len(reader.pages)} pages; {limits.pages} are the most. Please split it by topic."
            )
        lines: list[_Line] = []
        characters = 0
        for number, page in enumerate(reader.pages):
            found = _lines_of(page, number)
            characters += sum(len(line.text) for line in found)
            if characters > limits.characters:
                raise ImportRefused("This PDF holds more text than a book. Please split it by topic.")
            lines.extend(found)
        title = _own_title(reader)
    except ImportRefused:
        raise
    except (MemoryError, RecursionError):
        raise
    except (PyPdfError, Exception) as error:
        raise ImportRefused(
            "This PDF is damaged and cannot be read. Please open it, save it again as PDF, and upload that."
        ) from error
    if not any(line.text for line in lines):
        raise ImportRefused(
            "This PDF contains no text, only pictures of pages. Please run text recognition on it, or upload the text."
        )
    kept, dropped = _without_running_heads(lines, len(reader.pages))
    return Pdf(title=title, blocks=_blocks(kept), dropped=dropped)


def _own_title(reader: PdfReader) -> str:
    title = str((reader.metadata.title if reader.metadata else "") or "").strip()
    looks_like_a_file = re.search(
        r"\.(?:docx?|pdf|indd|html?|qxd|pages|odt)\b|untitled|^microsoft word", title, re.I
    )
    return "" if looks_like_a_file or not 2 <= len(title.split()) <= 25 else tidy(title)


# Lines


def _lines_of(page: Any, number: int) -> list[_Line]:
    """The lines of a page in the order in which it draws them, pieces at the same height joined."""
    pieces: list[_Line] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if not text.strip():
            if pieces and text and not pieces[-1].text.endswith(" "):
                pieces[-1] = replace(pieces[-1], text=pieces[-1].text + " ")
            return
        scale = abs(tm[3] * cm[3]) or abs(tm[0] * cm[0]) or 1.0
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        name = str((font or {}).get("/BaseFont", "")).lower()
        bold = any(word in name for word in ("bold", "black", "heavy", "semibold", "demi"))
        for at, part in enumerate(text.split("\n")):
            if part.strip():
                drop = at * size * scale * 1.2
                pieces.append(_Line(number, x, y - drop, size * scale, bold, part))

    page.extract_text(visitor_text=visit)
    lines: list[_Line] = []
    for piece in pieces:
        last = lines[-1] if lines else None
        if last is not None and abs(last.y - piece.y) <= 0.5 * max(last.size, piece.size, 1.0):
            longer = last if len(last.text) >= len(piece.text) else piece
            lines[-1] = replace(
                last, text=last.text + piece.text, size=longer.size, bold=last.bold and piece.bold
            )
        else:
            lines.append(piece)
    tidied = (replace(line, text=re.sub(r"\s+", " ", tidy(line.text)).strip()) for line in lines)
    return [line for line in tidied if line.text]


def _without_running_heads(lines: Sequence[_Line], pages: int) -> tuple[list[_Line], list[str]]:
    """Leaves out page numbers, and lines at the edge of pages that most pages share."""
    edges: set[int] = set()
    for page in range(pages):
        own = sorted((at for at, line in enumerate(lines) if line.page == page), key=lambda at: -lines[at].y)
        edges.update(own[:_EDGE_LINES])
        edges.update(own[-_EDGE_LINES:])
    counts = Counter(_shape(lines[at].text) for at in edges)
    often = max(3, pages // 2)
    kept: list[_Line] = []
    dropped: list[str] = []
    for at, line in enumerate(lines):
        number = re.fullmatch(
            r"(?:page |p\. ?)?\W*\d{1,4}(?: ?(?:/|of) ?\d{1,4})?\W*", line.text, re.IGNORECASE
        )
        if at in edges and (number or counts[_shape(line.text)] >= often):
            if line.text not in dropped:
                dropped.append(line.text)
        else:
            kept.append(line)
    return kept, dropped


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.lower())


# Blocks


def _blocks(lines: Sequence[_Line]) -> list[Block]:
    body = _body_size(lines)
    sizes = sorted({round(line.size, 1) for line in lines if line.size >= body * _LARGER}, reverse=True)
    gap = _usual_gap(lines)
    hyphened = {word.lower() for line in lines for word in re.findall(r"\w+-\w+", line.text)}
    blocks: list[Block] = []
    run: list[_Line] = []

    def close() -> None:
        if run:
            blocks.append(_paragraph(run, hyphened))
            run.clear()

    for at, line in enumerate(lines):
        level = _heading_level(line, lines, at, body, sizes)
        last = lines[at - 1] if at else None
        if level:
            close()
            same = blocks and blocks[-1].kind is BlockKind.HEADING and blocks[-1].level == level
            if same and last is not None and last.page == line.page and last.y - line.y < 2 * line.size:
                blocks[-1] = replace(
                    blocks[-1], text=f"{blocks[-1].text} {line.text}"
                )  # a heading on two lines
            else:
                blocks.append(Block(BlockKind.HEADING, line.text, level))
            continue
        if run and last is not None and _ends_paragraph(last, line, gap):
            close()
        run.append(line)
    close()
    return _with_lists(blocks)


def _body_size(lines: Sequence[_Line]) -> float:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 1.0


def _usual_gap(lines: Sequence[_Line]) -> float:
    gaps = Counter(
        round(one.y - other.y, 1)
        for one, other in pairwise(lines)
        if one.page == other.page and 0 < one.y - other.y < 4 * max(one.size, 1.0)
    )
    return gaps.most_common(1)[0][0] if gaps else 12.0


def _heading_level(line: _Line, lines: Sequence[_Line], at: int, body: float, sizes: Sequence[float]) -> int:
    """1 for the largest size, more for smaller ones; 0 where the line is no heading."""
    words = count_words(line.text)
    if not 1 <= words <= headings.TITLE_WORDS or _BULLET.match(line.text):
        return 0
    if line.size >= body * _LARGER:
        return min(sizes.index(round(line.size, 1)) + 1, 5)
    following = lines[at + 1] if at + 1 < len(lines) else None
    if (
        line.bold
        and words <= 12
        and not line.text.endswith((".", ",", ";"))
        and following
        and not following.bold
    ):
        before = lines[at - 1] if at else None
        alone = (
            before is None
            or before.page != line.page
            or before.text.endswith((".", "!", "?", ":"))
            or before.bold
        )
        return min(len(sizes) + 1, 6) if alone or before is None or before.size != line.size else 0
    return 0


def _ends_paragraph(last: _Line, line: _Line, gap: float) -> bool:
    if _BULLET.match(line.text) or _NUMBER.match(line.text):
        return True
    if last.page != line.page:
        return last.text.endswith((".", "!", "?", ":", "”")) and not line.text[:1].islower()
    if not -0.1 <= last.y - line.y <= gap * _PARAGRAPH_GAP:
        return True
    return line.x - last.x > line.size * 0.9 and last.text.endswith(
        (".", "!", "?", ":")
    )  # an indented first line


def _paragraph(lines: Sequence[_Line], hyphened: set[str]) -> Block:
    text = lines[0].text
    for line in lines[1:]:
        cut = re.search(r"(\w+)-\Z", text)
        rest = re.match(r"[a-zà-ÿ]\w*", line.text)
        if cut and rest:
            kept = f"{cut.group(1)}-{rest.group()}".lower() in hyphened
            text = (text if kept else text[:-1]) + line.text
        else:
            text = f"{text} {line.text}"
    return Block(BlockKind.PARAGRAPH, text)


def _with_lists(blocks: Sequence[Block]) -> list[Block]:
    """Runs of paragraphs that begin with a bullet or with 1, 2, 3 … become lists; bars become tables."""
    found: list[Block] = []
    run: list[str] = []

    def close() -> None:
        if run:
            texts = text_blocks("\n".join(_BULLET.sub("• ", text) for text in run))
            for block in texts:
                is_heading = block.kind is BlockKind.HEADING  # only lines of a list were given
                found.append(replace(block, kind=BlockKind.PARAGRAPH) if is_heading else block)
            run.clear()

    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH and (_BULLET.match(block.text) or _NUMBER.match(block.text)):
            run.append(block.text)
        else:
            close()
            found.append(block)
    close()
    if not any(block.kind is BlockKind.HEADING for block in found):
        return headings.mark_headings(found)
    return found
