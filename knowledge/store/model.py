"""Values that the store gives out. Times are whole milliseconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from knowledge.model import Document


class RevisionState(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    """Saved, and somebody is still at it."""
    REVIEW = "review"
    """Handed in: somebody else reads it before it is published."""
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
    `note` is what its author said about the change.
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
    note: str = ""

    @property
    def reviewed(self) -> bool:
        """True when a named person reviewed it on a named day."""
        return bool(self.reviewer.strip() and self.reviewed_on.strip())


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A document at a glance: its newest revision, and the one that patients see, if any.

    `passages` counts those of the live revision, or of the newest where none is live; `owner` looks after the
    document, and `review_due` is the day (ISO date, may be empty) on which it must be read again.
    """

    slug: str
    latest: Revision
    live: Revision | None
    passages: int
    owner: str = ""
    review_due: str = ""


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
class WentLive:
    """One moment at which a publication became what patients are answered from.

    `action` says how (`publish`, `withdraw`, `rollback`); the same publication may go live several times.
    `revisions` are all of its revisions, `before` those of what was live until then.
    """

    at: int
    by: str
    action: str
    note: str
    publication: int
    revisions: frozenset[int]
    before: frozenset[int]


@dataclass(frozen=True, slots=True)
class Content:
    """A revision of a publication, by its id. Revisions with the same `mark` have the same passages, everywhere."""

    revision: int
    mark: str


def mark(document: str, number: int, fingerprint: str) -> str:
    """Names a revision with its content."""
    return f"{document} {number} {fingerprint}"


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what when, for the audit trail."""

    at: int
    by: str
    action: str
    publication: int | None
    document: str | None
    note: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question whose reply must stay right whatever is published.

    `expects` is a reply's kind (`knowledge.model.ReplyKind`); `document` (a slug) and `section` (its innermost
    heading) are empty where any will do, as for `abstain`.
    """

    id: int
    question: str
    expects: str
    document: str
    section: str
    note: str
    changed_at: int
    changed_by: str


class JobAction(StrEnum):
    """What a publication job does."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ROLLBACK = "rollback"


class JobState(StrEnum):
    """Where a publication job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    """The gate found worse answers: somebody must accept them by name, or give up."""
    DONE = "done"
    FAILED = "failed"
    """It could not be done; `problem` says why."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What to publish. `documents`: slugs to publish or withdraw; `publication`: where to roll back to.

    `revisions` are the ids of the revisions of `documents` that were seen when the order was given: what
    somebody saves while the job waits is not published by it. `accepted` names what of the gate's report
    somebody accepted, and `accepted_by` who, in the same order.
    """

    documents: tuple[str, ...] = ()
    publication: int | None = None
    accepted: tuple[int, ...] = ()
    note: str = ""
    revisions: tuple[int, ...] = ()
    accepted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A publication as work for the worker, and how far it has got.

    `phase` names what is being done now, `done` of `total` within it since `phase_began_at`; `report` is the
    JSON of what the gate found ("" before); `problem` is a sentence for people, empty while all is well.
    `publication` is the one that the job has prepared or, once done, made live; `worker` is at it, or was last.
    """

    id: int
    action: JobAction
    order: JobOrder
    state: JobState
    asked_by: str
    asked_at: int
    started_at: int | None
    finished_at: int | None
    attempt: int
    phase: str
    done: int
    total: int
    phase_began_at: int | None
    publication: int | None
    report: str
    problem: str
    worker: str = ""


class ReadState(StrEnum):
    """How far a file is that an editor brings in."""

    WAITING = "waiting"
    """Others are read first."""
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way into a form.

    `document` is there when it is done, `refusal` (a sentence) when it is refused; `ahead` tells how many files
    wait before this one.
    """

    id: str
    account: int
    file_name: str
    state: ReadState
    ahead: int = 0
    document: Document | None = None
    refusal: str = ""
