"""What an advisor does with a conversation: take over, hand on, give back, end, erase."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.conversations.model import Advisor
from bot.web import inputs
from bot.web.console import gate, wire
from bot.web.errors import Problem
from bot.web.services import services

blueprint = gate.in_advisors_words(
    Blueprint("console_actions", __name__, url_prefix="/console/api/conversations/<conversation_id>")
)


@blueprint.post("/take")
@gate.advisors
def take(conversation_id: str) -> Response:
    """Takes the conversation over. Of several who try at once one wins; the others learn who."""
    expected = inputs.json_object(request).get("ownership")
    if expected is not None and (not isinstance(expected, int) or isinstance(expected, bool)):
        raise Problem(400, "invalid_ownership")
    services().ownership.take(gate.checked(conversation_id), gate.me(), expected=expected)
    return _done("take", conversation_id)


@blueprint.post("/release")
@gate.advisors
def release(conversation_id: str) -> Response:
    """Gives the conversation back to the bot."""
    services().ownership.release(gate.checked(conversation_id), gate.me())
    return _done("release", conversation_id)


@blueprint.post("/transfer")
@gate.advisors
def transfer(conversation_id: str) -> Response:
    """Hands the conversation to a colleague who is there, or back to the queue with `to` null."""
    colleague = _colleague(inputs.json_object(request))
    services().ownership.transfer(gate.checked(conversation_id), gate.me(), colleague)
    return _done("transfer", conversation_id, f"to account {colleague.id}" if colleague else "to the queue")


@blueprint.post("/close")
@gate.advisors
def close(conversation_id: str) -> Response:
    """Ends the conversation."""
    services().ownership.close(gate.checked(conversation_id), gate.me())
    return _done("close", conversation_id)


@blueprint.post("/alert/seen")
@gate.advisors
def alert_seen(conversation_id: str) -> Response:
    """An advisor has seen the emergency: it is no longer pinned."""
    parts = services()
    parts.inbox.mark_alert_seen(gate.checked(conversation_id), parts.database.clock())
    return _done("alert_seen", conversation_id)


@blueprint.post("/erase")
@gate.administrators
def erase(conversation_id: str) -> tuple[str, int]:
    """Erases the conversation everywhere."""
    parts = services()
    parts.privacy.erase(gate.checked(conversation_id), "administrator", gate.me().id)
    gate.record("erase", conversation_id)
    parts.changed(conversation_id)
    return "", 204


def _colleague(body: dict[str, Any]) -> Advisor | None:
    wanted = body.get("to")
    if wanted is None:
        return None
    for each in services().presence.online():
        if each.id == wanted and each.id != gate.me().id:
            return each
    raise Problem(409, "invalid_colleague")


def _done(action: str, conversation_id: str, detail: str = "") -> Response:
    parts = services()
    gate.record(action, conversation_id, detail)
    parts.changed(conversation_id)
    return jsonify({"conversation": wire.row(parts.inbox.row(conversation_id))})
