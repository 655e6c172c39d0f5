"""Values that the store gives out. Times are whole milliseconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RevisionState(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    """Saved, and waits to be published."""
    PUBLISHED = "published"
    """Part of the live publication."""
    REPLACED = "replaced"
    """Was published; another revision of its document is live now."""
    WITHDRAWN = "withdrawn"
    """Was published; nothing of its document is live now."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved state of a document. `number` counts from 1 within its document.

    `origin` says how it came in: `folder` (a folder of articles), `import` (a single file), `editor`.
    """

    id: int
    document: str
    number: int
    state: RevisionState
    title: str
    reviewer: str
    reviewed_on: str
    origin: str
    created_at: int
    created_by: str

    @property
    def reviewed(self) -> bool:
        """True when a named person reviewed it on a named day."""
        return bool(self.reviewer.strip() and self.reviewed_on.strip())


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A document at a glance: its newest revision, and the one that patients see, if any."""

    slug: str
    latest: Revision
    live: Revision | None
    passages: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A set of revisions that is, was or may become what patients are answered from.

    `calibration` is the decision's JSON as it was then; `made_live_at` is None while it never was live.
    """

    id: int
    created_at: int
    created_by: str
    note: str
    encoder: str
    calibration: str
    live: bool
    made_live_at: int | None
    revisions: tuple[int, ...] = ()
    """The ids of its revisions."""


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what when, for the audit trail."""

    at: int
    by: str
    action: str
    publication: int | None
    document: str | None
    note: str
