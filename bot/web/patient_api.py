"""The patient API: what the chat page uses, and anything else may."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.conversations.errors import ConversationNotFound
from bot.web import events, inputs, limits, wire
from bot.web.errors import Problem
from bot.web.services import services
from bot.web.words import HANDOFF, greeting

blueprint = Blueprint("patient_api", __name__, url_prefix="/api/conversations")

_Answer = tuple[Response, int]


@blueprint.post("")
def begin() -> _Answer:
    """Begins a conversation; the token is told here and never again."""
    parts = services()
    parts.limits.check(limits.CONVERSATIONS, request.remote_addr or "")
    created = parts.log.create([greeting(parts.settings.clinic_name)])
    body = {
        "conversation_id": created.id,
        "token": created.token,
        "status": created.status.value,
        "messages": [wire.message(entry) for entry in created.messages],
    }
    return jsonify(body), 201


@blueprint.post("/<conversation_id>/messages")
def send(conversation_id: str) -> _Answer:
    """Takes a patient's message: screened, on disk, acknowledged, and answered in the background."""
    parts = services()
    _open(conversation_id, limits.MESSAGES)
    body = inputs.json_object(request)
    identity, text = inputs.client_message_id(body), inputs.message_text(body)
    accepted = parts.log.append_patient_message(
        conversation_id,
        identity,
        text,
        answered_with=parts.screen.emergency_reply(text),
        worker=parts.runner.worker,
    )
    if accepted.turn is not None:
        parts.runner.take(accepted.turn)
    if accepted.created:
        parts.streams.wake(conversation_id)
    return jsonify({"message": wire.message(accepted.message)}), 201 if accepted.created else 200


@blueprint.get("/<conversation_id>/messages")
def read(conversation_id: str) -> Response:
    """The messages behind a sequence number."""
    _open(conversation_id, limits.READS)
    after = inputs.sequence(request.args.get("after"), "invalid_after")
    state, found = services().log.news(conversation_id, after)
    return jsonify({"status": state.status.value, "messages": [wire.message(entry) for entry in found]})


@blueprint.get("/<conversation_id>/events")
def follow(conversation_id: str) -> Response:
    """The live stream; goes on from `Last-Event-ID`."""
    _open(conversation_id, limits.READS)
    after = inputs.sequence(request.headers.get("Last-Event-ID"), "invalid_last_event_id")
    parts = services()
    stream = events.stream(parts.log, parts.streams, conversation_id, after)
    # `X-Accel-Buffering` keeps a proxy in front from holding events back.
    return Response(
        stream,
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@blueprint.post("/<conversation_id>/handoff")
def ask_for_a_person(conversation_id: str) -> _Answer:
    """Records that the patient wants a person; asking again while it is open changes nothing."""
    _open(conversation_id, limits.SMALL_THINGS)
    parts = services()
    message, new = parts.log.request_handoff(conversation_id, HANDOFF)
    if new:
        parts.streams.wake(conversation_id)
    return jsonify({"message": wire.message(message)}), 201 if new else 200


@blueprint.post("/<conversation_id>/messages/<int(max=2147483647):seq>/feedback")
def rate(conversation_id: str, seq: int) -> tuple[str, int]:
    """Notes whether a reply helped."""
    _open(conversation_id, limits.SMALL_THINGS)
    helpful = inputs.helpful(inputs.json_object(request))
    services().log.record_feedback(conversation_id, seq, helpful)
    return "", 204


@blueprint.post("/<conversation_id>/typing")
def typing(conversation_id: str) -> tuple[str, int]:
    """The patient is writing. Nobody listens until there is a console for advisors."""
    _open(conversation_id, limits.SMALL_THINGS)
    return "", 204


def _open(conversation_id: str, rate: limits.Rate) -> None:
    """Lets only the holder of the conversation's token pass, and not too often."""
    token = inputs.bearer_token(request)
    parts = services()
    try:
        opens = parts.log.token_opens(conversation_id, token)
    except ConversationNotFound as error:
        raise Problem(404, "conversation_not_found") from error
    if not opens:
        raise Problem(401, "token_wrong")
    parts.limits.check(rate, conversation_id)
