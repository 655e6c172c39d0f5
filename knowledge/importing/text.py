"""Plain text, as someone copies it from a web page or writes it in an editor.

In: the text of a file. Out: its blocks in reading order (headings with levels, paragraphs, lists,
tables), still with the boilerplate. Plain text marks nothing, so headings, lists, numbered steps and
tables are recognised by how they look; never raises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.blocks import Block, BlockKind, count_words
from knowledge.importing import headings, phrases
from knowledge.importing.tables import markdown_table, row_cells


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: its text without outer space, how far it was indented, whether a blank line precedes it."""

    text: str
    indent: int
    after_blank: bool


_BULLET = re.compile(r"(?:[-–—*•‣▪●◦·]|\uf0b7)\s+(?=\S)")
_BULLET_ONLY = re.compile(r"(?:[-–—*•‣▪●◦·]|\uf0b7)")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_NUMBER_ONLY = re.compile(r"(?:step )?(\d{1,2})[.):]?", re.IGNORECASE)
_TRAILING_BULLET = re.compile(r"(?<=\S)\s+[-–•]\s*\Z")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]]*\Z")


def text_blocks(text: str) -> list[Block]:
    """The blocks of a plain text."""
    lines = _join_wrapped(_lines(text))
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        for reader in (_steps, _table, _list):
            found = reader(lines, at)
            if found is not None:
                block, at = found
                blocks.append(block)
                break
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, lines[at].text))
            at += 1
    return headings.mark_headings(blocks)


def _lines(text: str) -> list[_Line]:
    """The lines that are not blank, with labels of links cut from the headings that were glued to them."""
    lines: list[_Line] = []
    blank = True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if not stripped:
            blank = True
            continue
        indent = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
        glued = phrases.split_glued_call(stripped)
        for part in glued or (stripped,):
            lines.append(_Line(part, indent, blank))
            blank = False
    return lines


# Hard-wrapped text


def _join_wrapped(lines: Sequence[_Line]) -> list[_Line]:
    """Joins the lines of hard-wrapped paragraphs; a text with one line per paragraph stays as it is."""
    inner = [one for one, other in pairwise(lines) if not other.after_blank and not _starts_item(other.text)]
    longest = max((len(line.text) for line in inner), default=0)
    full = [line for line in inner if len(line.text) >= longest * 0.75]
    open_ends = sum(1 for line in full if not _ENDS_SENTENCE.search(line.text))
    if longest > 110 or len(full) < 2 or open_ends * 2 < len(full):
        return list(lines)
    joined: list[_Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before is not None and _continues(before, line, longest):
            glue = "" if before.text.endswith("-") and line.text[:1].islower() else " "
            body = before.text[:-1] if glue == "" else before.text
            joined[-1] = replace(before, text=body + glue + line.text)
        else:
            joined.append(line)
    return joined


def _continues(before: _Line, line: _Line, width: int) -> bool:
    if line.after_blank or _starts_item(line.text) or row_cells(line.text) or row_cells(before.text):
        return False
    if _BULLET_ONLY.fullmatch(before.text) or _NUMBER_ONLY.fullmatch(before.text):
        return False
    last = len(before.text) % (width + 1) if len(before.text) > width else len(before.text)
    if line.text[:1].islower():
        return True
    return last >= width * 0.6 or len(before.text) > width


def _starts_item(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBER.match(text) or _NUMBER_ONLY.fullmatch(text)) or bool(
        _BULLET_ONLY.fullmatch(text)
    )


# Numbered steps whose numbers stand alone on a line


def _steps(lines: Sequence[_Line], at: int) -> tuple[Block, int] | None:
    """'-', '1', 'Collection', 'Cells are …  -', '2', …: two or more such steps are one numbered list."""
    items: list[str] = []
    here = at
    while (start := _step_start(lines, here, len(items) + 1)) is not None:
        end = _step_end(lines, start, len(items) + 2)
        body = [_TRAILING_BULLET.sub("", line.text) for line in lines[start:end]]
        if not body:
            break
        items.append(_step_text(body))
        here = end
    if len(items) < 2:
        return None
    return Block(BlockKind.LIST, "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))), here


def _step_start(lines: Sequence[_Line], at: int, number: int) -> int | None:
    """The index of the first line of step `number`, when its mark stands at `at`."""
    if at < len(lines) and _BULLET_ONLY.fullmatch(lines[at].text):
        at += 1
    if at < len(lines):
        match = _NUMBER_ONLY.fullmatch(lines[at].text)
        if match and int(match.group(1)) == number:
            return at + 1
    return None


def _step_end(lines: Sequence[_Line], start: int, following: int) -> int:
    """Where a step ends: at the next number; the last one after its title and one paragraph."""
    limit = min(len(lines), start + 8)
    for at in range(start, limit):
        if at > start and _step_start(lines, at, following) is not None:
            return at
    first = lines[start].text if start < len(lines) else ""
    return min(len(lines), start + (1 if count_words(first) > 12 else 2))


def _step_text(body: Sequence[str]) -> str:
    title, rest = body[0], " ".join(body[1:])
    if not rest or count_words(title) > 12:
        return " ".join(body)
    return f"**{title.rstrip(' :.')}**: {rest}"


# Lists and tables


def _list(lines: Sequence[_Line], at: int) -> tuple[Block, int] | None:
    """A run of bullet or numbered lines. One numbered line alone is left to the headings."""
    numbered = _NUMBER.match(lines[at].text) is not None
    mark = _NUMBER if numbered else _BULLET
    items: list[str] = []
    here = at
    while here < len(lines):
        match = mark.match(lines[here].text)
        if match is not None and not (numbered and int(match.group(1)) != len(items) + 1):
            items.append(lines[here].text[match.end() :])
        elif items and match is None and _hangs(lines, here, at):
            items[-1] += " " + lines[here].text
        else:
            break
        here += 1
    if not items or (numbered and len(items) < 2):
        return None
    return Block(BlockKind.LIST, list_markdown(items, numbered=numbered)), here


def _hangs(lines: Sequence[_Line], at: int, first: int) -> bool:
    line = lines[at]
    return not line.after_blank and line.indent > lines[first].indent and not _starts_item(line.text)


def list_markdown(items: Sequence[str], *, numbered: bool) -> str:
    """The items as one Markdown list."""
    return "\n".join(f"{n}. {item}" if numbered else f"- {item}" for n, item in enumerate(items, 1))


def _table(lines: Sequence[_Line], at: int) -> tuple[Block, int] | None:
    """Two or more lines with the same number of cells between bars or tabs."""
    first = row_cells(lines[at].text)
    if len(first) < 2:
        return None
    rows = [first]
    here = at + 1
    while here < len(lines) and len(cells := row_cells(lines[here].text)) == len(first):
        rows.append(cells)
        here += 1
    return (Block(BlockKind.TABLE, markdown_table(rows)), here) if len(rows) > 1 else None
