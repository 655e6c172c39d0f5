"""The event stream of one conversation: messages, status and typing, replayed from the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.conversations.errors import ConversationNotFound
from bot.conversations.model import Author, ConversationState, Status
from bot.web import wire
from bot.web.services import Services

HEARTBEAT_SECONDS = 15.0
WAITING_SECONDS = 5.0
"""Somebody who waits sees the place in the queue change, although nothing changed in the conversation."""


def stream(parts: Services, conversation_id: str, after: int) -> Iterator[str]:
    """Server-sent events from behind a sequence number on, until the conversation is gone.

    `message` events carry their sequence number as the event's id, so that a page that lost its
    connection goes on with `Last-Event-ID`. `status` and `typing` tell how things are now.
    """
    told: dict[str, str] = {}
    known: tuple[int, int] | None = None
    standing: dict[str, Any] = {}
    with parts.streams.listen(conversation_id) as wake:
        yield "retry: 1000\n\n"
        while not wake.ended:
            try:
                state, entries = parts.log.news(conversation_id, after)
                if after > state.last_seq:
                    after = 0  # a number this log never gave out: begin again, the page knows what it has
                    continue
                waiting = state.status is Status.WAITING
                if waiting or known != (state.ownership, state.last_seq):
                    standing = wire.handoff(parts.handoffs.view(conversation_id))
                    known = (state.ownership, state.last_seq)
            except ConversationNotFound:
                return  # erased; the page finds out when it comes back
            news = [f"id: {entry.seq}\n" + _event("message", wire.message(entry)) for entry in entries]
            after = entries[-1].seq if entries else after
            advisor_writes = parts.typing.left(conversation_id, Author.ADVISOR)
            for name, now in (
                ("status", {"status": state.status.value, "handoff": standing}),
                ("typing", _typing(state, advisor_writes)),
            ):
                written = _event(name, now)
                if told.get(name) != written:
                    told[name] = written
                    news.append(written)
            if news:
                yield "".join(news)
            pause = WAITING_SECONDS if waiting else HEARTBEAT_SECONDS
            if not wake.wait(min(pause, advisor_writes) if advisor_writes > 0 else pause):
                yield ": still here\n\n"


def _typing(state: ConversationState, advisor_writes: float) -> dict[str, object]:
    if state.status is Status.ADVISOR:
        return {"author": "advisor", "typing": advisor_writes > 0}
    return {"author": "bot", "typing": state.turn_open}


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
