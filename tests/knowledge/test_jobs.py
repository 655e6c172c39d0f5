"""Publications as jobs: one worker at a time, resumed after a crash, over exactly once. On both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from knowledge.store import (
    Claim,
    Job,
    JobAction,
    JobLost,
    JobOrder,
    JobRefused,
    JobState,
    KnowledgeStore,
    PublicationConflict,
)
from knowledge.store.jobs import LEASE_MS
from tests.support.clock import Clock

ONE = JobOrder(documents=("rest",), note="a first try", revisions=(7,))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[KnowledgeStore]:
    opened = KnowledgeStore(database_url, clock)
    yield opened
    opened.close()


def ask(store: KnowledgeStore, order: JobOrder = ONE, by: str = "Ana") -> int:
    return store.jobs.ask(JobAction.PUBLISH, order, by=by)


def claimed(store: KnowledgeStore, worker: str = "here-1", place: str = "") -> Job:
    job = store.jobs.claim(worker, place)
    assert job is not None
    return job


def test_a_job_is_kept_as_it_was_asked_for(store: KnowledgeStore, clock: Clock) -> None:
    job = store.jobs.get(ask(store))
    assert (job.action, job.order, job.state, job.asked_by) == (JobAction.PUBLISH, ONE, "waiting", "Ana")
    assert (job.asked_at, job.started_at, job.attempt, job.worker) == (clock.now, None, 0, "")
    with pytest.raises(KeyError, match="no publication job 99"):
        store.jobs.get(99)


def test_the_oldest_is_done_first_and_one_at_a_time(store: KnowledgeStore) -> None:
    first, second = ask(store), ask(store)
    assert store.jobs.due()
    job = claimed(store)
    assert (job.id, job.state, job.attempt, job.worker) == (first, "running", 1, "here-1")
    assert not store.jobs.due()
    assert store.jobs.claim("here-2") is None
    assert store.jobs.finish(first, "here-1", JobState.DONE, publication=3)
    assert store.jobs.get(first).publication == 3
    assert claimed(store, "here-2").id == second


def test_workers_who_claim_at_the_same_time_get_one_job_between_them(store: KnowledgeStore) -> None:
    ask(store)
    ask(store)
    found: list[Job | None] = []
    workers = [
        threading.Thread(target=lambda n=n: found.append(store.jobs.claim(f"worker-{n}"))) for n in range(8)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(found) == 8
    assert [each.id for each in found if each is not None] == [1]


def test_a_dead_workers_job_goes_on_when_its_lease_has_run_out(store: KnowledgeStore, clock: Clock) -> None:
    job = ask(store)
    claimed(store)
    clock.now += LEASE_MS - 1
    assert store.jobs.claim("there-1") is None
    assert store.jobs.renew(job, "here-1")
    clock.now += LEASE_MS - 1
    assert store.jobs.claim("there-1") is None
    clock.now += 1
    resumed = claimed(store, "there-1")
    assert (resumed.id, resumed.attempt, resumed.worker) == (job, 2, "there-1")
    assert not store.jobs.renew(job, "here-1"), "the one who was thought dead is told"
    assert not store.jobs.progress(job, "here-1", "embedding", 1, 2)
    assert not store.jobs.prepared(job, "here-1", 5)
    assert not store.jobs.finish(job, "here-1", JobState.FAILED, problem="no")
    assert store.jobs.get(job).state is JobState.RUNNING


def test_a_predecessor_that_is_known_to_be_dead_is_not_waited_for(store: KnowledgeStore) -> None:
    job = ask(store)
    claimed(store, "here-1")
    assert not store.jobs.due("there-")
    assert store.jobs.claim("there-1", "there-") is None
    assert store.jobs.due("here-")
    assert claimed(store, "here-2", "here-").id == job


def test_what_was_broken_off_comes_before_what_has_not_begun(store: KnowledgeStore) -> None:
    held, broken_off = ask(store), ask(store)
    claimed(store)
    store.jobs.finish(held, "here-1", JobState.HELD)
    assert claimed(store).id == broken_off
    store.jobs.accept(held, [1], by="Ben")
    assert claimed(store, "here-2", "here-").id == broken_off


def test_whoever_does_the_job_begins_at_once_unless_another_is_under_way(store: KnowledgeStore) -> None:
    waiting = ask(store)
    job = store.jobs.begin(JobAction.WITHDRAW, ONE, by="me", worker="here-1")
    assert job is not None
    assert (job.state, job.worker, job.action) == ("running", "here-1", "withdraw")
    assert store.jobs.begin(JobAction.WITHDRAW, ONE, by="me", worker="there-1") is None
    assert [each.id for each in store.jobs.latest()] == [job.id, waiting], "what could not begin left nothing"
    assert store.jobs.finish(job.id, "here-1", JobState.DONE)
    assert [each.id for each in store.jobs.open()] == [waiting]


def test_progress_tells_since_when_the_phase_runs(store: KnowledgeStore, clock: Clock) -> None:
    job = ask(store)
    claimed(store)
    began = clock.now
    assert store.jobs.progress(job, "here-1", "embedding", 0, 10)
    clock.now += 5_000
    assert store.jobs.progress(job, "here-1", "embedding", 4, 10)
    told = store.jobs.get(job)
    assert (told.phase, told.done, told.total, told.phase_began_at) == ("embedding", 4, 10, began)
    clock.now += 1_000
    assert store.jobs.progress(job, "here-1", "writing", 0, 3)
    assert store.jobs.get(job).phase_began_at == clock.now


def test_what_holds_a_job_is_accepted_by_name(store: KnowledgeStore) -> None:
    job = ask(store)
    claimed(store)
    store.jobs.prepared(job, "here-1", 11)
    store.jobs.finish(job, "here-1", JobState.HELD, report='{"answers": []}', problem="Look at it.")
    held = store.jobs.get(job)
    assert (held.state, held.publication, held.finished_at, held.report) == (
        "held",
        11,
        None,
        '{"answers": []}',
    )
    assert not store.jobs.due()
    store.jobs.accept(job, [4], by="Ben", note="“How long?” may say less")
    resumed = claimed(store)
    assert (resumed.order.accepted, resumed.order.accepted_by, resumed.asked_by) == ((4,), ("Ben",), "Ana")
    assert resumed.publication == 11, "what was prepared is used again"
    store.jobs.finish(job, "here-1", JobState.HELD)
    store.jobs.accept(job, [9, 4], by="Cleo")
    order = store.jobs.get(job).order
    assert (order.accepted, order.accepted_by) == ((4, 9), ("Ben", "Cleo"))
    assert order.revisions == ONE.revisions
    with pytest.raises(JobRefused, match="any more"):
        store.jobs.accept(job, [5], by="Dan")
    lines = [(each.action, each.by, each.note, each.publication) for each in store.publications.events()]
    assert ("accept", "Ben", "“How long?” may say less", 11) in lines


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.RUNNING, JobState.HELD])
def test_giving_up_what_is_not_live_yet(store: KnowledgeStore, state: JobState) -> None:
    job = ask(store)
    if state is not JobState.WAITING:
        claimed(store)
    if state is JobState.HELD:
        store.jobs.finish(job, "here-1", state)
    store.jobs.cancel(job, by="Ben")
    assert store.jobs.get(job).state is JobState.CANCELLED
    assert not store.jobs.renew(job, "here-1")
    assert not store.jobs.due()
    assert store.publications.events()[0].by == "Ben"
    with pytest.raises(JobRefused, match="over already"):
        store.jobs.cancel(job, by="Ben")


# Going live ends the job, in one transaction


def prepared(store: KnowledgeStore) -> int:
    return store.publications.prepare([], encoder="e", calibration="{}")


def test_going_live_and_the_end_of_the_job_are_one(store: KnowledgeStore) -> None:
    job = ask(store)
    claimed(store)
    publication = prepared(store)
    claim = Claim(job, "here-1", report="{}")
    store.publications.make_live(publication, instead_of=None, action="publish", claim=claim)
    done = store.jobs.get(job)
    assert (done.state, done.publication, done.report) == (JobState.DONE, publication, "{}")
    assert not store.jobs.due()


def test_nothing_goes_live_for_a_job_that_was_lost(store: KnowledgeStore) -> None:
    job = ask(store)
    claimed(store)
    publication = prepared(store)
    for worker in ("here-1", "there-1"):
        if worker == "here-1":
            store.jobs.cancel(job, by="Ben")
        with pytest.raises(JobLost):
            store.publications.make_live(
                publication, instead_of=None, action="publish", claim=Claim(job, worker)
            )
    assert store.publications.live_id() is None
    assert [each.action for each in store.publications.events()] == ["give_up"]


def test_a_conflict_leaves_the_job_running(store: KnowledgeStore) -> None:
    job = ask(store)
    claimed(store)
    with pytest.raises(PublicationConflict):
        store.publications.make_live(
            prepared(store), instead_of=99, action="publish", claim=Claim(job, "here-1")
        )
    assert store.jobs.get(job).state is JobState.RUNNING


def test_only_what_belongs_to_no_open_job_is_cleared_away(store: KnowledgeStore, clock: Clock) -> None:
    kept = [ask(store), ask(store)]
    of_job, of_cancelled, live, nobodys = (prepared(store) for _ in range(4))
    for job, publication in zip(kept, (of_job, of_cancelled), strict=True):
        claimed(store)
        store.jobs.prepared(job, "here-1", publication)
        store.jobs.finish(job, "here-1", JobState.HELD)
    store.jobs.cancel(kept[1], by="Ben")
    store.publications.make_live(live, instead_of=None, action="publish")
    clock.now += 1
    fresh_moment = clock.now
    fresh = prepared(store)
    assert sorted(store.publications.discard_abandoned(fresh_moment)) == sorted([of_cancelled, nobodys])
    for publication in (of_job, live, fresh):
        store.publications.get(publication)


def test_every_time_that_something_went_live_is_told_with_what_was_live_before(
    store: KnowledgeStore, clock: Clock
) -> None:
    first, second = prepared(store), prepared(store)
    live: int | None = None
    for publication, action in ((first, "publish"), (second, "withdraw"), (first, "rollback")):
        clock.now += 1_000
        store.publications.make_live(publication, instead_of=live, action=action, by="Ana", note=action)
        live = publication
    told = store.publications.went_live()
    assert [(each.publication, each.action) for each in told] == [
        (first, "rollback"),
        (second, "withdraw"),
        (first, "publish"),
    ]
    assert [each.action for each in store.publications.went_live(1)] == ["rollback"]
    assert [each.action for each in store.publications.went_live(5, before=told[0].at)] == [
        "withdraw",
        "publish",
    ]
