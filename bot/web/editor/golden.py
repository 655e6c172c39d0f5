"""The page of golden questions: what must be answered rightly, whatever is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, render_template, request

from bot.web import inputs
from bot.web.editor import gate, pages
from bot.web.editor.inputs import slug as known_slug
from bot.web.editor.parts import editing
from bot.web.editor.playground import process
from bot.web.errors import Problem
from bot.web.wire import moment
from knowledge.golden import parse_pasted
from knowledge.playground_process import PlaygroundProblem
from knowledge.store import GoldenQuestion, KnowledgeStore

LONGEST = 400
"""Characters of a heading or a note."""
MOST_PASTED = 100_000
_Result = TypeVar("_Result")

blueprint = Blueprint("editor_golden", __name__, url_prefix="/editor/api/golden")


@pages.blueprint.get("/golden")
@gate.editors
def golden() -> str:
    """All golden questions."""
    return render_template("editor_golden.html")


@blueprint.get("")
@gate.editors
def listed() -> Response:
    """All of them, and the documents that they may name."""

    def read(store: KnowledgeStore) -> dict[str, Any]:
        documents = [{"slug": each.slug, "title": each.latest.title} for each in store.revisions.statuses()]
        return {
            "questions": [_as_json(each) for each in store.golden.all()],
            "documents": sorted(documents, key=lambda each: each["title"].casefold()),
        }

    return jsonify(editing().run(read))


@blueprint.get("/sections/<slug>")
@gate.editors
def sections(slug: str) -> Response:
    """The headings of a document's newest revision, in reading order."""
    slug = known_slug(slug)

    def read(store: KnowledgeStore) -> list[str]:
        revisions = store.revisions.of(slug)
        if not revisions:
            raise Problem(404, "document_gone")
        document = store.revisions.document(slug, revisions[0].number)
        return list(dict.fromkeys(each.path[-1] for each in document.sections if each.path))

    return jsonify({"sections": editing().run(read)})


@blueprint.post("")
@gate.editors
def add() -> tuple[Response, int]:
    """Adds one; answers with it."""
    return jsonify(_save(None)), 201


@blueprint.put("/<int(max=2147483647):number>")
@gate.editors
def change(number: int) -> Response:
    """Changes one; answers with it."""
    return jsonify(_save(number))


@blueprint.delete("/<int(max=2147483647):number>")
@gate.editors
def remove(number: int) -> tuple[str, int]:
    """Takes one away; it is no fault when it was gone."""
    editing().run(lambda store: store.golden.remove(number))
    gate.record("golden_remove", str(number))
    return "", 204


@blueprint.post("/pasted")
@inputs.takes(4 * MOST_PASTED + 1_000, "too_large")
@gate.editors
def paste() -> Response:
    """Adds many at once: {"text", "expects"}; a line that cannot be read is named, and all others are added."""
    body = inputs.json_object(request)
    text = inputs.line(body, "text", MOST_PASTED, needed=True)
    expects = inputs.line(body, "expects", 16) or "answer"
    found, problems = parse_pasted(text, expects)

    def save(store: KnowledgeStore) -> tuple[int, int]:
        known = {each.question for each in store.golden.all()}
        new = [each for each in found if each.question not in known]
        for each in new:
            store.golden.save(**asdict(each), by=by)
        return len(new), len(found) - len(new)

    by = gate.name()
    added, there = _refused(lambda: editing().run(save))
    gate.record("golden_add", f"{added} at once")
    return jsonify({"added": added, "there": there, "problems": problems})


@blueprint.post("/asked")
@gate.editors
def asked() -> Response:
    """What each is answered now, from what is live (`before`) and from the drafts (`after`)."""
    try:
        return jsonify({"outcomes": process().golden()})
    except PlaygroundProblem as error:
        raise Problem(409, "refused", sentence=str(error)) from error


def _save(number: int | None) -> dict[str, Any]:
    body = inputs.json_object(request)
    question = inputs.line(body, "question", inputs.TEXT_LIMIT, needed=True)
    said = {
        "expects": inputs.line(body, "expects", 16, needed=True),
        "document": inputs.line(body, "document", 80),
        "section": inputs.line(body, "section", LONGEST),
        "note": inputs.line(body, "note", LONGEST),
    }
    by = gate.name()

    def save(store: KnowledgeStore) -> GoldenQuestion:
        kept = store.golden.save(question, **said, by=by, id=number)
        return next(each for each in store.golden.all() if each.id == kept)

    saved = _refused(lambda: editing().run(save))
    gate.record("golden_add" if number is None else "golden_change", str(saved.id))
    return _as_json(saved)


def _refused(work: Callable[[], _Result]) -> _Result:
    """What `work` gives; what the knowledge base refuses is an error with its sentence."""
    try:
        return work()
    except KeyError as error:
        raise Problem(404, "refused", sentence=str(error.args[0])) from error
    except ValueError as error:
        raise Problem(409, "refused", sentence=str(error)) from error


def _as_json(golden: GoldenQuestion) -> dict[str, Any]:
    return {**asdict(golden), "changed_at": moment(golden.changed_at)}
