"""Documents: all of them at a glance, one of them to work on, saving, and the preview while somebody writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.accounts.model import Role
from bot.web.editor import gate, inputs, previewing, refusals, wire
from bot.web.editor.article import Mistaken, to_article
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.inputs import line, takes
from bot.web.services import services
from knowledge.markdown import render_document
from knowledge.model import Document
from knowledge.store.model import DocumentStatus
from knowledge.store.revisions import EditConflict
from knowledge.store.store import KnowledgeStore

blueprint = refusals.told_by(Blueprint("editor_documents", __name__, url_prefix="/editor/api"))

OWNER_LIMIT = 80


@blueprint.get("/documents")
@gate.editors
def documents() -> Response:
    """Every document at a glance, by title."""
    found = editing().run(lambda store: store.revisions.statuses())
    listed = [wire.status(each) for each in found]
    return jsonify({"documents": sorted(listed, key=lambda each: str(each["title"]).casefold())})


@blueprint.get("/documents/<slug>")
@gate.editors
def document(slug: str) -> Response:
    """One document: where it stands, its newest revision to work on, and who may look after it."""
    slug = inputs.slug(slug)

    def read(store: KnowledgeStore) -> dict[str, Any]:
        status = wire.found_status(store, slug)
        newest = store.revisions.document(slug, status.latest.number)
        return {
            "document": wire.status(status),
            "article": to_article(newest),
            "job": wire.job_of(store, slug),
        }

    return jsonify({**editing().run(read), "people": _people()})


@blueprint.post("/documents")
@takes(inputs.BODY_LIMIT, "document_too_large")
@gate.editors
def create() -> tuple[Response, int]:
    """A new document, saved as a draft. 409 when its address is taken."""
    found = inputs.body()
    new = editing().think(lambda: inputs.document(found))
    note, by = inputs.note(found), gate.name()
    try:
        number, _ = editing().run(
            lambda store: store.revisions.save(new, origin="editor", by=by, note=note, based_on=0)
        )
    except EditConflict as error:
        raise Problem(409, "slug_taken") from error
    except ValueError as error:
        raise Problem(400, "refused", sentence=str(error)) from error
    gate.record("document_save", f"{new.slug}, revision {number}")
    return jsonify({"slug": new.slug, "number": number}), 201


@blueprint.post("/documents/<slug>/revisions")
@takes(inputs.BODY_LIMIT, "document_too_large")
@gate.editors
def save(slug: str) -> Response:
    """Saves a document that is there. 409 with the newest revision when somebody else saved meanwhile.

    Where the words changed, an earlier review does not cover them any more and is taken out, unless
    `keep_review` says that the change is too small to matter.
    """
    slug, found = inputs.slug(slug), inputs.body()
    written = editing().think(lambda: inputs.document(found))
    if written.slug != slug:
        raise Problem(400, "slug_fixed")
    based_on, note, by = inputs.number(found, "based_on"), inputs.note(found), gate.name()
    keep = inputs.is_on(found, "keep_review")

    def work(store: KnowledgeStore) -> tuple[DocumentStatus, bool, bool]:
        before = wire.found_document(store, slug, based_on)
        kept = written if keep else reviewed_as(written, before)
        _, new = store.revisions.save(kept, origin="editor", by=by, note=note, based_on=based_on)
        return wire.found_status(store, slug), new, kept.reviewer != written.reviewer

    try:
        status, new, cleared = editing().run(work)
    except Mistaken:
        raise
    except ValueError as error:
        raise Problem(400, "refused", sentence=str(error)) from error
    if new:
        gate.record("document_save", f"{slug}, revision {status.latest.number}")
    return jsonify({"document": wire.status(status), "saved": new, "review_cleared": cleared})


@blueprint.post("/documents/<slug>/care")
@gate.editors
def care(slug: str) -> Response:
    """Who looks after a document, and when it must be read again."""
    slug, found = inputs.slug(slug), inputs.body()
    owner, due, by = line(found, "owner", OWNER_LIMIT), inputs.day(found, "review_due"), gate.name()

    def work(store: KnowledgeStore) -> DocumentStatus:
        wire.found_status(store, slug)
        store.reviewing.look_after(slug, owner=owner, review_due=due, by=by)
        return wire.found_status(store, slug)

    status = editing().run(work)
    gate.record("document_care", slug)
    return jsonify({"document": wire.status(status)})


@blueprint.post("/preview")
@takes(inputs.BODY_LIMIT, "document_too_large")
@gate.editors
def preview() -> Response:
    """The passages of what somebody writes, as patients will see them; mistakes are told, not refused.

    `convert` asks for the same document as `article` (the form) or as `markdown` (the text).
    """
    found = inputs.body()
    wanted = found.get("convert")
    if wanted not in (None, "article", "markdown"):
        raise Problem(400, "bad_request")

    def work() -> dict[str, Any]:
        try:
            written = inputs.document(found)
        except Mistaken as error:
            return {
                "passages": None,
                "mistakes": refusals.mistakes(error.mistakes),
                "hints": [],
                "language": [],
            }
        told: dict[str, Any] = {
            "passages": previewing.passages(written),
            "mistakes": [],
            "hints": previewing.hints(written),
            "language": previewing.language(written),
        }
        if wanted == "article":
            told["article"] = to_article(written)
        if wanted == "markdown":
            told["markdown"] = render_document(written)
        return told

    return jsonify(editing().think(work))


def reviewed_as(written: Document, before: Document) -> Document:
    """The document without its review where the review was of other words.

    A review that the author typed in anew stays: it is theirs to say.
    """
    same_review = (written.reviewer, written.reviewed_on) == (before.reviewer, before.reviewed_on)
    if same_review and _words(written) != _words(before):
        return replace(written, reviewer="", reviewed_on="")
    return written


def _words(document: Document) -> Document:
    return replace(document, reviewer="", reviewed_on="", dropped=())


def _people() -> list[str]:
    """Who may look after a document: everybody who writes."""
    writers = (Role.EDITOR, Role.ADMINISTRATOR)
    found = [each for each in services().accounts.list() if each.role in writers and each.disabled_at is None]
    return sorted({each.name for each in found}, key=str.casefold)
