"""The event stream of one conversation: messages, status and typing, replayed from the log."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.conversations.log import ConversationLog
from bot.web import wire
from bot.web.streams import Streams

HEARTBEAT_SECONDS = 15.0


def stream(log: ConversationLog, streams: Streams, conversation_id: str, after: int) -> Iterator[str]:
    """Server-sent events from behind a sequence number on, without end.

    `message` events carry their sequence number as the event's id, so that a page that lost its
    connection goes on with `Last-Event-ID`. `status` and `typing` tell how things are now.
    """
    told: dict[str, str] = {}
    with streams.listen(conversation_id) as wake:
        yield "retry: 1000\n\n"
        while not wake.ended:
            state, entries = log.news(conversation_id, after)
            if after > state.last_seq:
                after = 0  # a number this log never gave out: begin again, the page knows what it has
                continue
            news = [f"id: {entry.seq}\n" + _event("message", wire.message(entry)) for entry in entries]
            after = entries[-1].seq if entries else after
            for name, now in (
                ("status", {"status": state.status.value}),
                ("typing", {"author": "bot", "typing": state.turn_open}),
            ):
                written = _event(name, now)
                if told.get(name) != written:
                    told[name] = written
                    news.append(written)
            if news:
                yield "".join(news)
            if not wake.wait(HEARTBEAT_SECONDS):
                yield ": still here\n\n"


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
