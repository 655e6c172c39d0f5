"""Units: the pieces of a passage that get a vector of their own.

A whole passage blurs its sentences together, and a sentence alone loses its heading. So every passage
is represented by several short texts: its headings, itself, each sentence, list item or table row
(said together with the heading), and each question that it answers. A passage is found when any one
of them is close to what the patient asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Passage
from knowledge.wording import canonical


class UnitKind(StrEnum):
    """What a unit stands for."""

    PASSAGE = "passage"
    HEADING = "heading"
    SENTENCE = "sentence"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Unit:
    """`text` is embedded; `quote` is the verbatim part of the passage that it stands for, if any."""

    text: str
    kind: UnitKind
    quote: str = ""


_NO_ABBREVIATION = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bDr\.)(?<!\bvs\.)(?<!\bProf\.)(?<!\bNo\.)(?<!\bal\.)"
_CLOSED = r"(?:(?<=[.!?])|(?<=[.!?][\"”’)*])|(?<=[.!?]\*\*))"
_SENTENCE_END = re.compile(_CLOSED + _NO_ABBREVIATION + r"\s+(?=[\"“‘(*]*[A-Z0-9])")
_LIST_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}")
_MARKUP = re.compile(r"\*\*|__|`")


def plain(markdown: str) -> str:
    """The words of a piece of Markdown, without emphasis marks and with single blanks."""
    return re.sub(r"\s+", " ", _MARKUP.sub("", markdown)).strip()


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, verbatim and in order."""
    return [piece.strip() for piece in _SENTENCE_END.split(paragraph.strip()) if piece and piece.strip()]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _statements(text: str) -> list[tuple[str, str]]:
    """Pairs of (words to embed, verbatim quote) for each sentence, list item and table row."""
    found: list[tuple[str, str]] = []
    header: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip("\n").split("\n")
        if any(_TABLE_RULE.match(line) for line in lines[:3]) and "|" in lines[0]:
            header = _cells(lines[0])
            for line in lines[1:]:
                if _TABLE_RULE.match(line):
                    continue
                cells = _cells(line)
                told = [
                    f"{name}: {cell}" if name and number else cell
                    for number, (name, cell) in enumerate(zip(header, cells, strict=False))
                ]
                found.append((plain("; ".join(told)), line.strip().strip("|").strip()))
            continue
        paragraph: list[str] = []
        for line in lines:
            if _LIST_ITEM.match(line):
                found += [(plain(s), s) for s in sentences("\n".join(paragraph))]
                paragraph = []
                item = _LIST_ITEM.sub("", line).strip()
                found.append((plain(item), item))
            else:
                paragraph.append(line)
        found += [(plain(s), s) for s in sentences("\n".join(paragraph))]
    return [(words, quote) for words, quote in found if len(words) > 2]


def units(passage: Passage) -> list[Unit]:
    """What to embed for a passage, the passage itself first.

    Sentences are said together with the innermost heading, which carries what their pronouns mean.
    Names are written in one form (`knowledge.wording`); equal texts appear once.
    """
    heading = passage.heading
    place = " – ".join((passage.title, *passage.path)) if passage.path else passage.title
    found = [
        Unit(f"{place}. {plain(passage.text)}", UnitKind.PASSAGE),
        Unit(heading, UnitKind.HEADING),
    ]
    found += [
        Unit(f"{heading}: {words}", UnitKind.SENTENCE, quote) for words, quote in _statements(passage.text)
    ]
    found += [Unit(question, UnitKind.QUESTION) for question in passage.questions]
    found = [Unit(canonical(unit.text), unit.kind, unit.quote) for unit in found]
    seen: set[str] = set()
    return [unit for unit in found if not (unit.text in seen or seen.add(unit.text))]  # type: ignore[func-returns-value]


def lay_out(passages: Sequence[Passage]) -> tuple[tuple[Unit, ...], NDArray[np.int32]]:
    """All units of the passages in order, and for each the number of its passage."""
    found = [(unit, number) for number, passage in enumerate(passages) for unit in units(passage)]
    owners = np.asarray([number for _, number in found], dtype=np.int32)
    return tuple(unit for unit, _ in found), owners


def lexical_text(passage: Passage) -> str:
    """What word search sees of a passage: headings, text and the questions it answers."""
    return canonical("\n".join((passage.title, *passage.path, passage.text, *passage.questions)))


def spoken_text(passage: Passage) -> str:
    """What late interaction sees of a passage: headings and text."""
    return units(passage)[0].text
