"""Publications as work for the worker: asked for once, done by one process at a time, resumed after a crash.

A job is claimed with a lease that its worker renews while it lives. A worker that dies leaves a lease that
runs out; the next claim takes the job up again. What a job does is safe to begin anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from knowledge.store.database import Database
from knowledge.store.model import Job, JobAction, JobOrder, JobState
from knowledge.store.schema import publication_jobs as jobs

LEASE_MS = 10_000
OPEN = (JobState.WAITING, JobState.RUNNING, JobState.HELD)
_LOCK = 0x6E6B_0003
"""The PostgreSQL advisory lock under which jobs are claimed."""


class JobRefused(RuntimeError):
    """What was asked of a job is not possible now; the message says why."""


class Jobs:
    """The table `publication_jobs`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def ask(self, action: JobAction, order: JobOrder, *, by: str) -> int:
        """Writes down what is to be published; returns the job's id. The worker does the rest."""
        row = {
            "action": action,
            "order": _to_json(order),
            "state": JobState.WAITING,
            "asked_by": by,
            "asked_at": self._clock(),
            "attempt": 0,
            "phase": "",
            "done": 0,
            "total": 0,
            "report": "",
            "problem": "",
        }
        with self._database.write() as connection:
            return int(connection.execute(sa.insert(jobs).values(**row).returning(jobs.c.id)).scalar_one())

    def get(self, job: int) -> Job:
        """One job. KeyError with a sentence when there is none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job)).mappings().first()
        if row is None:
            raise KeyError(f"There is no publication job {job}.")
        return _job(row)

    def latest(self, limit: int = 20) -> list[Job]:
        """The newest jobs first."""
        return self._jobs(sa.select(jobs).order_by(jobs.c.id.desc()).limit(limit))

    def open(self) -> list[Job]:
        """Jobs that are not over, the oldest first."""
        return self._jobs(sa.select(jobs).where(jobs.c.state.in_(OPEN)).order_by(jobs.c.id))

    def claim(self, worker: str) -> Job | None:
        """The oldest job to be done, now this worker's: one that waits, or whose worker's lease ran out.

        None while another worker is at one: publications go live one after the other.
        """
        now = self._clock()
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            busy = sa.and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until > now)
            if connection.execute(sa.select(jobs.c.id).where(busy).limit(1)).first() is not None:
                return None
            todo = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
            found = connection.execute(sa.select(jobs.c.id).where(todo).order_by(jobs.c.id).limit(1)).scalar()
            if found is None:
                return None
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.id == found)
                .values(
                    state=JobState.RUNNING,
                    claimed_by=worker,
                    lease_until=now + LEASE_MS,
                    attempt=jobs.c.attempt + 1,
                    started_at=sa.func.coalesce(jobs.c.started_at, now),
                    problem="",
                )
            )
            row = connection.execute(sa.select(jobs).where(jobs.c.id == found)).mappings().one()
        return _job(row)

    def renew(self, job: int, worker: str) -> bool:
        """The worker still lives; False when the job is not its any more (cancelled, or taken over)."""
        return self._change(job, worker, lease_until=self._clock() + LEASE_MS)

    def progress(self, job: int, worker: str, phase: str, done: int, total: int) -> bool:
        """How far it has got; `phase_began_at` is set when the phase changes. False as for `renew`."""
        now = self._clock()
        began = sa.case((jobs.c.phase == phase, jobs.c.phase_began_at), else_=now)
        return self._change(
            job,
            worker,
            phase=phase,
            done=done,
            total=total,
            phase_began_at=began,
            lease_until=now + LEASE_MS,
        )

    def finish(
        self,
        job: int,
        worker: str,
        state: JobState,
        *,
        publication: int | None = None,
        report: str = "",
        problem: str = "",
    ) -> bool:
        """The worker is through: done, failed or held. False when the job is not its any more."""
        return self._change(
            job,
            worker,
            state=state,
            publication_id=publication,
            report=report,
            problem=problem,
            lease_until=None,
            finished_at=None if state is JobState.HELD else self._clock(),
        )

    def accept(self, job: int, golden: Sequence[int], *, by: str) -> None:
        """Somebody accepts worse answers by name: the held job goes on. Raises `JobRefused`."""
        with self._database.write() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job)).mappings().first()
            if row is None or row["state"] != JobState.HELD:
                raise JobRefused("This publication does not wait for anybody's decision any more.")
            order = asdict(_order(row["order"]))
            order["accepted"] = sorted({*order["accepted"], *golden})
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.id == job)
                .values(
                    order=_to_json(JobOrder(**order)), state=JobState.WAITING, asked_by=by, phase="", done=0
                )
            )

    def cancel(self, job: int) -> None:
        """Gives a job up that has not gone live. Raises `JobRefused` when it is over already."""
        with self._database.write() as connection:
            change = sa.update(jobs).where(jobs.c.id == job, jobs.c.state.in_(OPEN))
            values = {"state": JobState.CANCELLED, "finished_at": self._clock(), "lease_until": None}
            if not connection.execute(change.values(**values)).rowcount:
                raise JobRefused("This publication is over already.")

    def _change(self, job: int, worker: str, **values: object) -> bool:
        mine = sa.and_(jobs.c.id == job, jobs.c.state == JobState.RUNNING, jobs.c.claimed_by == worker)
        with self._database.write() as connection:
            return bool(connection.execute(sa.update(jobs).where(mine).values(**values)).rowcount)

    def _jobs(self, query: sa.Select[tuple[object, ...]]) -> list[Job]:
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]


def _to_json(order: JobOrder) -> str:
    return json.dumps(asdict(order), ensure_ascii=False)


def _order(text: str) -> JobOrder:
    said = json.loads(text)
    return JobOrder(
        documents=tuple(said["documents"]),
        publication=said["publication"],
        accepted=tuple(said["accepted"]),
        note=said["note"],
    )


def _job(row: sa.RowMapping) -> Job:
    same = ("id", "asked_by", "asked_at", "started_at", "finished_at", "attempt", "phase", "done", "total")
    return Job(
        **{name: row[name] for name in same},
        action=JobAction(row["action"]),
        order=_order(row["order"]),
        state=JobState(row["state"]),
        phase_began_at=row["phase_began_at"],
        publication=row["publication_id"],
        report=row["report"],
        problem=row["problem"],
    )
