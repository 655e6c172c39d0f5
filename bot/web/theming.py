"""The style sheet with the clinic's colours, for every page of people."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.web import theme
from bot.web.services import services

blueprint = Blueprint("theming", __name__)

CACHE = "public, max-age=300"


@blueprint.get("/theme.css")
def stylesheet() -> Response:
    """Replaces the colours of `base.css`; link it after that."""
    rules = theme.stylesheet(services().settings.accent)
    return Response(rules, mimetype="text/css", headers={"Cache-Control": CACHE})
