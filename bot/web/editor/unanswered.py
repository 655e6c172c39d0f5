"""What patients asked in vain: the pages, and what editors decide about a group of questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, render_template, request

from bot.accounts.model import Role
from bot.conversations.unanswered_groups import GroupGone, QuestionGone, UnansweredGroups
from bot.conversations.unanswered_states import ANSWERED, NOT_FOR_US, OPEN
from bot.editorial import drafting
from bot.web.auth import me
from bot.web.editor import gate, unanswered_wire
from bot.web.editor.pages import blueprint as pages
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.inputs import json_object, line, takes
from bot.web.services import services
from knowledge.store.revisions import EditConflict
from knowledge.store.store import KnowledgeStore

blueprint = Blueprint("editor_unanswered", __name__, url_prefix="/editor/api/unanswered")

LONGEST_NOTE = 400
LONGEST_LINE = 200
LONGEST_TEXT = 20_000
MOST_MOVED = 200
_Result = TypeVar("_Result")
_ONE = "/<int(max=2147483647):number>"


@pages.get("/unanswered")
@gate.editors
def unanswered() -> str:
    """All groups; the page's script fetches them."""
    return render_template("editor_unanswered.html")


@pages.get(f"/unanswered{_ONE}")
@gate.editors
def unanswered_group(number: int) -> str | tuple[str, int]:
    """One group of questions."""
    return render_template("editor_unanswered_group.html", number=number)


@blueprint.get("")
@gate.editors
def overview() -> Response:
    """Every group at a glance, the ones asked most first."""
    found = _groups().overview()
    return jsonify({"groups": editing().think(lambda: [unanswered_wire.group(each) for each in found])})


@blueprint.get(_ONE)
@gate.editors
def one(number: int) -> Response:
    """A group with its questions, and what an answer to them can begin with."""
    return jsonify(_told(number))


@blueprint.post(f"{_ONE}/state")
@gate.editors
def decide(number: int) -> Response:
    """Puts a group aside with a reason, says that it is answered, or opens it again."""
    body = json_object(request)
    state = line(body, "state", LONGEST_LINE)
    if state not in {OPEN, ANSWERED, NOT_FOR_US}:
        raise Problem(400, "invalid_field", name="state")
    note = line(body, "note", LONGEST_NOTE, needed=state == NOT_FOR_US)
    _or_gone(lambda: _groups().decide(number, state, gate.name(), note))
    gate.record("unanswered_state", f"group {number}: {state.replace('_', ' ')}")
    return jsonify(_told(number))


@blueprint.post(f"{_ONE}/merge")
@gate.editors
def merge(number: int) -> Response:
    """Puts all questions into another group; that group is the answer."""
    into = _number(json_object(request).get("into"), "into")
    _or_gone(lambda: _groups().merge(number, into, gate.name()))
    gate.record("unanswered_merge", f"group {number} into {into}")
    return jsonify(_told(into))


@blueprint.post(f"{_ONE}/move")
@gate.editors
def move(number: int) -> Response:
    """Moves some questions into another group, or into a new one (`into` null); that group is the answer."""
    body = json_object(request)
    chosen = body.get("questions")
    if not isinstance(chosen, list) or not 1 <= len(chosen) <= MOST_MOVED:
        raise Problem(400, "invalid_field", name="questions")
    moved = [_number(each, "questions") for each in chosen]
    into = None if body.get("into") is None else _number(body["into"], "into")
    home = _or_gone(lambda: _groups().move(number, moved, into, gate.name()))
    gate.record("unanswered_move", f"{len(set(moved))} of group {number} into {home}")
    return jsonify(_told(home))


@takes(128 * 1024, "too_large")
@blueprint.post(f"{_ONE}/draft")
@gate.editors
def write(number: int) -> tuple[Response, int]:
    """Begins an answer as a draft: a new document (`title`), or a section of the one named in `document`."""
    body = json_object(request)
    document = line(body, "document", LONGEST_LINE)
    answer = drafting.Answer(
        heading=" ".join(line(body, "heading", LONGEST_LINE, needed=True).split()),
        text=line(body, "text", LONGEST_TEXT, needed=True),
        questions=_questions(body),
        source=services().settings.clinic_name,
    )
    title = " ".join(line(body, "title", LONGEST_LINE, needed=not document).split())
    _or_gone(lambda: _groups().get(number))
    by = gate.name()
    slug = editing().run(lambda store: _save(store, answer, document, title, by))
    _or_gone(lambda: _groups().being_written(number, by, slug, answer.heading))
    gate.record("unanswered_write", f"group {number} in “{slug}”")
    return jsonify({"document": slug}), 201


def _save(store: KnowledgeStore, answer: drafting.Answer, slug: str, title: str, by: str) -> str:
    """Saves the draft; the document's slug. Raises `Problem` with a sentence where that cannot be."""
    based_on = 0
    if slug:
        revisions = store.revisions.of(slug)
        if not revisions:
            raise Problem(404, "document_gone")
        based_on = revisions[0].number
        document = drafting.added(answer, store.revisions.document(slug, based_on))
    else:
        taken = {each.slug for each in store.revisions.statuses()}
        slug = drafting.slug_of(title, taken)
        document = drafting.begun(answer, slug, title)
    note = "Begun from unanswered questions."
    try:
        store.revisions.save(document, origin="editor", by=by, note=note, based_on=based_on)
    except EditConflict as conflict:
        raise Problem(409, "refused", sentence=str(conflict)) from conflict
    except ValueError as refused:
        raise Problem(400, "refused", sentence=str(refused)) from refused
    return slug


def _told(number: int) -> dict[str, Any]:
    found = _or_gone(lambda: _groups().get(number))
    questions = _groups().questions(number)
    may_follow = me().role is Role.ADMINISTRATOR

    def told() -> dict[str, Any]:
        return {
            **unanswered_wire.group(found),
            "questions": [unanswered_wire.question(each, may_follow=may_follow) for each in questions],
            "start": unanswered_wire.draft(questions),
        }

    return editing().think(told)


def _or_gone(work: Callable[[], _Result]) -> _Result:
    try:
        return work()
    except GroupGone as gone:
        raise Problem(404, "unanswered_group_gone") from gone
    except QuestionGone as gone:
        raise Problem(409, "unanswered_question_gone") from gone


def _groups() -> UnansweredGroups:
    return UnansweredGroups(services().database)


def _questions(body: dict[str, Any]) -> tuple[str, ...]:
    given = body.get("questions", [])
    if not isinstance(given, list) or len(given) > drafting.MOST_QUESTIONS:
        raise Problem(400, "invalid_field", name="questions")
    return tuple(" ".join(line({"question": each}, "question", 1_000, needed=True).split()) for each in given)


def _number(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise Problem(400, "invalid_field", name=name)
    return value
