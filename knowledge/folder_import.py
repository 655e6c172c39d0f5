"""Bringing a folder back into a knowledge base that may have changed meanwhile: three-way, never over anybody's work.

For each text there are three states: as it was exported (its checksum is in the folder), as it is in the
folder, and as it is here. What changed on one side only is taken from that side; what changed on both is a
conflict, which is named and left for a person. Whatever comes in is a draft: patients see it when it is
published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.folder import (
    REVISION_STATES,
    Entry,
    Folder,
    Standing,
    checksum,
    from_store,
)
from knowledge.golden import render_golden
from knowledge.markdown import parse_document
from knowledge.store import KnowledgeStore, RevisionState

GOLDEN = "golden questions"


class Kind(StrEnum):
    """What a difference between a folder and a knowledge base leads to."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    """Changed here and not in the folder: what is here stays."""
    CONFLICT = "conflict"
    """Changed on both sides: nothing is done until somebody decides."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `name` is a document's slug or `GOLDEN`, `sentence` says what is or would be done."""

    kind: Kind
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Imported:
    """`live` are the revisions (ids) whose text is live in the folder and came in: what to publish next."""

    changes: tuple[Change, ...]
    live: dict[str, int]


def compare(folder: Folder, store: KnowledgeStore) -> tuple[Change, ...]:
    """What bringing the folder in would do; changes nothing. Where they say the same, nothing is listed."""
    here = from_store(store)
    known = {each.slug: each for each in here.entries}
    changes = [change for entry in folder.entries for change in _entry_changes(entry, known.get(entry.slug))]
    return (*changes, *_golden_changes(folder, here))


def bring_in(folder: Folder, store: KnowledgeStore, *, by: str = "") -> Imported:
    """Does what `compare` says, leaving conflicts alone. Raises `EditConflict` where somebody saves meanwhile."""
    changes = compare(folder, store)
    doing = {(each.name, each.kind) for each in changes}
    before = {status.slug: status.latest for status in store.revisions.statuses()}
    live: dict[str, int] = {}
    for entry in folder.entries:
        shown: int | None = None
        if (entry.slug, Kind.NEW) in doing:
            shown = _save_new(entry, store, by)
        elif (entry.slug, Kind.CHANGED) in doing:
            shown = _save_changed(entry, store, before[entry.slug].number, changes, by)
        if shown is not None and entry.about.standing is Standing.LIVE:
            revisions = store.revisions.of(entry.slug)
            live[entry.slug] = next(each.id for each in revisions if each.number == shown)
    _bring_in_golden(folder, store, changes, by)
    return Imported(changes, live)


# Documents


def _entry_changes(entry: Entry, here: Entry | None) -> Iterator[Change]:
    slug = entry.slug
    if here is None:
        parts = [f"{entry.about.standing} in the folder"] + (
            [f"with a newer {entry.about.draft}"] if entry.text and entry.draft else []
        )
        yield Change(Kind.NEW, slug, f"There is no such document here ({', '.join(parts)}).")
        return
    yield from _text_changes(entry, here)
    mine, theirs = entry.now().about, here.now().about
    if mine != theirs:
        if mine == entry.was.about:
            yield Change(Kind.KEPT, slug, "Who looks after it, or until when, was changed here.")
        elif theirs == entry.was.about:
            yield Change(Kind.CHANGED, slug, _LOOKED_AFTER)
        else:
            yield Change(
                Kind.CONFLICT,
                slug,
                f"The folder says “{_keeper(entry)}” looks after it, here it is “{_keeper(here)}”.",
            )
    if entry.about.standing is not here.about.standing:
        yield Change(
            Kind.KEPT,
            slug,
            f"It is {entry.about.standing} in the folder and {here.about.standing} here; to change that, "
            "publish or withdraw it.",
        )


_LOOKED_AFTER = "Who looks after it, and until when, comes from the folder."
_NEW_TEXT = "The text of the folder becomes the newest draft."


def _text_changes(entry: Entry, here: Entry) -> Iterator[Change]:
    slug = entry.slug
    if entry.newest == here.newest:
        return
    if entry.draft is not None and entry.was.text and checksum(entry.text or "") != entry.was.text:
        yield Change(
            Kind.CONFLICT,
            slug,
            f"{slug}.md was edited although there is a newer {slug}.draft.md; edit that one, or remove it.",
        )
    elif checksum(entry.newest) == entry.newest_was:
        yield Change(Kind.KEPT, slug, "The text was changed here since; it stays.")
    elif checksum(here.newest) == entry.newest_was:
        yield Change(Kind.CHANGED, slug, _NEW_TEXT)
    else:
        yield Change(
            Kind.CONFLICT, slug, "The text was changed here and in the folder; bring the two together."
        )


def _save_new(entry: Entry, store: KnowledgeStore, by: str) -> int | None:
    """Saves both texts; the number of the revision that patients see where this comes from, if any."""
    number = 0
    if entry.text is not None:
        withdrawn = entry.about.standing is Standing.WITHDRAWN
        state = RevisionState.WITHDRAWN if withdrawn else RevisionState.DRAFT
        number, _ = store.revisions.save(
            parse_document(entry.text, entry.slug), origin="import", by=by, based_on=0, state=state
        )
    if entry.draft is not None:
        state = REVISION_STATES[entry.about.draft]
        store.revisions.save(
            parse_document(entry.draft, entry.slug), origin="import", by=by, based_on=number, state=state
        )
    if entry.about.owner or entry.about.review_due:
        _look_after(entry, store, by)
    return number or None


def _save_changed(
    entry: Entry, store: KnowledgeStore, newest: int, changes: tuple[Change, ...], by: str
) -> int | None:
    """Saves what changed; the number of the new revision where the folder has nothing newer than that."""
    sentences = {each.sentence for each in changes if each.name == entry.slug and each.kind is Kind.CHANGED}
    number: int | None = None
    if _NEW_TEXT in sentences:
        in_review = entry.draft is not None and REVISION_STATES[entry.about.draft] is RevisionState.REVIEW
        number, _ = store.revisions.save(
            parse_document(entry.newest, entry.slug),
            origin="import",
            by=by,
            based_on=newest,
            state=RevisionState.REVIEW if in_review else RevisionState.DRAFT,
        )
    if _LOOKED_AFTER in sentences:
        _look_after(entry, store, by)
    return number if entry.draft is None else None


def _look_after(entry: Entry, store: KnowledgeStore, by: str) -> None:
    store.reviewing.look_after(entry.slug, owner=entry.about.owner, review_due=entry.about.review_due, by=by)


def _keeper(entry: Entry) -> str:
    return "; ".join(each for each in (entry.about.owner, entry.about.review_due) if each) or "nobody"


# Golden questions


def _golden_changes(folder: Folder, base: Folder) -> Iterator[Change]:
    here = base.golden
    if set(folder.golden) == set(here):
        return
    mine, theirs = checksum(render_golden(folder.golden)), checksum(render_golden(here))
    empty = not base.entries and not here  # nobody has removed anything here: there never was anything
    if mine == folder.golden_was and not empty:
        yield Change(Kind.KEPT, GOLDEN, "They were changed here since; they stay.")
        return
    only_folder = theirs == folder.golden_was
    known = {each.question: each for each in here}
    for each in folder.golden:
        old = known.get(each.question)
        if old is None:
            yield Change(Kind.NEW, GOLDEN, each.question)
        elif old != each and only_folder:
            yield Change(Kind.CHANGED, GOLDEN, each.question)
        elif old != each:
            yield Change(Kind.CONFLICT, GOLDEN, f"“{each.question}” expects something else here.")
    if only_folder:
        wanted = {each.question for each in folder.golden}
        yield from (
            Change(Kind.CHANGED, GOLDEN, f"{_REMOVED}{each.question}")
            for each in here
            if each.question not in wanted
        )


_REMOVED = "removed: "


def _bring_in_golden(folder: Folder, store: KnowledgeStore, changes: tuple[Change, ...], by: str) -> None:
    doing = {
        each.sentence for each in changes if each.name == GOLDEN and each.kind in (Kind.NEW, Kind.CHANGED)
    }
    ids = {each.question: each.id for each in store.golden.all()}
    for each in folder.golden:
        if each.question in doing:
            store.golden.save(
                each.question,
                expects=each.expects,
                document=each.document,
                section=each.section,
                note=each.note,
                by=by,
                id=ids.get(each.question),
            )
    for question, number in ids.items():
        if f"{_REMOVED}{question}" in doing:
            store.golden.remove(number)
