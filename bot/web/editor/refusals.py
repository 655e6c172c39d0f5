"""What the knowledge base refuses, as errors of the editors' API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from bot.web.editor import wire
from bot.web.editor.article import Mistake, Mistaken
from bot.web.errors import answer
from knowledge.store.jobs import JobRefused
from knowledge.store.reviewing import ReviewRefused
from knowledge.store.revisions import EditConflict


def told_by(blueprint: Blueprint) -> Blueprint:
    """A blueprint whose views may raise what the store raises; its sentences reach the editor."""
    blueprint.register_error_handler(EditConflict, _conflict)
    blueprint.register_error_handler(Mistaken, _mistaken)
    for kind in (ReviewRefused, JobRefused):
        blueprint.register_error_handler(kind, _refused)
    return blueprint


def mistakes(found: tuple[Mistake, ...]) -> list[dict[str, Any]]:
    """Mistakes as the page marks them."""
    return [
        {
            "message": each.sentence,
            "field": each.field,
            "section": each.section,
            "source": each.source,
            "line": each.line,
            "missing": each.missing,
        }
        for each in found
    ]


def _conflict(refusal: EditConflict) -> Response:
    told = {
        "error": {"code": "edit_conflict", "message": str(refusal)},
        "newest": wire.revision(refusal.newest),
    }
    response = jsonify(told)
    response.status_code = 409
    return response


def _mistaken(refusal: Mistaken) -> Response:
    error = {"code": "mistaken", "message": str(refusal)}
    response = jsonify({"error": error, "mistakes": mistakes(refusal.mistakes)})
    response.status_code = 400
    return response


def _refused(refusal: Exception) -> Response:
    return answer(409, "refused", sentence=str(refusal))
