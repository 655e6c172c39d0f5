"""The list of documents: what there is, where it stands, who looks after it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from bot.web.editor import gate, wire
from bot.web.editor.parts import editing

blueprint = Blueprint("editor_documents", __name__, url_prefix="/editor/api")


@blueprint.get("/documents")
@gate.editors
def documents() -> Response:
    """Every document at a glance, by title."""
    found = editing().run(lambda store: store.revisions.statuses())
    listed: list[dict[str, Any]] = [wire.status(each) for each in found]
    return jsonify({"documents": sorted(listed, key=lambda each: str(each["title"]).casefold())})
