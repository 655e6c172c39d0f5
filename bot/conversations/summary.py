"""A short summary of a conversation for the advisor who takes it over: what is in it, nothing added.

Extractive: every text in it was written by the patient or is the title of a cited document. No database,
no model; what comes in decides what comes out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MOST_QUESTIONS = 6
MOST_TOPICS = 4
QUESTION_LENGTH = 180

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"\w+")
_PLEASANTRIES = frozenset(
    "hi hello hey hallo good morning afternoon evening day there thanks thank you thx ty ok okay yes no yeah "
    "yep nope sure please great fine cool alright bye goodbye much very so".split()
)


class Entry(Protocol):
    """What the summary needs of a message; `evidence` is what the bot gave as its reasons."""

    @property
    def seq(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def citations(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def evidence(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing the patient asked, and where it stands in the conversation."""

    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`topics` are titles of cited documents, the most cited first; `emergencies` the kinds that were seen."""

    asked: tuple[Asked, ...]
    asked_before: int
    """How many earlier questions were left out."""
    topics: tuple[str, ...]
    emergencies: tuple[str, ...]
    patient_messages: int
    answered: int
    not_answered: int


def summarise(messages: Iterable[Entry]) -> Summary:
    """The summary of the messages of one conversation, given in their order."""
    entries = list(messages)
    asked = _asked(entry for entry in entries if entry.author == "patient")
    return Summary(
        asked=asked[-MOST_QUESTIONS:],
        asked_before=max(len(asked) - MOST_QUESTIONS, 0),
        topics=_topics(entries),
        emergencies=tuple(
            dict.fromkeys(
                str((entry.evidence or {}).get("red_flag") or "unknown")
                for entry in entries
                if entry.kind == "emergency"
            )
        ),
        patient_messages=sum(entry.author == "patient" for entry in entries),
        answered=sum(entry.author == "bot" and entry.kind in {"answer", "cost"} for entry in entries),
        not_answered=sum(entry.author == "bot" and entry.kind == "abstain" for entry in entries),
    )


def _asked(entries: Iterable[Entry]) -> tuple[Asked, ...]:
    """What the patient wrote, shortened to the question in it; pleasantries and repetitions left out."""
    found: dict[str, Asked] = {}
    for entry in entries:
        text = _essence(entry.text)
        words = [word.lower() for word in _WORD.findall(text)]
        if not words or all(word in _PLEASANTRIES for word in words):
            continue
        key = " ".join(words)
        found.pop(key, None)  # asked again: it counts where it was asked last
        found[key] = Asked(entry.seq, text)
    return tuple(found.values())


def _essence(text: str) -> str:
    """The message itself where it is short; else its last question, or its beginning."""
    whole = " ".join(text.split())
    if len(whole) <= QUESTION_LENGTH:
        return whole
    sentences = [" ".join(part.split()) for part in _SENTENCE_END.split(text) if part.strip()]
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    chosen = questions[-1] if questions else whole
    return chosen if len(chosen) <= QUESTION_LENGTH else chosen[: QUESTION_LENGTH - 1].rstrip() + "…"


def _topics(entries: Iterable[Entry]) -> tuple[str, ...]:
    titles = Counter(
        str(citation.get("title", "")) for entry in entries for citation in entry.citations if citation
    )
    titles.pop("", None)
    return tuple(title for title, _ in titles.most_common(MOST_TOPICS))
