"""Golden questions as a file: what the project ships, what an export holds, what an editor pastes.

    questions:
      - question: how much does it cost
        expects: cost
        document: cost-and-what-decides-it
        section: How much does NK cell therapy cost?

What is said by a question is unique, so a question is known by it. A file is read whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.frontmatter import DocumentFormatError, Fields, read_fields, yaml_string
from knowledge.store import GoldenQuestion, KnowledgeStore
from knowledge.store.golden import EXPECTABLE, LONGEST

SHIPPED = Path(__file__).with_name("documents") / "golden.yml"
"""The starting set, which goes with the articles beside it."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden question as it is written down; see `knowledge.store.GoldenQuestion`."""

    question: str
    expects: str
    document: str = ""
    section: str = ""
    note: str = ""

    @classmethod
    def of(cls, kept: GoldenQuestion) -> Golden:
        """What a golden question of the database says."""
        return cls(kept.question, kept.expects, kept.document, kept.section, kept.note)


def parse_golden(text: str, name: str) -> tuple[Golden, ...]:
    """The golden questions of a file; `name` is only for the sentence of an error. ValueError with a sentence."""
    fields = read_fields(text.removeprefix("\ufeff").splitlines(), name, first_line=1)
    found: list[Golden] = []
    for entry in fields.mappings("questions"):
        golden = _golden(entry)
        if any(golden.question == other.question for other in found):
            raise entry.error("question", f"“{golden.question[:60]}” stands here twice; keep one")
        found.append(golden)
    fields.no_others()
    return tuple(found)


def render_golden(questions: Iterable[Golden]) -> str:
    """The file of some golden questions, ordered by question; `parse_golden` gives equal ones back."""
    ordered = sorted(questions, key=lambda each: (each.question.casefold(), each.question))
    lines = ["questions:"]
    for each in ordered:
        lines.append(f"  - question: {yaml_string(each.question)}")
        lines += [
            f"    {name}: {yaml_string(value)}"
            for name, value in (
                ("expects", each.expects),
                ("document", each.document),
                ("section", each.section),
                ("note", each.note),
            )
            if value
        ]
    return "\n".join(lines) + "\n"


def parse_pasted(text: str, expects: str) -> tuple[tuple[Golden, ...], tuple[str, ...]]:
    """Golden questions from lines that somebody pasted, and a sentence for each line that could not be read.

    A line is a question, or a question and what is expected of it: kind, document, section, with tabs (as
    spreadsheets give them) or | between them. `expects` is the kind for lines that name none.
    """
    found: dict[str, Golden] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [" ".join(cell.split()) for cell in re.split(r"[\t|]", line)]
        if not any(cells):
            continue
        question, kind, document, section = (*cells[:4], "", "", "", "")[:4]
        kind = kind.casefold() or expects
        if len(cells) > 4:
            problems.append(
                f"Line {number} has more than four parts; only question, kind, document and section."
            )
        elif not question or len(question) > LONGEST:
            problems.append(
                f"Line {number} needs a question of at most {LONGEST} characters at its beginning."
            )
        elif kind not in EXPECTABLE:
            kinds = ", ".join(sorted(EXPECTABLE))
            problems.append(f"Line {number} expects “{kind[:40]}”, but it must be one of {kinds}.")
        elif section and not document:
            problems.append(f"Line {number} names a section without its document.")
        else:
            found.setdefault(question, Golden(question, kind, document, section))
    return tuple(found.values()), tuple(problems)


def bring_in_golden(store: KnowledgeStore, file: Path = SHIPPED, *, by: str = "") -> int:
    """Adds the starting set the first time this is called for a knowledge base; returns how many were new.

    Never again: what editors changed or removed since stays changed or removed. A file that is not there
    is no set. ValueError with a sentence for a file with a mistake.
    """
    if not file.exists():
        return 0
    questions = parse_golden(file.read_text(encoding="utf-8"), file.name)
    return store.golden.begin_with(
        [(each.question, each.expects, each.document, each.section, each.note) for each in questions], by=by
    )


def _golden(entry: Fields) -> Golden:
    golden = Golden(
        question=" ".join(entry.string("question", required=True).split()),
        expects=entry.string("expects", required=True),
        document=entry.string("document"),
        section=" ".join(entry.string("section").split()),
        note=entry.string("note"),
    )
    if golden.expects not in EXPECTABLE:
        raise entry.error("expects", f"“expects” must be one of {', '.join(sorted(EXPECTABLE))}")
    if len(golden.question) > LONGEST:
        raise entry.error("question", f"a question has at most {LONGEST} characters; shorten it")
    if golden.section and not golden.document:
        raise entry.error("section", "name the document that the section is in")
    entry.no_others()
    return golden


__all__ = [
    "SHIPPED",
    "DocumentFormatError",
    "Golden",
    "bring_in_golden",
    "parse_golden",
    "parse_pasted",
    "render_golden",
]
