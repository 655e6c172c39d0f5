"""Saved replies that advisors share."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.conversations.canned import CannedReplyNotFound
from bot.web import inputs
from bot.web.console import gate
from bot.web.console.talking import TEXT_LIMIT
from bot.web.errors import Problem
from bot.web.services import services

blueprint = gate.in_advisors_words(
    Blueprint("console_canned", __name__, url_prefix="/console/api/canned-replies")
)

TITLE_LIMIT = 80


@blueprint.get("")
@gate.advisors
def replies() -> Response:
    """All of them, by name."""
    return _all()


@blueprint.post("")
@gate.advisors
def add() -> tuple[Response, int]:
    """Adds one."""
    title, text = _written()
    services().canned_replies.save(None, title, text, gate.me().id)
    gate.record("canned_reply_add")
    return _all(), 201


@blueprint.put("/<int(max=2147483647):number>")
@gate.advisors
def change(number: int) -> Response:
    """Changes one."""
    title, text = _written()
    try:
        services().canned_replies.save(number, title, text, gate.me().id)
    except CannedReplyNotFound as error:
        raise Problem(404, "canned_reply_not_found") from error
    gate.record("canned_reply_change", detail=f"number {number}")
    return _all()


@blueprint.delete("/<int(max=2147483647):number>")
@gate.advisors
def delete(number: int) -> Response:
    """Deletes one; deleting it twice is no mistake."""
    services().canned_replies.delete(number)
    gate.record("canned_reply_delete", detail=f"number {number}")
    return _all()


def _written() -> tuple[str, str]:
    body = inputs.json_object(request)
    title, text = body.get("title"), body.get("text")
    if not isinstance(title, str) or not isinstance(text, str) or not inputs.is_storable(title + text):
        raise Problem(400, "invalid_canned_reply")
    title, text = " ".join(title.split()), text.strip()
    if not 1 <= len(title) <= TITLE_LIMIT or not 1 <= len(text) <= TEXT_LIMIT:
        raise Problem(400, "invalid_canned_reply")
    return title, text


def _all() -> Response:
    found = services().canned_replies.all()
    return jsonify(
        {"canned_replies": [{"id": each.id, "title": each.title, "text": each.text} for each in found]}
    )
