"""The patient API: what the chat page uses, and anything else may."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.conversations.errors import ConversationNotFound
from bot.conversations.model import EMERGENCY_KIND, Author
from bot.conversations.tokens import is_id
from bot.web import events, inputs, limits, request_ids, wire
from bot.web.errors import Problem
from bot.web.services import DESK, services
from bot.web.words import greeting

blueprint = Blueprint("patient_api", __name__, url_prefix="/api/conversations")

COMMENT_LIMIT = 1_000

_Answer = tuple[Response, int]


@blueprint.post("")
def begin() -> _Answer:
    """Begins a conversation; the token is told here and never again."""
    parts = services()
    parts.limits.check(limits.CONVERSATIONS, request.remote_addr or "")
    created = parts.log.create([greeting(parts.settings)])
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
    open_with_token(conversation_id, limits.MESSAGES)
    body = inputs.json_object(request)
    identity, text = inputs.client_message_id(body), inputs.message_text(body)
    first = parts.screen.first_word(
        text,
        lambda kind: parts.log.emergencies(conversation_id, kind),
        lambda: parts.log.last_emergency(conversation_id),
    )
    accepted = parts.log.append_patient_message(
        conversation_id,
        identity,
        text,
        answered_with=first.replies,
        goes_on=first.goes_on,
        worker=parts.runner.worker,
    )
    if accepted.created and any(reply.kind == EMERGENCY_KIND for reply in first.replies):
        parts.metrics.turn_over("emergency", 0.0)
    asked_by = request_ids.asks_for_turn(conversation_id, accepted.message.seq)
    if accepted.created:
        parts.runner.asked(conversation_id, accepted.message.seq, asked_by)
    if accepted.turn is not None:
        parts.runner.take(accepted.turn)
    if accepted.created:
        parts.typing.over(conversation_id, Author.PATIENT)
        parts.changed(conversation_id)
    return jsonify({"message": wire.message(accepted.message)}), 201 if accepted.created else 200


@blueprint.get("/<conversation_id>/messages")
def read(conversation_id: str) -> Response:
    """The messages behind a sequence number."""
    open_with_token(conversation_id, limits.READS)
    after = inputs.sequence(request.args.get("after"), "invalid_after")
    state, found = services().log.news(conversation_id, after)
    standing = services().handoffs.view(conversation_id)
    body = {
        "status": state.status.value,
        "messages": [wire.message(entry) for entry in found],
        "handoff": wire.handoff(standing),
    }
    return jsonify(body)


@blueprint.get("/<conversation_id>/events")
def follow(conversation_id: str) -> Response:
    """The live stream; goes on from `Last-Event-ID`."""
    open_with_token(conversation_id, limits.READS)
    after = inputs.sequence(request.headers.get("Last-Event-ID"), "invalid_last_event_id")
    parts = services()
    over = parts.limits.stream(request.remote_addr or "")
    # `X-Accel-Buffering` keeps a proxy in front from holding events back.
    response = Response(
        events.stream(parts, conversation_id, after),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    response.call_on_close(over)
    return response


@blueprint.delete("/<conversation_id>")
def erase(conversation_id: str) -> tuple[str, int]:
    """Erases the conversation everywhere, because the patient wants it gone."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    parts = services()
    parts.privacy.erase(conversation_id, "patient")
    parts.changed(conversation_id)
    return "", 204


@blueprint.post("/<conversation_id>/messages/<int(max=2147483647):seq>/feedback")
def rate(conversation_id: str, seq: int) -> tuple[str, int]:
    """Notes whether a reply helped."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    helpful = inputs.helpful(inputs.json_object(request))
    services().ratings.rate_message(conversation_id, seq, helpful=helpful)
    return "", 204


@blueprint.post("/<conversation_id>/rating")
def rate_conversation(conversation_id: str) -> tuple[str, int]:
    """Notes one to five stars for the whole conversation."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    body = inputs.json_object(request)
    score, comment = inputs.score(body), inputs.line(body, "comment", COMMENT_LIMIT)
    services().ratings.rate_conversation(conversation_id, score, comment)
    return "", 204


@blueprint.post("/<conversation_id>/typing")
def typing(conversation_id: str) -> tuple[str, int]:
    """The patient is writing: advisors see it for a few seconds."""
    open_with_token(conversation_id, limits.SMALL_THINGS)
    parts = services()
    if parts.typing.note(conversation_id, Author.PATIENT):
        parts.desk.wake(DESK)
    return "", 204


def open_with_token(conversation_id: str, rate: limits.Rate) -> None:
    """Lets only the holder of the conversation's token pass, and not too often."""
    token = inputs.bearer_token(request)
    parts = services()
    if not is_id(conversation_id):
        raise Problem(404, "conversation_not_found")
    try:
        opens = parts.log.token_opens(conversation_id, token)
    except ConversationNotFound as error:
        raise Problem(404, "conversation_not_found") from error
    if not opens:
        raise Problem(401, "token_wrong")
    parts.limits.check(rate, conversation_id)
