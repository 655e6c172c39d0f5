"""Publishing: from saved documents to what patients are answered from.

Everything slow happens first and is not seen by anybody: embedding, indexing, writing and verifying the
snapshot, asking the gate. The last step is one transaction that makes the publication live and ends the
job that it is the work of, so a process that dies anywhere leaves wholly the old or wholly the new one,
and nothing goes live twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from knowledge.encoder import Encoder
from knowledge.gate import Gate, GateReport
from knowledge.index import FAISS
from knowledge.live import Serving, serving_of
from knowledge.progress import Progress, nobody
from knowledge.rebuild import ensure_snapshot, rebuild, usable_segments
from knowledge.segment import Segment
from knowledge.snapshot import (
    MANIFEST,
    Snapshot,
    SnapshotRefused,
    load_snapshot,
    snapshot_folder,
)
from knowledge.snapshot_upkeep import prune
from knowledge.store import (
    Claim,
    Job,
    JobLost,
    KnowledgeStore,
    Publication,
    PublicationConflict,
    Revision,
    RevisionState,
)
from knowledge.vectors import VectorEngine

_log = logging.getLogger(__name__)

KEEP_SNAPSHOTS = 4
"""The live one and what one may want to go back to at once; older ones are made again when needed."""
_UNFINISHED_AFTER = 3600.0
_ATTEMPTS = 3


class PublishRefused(RuntimeError):
    """What was asked for cannot be published; the message says why and what to do."""


class PublicationHeld(RuntimeError):
    """The gate found something that nobody has accepted: what was live stays live.

    `report` is the gate's, as JSON; `blocking` are the ids of what must be accepted by name.
    """

    def __init__(self, report: str, blocking: tuple[int, ...]) -> None:
        super().__init__(
            "Some answers would get worse, or a text says what it must not. Look at each and accept it by "
            "name, or give the publication up."
        )
        self.report = report
        self.blocking = blocking


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

    `reviewed_only` leaves out every revision that no named person reviewed. `gate` is asked before anything
    goes live; it can hold up a publication, never a withdrawal or a way back. `job` is the one that this
    is the work of: what an earlier attempt at it prepared is used, and going live ends it. `engine`
    keeps the vectors.
    """

    def __init__(
        self,
        store: KnowledgeStore,
        snapshots: Path,
        encoder: Encoder,
        *,
        reviewed_only: bool = False,
        progress: Progress = nobody,
        gate: Gate | None = None,
        job: Job | None = None,
        engine: VectorEngine = FAISS,
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._encoder = encoder
        self._reviewed_only = reviewed_only
        self._progress = progress
        self._gate = gate
        self._job = job
        self._engine = engine
        self._known: tuple[Segment, ...] = ()

    def publish(
        self,
        calibration: str,
        *,
        slugs: Collection[str] | None = None,
        revisions: Collection[int] = (),
        by: str = "",
        note: str = "",
    ) -> Published:
        """Publish the newest drafts: all, or those of the documents named in `slugs`.

        A named document is published even if it was withdrawn, in the revision named in `revisions` where
        one is. `calibration` is the JSON of the decision. Raises `PublishRefused` for a name nobody knows,
        `PublicationHeld` where the gate says so, and `JobLost`.
        """
        return self._go_live(lambda live: self.plan(live, slugs, revisions), calibration, "publish", by, note)

    def withdraw(self, *slugs: str, by: str = "", note: str = "") -> Published:
        """Take documents out of what patients are answered from."""

        def without(live: Publication | None) -> Plan:
            revisions = self._store.revisions.by_id(live.revisions) if live else []
            for slug in slugs:
                if slug not in {each.document for each in revisions}:
                    raise PublishRefused(
                        f"“{slug}” is not published. `python -m knowledge status` lists what is."
                    )
            return Plan(tuple(each for each in revisions if each.document not in slugs))

        named = slugs[0] if len(slugs) == 1 else None
        return self._go_live(without, None, "withdraw", by, note, named)

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
        snapshot = self._snapshot(earlier)
        for _ in range(_ATTEMPTS):
            live = self._store.publications.live()
            with suppress(PublicationConflict):
                self._make_live(snapshot, live, "rollback", by, note)
                break
        else:
            raise PublishRefused("Others keep publishing at the same time. Try again in a minute.")
        return Published(
            self._store.publications.get(publication), True, passages=len(snapshot.corpus.passages)
        )

    def plan(
        self,
        live: Publication | None,
        slugs: Collection[str] | None = None,
        revisions: Collection[int] = (),
    ) -> Plan:
        """Which revisions the next publication would hold; changes nothing."""
        seen = {each.document: each for each in self._store.revisions.by_id(revisions)}
        chosen = {each.document: each for each in self._store.revisions.by_id(live.revisions if live else ())}
        held_back: list[Revision] = []
        withdrawn: list[str] = []
        statuses = {status.slug: status for status in self._store.revisions.statuses()}
        for slug in sorted(set(slugs or ()) - statuses.keys()):
            raise PublishRefused(f"There is no document “{slug}”. `python -m knowledge status` lists them.")
        for slug, status in statuses.items():
            newest = seen.get(slug, status.latest)
            if slug in seen and status.live is not None and status.live.number > newest.number:
                raise PublishRefused(
                    f"A newer revision of “{slug}” ({status.live.number}) has been published meanwhile."
                )
            if slugs is None and newest.state not in (RevisionState.DRAFT, RevisionState.REVIEW):
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
                snapshot = self._snapshot(live)
                return Published(live, False, plan, len(snapshot.corpus.passages))
            prepared = self._prepared(plan, decision, by, note)
            try:
                snapshot = self._snapshot(self._store.publications.get(prepared), live)
                self._make_live(snapshot, live, action, by, note, document, plan.unreviewed)
            except PublicationConflict:
                self._store.publications.discard(prepared)
                continue
            except JobLost:
                raise  # another worker may be going on with what was prepared
            except PublicationHeld:
                if self._job is None:
                    self._store.publications.discard(prepared)
                raise
            except Exception:
                with suppress(SQLAlchemyError):
                    self._store.publications.discard(prepared)
                raise
            self._tidy()
            return Published(
                self._store.publications.get(prepared), True, plan, len(snapshot.corpus.passages)
            )
        raise PublishRefused("Others keep publishing at the same time. Try again in a minute.")

    def _prepared(self, plan: Plan, calibration: str, by: str, note: str) -> int:
        """What an earlier attempt at the same job prepared, if that is what is wanted now; else a new one."""
        if self._job is not None and self._job.publication is not None:
            with suppress(KeyError):
                begun = self._store.publications.get(self._job.publication)
                if begun.made_live_at is None and self._says_the_same(begun, plan, calibration):
                    return begun.id
        prepared = self._store.publications.prepare(
            [revision.id for revision in plan.revisions],
            encoder=self._encoder.identity,
            calibration=calibration,
            by=by,
            note=note,
        )
        if self._job is not None and not self._store.jobs.prepared(self._job.id, self._job.worker, prepared):
            self._store.publications.discard(prepared)
            raise JobLost
        return prepared

    def _make_live(
        self,
        snapshot: Snapshot,
        live: Publication | None,
        action: str,
        by: str,
        note: str,
        document: str | None = None,
        back_to_draft: Iterable[Revision] = (),
    ) -> None:
        """Let patients see it. Raises `PublicationHeld`, `PublicationConflict`, `JobLost`.

        The gate is asked before a publication, since it may hold it; before anything is taken back it is not
        waited for: what was withdrawn must be gone, and the report is for the record.
        """
        may_hold = action == "publish"
        report = self._ask_gate(live, snapshot) if may_hold else ""
        self._store.publications.make_live(
            snapshot.publication,
            instead_of=live.id if live else None,
            action=action,
            by=by,
            note=note,
            document=document,
            back_to_draft=[revision.id for revision in back_to_draft],
            claim=Claim(self._job.id, self._job.worker, report) if self._job else None,
        )
        if not may_hold:
            self._report_afterwards(live, snapshot)

    def _ask_gate(self, live: Publication | None, candidate: Snapshot) -> str:
        """The gate's report as JSON; "" where there is no gate. Raises `PublicationHeld`."""
        report = self._asked(live, candidate)
        if report is None:
            return ""
        blocking = report.blocking(self._job.order.accepted if self._job else ())
        if blocking:
            raise PublicationHeld(report.to_json(), blocking)
        return report.to_json()

    def _report_afterwards(self, before: Publication | None, now: Snapshot) -> None:
        if self._job is None:
            return
        try:
            report = self._asked(before, now)
            if report is not None:
                self._store.jobs.report(self._job.id, report.to_json())
        except Exception:  # noqa: BLE001 - what was to be taken back is gone, which is what counts
            _log.exception("nobody can say what else is answered otherwise since job %s", self._job.id)

    def _asked(self, live: Publication | None, candidate: Snapshot) -> GateReport | None:
        if self._gate is None:
            return None
        return self._gate(self._serving(live), serving_of(candidate, self._encoder))

    def _serving(self, live: Publication | None) -> Serving | None:
        if live is None:
            return None
        folder = snapshot_folder(self._snapshots, live.id)
        try:
            found = load_snapshot(
                folder,
                encoder=self._encoder.identity,
                publication=live.id,
                known=self._known,
                engine=self._engine,
            )
        except SnapshotRefused:
            found = rebuild(
                self._store, self._encoder, live, self._known, progress=self._progress, engine=self._engine
            )
        return serving_of(found, self._encoder)

    def _snapshot(self, publication: Publication, like: Publication | None = None) -> Snapshot:
        """The publication's verified snapshot; its segments are known to the next one."""
        snapshot = ensure_snapshot(
            self._store,
            self._snapshots,
            self._encoder,
            publication,
            like=like.id if like else None,
            known=self._known,
            progress=self._progress,
            engine=self._engine,
        )
        self._known = snapshot.corpus.segments
        return snapshot

    def _says_the_same(self, live: Publication, plan: Plan, calibration: str) -> bool:
        return (
            set(live.revisions) == {revision.id for revision in plan.revisions}
            and live.calibration == calibration
            and live.encoder == self._encoder.identity
        )

    def _tidy(self) -> None:
        unfinished = time.time() - _UNFINISHED_AFTER
        abandoned = self._store.publications.discard_abandoned(round(unfinished * 1000))
        latest = sorted(
            self._store.publications.history(50), key=lambda each: (each.live, each.made_live_at or 0)
        )
        known = [publication.id for publication in latest]
        keep, retired = known[-KEEP_SNAPSHOTS:], known[:-KEEP_SNAPSHOTS]
        keep += [job.publication for job in self._store.jobs.open() if job.publication is not None]
        prune(self._snapshots, keep, [*retired, *abandoned], older_than=unfinished)
        if self._engine.tidies:
            self._tidy_vectors(keep, {each.encoder for each in latest[-KEEP_SNAPSHOTS:]})

    def _tidy_vectors(self, keep: Iterable[int], encoders: Collection[str]) -> None:
        """Let the engine forget what no kept publication needs, if this machine has all of these to tell by."""
        if all((snapshot_folder(self._snapshots, each) / MANIFEST).exists() for each in keep):
            used = usable_segments(self._snapshots, self._encoder, keep, self._known, self._engine)
            self._engine.tidy((segment.index for segment in used), encoders)


def _names(revisions: Iterable[Revision]) -> str:
    names = sorted({revision.document for revision in revisions})
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
