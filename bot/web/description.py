"""`/api/openapi.yml` describes the patient API for whoever writes a client of it: the file that the tests fuzz by."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.web.theming import CACHE
from knowledge.settings import CHECKOUT

blueprint = Blueprint("description", __name__, url_prefix="/api")

_DESCRIPTION = (CHECKOUT / "docs" / "openapi.yml").read_text(encoding="utf-8")


@blueprint.get("/openapi.yml")
def openapi() -> Response:
    """The OpenAPI description; nothing in it is secret, and no token is wanted."""
    return Response(_DESCRIPTION, mimetype="application/yaml", headers={"Cache-Control": CACHE})
