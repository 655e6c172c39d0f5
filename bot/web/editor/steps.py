"""The way of a document from draft to patients and out of their sight again, one step a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.web.editor import gate, inputs, refusals, wire
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.inputs import line
from knowledge.store.jobs import JobRefused
from knowledge.store.model import JobAction, JobOrder
from knowledge.store.reviewing import ReviewRefused
from knowledge.store.store import KnowledgeStore

blueprint = refusals.told_by(Blueprint("editor_steps", __name__, url_prefix="/editor/api/documents/<slug>"))

REVIEWER_LIMIT = 120


@blueprint.post("/hand-in")
@gate.editors
def hand_in(slug: str) -> Response:
    """A draft is done: somebody else may read it now."""
    found = inputs.body()
    number, note = inputs.number(found, "number"), inputs.note(found)
    return _step(
        slug,
        "document_hand_in",
        lambda store, by: store.reviewing.hand_in(slug, number, by=by, note=note),
    )


@blueprint.post("/send-back")
@gate.editors
def send_back(slug: str) -> Response:
    """A revision in review needs more work; the note says which."""
    found = inputs.body()
    number, note = inputs.number(found, "number"), inputs.note(found)
    return _step(
        slug,
        "document_send_back",
        lambda store, by: store.reviewing.send_back(slug, number, by=by, note=note),
    )


@blueprint.post("/review")
@gate.editors
def review(slug: str) -> Response:
    """A named person has read these words on a named day: saved as a new revision that says so."""
    found = inputs.body()
    number = inputs.number(found, "number")
    reviewer = " ".join(line(found, "reviewer", REVIEWER_LIMIT, needed=True).split())
    day = inputs.day(found, "reviewed_on", needed=True, until=inputs.tomorrow())
    due = inputs.day(found, "review_due")

    def work(store: KnowledgeStore, by: str) -> None:
        read = replace(wire.found_document(store, slug, number), reviewer=reviewer, reviewed_on=day)
        _, new = store.revisions.save(
            read, origin="editor", by=by, note=f"Reviewed by {reviewer}", based_on=number
        )
        if not new:
            raise ReviewRefused(f"{reviewer} is noted as its reviewer of that day already.")
        status = wire.found_status(store, slug)
        store.reviewing.record("review", slug, by=by, note=reviewer, revision=status.latest.number)
        if due:
            store.reviewing.look_after(slug, owner=status.owner, review_due=due, by=by)

    return _step(slug, "document_review", work)


@blueprint.post("/use-again")
@gate.editors
def use_again(slug: str) -> Response:
    """An earlier revision becomes the newest draft; its review, if it had one, was of these words."""
    found = inputs.body()
    number, based_on = inputs.number(found, "number"), inputs.number(found, "based_on")

    def work(store: KnowledgeStore, by: str) -> None:
        earlier = wire.found_document(store, slug, number)
        note = f"Revision {number} again"
        _, new = store.revisions.save(earlier, origin="editor", by=by, note=note, based_on=based_on)
        if not new:
            raise Problem(409, "no_change")

    return _step(slug, "document_use_again", work)


@blueprint.post("/publish")
@gate.editors
def publish(slug: str) -> Response:
    """Asks the worker to publish the newest revision; refused where that is live already."""

    def allowed(store: KnowledgeStore) -> None:
        status = wire.found_status(store, slug)
        if status.live is not None and status.live.number == status.latest.number:
            raise JobRefused("The newest revision is published already.")

    return _ask(slug, JobAction.PUBLISH, allowed)


@blueprint.post("/withdraw")
@gate.editors
def withdraw(slug: str) -> Response:
    """Asks the worker to take the document out of what patients are answered from."""

    def allowed(store: KnowledgeStore) -> None:
        if wire.found_status(store, slug).live is None:
            raise JobRefused("Nothing of this document is published, so there is nothing to withdraw.")

    return _ask(slug, JobAction.WITHDRAW, allowed)


def _ask(slug: str, action: JobAction, allowed: Callable[[KnowledgeStore], None]) -> Response:
    note = inputs.note(inputs.body())

    def work(store: KnowledgeStore, by: str) -> None:
        if wire.job_of(store, slug) is not None:
            raise JobRefused("A publication with this document is under way. Wait until it is done.")
        allowed(store)
        # What is saved while the worker is busy with something else is not published by this.
        seen = (wire.found_status(store, slug).latest.id,) if action is JobAction.PUBLISH else ()
        store.jobs.ask(action, JobOrder(documents=(slug,), revisions=seen, note=note), by=by)

    return _step(slug, f"document_{action.value}", work)


def _step(slug: str, action: str, work: Callable[[KnowledgeStore, str], None]) -> Response:
    """Does one step and tells where the document stands then."""
    slug, by = inputs.slug(slug), gate.name()

    def whole(store: KnowledgeStore) -> dict[str, Any]:
        wire.found_status(store, slug)
        work(store, by)
        return {"document": wire.status(wire.found_status(store, slug)), "job": wire.job_of(store, slug)}

    told = editing().run(whole)
    gate.record(action, f"{slug}, revision {told['document']['latest']['number']}")
    return jsonify(told)
