"""The development questions of our own, and in which split each may be used.

- *train*: the questions listed in the articles and `knowledge/calibration/answerable.jsonl` and
  `unanswerable.txt`; models are fitted on them.
- *choose*: `knowledge/calibration/choose.jsonl`; the threshold is chosen on them, nothing is fitted.
- *test*: `questions/test.jsonl`, and `second.jsonl` to `sixth.jsonl` beside it, each written later and in more
  voices; read by the report and its tests alone.
- *seen*: `questions/seen.jsonl`, the half of the third batch whose errors were looked at; nothing is fitted.

A row: `id`, `voice`, `question`, `kinds` (acceptable kinds of reply), `sections` ("slug#heading", any of
which answers; empty where nothing does).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.calibrate import FOLDER, read_answerable, read_unanswerable

HELD_OUT = Path(__file__).with_name("questions") / "test.jsonl"
SECOND = HELD_OUT.with_name("second.jsonl")
THIRD = HELD_OUT.with_name("third.jsonl")
FOURTH = HELD_OUT.with_name("fourth.jsonl")
FIFTH = HELD_OUT.with_name("fifth.jsonl")
SIXTH = HELD_OUT.with_name("sixth.jsonl")
CHOOSING = FOLDER / "choose.jsonl"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Data that nobody here wrote; not on every machine."""


@dataclass(frozen=True, slots=True)
class Question:
    """A development question and what is right for it."""

    id: str
    voice: str
    text: str
    kinds: tuple[str, ...]
    sections: frozenset[str]

    @property
    def answerable(self) -> bool:
        """Whether an article answers it."""
        return bool(self.sections)


def read(path: Path) -> list[Question]:
    """The questions of a file. Raises ValueError with the line where a row is not one."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(
                Question(
                    row["id"],
                    row["voice"],
                    row["question"],
                    tuple(row["kinds"]),
                    frozenset(row["sections"]),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}, line {number}: not a question ({error!r}).") from error
    return found


def held_out_questions() -> list[Question]:
    """The held-out split."""
    return read(HELD_OUT)


def second_questions() -> list[Question]:
    """The second held-out batch, with wishes for a person and personal advice among its questions."""
    return read(SECOND)


def third_questions() -> list[Question]:
    """The third held-out batch, written from the articles' words without a look at the training lines."""
    return read(THIRD)


def fourth_questions() -> list[Question]:
    """The fourth held-out batch: a writer who knew the articles and nothing else; nobody has read its errors."""
    return read(FOURTH)


def fifth_questions() -> list[Question]:
    """The fifth held-out batch: a writer who knew the articles and nothing else; nobody has read its errors."""
    return read(FIFTH)


def sixth_questions() -> list[Question]:
    """The sixth held-out batch: a fair sample by two writers who knew the articles alone; its errors are unread."""
    return read(SIXTH)


def seen_questions() -> list[Question]:
    """The half of the third batch whose errors were looked at: no longer held out."""
    return read(HELD_OUT.with_name("seen.jsonl"))


def choosing_questions() -> list[Question]:
    """The split on which the threshold was chosen."""
    return read(CHOOSING)


def training_texts() -> list[str]:
    """What models were fitted on, beside the questions that the articles list."""
    return [question for question, _ in read_answerable()] + read_unanswerable()
