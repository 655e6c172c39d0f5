"""Publications as work for the worker: asked for once, done by one process at a time, resumed after a crash.

A job is claimed with a lease that its worker renews while it lives. A worker that dies leaves a lease that
runs out; the next claim takes the job up again. What a job does is safe to begin anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from knowledge.store.database import Database
from knowledge.store.model import Job, JobAction, JobOrder, JobState
from knowledge.store.schema import knowledge_events
from knowledge.store.schema import publication_jobs as jobs
from knowledge.values import from_plain

LEASE_MS = 10_000
OPEN = (JobState.WAITING, JobState.RUNNING, JobState.HELD)
_LOCK = 0x6E6B_0003
"""The PostgreSQL advisory lock under which jobs are claimed."""


class JobRefused(RuntimeError):
    """What was asked of a job is not possible now; the message says why."""


class JobLost(RuntimeError):
    """The job is not this worker's any more: somebody gave it up, or another worker has it."""

    def __init__(self) -> None:
        super().__init__("This publication was given up, or another worker goes on with it.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a job. `report` is what the gate found, to be kept with the job when it is done."""

    job: int
    worker: str
    report: str = ""

    def settle(self, connection: sa.Connection, publication: int, now: int) -> None:
        """The job is done, as part of the transaction that makes its publication live. Raises `JobLost`."""
        done = {"state": JobState.DONE, "publication_id": publication, "report": self.report}
        over = {"lease_until": None, "finished_at": now, "problem": ""}
        change = sa.update(jobs).where(_mine(self.job, self.worker)).values(**done, **over)
        if not connection.execute(change).rowcount:
            raise JobLost


class Jobs:
    """The table `publication_jobs`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def ask(self, action: JobAction, order: JobOrder, *, by: str) -> int:
        """Writes down what is to be published; returns the job's id. The worker does the rest."""
        with self._database.write() as connection:
            return self._add(connection, action, order, by)

    def begin(
        self, action: JobAction, order: JobOrder, *, by: str, worker: str, place: str = ""
    ) -> Job | None:
        """A job that whoever gives it does as well, at once; None while another one is under way.

        `place` as for `claim`.
        """
        with self._claiming() as connection:
            if self._busy(connection, place):
                return None
            return self._take(connection, self._add(connection, action, order, by), worker)

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

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state, all states named."""
        query = sa.select(jobs.c.state, sa.func.count()).group_by(jobs.c.state)
        with self._database.read() as connection:
            found = {str(state): int(number) for state, number in connection.execute(query)}
        return {state.value: found.get(state.value, 0) for state in JobState}

    def due(self, place: str = "") -> bool:
        """Whether `claim` would find something, by a query that costs next to nothing."""
        with self._database.read() as connection:
            return not self._busy(connection, place) and _next(connection) is not None

    def claim(self, worker: str, place: str = "") -> Job | None:
        """The oldest job to be done, now this worker's: one that waits, or whose worker is gone.

        None while another worker is at one: publications go live one after the other. A worker is gone when
        its lease ran out. `place` may say so sooner: the caller knows that no other worker whose name begins
        with it can be alive.
        """
        with self._claiming() as connection:
            if self._busy(connection, place):
                return None
            found = _next(connection)
            return None if found is None else self._take(connection, found, worker)

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

    def prepared(self, job: int, worker: str, publication: int) -> bool:
        """Which publication the job has put together, so that whoever resumes it goes on with that one."""
        return self._change(job, worker, publication_id=publication)

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
        """The worker is through: done, failed or held. False when the job is not its any more.

        A job whose publication goes live is done by the same transaction (`Claim.settle`), not by this.
        """
        values: dict[str, object] = {"publication_id": publication} if publication is not None else {}
        values |= {"state": state, "report": report, "problem": problem, "lease_until": None}
        values["finished_at"] = None if state is JobState.HELD else self._clock()
        return self._change(job, worker, **values)

    def report(self, job: int, report: str) -> None:
        """What the gate found, told after what was taken back is gone already."""
        with self._database.write() as connection:
            over = sa.and_(jobs.c.id == job, jobs.c.state == JobState.DONE)
            connection.execute(sa.update(jobs).where(over).values(report=report))

    def accept(self, job: int, accepted: Sequence[int], *, by: str, note: str = "") -> None:
        """Somebody accepts parts of the gate's report by name: the held job goes on. Raises `JobRefused`.

        `note` says in words what was accepted, for the record.
        """
        now = self._clock()
        with self._database.write() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job)).mappings().first()
            if row is None or row["state"] != JobState.HELD:
                raise JobRefused("This publication does not wait for anybody's decision any more.")
            order = _order(row["order"])
            names = dict(zip(order.accepted, order.accepted_by, strict=False))
            names |= {each: by for each in accepted if each not in names}
            order = replace(order, accepted=tuple(names), accepted_by=tuple(names.values()))
            fresh = {"state": JobState.WAITING, "phase": "", "done": 0, "total": 0}
            held = sa.and_(jobs.c.id == job, jobs.c.state == JobState.HELD)
            change = sa.update(jobs).where(held).values(order=_to_json(order), **fresh)
            if not connection.execute(change).rowcount:
                raise JobRefused("This publication does not wait for anybody's decision any more.")
            line = {"action": "accept", "publication_id": row["publication_id"], "note": note}
            connection.execute(sa.insert(knowledge_events).values(at=now, person=by, **line))

    def cancel(self, job: int, *, by: str = "") -> None:
        """Gives a job up that has not gone live. Raises `JobRefused` when it is over already."""
        now = self._clock()
        with self._database.write() as connection:
            change = sa.update(jobs).where(jobs.c.id == job, jobs.c.state.in_(OPEN))
            values = {"state": JobState.CANCELLED, "finished_at": now, "lease_until": None}
            if not connection.execute(change.values(**values)).rowcount:
                raise JobRefused("This publication is over already.")
            line = {"action": "give_up", "note": f"publication job {job}"}
            connection.execute(sa.insert(knowledge_events).values(at=now, person=by, **line))

    @contextmanager
    def _claiming(self) -> Iterator[sa.Connection]:
        with self._database.write() as connection:
            if not self._database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    def _busy(self, connection: sa.Connection, place: str) -> bool:
        alive = sa.and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until > self._clock())
        if place:
            alive = sa.and_(alive, sa.not_(jobs.c.claimed_by.startswith(place, autoescape=True)))
        return connection.execute(sa.select(jobs.c.id).where(alive).limit(1)).first() is not None

    def _add(self, connection: sa.Connection, action: JobAction, order: JobOrder, by: str) -> int:
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
        return int(connection.execute(sa.insert(jobs).values(**row).returning(jobs.c.id)).scalar_one())

    def _take(self, connection: sa.Connection, job: int, worker: str) -> Job:
        now = self._clock()
        values = {
            "state": JobState.RUNNING,
            "claimed_by": worker,
            "lease_until": now + LEASE_MS,
            "attempt": jobs.c.attempt + 1,
            "started_at": sa.func.coalesce(jobs.c.started_at, now),
            "problem": "",
        }
        connection.execute(sa.update(jobs).where(jobs.c.id == job).values(**values))
        return _job(connection.execute(sa.select(jobs).where(jobs.c.id == job)).mappings().one())

    def _change(self, job: int, worker: str, **values: object) -> bool:
        change = sa.update(jobs).where(_mine(job, worker)).values(**values)
        with self._database.write() as connection:
            return bool(connection.execute(change).rowcount)

    def _jobs(self, query: sa.Select[tuple[object, ...]]) -> list[Job]:
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]


def _mine(job: int, worker: str) -> sa.ColumnElement[bool]:
    return sa.and_(jobs.c.id == job, jobs.c.state == JobState.RUNNING, jobs.c.claimed_by == worker)


def _next(connection: sa.Connection) -> int | None:
    """What was broken off comes before what has not begun."""
    todo = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
    broken_off_first = sa.case((jobs.c.state == JobState.RUNNING, 0), else_=1)
    query = sa.select(jobs.c.id).where(todo).order_by(broken_off_first, jobs.c.id).limit(1)
    return connection.execute(query).scalar()


def _to_json(order: JobOrder) -> str:
    return json.dumps(asdict(order), ensure_ascii=False)


def _order(text: str) -> JobOrder:
    return from_plain(JobOrder, json.loads(text))


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
        worker=row["claimed_by"] or "",
    )
