"""The page, its figures as JSON, and the same as a file for a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.model import Role
from bot.conversations import spreadsheet
from bot.conversations.gauges import Gauges
from bot.conversations.insights import PERIODS, Figures
from bot.conversations.unanswered_groups import UnansweredGroups
from bot.web.auth import me, require
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.insights import wire
from bot.web.insights.counting import counting
from bot.web.services import services

blueprint = Blueprint("insights", __name__, url_prefix="/insights")

readers = require(Role.EDITOR, Role.ADMINISTRATOR)
"""Whoever answers for what the assistant says, or for the desk."""

USUAL = 30
FILE_PATIENCE = 20.0
"""A file cannot be looked for again, so it waits."""


@blueprint.get("")
@readers
def page() -> str:
    """The page; its script fetches the figures."""
    period = _period()
    return render_template("insights.html", periods=PERIODS, period=period)


@blueprint.get("/api/figures")
@readers
def figures() -> tuple[Response, int]:
    """The figures of the last `days`; 202 while they are still being counted: ask again."""
    period = _period()
    found = counting().figures(period)
    if found is None:
        return jsonify({"counting": True}), 202
    parts = services()
    groups = wire.worth_a_look(UnansweredGroups(parts.database).overview())
    body = {
        **wire.figures(period, found, parts.settings),
        "now": wire.now(Gauges(parts.database).read()),
        "unanswered": editing().think(lambda: [wire.group(each) for each in groups]),
        "publications": wire.publications(editing(), found.days[0].date),
    }
    return jsonify(body), 200


@blueprint.get("/api/figures.csv")
@readers
def csv() -> Response:
    """The same numbers as a file; no cell of it acts as a formula."""
    period = _period()
    found: Figures | None = counting().figures(period, FILE_PATIENCE)
    if found is None:
        raise Problem(503, "still_counting", retry_after=5)
    services().audit.record(me().id, "export_insights", None, f"{period} days")
    name = f"insights-{found.days[0].date}-to-{found.days[-1].date}.csv"
    return Response(
        spreadsheet.written(wire.rows(found)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _period() -> int:
    wanted = request.args.get("days", str(USUAL))
    found = next((period for period in PERIODS if str(period) == wanted), None)
    if found is None:
        raise Problem(400, "invalid_period")
    return found
