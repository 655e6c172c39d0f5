"""Messages as the patient API writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.conversations.model import Message


def message(entry: Message) -> dict[str, Any]:
    """One message in the form of the patient API."""
    written = datetime.fromtimestamp(entry.created_at / 1000, UTC)
    return {
        "seq": entry.seq,
        "author": entry.author.value,
        "kind": entry.kind,
        "text": entry.text,
        "citations": list(entry.citations),
        "quick_replies": list(entry.quick_replies),
        "in_reply_to": entry.in_reply_to,
        "created_at": written.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
