"""What is new, as it happens: the event stream of an advisor's page, and who is at the desk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, jsonify, request

from bot.accounts.model import Role
from bot.conversations.inbox import Row
from bot.conversations.model import Author
from bot.conversations.work_items import State
from bot.web import inputs
from bot.web.auth import watch
from bot.web.console import gate, wire
from bot.web.errors import Problem
from bot.web.services import DESK, Services, services

blueprint = gate.in_advisors_words(Blueprint("console_live", __name__, url_prefix="/console/api"))

PING_SECONDS = 15.0
LOOK_SECONDS = 2.0
"""A stream looks this often whether its session still holds."""
REST_SECONDS = 0.1
"""However much happens, a stream looks no more often than this."""
MOST_AT_ONCE = 500
LOOK_BACK_MS = 3_000
"""A change may be seen this late, because it took its time before its transaction began."""
_MOST_KEPT = 1_000


@blueprint.get("/events")
@gate.advisors
def events() -> Response:
    """The live stream: `queues`, `conversation`, `gone`, `typing`, `ping`."""
    stream = _stream(services(), gate.me().id, watch(Role.ADVISOR, Role.ADMINISTRATOR))
    # `X-Accel-Buffering` keeps a proxy in front from holding events back.
    return Response(
        stream,
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@blueprint.post("/presence")
@gate.advisors
def presence() -> tuple[str, int]:
    """The page is open; said whenever the stream pings. `available` is the advisor's own switch."""
    available = inputs.json_object(request).get("available")
    if not isinstance(available, bool):
        raise Problem(400, "invalid_available")
    services().presence.seen(gate.me(), available=available)
    return "", 204


@blueprint.get("/colleagues")
@gate.advisors
def colleagues() -> Response:
    """Who can take a conversation now, besides the one who asks."""
    own = gate.me().id
    online = [{"id": each.id, "name": each.name} for each in services().presence.online() if each.id != own]
    return jsonify({"colleagues": online})


def counts(parts: Services, advisor_id: int) -> dict[str, int]:
    """How many conversations each queue has, and how many `requests` nobody has begun to work on."""
    return {**parts.inbox.counts(advisor_id), "requests": parts.work_items.counts()[State.OPEN.value]}


def _stream(parts: Services, advisor_id: int, may_go_on: Callable[[], bool]) -> Iterator[str]:
    """Server-sent events without end.

    The first `queues` event carries the unseen emergencies too and tells the page to fetch what it shows;
    after that every conversation that changed comes as one `conversation` event.
    """
    news = _News(parts, advisor_id)
    with parts.desk.listen(DESK) as wake:
        yield "retry: 1000\n\n" + news.beginning() + _event("ping", {})
        pinged = time.monotonic()
        while not wake.ended and may_go_on():
            written = news.written()
            if time.monotonic() - pinged >= PING_SECONDS:
                pinged = time.monotonic()
                written += _event("ping", {})
            if written:
                yield written
            time.sleep(REST_SECONDS)
            wake.wait(LOOK_SECONDS)


class _News:
    """What one stream has told already, and what is new since."""

    def __init__(self, parts: Services, advisor_id: int) -> None:
        self._parts = parts
        self._advisor_id = advisor_id
        self._since = parts.database.clock()
        self._told: dict[str, str] = {}
        self._counts = ""
        self._writing: set[str] = set()

    def beginning(self) -> str:
        """How things are when the stream opens."""
        now = counts(self._parts, self._advisor_id)
        self._counts = json.dumps(now)
        urgent = [wire.row(each) for each in self._parts.inbox.alerts()]
        return _event("queues", {"counts": now, "urgent": urgent})

    def written(self) -> str:
        """The events for everything that changed; empty when nothing did."""
        now, since = self._parts.database.clock(), self._since - LOOK_BACK_MS
        found = [self._row(each) for each in self._parts.inbox.changed_since(since, MOST_AT_ONCE)]
        found += [self._gone(each) for each in self._parts.privacy.erased_since(since)]
        self._since = now
        found.append(self._queues() if any(found) else "")
        found.append(self._typing())
        return "".join(found)

    def _row(self, entry: Row) -> str:
        return self._once(entry.id, _event("conversation", wire.row(entry)))

    def _gone(self, conversation_id: str) -> str:
        return self._once(conversation_id, _event("gone", {"id": conversation_id}))

    def _once(self, conversation_id: str, written: str) -> str:
        if self._told.get(conversation_id) == written:
            return ""
        if len(self._told) >= _MOST_KEPT:
            self._told.clear()
        self._told[conversation_id] = written
        return written

    def _queues(self) -> str:
        now = counts(self._parts, self._advisor_id)
        if json.dumps(now) == self._counts:
            return ""
        self._counts = json.dumps(now)
        return _event("queues", {"counts": now})

    def _typing(self) -> str:
        writing = self._parts.typing.writing(Author.PATIENT)
        changes = [
            *({"conversation": each, "typing": True} for each in writing - self._writing),
            *({"conversation": each, "typing": False} for each in self._writing - writing),
        ]
        self._writing = writing
        return "".join(_event("typing", each) for each in changes)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
