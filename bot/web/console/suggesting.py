"""Suggested replies for one conversation."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.conversations.model import Author
from bot.web import inputs
from bot.web.console import gate
from bot.web.console.parts import parts as console
from bot.web.errors import Problem
from bot.web.services import services
from bot.web.suggestions import NotReady, as_json

blueprint = gate.in_advisors_words(
    Blueprint(
        "console_suggesting", __name__, url_prefix="/console/api/conversations/<conversation_id>/suggestions"
    )
)

CONTEXT = 3


@blueprint.post("")
@gate.advisors
def suggest(conversation_id: str) -> Response:
    """What the knowledge base has for a question: the given one, or the patient's last message."""
    parts = services()
    given = inputs.json_object(request).get("question")
    if given is not None and not (isinstance(given, str) and inputs.is_storable(given)):
        raise Problem(400, "unreadable_text")
    asked = [
        each.text
        for each in parts.log.messages_after(gate.checked(conversation_id))
        if each.author is Author.PATIENT
    ]
    if given and given.strip():
        question, context = given.strip()[: inputs.TEXT_LIMIT], []
    elif asked:
        question, context = asked[-1], asked[-1 - CONTEXT : -1]
    else:
        return jsonify({"question": "", "suggestions": []})
    try:
        found = console().suggestions.find(question, context)
    except NotReady as error:
        raise Problem(503, "knowledge_not_ready", retry_after=5) from error
    gate.record("suggestions", conversation_id)
    return jsonify(
        {
            "question": question,
            "suggestions": [
                {
                    "text": each.text,
                    "citation": as_json(each.citation),
                    "score": each.score,
                    "sure": each.sure,
                }
                for each in found
            ],
        }
    )
