"""`/healthz` says that this process lives, `/readyz` which part can serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.web.readiness import report
from bot.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when everything can serve, else 503; names every part."""
    told = report(services().readiness.parts())
    return jsonify(told), 200 if told["ready"] else 503
