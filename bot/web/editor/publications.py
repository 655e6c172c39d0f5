"""The page of publications: what is live, what waits, what is under way, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bot.web.editor import gate, inputs, refusals
from bot.web.editor import publishing_wire as wire
from bot.web.editor.pages import blueprint as pages
from bot.web.editor.parts import editing
from bot.web.errors import Problem
from bot.web.services import services
from knowledge.store.jobs import JobRefused
from knowledge.store.model import Job, JobAction, JobOrder, JobState
from knowledge.store.store import KnowledgeStore

blueprint = refusals.told_by(
    Blueprint("editor_publications", __name__, url_prefix="/editor/api/publications")
)

HISTORY_STEP = 20


@pages.get("/publications")
@gate.editors
def publications() -> str:
    """The page; its script fetches the rest."""
    return render_template("editor_publications.html")


@blueprint.get("")
@gate.editors
def overview() -> Response:
    """What is live, and which documents have something that patients do not see yet."""
    reviewed_only = editing().settings.reviewed_only

    def read(store: KnowledgeStore) -> dict[str, Any]:
        told = {"live": wire.live(store), "waiting": wire.waiting(store), "reviewed_only": reviewed_only}
        return {**told, "work": wire.work(store)}

    told = editing().run(read)
    return jsonify({**told, "work": _with_worker(told["work"])})


@blueprint.get("/work")
@gate.editors
def work() -> Response:
    """What is under way or was not carried out: cheap, since the page asks again and again."""
    return jsonify(_with_worker(editing().run(wire.work)))


@blueprint.get("/history")
@gate.editors
def history() -> Response:
    """What went live when, newest first, with what changed; `before` goes further back."""
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 15):
        raise Problem(400, "bad_request")
    moment = int(before) if before else None
    return jsonify(editing().run(lambda store: wire.history(store, HISTORY_STEP, moment)))


@blueprint.get("/jobs/<int(max=2147483647):job_id>")
@gate.editors
def job(job_id: int) -> Response:
    """One publication with all that the gate found."""
    return jsonify(editing().run(lambda store: wire.job(store, _found(store, job_id))))


@blueprint.post("")
@gate.editors
def publish() -> Response:
    """Asks the worker to publish the revisions named, as they were seen."""
    found = inputs.body()
    wanted, note = _wanted(found), inputs.note(found)
    by, reviewed_only = gate.name(), editing().settings.reviewed_only

    def ask(store: KnowledgeStore) -> Job:
        statuses = {each.slug: each for each in store.revisions.statuses()}
        revisions: list[int] = []
        for slug, number in wanted.items():
            status = statuses.get(slug)
            if status is None:
                raise Problem(404, "document_gone")
            if status.latest.number != number:
                raise JobRefused(
                    f"“{status.latest.title}” was changed just now, by {status.latest.created_by or 'somebody'}. "
                    "Look at the new revision first."
                )
            if reviewed_only and not status.latest.reviewed:
                raise JobRefused(f"“{status.latest.title}” has to be reviewed by a named person first.")
            revisions.append(status.latest.id)
        order = JobOrder(documents=tuple(wanted), revisions=tuple(revisions), note=note)
        return store.jobs.get(store.jobs.ask(JobAction.PUBLISH, order, by=by))

    return _asked(ask, "publication_publish")


@blueprint.post("/rollback")
@gate.editors
def roll_back() -> Response:
    """Asks the worker to make an earlier publication live again."""
    found = inputs.body()
    publication, note, by = inputs.number(found, "publication"), inputs.note(found), gate.name()

    def ask(store: KnowledgeStore) -> Job:
        try:
            earlier = store.publications.get(publication)
        except KeyError:
            raise Problem(404, "publication_gone") from None
        if earlier.made_live_at is None:
            raise Problem(404, "publication_gone")
        if earlier.live:
            raise JobRefused("This publication is live already.")
        order = JobOrder(publication=publication, note=note)
        return store.jobs.get(store.jobs.ask(JobAction.ROLLBACK, order, by=by))

    return _asked(ask, "publication_rollback")


@blueprint.post("/jobs/<int(max=2147483647):job_id>/accept")
@gate.editors
def accept(job_id: int) -> Response:
    """Somebody answers for what the gate held: everything that holds the publication, each by name."""
    ids = inputs.body().get("accepted")
    if not isinstance(ids, list) or not all(type(each) is int and abs(each) < 2**53 for each in ids):
        raise Problem(400, "bad_request")
    by = gate.name()

    def decide(store: KnowledgeStore) -> Job:
        held = _found(store, job_id)
        blocking = wire.blocking(held)
        if not set(blocking) <= set(ids):
            raise JobRefused("Tick each of them: what holds the publication is accepted one by one.")
        named = [name for each, name in blocking.items() if each in ids]
        store.jobs.accept(job_id, list(blocking), by=by, note="; ".join(named)[: inputs.NOTE_LIMIT])
        return store.jobs.get(job_id)

    return _asked(decide, "publication_accept")


@blueprint.post("/jobs/<int(max=2147483647):job_id>/cancel")
@gate.editors
def cancel(job_id: int) -> Response:
    """Gives a publication up that is not live yet."""
    by = gate.name()

    def give_up(store: KnowledgeStore) -> Job:
        _found(store, job_id)
        store.jobs.cancel(job_id, by=by)
        return store.jobs.get(job_id)

    return _asked(give_up, "publication_cancel")


@blueprint.post("/jobs/<int(max=2147483647):job_id>/retry")
@gate.editors
def retry(job_id: int) -> Response:
    """Asks once more for what failed or was given up."""
    by = gate.name()

    def ask(store: KnowledgeStore) -> Job:
        before = _found(store, job_id)
        if before.state not in (JobState.FAILED, JobState.CANCELLED):
            raise JobRefused("This publication has not failed; there is nothing to try again.")
        order = JobOrder(
            documents=before.order.documents,
            revisions=before.order.revisions,
            publication=before.order.publication,
            note=before.order.note,
        )
        return store.jobs.get(store.jobs.ask(before.action, order, by=by))

    return _asked(ask, "publication_retry")


def _asked(change: Callable[[KnowledgeStore], Job], action: str) -> Response:
    def whole(store: KnowledgeStore) -> tuple[Job, dict[str, Any]]:
        return change(store), wire.work(store)

    found, told = editing().run(whole)
    gate.record(action, wire.in_short(found))
    return jsonify(_with_worker(told))


def _with_worker(told: dict[str, Any]) -> dict[str, Any]:
    """With whether a worker lives that could do it."""
    return {**told, "worker": services().readiness.worker_lives()}


def _found(store: KnowledgeStore, job_id: int) -> Job:
    try:
        return store.jobs.get(job_id)
    except KeyError:
        raise Problem(404, "publication_gone") from None


def _wanted(found: dict[str, Any]) -> dict[str, int]:
    listed = found.get("documents")
    if not isinstance(listed, list) or not 0 < len(listed) <= 5_000:
        raise Problem(400, "bad_request")
    wanted: dict[str, int] = {}
    for each in listed:
        if not isinstance(each, dict) or not isinstance(each.get("slug"), str):
            raise Problem(400, "bad_request")
        wanted[inputs.slug(each["slug"])] = inputs.number(each, "number")
    return wanted
