"""The playground's page: a question asked of the drafts and of what is live, before patients can ask it."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request

from bot.web import inputs
from bot.web.editor import gate, pages
from bot.web.errors import Problem
from bot.web.services import services
from knowledge.playground_process import PlaygroundProblem, PlaygroundProcess

_EXTENSION = "nkbot.playground"
MOST_BEFORE = 5
"""Earlier questions that may be given along."""

blueprint = Blueprint("editor_playground", __name__, url_prefix="/editor/api/playground")


def init_app(app: Flask) -> None:
    """Puts the handle in its place; the process is started by the first question."""
    app.extensions[_EXTENSION] = PlaygroundProcess()


def process() -> PlaygroundProcess:
    """The playground of the application that answers the current request."""
    return cast(PlaygroundProcess, current_app.extensions[_EXTENSION])


@pages.blueprint.get("/playground")
@gate.editors
def playground() -> str:
    """Where a question is tried."""
    return render_template("editor_playground.html")


@blueprint.post("")
@gate.editors
def ask() -> Response:
    """Both replies to a question, how they came about, and whether the red-flag screen would step in.

    {"question", "before": [earlier questions, oldest first], "document": a slug for its draft alone}
    """
    body = inputs.json_object(request)
    question = inputs.line(body, "question", inputs.TEXT_LIMIT, needed=True)
    document = inputs.line(body, "document", 80) or None
    given = body.get("before", [])
    if not isinstance(given, list) or len(given) > MOST_BEFORE:
        raise Problem(400, "too_many_earlier", limit=MOST_BEFORE)
    before = [inputs.line({"before": each}, "before", inputs.TEXT_LIMIT, needed=True) for each in given]
    try:
        found = process().ask(question, before, document)
    except PlaygroundProblem as error:
        raise Problem(409, "refused", sentence=str(error)) from error
    urgent = services().screen.emergency_reply(question)
    found["emergency"] = urgent[0].text if urgent else None
    found["memory"] = process().memory()
    return jsonify(found)
