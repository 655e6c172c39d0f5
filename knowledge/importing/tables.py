"""Rows of cells as a Markdown table, and lines of a text as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULE = re.compile(r"[\s|:=+-]+")


def row_cells(line: str) -> list[str]:
    """The cells of a line that uses bars or tabs between them; [] where it does not."""
    separator = "|" if "|" in line else "\t" if "\t" in line.strip() else ""
    if not separator:
        return []
    cells = [cell.strip() for cell in line.strip().split(separator)]
    if separator == "|":
        if cells and not cells[0] and line.lstrip().startswith("|"):
            cells = cells[1:]
        if cells and not cells[-1]:
            cells = cells[:-1]
    return cells if len(cells) >= 2 else []


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with the first row as its head; ragged rows are filled, rules between rows left out."""
    rows = [row for row in rows if any(cell.strip() for cell in row) and not _is_rule(row)]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    full = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    head, *body = (f"| {' | '.join(row)} |" for row in full)
    return "\n".join([head, "|" + " --- |" * width, *body])


def _is_rule(row: Sequence[str]) -> bool:
    return all(_RULE.fullmatch(cell) for cell in row if cell)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("\\|", "|").replace("|", "\\|")
