"""What an advisor writes: messages to the patient, and private notes for the team."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.conversations.model import Author
from bot.web import inputs
from bot.web import wire as patients
from bot.web.console import gate, wire
from bot.web.console.parts import parts as console
from bot.web.errors import Problem
from bot.web.services import services
from bot.web.suggestions import NotReady, SourceGone, as_json

blueprint = gate.in_advisors_words(
    Blueprint("console_talking", __name__, url_prefix="/console/api/conversations/<conversation_id>")
)

TEXT_LIMIT = 3_000
NOTE_LIMIT = 2_000
MOST_CITATIONS = 5


@blueprint.post("/messages")
@gate.advisors
def send(conversation_id: str) -> tuple[Response, int]:
    """Sends a message to the patient, once for each client message id, with the sources it carries."""
    body = inputs.json_object(request)
    identity = inputs.client_message_id(body)
    text = inputs.message_text(body, TEXT_LIMIT)
    parts = services()
    # Sent again, because the answer was lost: its sources were checked then, and may have changed since.
    known = parts.log.sent_before(gate.checked(conversation_id), identity)
    citations = [] if known else _citations(body)
    accepted = parts.log.append_advisor_message(
        conversation_id, gate.me(), identity, text, citations=citations
    )
    if accepted.created:
        gate.record("answer", conversation_id)
        parts.typing.over(conversation_id, Author.ADVISOR)
        parts.changed(conversation_id)
    answer = {
        "message": patients.message(accepted.message),
        "conversation": wire.row(parts.inbox.row(conversation_id)),
    }
    return jsonify(answer), 201 if accepted.created else 200


@blueprint.post("/typing")
@gate.advisors
def typing(conversation_id: str) -> tuple[str, int]:
    """The advisor is writing; the patient sees it for a few seconds, if it is their advisor."""
    parts = services()
    row = parts.inbox.row(gate.checked(conversation_id))
    if row.advisor_id == gate.me().id and parts.typing.note(conversation_id, Author.ADVISOR):
        parts.streams.wake(conversation_id)
    return "", 204


@blueprint.post("/notes")
@gate.advisors
def note(conversation_id: str) -> tuple[Response, int]:
    """Keeps a private note. It goes to no patient's page and no patient's stream."""
    text = inputs.json_object(request).get("text")
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= NOTE_LIMIT or not inputs.is_storable(text):
        raise Problem(400, "invalid_note")
    parts = services()
    parts.notes.add(gate.checked(conversation_id), gate.me(), text.strip())
    gate.record("note", conversation_id)
    parts.changed(conversation_id)
    return jsonify({"notes": [wire.note(each) for each in parts.notes.of(conversation_id)]}), 201


def _citations(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources, written anew from what is live: a browser only says which passage and which words."""
    wanted = body.get("citations") or []
    if not isinstance(wanted, list) or len(wanted) > MOST_CITATIONS:
        raise Problem(400, "invalid_citations")
    suggestions, found = console().suggestions, []
    for each in wanted:
        passage, quote = (each.get("passage"), each.get("quote")) if isinstance(each, dict) else (None, None)
        if not isinstance(passage, str) or not isinstance(quote, str):
            raise Problem(400, "invalid_citations")
        try:
            found.append(as_json(suggestions.citation(passage, quote)))
        except SourceGone as error:
            raise Problem(409, "source_gone") from error
        except NotReady as error:
            raise Problem(503, "knowledge_not_ready", retry_after=5) from error
    return found
