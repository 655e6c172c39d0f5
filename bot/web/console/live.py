"""What is new, as it happens: the event stream of an advisor's page, and who is at the desk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, jsonify, request

from bot.accounts.model import Role
from bot.conversations.model import Author
from bot.web import inputs
from bot.web.auth import watch
from bot.web.console import gate, wire
from bot.web.console.board import Board, Counts
from bot.web.console.parts import parts as console
from bot.web.errors import Problem
from bot.web.events import BEAT_SECONDS, STILL_HERE
from bot.web.services import DESK, Services, services

blueprint = gate.in_advisors_words(Blueprint("console_live", __name__, url_prefix="/console/api"))

PING_SECONDS = 15.0
LOOK_SECONDS = 2.0
"""A stream looks this often whether its session still holds."""


@blueprint.get("/events")
@gate.advisors
def events() -> Response:
    """The live stream: `queues`, `conversation`, `gone`, `typing`, `ping`."""
    stream = _stream(services(), console().board, gate.me().id, watch(Role.ADVISOR, Role.ADMINISTRATOR))
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


def _stream(parts: Services, board: Board, advisor_id: int, may_go_on: Callable[[], bool]) -> Iterator[str]:
    """Server-sent events without end.

    The first `queues` event carries the unseen emergencies too and tells the page to fetch what it shows;
    after that every conversation that changed comes as one `conversation` event. The board sees to it that a
    stream wakes up only a few times a second, however much happens.
    """
    with parts.desk.listen(DESK) as wake, board.follow() as place:
        page = _Page(parts, board, place, advisor_id)
        yield "retry: 1000\n\n" + page.beginning() + wire.event("ping", {})
        pinged = told = time.monotonic()
        while not wake.ended and may_go_on():
            written = page.news()
            if written is None:
                return  # the page opens another stream and fetches what it shows
            now = time.monotonic()
            if now - pinged >= PING_SECONDS:
                pinged = now
                written += wire.event("ping", {})
            if not written and now - told >= BEAT_SECONDS - LOOK_SECONDS:
                written = STILL_HERE
            if written:
                told = now
                yield written
            wake.wait(LOOK_SECONDS)


class _Page:
    """What one advisor's page has been told already, and what is new to it."""

    def __init__(self, parts: Services, board: Board, place: int, advisor_id: int) -> None:
        self._parts = parts
        self._board = board
        self._place = place
        self._advisor_id = advisor_id
        self._counts: dict[str, int] = {}
        self._writing: set[str] = set()

    def beginning(self) -> str:
        """How things are when the stream opens."""
        self._counts = Counts.read(self._parts).of(self._advisor_id)
        urgent = [wire.row(each) for each in self._parts.inbox.alerts()]
        return wire.event("queues", {"counts": self._counts, "urgent": urgent})

    def news(self) -> str | None:
        """The events for everything that changed; empty when nothing did, None when too much did."""
        news = self._board.news(self._place)
        if news is None:
            return None
        self._place = news.place
        queues = self._queues(news.counts) if news.events else ""
        return news.events + queues + self._typing()

    def _queues(self, counts: Counts | None) -> str:
        now = self._counts if counts is None else counts.of(self._advisor_id)
        if now == self._counts:
            return ""
        self._counts = now
        return wire.event("queues", {"counts": now})

    def _typing(self) -> str:
        writing = self._parts.typing.writing(Author.PATIENT)
        changes = [
            *({"conversation": each, "typing": True} for each in writing - self._writing),
            *({"conversation": each, "typing": False} for each in self._writing - writing),
        ]
        self._writing = writing
        return "".join(wire.event("typing", each) for each in changes)
