"""Call-back requests and enquiries: the list, who looks after each, its state, and a file for a spreadsheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.conversations.work_items import Kind, State, WorkItemNotFound
from bot.web import inputs
from bot.web.console import gate, wire
from bot.web.errors import Problem
from bot.web.services import services

blueprint = gate.in_advisors_words(Blueprint("console_work", __name__, url_prefix="/console/api"))


@blueprint.get("/work-items")
@gate.advisors
def items() -> Response:
    """All items, those under way first; narrowed by state, kind, and owner (`me`)."""
    state, kind = _narrowed()
    owner = gate.me().id if request.args.get("owner") == "me" else None
    found = services().work_items
    gate.record("work_items")
    return jsonify(
        {
            "work_items": [wire.work_item(each) for each in found.list(state, kind, owner)],
            "counts": found.counts(),
        }
    )


@blueprint.post("/work-items/<int(max=2147483647):number>")
@gate.advisors
def change(number: int) -> Response:
    """Moves an item to a state (`state`), and gives it to the advisor or to nobody (`owner`)."""
    body, found = inputs.json_object(request), services().work_items
    owner, state = _owner(body), _state(body)
    try:
        item = found.get(number)
        if "owner" in body:
            item = found.assign(number, gate.me() if owner == "me" else None)
        if state is not None:
            if item.owner_id is None and state is State.DOING:
                found.assign(number, gate.me())  # who begins with it looks after it
            item = found.set_state(number, state)
    except WorkItemNotFound as error:
        raise Problem(404, "work_item_not_found") from error
    gate.record("work_item_change", item.conversation_id, f"number {number}, {item.state.value}")
    services().changed(item.conversation_id)
    return jsonify({"work_item": wire.work_item(item)})


@blueprint.get("/work-items.csv")
@gate.advisors
def csv() -> Response:
    """The items as a file; no cell of it acts as a formula."""
    written = services().work_items.csv(*_narrowed())
    gate.record("export_work_items")
    return Response(
        written,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="requests.csv"'},
    )


def _narrowed() -> tuple[State | None, Kind | None]:
    state, kind = request.args.get("state"), request.args.get("kind")
    try:
        return State(state) if state else None, Kind(kind) if kind else None
    except ValueError as error:
        raise Problem(400, "invalid_work_item") from error


def _state(body: dict[str, Any]) -> State | None:
    try:
        return State(body["state"]) if "state" in body else None
    except ValueError as error:
        raise Problem(400, "invalid_work_item") from error


def _owner(body: dict[str, Any]) -> str | None:
    owner = body.get("owner")
    if owner not in (None, "me"):
        raise Problem(400, "invalid_work_item")
    return owner
