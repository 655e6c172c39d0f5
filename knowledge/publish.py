"""Publishing: from saved documents to what patients are answered from.

Everything slow happens first and is not seen by anybody: embedding, indexing, writing and verifying the
snapshot. The last step is one transaction that makes the publication live, so a process that dies
anywhere leaves wholly the old or wholly the new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.embed import Progress
from knowledge.encoder import Encoder
from knowledge.model import Document
from knowledge.rebuild import ensure_snapshot
from knowledge.snapshot import prune
from knowledge.store import KnowledgeStore, Publication, PublicationConflict, Revision, RevisionState

FOLDER = "folder"
KEEP_SNAPSHOTS = 4
"""The live one and what one may want to go back to at once; older ones are made again when needed."""
_UNFINISHED_AFTER = 3600.0
_ATTEMPTS = 3


class PublishRefused(RuntimeError):
    """What was asked for cannot be published; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What bringing documents in has done, by slug.

    `kept` were changed in the folder and also edited here since; the edited text was left alone.
    """

    new: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The revisions of the next publication, and what was left out and why."""

    revisions: tuple[Revision, ...]
    unreviewed: tuple[Revision, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Documents with a new draft that somebody withdrew: they come back only when named."""


@dataclass(frozen=True, slots=True)
class Published:
    """`changed` is False when what was asked for is live already."""

    publication: Publication
    changed: bool
    plan: Plan = field(default_factory=lambda: Plan(()))
    passages: int = 0


class Publisher:
    """Publishes into one database and one folder of snapshots.

    `reviewed_only` leaves out every revision that no named person reviewed.
    """

    def __init__(
        self,
        store: KnowledgeStore,
        snapshots: Path,
        encoder: Encoder,
        *,
        reviewed_only: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._encoder = encoder
        self._reviewed_only = reviewed_only
        self._progress = progress

    def publish(
        self, calibration: str, *, slugs: Collection[str] | None = None, by: str = "", note: str = ""
    ) -> Published:
        """Publish the newest drafts: all, or those of the documents named in `slugs`.

        A named document is published even if it was withdrawn. `calibration` is the JSON of the
        decision. Raises `PublishRefused` for a name nobody knows.
        """
        return self._go_live(lambda live: self.plan(live, slugs), calibration, "publish", by, note)

    def withdraw(self, slug: str, *, by: str = "", note: str = "") -> Published:
        """Take a document out of what patients are answered from."""

        def without(live: Publication | None) -> Plan:
            revisions = self._store.revisions.by_id(live.revisions) if live else []
            rest = tuple(each for each in revisions if each.document != slug)
            if len(rest) == len(revisions):
                raise PublishRefused(
                    f"“{slug}” is not published. `python -m knowledge status` lists what is."
                )
            return Plan(rest)

        return self._go_live(without, None, "withdraw", by, note, slug)

    def roll_back(self, publication: int, *, by: str = "", note: str = "") -> Published:
        """Make an earlier publication live again, exactly as it was."""
        try:
            earlier = self._store.publications.get(publication)
        except KeyError as error:
            raise PublishRefused(str(error.args[0])) from error
        if earlier.made_live_at is None:
            raise PublishRefused(f"Publication {publication} never was live; choose one that was.")
        if earlier.live:
            return Published(earlier, changed=False)
        unreviewed = [each for each in self._store.revisions.by_id(earlier.revisions) if not each.reviewed]
        if self._reviewed_only and unreviewed:
            raise PublishRefused(
                f"Publication {publication} holds documents that nobody reviewed "
                f"({_names(unreviewed)}), and NKBOT_REVIEWED_ONLY is on."
            )
        snapshot = ensure_snapshot(
            self._store, self._snapshots, self._encoder, earlier, progress=self._progress
        )
        for _ in range(_ATTEMPTS):
            try:
                self._store.publications.make_live(
                    publication,
                    instead_of=self._store.publications.live_id(),
                    action="rollback",
                    by=by,
                    note=note,
                )
                break
            except PublicationConflict:
                continue
        else:
            raise PublishRefused("Others keep publishing at the same time. Try again in a minute.")
        return Published(
            self._store.publications.get(publication), True, passages=len(snapshot.corpus.passages)
        )

    def plan(self, live: Publication | None, slugs: Collection[str] | None = None) -> Plan:
        """Which revisions the next publication would hold; changes nothing."""
        chosen = {each.document: each for each in self._store.revisions.by_id(live.revisions if live else ())}
        held_back: list[Revision] = []
        withdrawn: list[str] = []
        statuses = {status.slug: status for status in self._store.revisions.statuses()}
        for slug in sorted(set(slugs or ()) - statuses.keys()):
            raise PublishRefused(f"There is no document “{slug}”. `python -m knowledge status` lists them.")
        for slug, status in statuses.items():
            newest = status.latest
            if slugs is None and newest.state is not RevisionState.DRAFT:
                continue
            if slugs is not None and slug not in slugs:
                continue
            if slugs is None and self._is_withdrawn(slug):
                withdrawn.append(slug)
            elif self._reviewed_only and not newest.reviewed:
                held_back.append(newest)
            else:
                chosen[slug] = newest
        if self._reviewed_only:
            held_back += [each for each in chosen.values() if not each.reviewed]
            chosen = {slug: each for slug, each in chosen.items() if each.reviewed}
        ordered = sorted(chosen.values(), key=lambda revision: revision.document)
        return Plan(tuple(ordered), tuple(held_back), tuple(withdrawn))

    def _is_withdrawn(self, slug: str) -> bool:
        states = {revision.state for revision in self._store.revisions.of(slug)}
        return RevisionState.WITHDRAWN in states and RevisionState.PUBLISHED not in states

    def _go_live(
        self,
        choose: Callable[[Publication | None], Plan],
        calibration: str | None,
        action: str,
        by: str,
        note: str,
        document: str | None = None,
    ) -> Published:
        for _ in range(_ATTEMPTS):
            live = self._store.publications.live()
            plan = choose(live)
            decision = calibration if calibration is not None else live.calibration if live else ""
            if live is not None and self._says_the_same(live, plan, decision):
                snapshot = ensure_snapshot(
                    self._store, self._snapshots, self._encoder, live, progress=self._progress
                )
                return Published(live, False, plan, len(snapshot.corpus.passages))
            prepared = self._store.publications.prepare(
                [revision.id for revision in plan.revisions],
                encoder=self._encoder.identity,
                calibration=decision,
                by=by,
                note=note,
            )
            try:
                snapshot = ensure_snapshot(
                    self._store,
                    self._snapshots,
                    self._encoder,
                    self._store.publications.get(prepared),
                    like=live.id if live else None,
                    progress=self._progress,
                )
                self._store.publications.make_live(
                    prepared,
                    instead_of=live.id if live else None,
                    action=action,
                    by=by,
                    note=note,
                    document=document,
                    back_to_draft=[revision.id for revision in plan.unreviewed],
                )
            except PublicationConflict:
                self._store.publications.discard(prepared)
                continue
            except Exception:
                self._store.publications.discard(prepared)
                raise
            self._tidy()
            return Published(
                self._store.publications.get(prepared), True, plan, len(snapshot.corpus.passages)
            )
        raise PublishRefused("Others keep publishing at the same time. Try again in a minute.")

    def _says_the_same(self, live: Publication, plan: Plan, calibration: str) -> bool:
        return (
            set(live.revisions) == {revision.id for revision in plan.revisions}
            and live.calibration == calibration
            and live.encoder == self._encoder.identity
        )

    def _tidy(self) -> None:
        latest = sorted(
            self._store.publications.history(50), key=lambda each: (each.live, each.made_live_at or 0)
        )
        known = [publication.id for publication in latest]
        keep, retired = known[-KEEP_SNAPSHOTS:], known[:-KEEP_SNAPSHOTS]
        prune(self._snapshots, keep, retired, older_than=time.time() - _UNFINISHED_AFTER)


def bring_in(store: KnowledgeStore, documents: Iterable[Document], *, by: str = "") -> Intake:
    """Save the documents of a folder as drafts, where the folder's text changed since the last time.

    A document that was edited here after it last came from the folder is left alone: an upgrade of
    the shipped articles never overwrites an editor's work. Raises ValueError with a sentence for a
    document that cannot be kept.
    """
    new: list[str] = []
    unchanged: list[str] = []
    kept: list[str] = []
    for document in documents:
        revisions = store.revisions.of(document.slug)
        from_folder = next((each for each in revisions if each.origin == FOLDER), None)
        if from_folder is not None and store.revisions.same_text(document, from_folder):
            unchanged.append(document.slug)
        elif revisions and revisions[0].origin != FOLDER:
            kept.append(document.slug)
        else:
            _, is_new = store.revisions.save(document, origin=FOLDER, by=by)
            (new if is_new else unchanged).append(document.slug)
    return Intake(tuple(new), tuple(unchanged), tuple(kept))


def _names(revisions: Iterable[Revision]) -> str:
    names = sorted({revision.document for revision in revisions})
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
