"""Queues, search, and one conversation with everything an advisor may know about it."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Blueprint, Response, jsonify, request

from bot.web import inputs
from bot.web.console import gate, wire
from bot.web.console.board import Counts
from bot.web.console.parts import parts as console
from bot.web.errors import Problem
from bot.web.services import services

blueprint = gate.in_advisors_words(
    Blueprint("console_conversations", __name__, url_prefix="/console/api/conversations")
)

QUEUES = ("waiting", "mine", "bot", "closed")
PAGE = 50


@blueprint.get("")
@gate.advisors
def queue() -> Response:
    """The conversations of one queue, 50 at a time; `before` is what the last answer gave.

    With `mine` come those that colleagues have.
    """
    name = request.args.get("queue", "waiting")
    if name not in QUEUES:
        raise Problem(400, "invalid_queue")
    parts, me = services(), gate.me()
    rows = parts.inbox.list(name, me.id, limit=PAGE, before=_before())
    more = len(rows) == PAGE and name != "waiting"
    colleagues = parts.inbox.with_colleagues(me.id) if name == "mine" else ()
    return jsonify(
        {
            "conversations": [wire.row(each) for each in rows],
            "colleagues": [wire.row(each) for each in colleagues],
            "counts": Counts.read(parts).of(me.id),
            "before": str(rows[-1].updated_at) if more else None,
        }
    )


@blueprint.post("/search")
@gate.advisors
def search() -> Response:
    """Conversations in which somebody wrote something. The words come in the body, so that no log has them."""
    text = inputs.json_object(request).get("text")
    if not isinstance(text, str) or not 2 <= len(text.strip()) <= 200 or not inputs.is_storable(text):
        raise Problem(400, "invalid_search")
    rows = services().inbox.list(None, gate.me().id, search=text, limit=PAGE)
    gate.record("search")
    return jsonify({"conversations": [wire.row(each) for each in rows]})


@blueprint.get("/<conversation_id>")
@gate.advisors
def one(conversation_id: str) -> Response:
    """One conversation; with `after` only the messages behind that number."""
    parts, me = services(), gate.me()
    after = inputs.sequence(request.args.get("after"), "invalid_after")
    found = parts.inbox.whole(gate.checked(conversation_id))
    if console().readings.is_news(me.id, conversation_id):
        gate.record("read", conversation_id)
    if found.row.advisor_id == me.id and found.row.unread:
        parts.inbox.mark_seen(conversation_id, found.row.last_seq)
        found = replace(found, row=replace(found.row, unread=0))
    notes, items = parts.notes.of(conversation_id), parts.work_items.list(conversation_id=conversation_id)
    return jsonify(wire.whole(found, notes, items, after))


@blueprint.get("/<conversation_id>/export")
@gate.advisors
def export(conversation_id: str) -> Response:
    """Everything we hold about one conversation, as a file."""
    written = services().privacy.export(gate.checked(conversation_id))
    gate.record("export", conversation_id)
    return Response(
        json.dumps(written, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="conversation-{conversation_id[:8]}.json"'},
    )


def _before() -> int | None:
    given = request.args.get("before")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        raise Problem(400, "invalid_before")
    return int(given)
