"""A document's past: its revisions and its record, any two of them compared, and what two people wrote merged."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.web.editor import comparing, gate, inputs, previewing, refusals, wire
from bot.web.editor.article import to_article
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.inputs import sequence, takes
from knowledge.model import Document
from knowledge.store.model import Revision
from knowledge.store.store import KnowledgeStore

blueprint = refusals.told_by(Blueprint("editor_history", __name__, url_prefix="/editor/api/documents/<slug>"))


@blueprint.get("/history")
@gate.editors
def history(slug: str) -> Response:
    """All revisions, newest first, and who did what."""
    slug = inputs.slug(slug)

    def read(store: KnowledgeStore) -> dict[str, Any]:
        return {
            "document": wire.status(wire.found_status(store, slug)),
            "revisions": [wire.revision(each) for each in store.revisions.of(slug)],
            "events": [wire.event(each) for each in store.reviewing.record_of(slug)],
            "job": wire.job_of(store, slug),
        }

    return jsonify(editing().run(read))


@blueprint.get("/revisions/<int(max=2147483647):number>")
@gate.readers
def revision(slug: str, number: int) -> Response:
    """A revision as it was, passage by passage. Advisors may see it: answers come from it."""
    slug = inputs.slug(slug)

    def read(store: KnowledgeStore) -> dict[str, Any]:
        status, found = wire.found_status(store, slug), _revision(store, slug, number)
        return {
            "document": wire.status(status),
            "revision": wire.revision(found),
            "passages": [previewing.passage(each) for each in store.revisions.passages(slug, number)],
        }

    return jsonify(editing().run(read))


@blueprint.get("/revisions/<int(max=2147483647):number>/article")
@gate.editors
def article(slug: str, number: int) -> Response:
    """A revision as the form shows it."""
    slug = inputs.slug(slug)
    found = editing().run(lambda store: wire.found_document(store, slug, number))
    return jsonify({"article": to_article(found), "number": number})


@blueprint.get("/compare")
@gate.editors
def compare(slug: str) -> Response:
    """Two revisions side by side: `from` and `to` are their numbers."""
    slug = inputs.slug(slug)
    before, after = (sequence(request.args.get(name), "bad_request") for name in ("from", "to"))

    def read(store: KnowledgeStore) -> tuple[Revision, Document, Revision, Document]:
        return (
            _revision(store, slug, before),
            wire.found_document(store, slug, before),
            _revision(store, slug, after),
            wire.found_document(store, slug, after),
        )

    one, left, other, right = editing().run(read)
    rows = editing().think(lambda: comparing.compare(left, right))
    return jsonify({"from": wire.revision(one), "to": wire.revision(other), "rows": rows})


@blueprint.post("/compare")
@takes(inputs.BODY_LIMIT, "document_too_large")
@gate.editors
def compare_unsaved(slug: str) -> Response:
    """What somebody has written and not saved, beside the revision `with`."""
    slug, found = inputs.slug(slug), inputs.body()
    mine, number = editing().think(lambda: inputs.document(found)), inputs.number(found, "with")
    theirs = editing().run(lambda store: wire.found_document(store, slug, number))
    return jsonify({"rows": editing().think(lambda: comparing.compare(theirs, mine))})


@blueprint.post("/merge")
@takes(inputs.BODY_LIMIT, "document_too_large")
@gate.editors
def merge(slug: str) -> Response:
    """What somebody wrote on top of the revision `based_on`, brought into the revision `with`.

    Nothing is saved. `clashes` names what both changed; there the author's own words stand.
    """
    slug, found = inputs.slug(slug), inputs.body()
    mine = editing().think(lambda: inputs.document(found))
    based_on, number = inputs.number(found, "based_on"), inputs.number(found, "with")

    def read(store: KnowledgeStore) -> tuple[Document, Document]:
        return wire.found_document(store, slug, based_on), wire.found_document(store, slug, number)

    base, theirs = editing().run(read)
    merged, clashes = editing().think(lambda: comparing.merge(base, theirs, mine))
    return jsonify({"article": to_article(merged), "clashes": clashes, "number": number})


def _revision(store: KnowledgeStore, slug: str, number: int) -> Revision:
    found = next((each for each in store.revisions.of(slug) if each.number == number), None)
    if found is None:
        raise Problem(404, "revision_gone")
    return found
