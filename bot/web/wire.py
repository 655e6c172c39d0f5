"""Messages as the patient API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.conversations.model import HandoffView, Message
from knowledge.reading import fold


def message(entry: Message) -> dict[str, Any]:
    """One message in the form of the patient API."""
    return {
        "seq": entry.seq,
        "author": entry.author.value,
        "kind": entry.kind,
        "text": entry.text,
        "citations": list(entry.citations),
        "quick_replies": list(entry.quick_replies),
        "in_reply_to": entry.in_reply_to,
        "created_at": moment(entry.created_at),
        **_folded(entry),
    }


def _folded(entry: Message) -> dict[str, int]:
    """Where a long answer may be folded; nothing for any other message."""
    at = fold(entry.text) if entry.kind == "answer" else None
    return {} if at is None else {"fold": at}


def handoff(view: HandoffView) -> dict[str, Any]:
    """How the way to a person stands, in the form of the patient API."""
    return {
        "place": view.place,
        "advisor": view.advisor,
        "online": view.online,
        "office": "open" if view.opens_at is None else "closed",
        "opens_at": None if view.opens_at is None else moment(view.opens_at),
        "callback": view.callback,
    }


def moment(milliseconds: int) -> str:
    """Milliseconds since 1970 as ISO 8601 in UTC."""
    written = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return written.isoformat(timespec="milliseconds").replace("+00:00", "Z")
