"""Ask every development question through the patient API and write the replies for the judge.

    python -m tests.evaluation.ask_all URL answers|dialogues|red_flags QUESTIONS.jsonl REPLIES.jsonl

Needs a running stack with NKBOT_LIMITS=off.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.support.patient import Patient

FIELDS = ("kind", "text", "citations", "quick_replies")


def _kept(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: message[name] for name in FIELDS} for message in messages]


def ask_all(url: str, mode: str, questions: Path) -> list[dict[str, Any]]:
    """One row of replies per question (its own conversation) or dialogue, in the judge's format."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    answered = []
    for row in rows:
        patient = Patient(url)
        if mode == "dialogues":
            turns = [_kept(patient.ask(turn["text"])) for turn in row["turns"]]
            answered.append({"id": row["id"], "turns": turns})
        else:
            text = row["question"] if mode == "answers" else row["text"]
            answered.append({"id": row["id"], "replies": _kept(patient.ask(text))})
        patient.http.close()
    return answered


def main(arguments: list[str]) -> None:
    url, mode, questions, replies = arguments
    with Path(replies).open("w", encoding="utf-8") as out:
        for row in ask_all(url, mode, Path(questions)):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
