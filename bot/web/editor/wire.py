"""Documents and revisions as the editors' API writes them, and the 404 for those that are not there."""

from __future__ import annotations

from typing import Any

from bot.web.errors import Problem
from bot.web.wire import moment
from knowledge.model import Document
from knowledge.store.model import DocumentStatus, Event, Job, Revision, RevisionState
from knowledge.store.store import KnowledgeStore


def status(found: DocumentStatus) -> dict[str, Any]:
    """A document at a glance."""
    return {
        "slug": found.slug,
        "title": found.latest.title,
        "standing": standing(found.latest),
        "live": None if found.live is None else found.live.number,
        "latest": revision(found.latest),
        "passages": found.passages,
        "owner": found.owner,
        "review_due": found.review_due,
    }


def revision(found: Revision) -> dict[str, Any]:
    """One revision without its text."""
    return {
        "number": found.number,
        "state": found.state.value,
        "standing": standing(found),
        "title": found.title,
        "reviewer": found.reviewer,
        "reviewed_on": found.reviewed_on,
        "origin": found.origin,
        "created_at": moment(found.created_at),
        "created_by": found.created_by,
        "note": found.note,
    }


def standing(found: Revision) -> str:
    """The revision's state; one that a named person has read and that waits for publication is `reviewed`."""
    waits = found.state in (RevisionState.DRAFT, RevisionState.REVIEW)
    return "reviewed" if waits and found.reviewed else found.state.value


def event(found: Event) -> dict[str, Any]:
    """One line of a document's record."""
    return {
        "at": moment(found.at),
        "by": found.by,
        "action": found.action,
        "revision": found.revision,
        "publication": found.publication,
        "note": found.note,
    }


def job(found: Job) -> dict[str, Any]:
    """A publication under way."""
    return {
        "id": found.id,
        "action": found.action.value,
        "state": found.state.value,
        "phase": found.phase,
        "done": found.done,
        "total": found.total,
        "asked_by": found.asked_by,
        "asked_at": moment(found.asked_at),
        "problem": found.problem,
    }


def job_of(store: KnowledgeStore, slug: str) -> dict[str, Any] | None:
    """The publication that is to change this document, if one is under way."""
    return next((job(each) for each in store.jobs.open() if slug in each.order.documents), None)


def found_status(store: KnowledgeStore, slug: str) -> DocumentStatus:
    """A document's status. Raises `Problem` 404."""
    found = store.revisions.status(slug)
    if found is None:
        raise Problem(404, "document_gone")
    return found


def found_document(store: KnowledgeStore, slug: str, number: int) -> Document:
    """A document as it was in one revision. Raises `Problem` 404."""
    try:
        return store.revisions.document(slug, number)
    except KeyError:
        raise Problem(404, "revision_gone") from None
