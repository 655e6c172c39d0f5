"""Conversations as the console's API writes them: with all that only advisors may know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.conversations.inbox import Entry, Row, Whole
from bot.conversations.notes import Note
from bot.conversations.summary import summarise
from bot.conversations.work_items import WorkItem
from bot.web import wire
from bot.web.wire import moment


def event(name: str, data: object) -> str:
    """A server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def row(entry: Row) -> dict[str, Any]:
    """One line of a queue."""
    alert = None
    if entry.alert is not None and entry.alert_at is not None:
        alert = {
            "kind": entry.alert,
            "at": moment(entry.alert_at),
            "seen": entry.alert_seen_at is not None,
        }
    advisor = None
    if entry.advisor_id is not None:
        advisor = {"id": entry.advisor_id, "name": entry.advisor_name or ""}
    return {
        "id": entry.id,
        "status": entry.status.value,
        "ownership": entry.ownership,
        "last_seq": entry.last_seq,
        "created_at": moment(entry.created_at),
        "updated_at": moment(entry.updated_at),
        "waiting_since": None if entry.waiting_since is None else moment(entry.waiting_since),
        "closed_at": None if entry.closed_at is None else moment(entry.closed_at),
        "reason": entry.reason,
        "alert": alert,
        "advisor": advisor,
        "last_text": entry.last_text,
        "unread": entry.unread,
    }


def whole(found: Whole, notes: Iterable[Note], items: Iterable[WorkItem], after: int = 0) -> dict[str, Any]:
    """One conversation; of its messages only those behind `after`."""
    rating = None
    if found.row.rating is not None:
        rating = {"score": found.row.rating, "comment": found.rating_comment or ""}
    return {
        "conversation": row(found.row),
        "messages": [_message(each) for each in found.entries if each.message.seq > after],
        "summary": asdict(summarise(_Said.of(each) for each in found.entries)),
        "handoffs": [
            {
                "seq": each.message_seq,
                "reason": each.reason,
                "requested_at": moment(each.requested_at),
                "settled_at": None if each.settled_at is None else moment(each.settled_at),
                "settled_how": each.settled_how,
            }
            for each in found.wishes
        ],
        "rating": rating,
        "notes": [note(each) for each in notes],
        "work_items": [work_item(each) for each in items],
    }


def note(entry: Note) -> dict[str, Any]:
    """A private note."""
    return {
        "id": entry.id,
        "author": entry.advisor_name,
        "text": entry.text,
        "created_at": moment(entry.created_at),
    }


def work_item(item: WorkItem) -> dict[str, Any]:
    """A call-back request or an enquiry."""
    owner = None if item.owner_id is None else {"id": item.owner_id, "name": item.owner_name or ""}
    return {
        "id": item.id,
        "conversation_id": item.conversation_id,
        "kind": item.kind.value,
        "state": item.state.value,
        "owner": owner,
        "name": item.name,
        "contact": item.contact,
        "country": item.country,
        "about": item.about,
        "best_time": item.best_time,
        "created_at": moment(item.created_at),
        "updated_at": moment(item.updated_at),
    }


def _message(entry: Entry) -> dict[str, Any]:
    return {
        **wire.message(entry.message),
        "evidence": entry.evidence,
        "advisor": entry.advisor_name,
        "advisor_id": entry.advisor_id,
        "helpful": entry.helpful,
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """An entry as the summary wants it."""

    seq: int
    author: str
    kind: str
    text: str
    citations: Sequence[Mapping[str, Any]]
    evidence: Mapping[str, Any] | None

    @classmethod
    def of(cls, entry: Entry) -> _Said:
        said = entry.message
        return cls(said.seq, said.author.value, said.kind, said.text, said.citations, entry.evidence)
