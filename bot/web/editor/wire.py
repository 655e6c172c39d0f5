"""Documents and revisions as the editors' API writes them."""

from __future__ import annotations

from typing import Any

from bot.web.wire import moment
from knowledge.store.model import DocumentStatus, Revision, RevisionState


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
