"""The event stream of one conversation: messages, status and typing, replayed from the log."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from bot.conversations.errors import ConversationNotFound
from bot.conversations.model import Author, ConversationState, Message, Status
from bot.web import wire
from bot.web.services import Services
from bot.web.streams import Wake

BEAT_SECONDS = 6.0
"""So often a stream on which nothing happens says that it lives. It costs no look into the log; a page that hears
nothing for longer than two of them looks for another server (`static/js/stream.js`)."""
TOGETHER = 24
"""In so many groups the streams say it, one after the other."""
STILL_HERE = ": still here\n\n"
LOOK_SECONDS = 18.0
"""So often the log is looked at although nobody said that anything changed."""
STANDING_SECONDS = 10.0
"""Whoever does not wait may hear this late that advisors have come or gone."""
WAITING_SECONDS = 5.0
"""Somebody who waits sees the place in the queue change, although nothing changed in the conversation."""


def stream(parts: Services, conversation_id: str, after: int) -> Iterator[str]:
    """Server-sent events from behind a sequence number on, until the conversation is gone.

    `message` events carry their sequence number as the event's id, so that a page that lost its
    connection goes on with `Last-Event-ID`. `status` and `typing` tell how things are now.
    """
    told: dict[str, str] = {}
    standing = _Standing(parts, conversation_id)
    with parts.streams.listen(conversation_id) as wake:
        yield "retry: 1000\n\n"
        while not wake.ended:
            try:
                state, entries = parts.log.news(conversation_id, after)
                if after > state.last_seq:
                    after = 0  # a number this log never gave out: begin again, the page knows what it has
                    continue
                handoff = standing.now(state, entries)
            except ConversationNotFound:
                return  # erased; the page finds out when it comes back
            wake.has_read = (state.last_seq, state.ownership)
            news = [f"id: {entry.seq}\n" + _event("message", wire.message(entry)) for entry in entries]
            after = entries[-1].seq if entries else after
            advisor_writes = parts.typing.left(conversation_id, Author.ADVISOR)
            for name, now in (
                ("status", {"status": state.status.value, "handoff": handoff}),
                ("typing", _typing(state, advisor_writes)),
            ):
                written = _event(name, now)
                if told.get(name) != written:
                    told[name] = written
                    news.append(written)
            if news:
                yield "".join(news)
            pause = WAITING_SECONDS if state.status is Status.WAITING else LOOK_SECONDS
            yield from _quiet(wake, min(pause, advisor_writes) if advisor_writes > 0 else pause)


def _quiet(wake: Wake, seconds: float) -> Iterator[str]:
    """Waits for news, for so long at most or little less; meanwhile the stream shows that it lives."""
    for _ in range(max(int(seconds / BEAT_SECONDS), 1)):
        if wake.wait(min(seconds, _to_the_beat())):
            return
        yield STILL_HERE


def _to_the_beat() -> float:
    """Streams that are about to say it do so together: thousands of alarms would cost more than the words."""
    return BEAT_SECONDS - time.monotonic() % (BEAT_SECONDS / TOGETHER)


class _Standing:
    """How the way to a person stands, read again only when it may have changed."""

    def __init__(self, parts: Services, conversation_id: str) -> None:
        self._parts = parts
        self._id = conversation_id
        self._ownership = 0
        self._read_at = 0.0
        self._known: dict[str, Any] = {}

    def now(self, state: ConversationState, news: Sequence[Message]) -> dict[str, Any]:
        """In the form of the patient API. Raises `ConversationNotFound`."""
        stale = (
            state.ownership != self._ownership
            or state.status is Status.WAITING
            or time.monotonic() - self._read_at > STANDING_SECONDS
            or any(entry.author is Author.SYSTEM for entry in news)
        )
        if stale:
            self._known = wire.handoff(self._parts.handoffs.view(self._id))
            self._ownership, self._read_at = state.ownership, time.monotonic()
        return self._known


def _typing(state: ConversationState, advisor_writes: float) -> dict[str, object]:
    if state.status is Status.ADVISOR:
        return {"author": "advisor", "typing": advisor_writes > 0}
    return {"author": "bot", "typing": state.turn_open}


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
