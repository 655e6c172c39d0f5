"""The patient API's way to a person: ask, go back, be called back, end."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.conversations.contact import NoContact
from bot.conversations.model import Wish
from bot.web import inputs, limits, wire
from bot.web.errors import Problem
from bot.web.patient_api import open_with_token
from bot.web.services import services

blueprint = Blueprint("handoff_api", __name__, url_prefix="/api/conversations")

SHORT, LONG = 200, 1_000


@blueprint.post("/<conversation_id>/handoff")
def ask_for_a_person(conversation_id: str) -> tuple[Response, int]:
    """The patient wants a person; asking again while waiting changes nothing."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    parts = services()
    message, new = parts.handoffs.request(conversation_id)
    if new:
        parts.changed(conversation_id)
    return jsonify({"message": wire.message(message), **_standing(conversation_id)}), 201 if new else 200


@blueprint.post("/<conversation_id>/handoff/cancel")
def back_to_the_assistant(conversation_id: str) -> Response:
    """The patient does not want to wait, or to go on with the advisor: the bot speaks again."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    parts = services()
    parts.ownership.cancel(conversation_id)
    parts.changed(conversation_id)
    return jsonify(_standing(conversation_id))


@blueprint.post("/<conversation_id>/callback")
def call_me_back(conversation_id: str) -> tuple[Response, int]:
    """Notes on which number or address, and when, an advisor may get back to the patient."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    body = inputs.json_object(request)
    if body.get("consent") is not True:
        raise Problem(400, "consent_needed")
    wish = Wish(
        name=inputs.line(body, "name", SHORT, needed=True),
        contact=inputs.line(body, "contact", SHORT, needed=True),
        about=inputs.line(body, "about", LONG),
        best_time=inputs.line(body, "when", SHORT),
    )
    parts = services()
    try:
        message = parts.handoffs.call_back(conversation_id, wish)
    except NoContact as error:
        raise Problem(400, "invalid_contact") from error
    parts.changed(conversation_id)
    return jsonify({"message": wire.message(message), **_standing(conversation_id)}), 201


@blueprint.post("/<conversation_id>/close")
def end(conversation_id: str) -> Response:
    """The patient ends the conversation. Nothing can be written into it any more."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    parts = services()
    parts.ownership.close(conversation_id, None)
    parts.changed(conversation_id)
    return jsonify(_standing(conversation_id))


def _standing(conversation_id: str) -> dict[str, object]:
    parts = services()
    status = parts.log.state(conversation_id).status
    return {"status": status.value, "handoff": wire.handoff(parts.handoffs.view(conversation_id))}
