"""Which of a conversation's messages were asked in vain. No database: what comes in decides what comes out.

A question is one when the bot abstained, when its answer got a thumb down, or when an advisor took over soon
after its answer. Never one: what belongs to an emergency; what was written within the cost enquiry, where
people give their names; what the bot could not answer because something on our side was broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SOON_MS = 10 * 60_000
"""A take-over this long after an answer is taken for a sign that the answer was not enough."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is looked at of a message. `meant`: the bot said it for reasons, and not because something of ours was
    broken; `cites`: it quotes a passage."""

    seq: int
    author: str
    kind: str
    in_reply_to: int | None
    created_at: int
    meant: bool = True
    cites: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question asked in vain: where it stands, what the bot said to it, and why it counts."""

    message_seq: int
    reply_seq: int
    asked_at: int
    abstained: bool = False
    disliked: bool = False
    taken_over: bool = False


def candidates(entries: Sequence[Entry], helpful: Mapping[int, bool]) -> list[Candidate]:
    """The questions of one conversation that were asked in vain, in their order.

    In: its messages in their order, and for each rated message whether it helped.
    """
    asked = {entry.seq: entry for entry in entries if entry.author == "patient"}
    replies: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.in_reply_to in asked and entry.author in {"bot", "system"}:
            replies[entry.in_reply_to].append(entry)
    taken = _taken_over(entries)
    found = []
    for seq in sorted(replies):
        if _never(asked[seq], replies[seq], entries):
            continue
        candidate = _candidate(asked[seq], replies[seq], helpful, taken)
        if candidate is not None:
            found.append(candidate)
    return found


def _candidate(
    question: Entry, said: Sequence[Entry], helpful: Mapping[int, bool], taken: frozenset[int]
) -> Candidate | None:
    abstained = next((entry for entry in said if entry.kind == "abstain"), None)
    disliked = next((entry for entry in said if helpful.get(entry.seq) is False), None)
    left = next((entry for entry in said if entry.seq in taken and not helpful.get(entry.seq)), None)
    reply = abstained or disliked or left
    if reply is None:
        return None
    return Candidate(
        question.seq,
        reply.seq,
        question.created_at,
        abstained=abstained is not None,
        disliked=disliked is not None,
        taken_over=left is not None,
    )


def _never(question: Entry, said: Sequence[Entry], entries: Sequence[Entry]) -> bool:
    kinds = {entry.kind for entry in said}
    if kinds & {"emergency", "cost"}:
        return True
    if all(entry.kind == "abstain" and not entry.meant for entry in said):
        return True  # no article would have helped
    before = next(
        (entry for entry in reversed(entries) if entry.seq < question.seq and entry.author == "bot"), None
    )
    return before is not None and before.kind == "cost" and not before.cites


def _taken_over(entries: Sequence[Entry]) -> frozenset[int]:
    """The bot's last answers before an advisor joined, where that was soon after."""
    found = set()
    last: Entry | None = None
    for entry in entries:
        if entry.author == "bot" and entry.in_reply_to is not None:
            if entry.kind in {"answer", "abstain", "emergency", "cost", "medical_advice"}:
                last = entry
        elif entry.author == "system" and entry.kind == "joined":
            if last is not None and last.kind == "answer" and entry.created_at - last.created_at <= SOON_MS:
                found.add(last.seq)
            last = None
    return frozenset(found)
