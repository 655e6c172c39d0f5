"""The whole assistant: questions through the patient API, to real processes.

The given sets are judged by the judge that comes with them; our own held-out questions by the kind of the reply
and the section that is cited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.operations.stack import temporary_stack
from bot.shares import Share
from tests.evaluation.ask_all import FIELDS, ask_all
from tests.evaluation.questions import SHARED, Question
from tests.support.patient import Patient

MODES = ("answers", "dialogues", "red_flags")


@contextmanager
def assistant(folder: Path) -> Iterator[str]:
    """The address of a running assistant with the starting knowledge base."""
    with temporary_stack(folder, {"NKBOT_LIMITS": "off"}) as running:
        running.wait_ready()
        yield running.url


def judged(url: str, mode: str, folder: Path) -> dict[str, Any]:
    """The judge's report on one of the given sets."""
    questions, replies = SHARED / "eval" / f"{mode}.jsonl", folder / f"replies-{mode}.jsonl"
    rows = ask_all(url, mode, questions)
    replies.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SHARED / "eval" / "judge.py", mode, replies, questions, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@dataclass(frozen=True, slots=True)
class Said:
    """What the assistant said to one of our own questions."""

    question: Question
    kinds: tuple[str, ...]
    headings: tuple[str, ...]
    quoted: bool

    @property
    def right(self) -> bool:
        """An acceptable kind and, where it answers from an article, one of the right sections."""
        if not set(self.kinds) & set(self.question.kinds):
            return False
        if not self.question.answerable:
            return "answer" not in self.kinds
        if "answer" not in self.kinds or "cost" in self.kinds:
            return True
        wanted = {section.partition("#")[2] for section in self.question.sections}
        return bool(wanted & set(self.headings))

    @property
    def false_answer(self) -> bool:
        """An answer where nothing fits."""
        return not self.question.answerable and "answer" in self.kinds

    @property
    def wrong_abstention(self) -> bool:
        """Declined although an article answers."""
        declined = {"abstain", "handoff", "medical_advice"}
        return (
            self.question.answerable
            and not set(self.kinds) & set(self.question.kinds)
            and bool(declined & set(self.kinds))
        )


def converse(url: str, questions: Sequence[Question]) -> list[Said]:
    """Ask each question in a conversation of its own."""
    said = []
    for question in questions:
        patient = Patient(url)
        replies = [{name: message[name] for name in FIELDS} for message in patient.ask(question.text)]
        patient.http.close()
        citations = [citation for reply in replies for citation in reply["citations"]]
        headings = tuple(citation["title"].partition(": ")[2] for citation in citations)
        kinds = tuple(reply["kind"] for reply in replies)
        quoted = all(reply["citations"] for reply in replies if reply["kind"] == "answer")
        said.append(Said(question, kinds, headings, quoted))
    return said


def table(said: Sequence[Said]) -> list[tuple[str, Share]]:
    """The figures of our own questions."""
    asked = [each for each in said if each.question.answerable]
    nothing = [each for each in said if not each.question.answerable]
    return [
        ("right", Share.of([each.right for each in said])),
        ("answerable: right", Share.of([each.right for each in asked])),
        ("answerable: wrong abstentions", Share.of([each.wrong_abstention for each in asked])),
        ("nothing fits: false answers", Share.of([each.false_answer for each in nothing])),
        ("answers with source and quote", Share.of([each.quoted for each in said])),
    ]


def by_voice(said: Sequence[Said]) -> list[tuple[str, Share]]:
    """How often it is right, for each voice."""
    voices = dict.fromkeys(each.question.voice for each in said)
    return [(v, Share.of([each.right for each in said if each.question.voice == v])) for v in voices]
