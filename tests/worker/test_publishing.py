"""The worker publishes, whatever dies: it, the process of the publication, both, at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.worker.publishing import MOST_CRASHES, Publishing
from knowledge.encoder import Encoder
from knowledge.snapshot import load_snapshot, snapshot_folder
from knowledge.store import Job, JobAction, JobOrder, JobState
from knowledge.store.schema import publication_jobs
from tests.knowledge.conftest import encoder, encoder_dir
from tests.knowledge.knowing import PARKING, REST, Home, article
from tests.support.chance import chance
from tests.support.fake_rasa import FakeRasa
from tests.support.worker_process import WorkerProcess

__all__ = ["encoder", "encoder_dir"]

PATIENCE = 180.0
KILLS = 100
SLUGS = ("one", "two", "three")


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.02)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


@pytest.fixture
def home(
    tmp_path: Path,
    encoder: Encoder,
    encoder_dir: Path,
    database_url: str,
) -> Iterator[Home]:
    """A knowledge base in the worker's state folder and database."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "encoder").symlink_to(encoder_dir)
    made = Home(var, database_url, encoder)
    yield made
    made.store.close()


@pytest.fixture
def worker(home: Home, rasa: FakeRasa) -> Iterator[WorkerProcess]:
    process = WorkerProcess(home.var, home.database_url, rasa.url).start()
    yield process
    process.stop()


def ask(home: Home, action: JobAction = JobAction.PUBLISH, order: JobOrder | None = None) -> int:
    return home.store.jobs.ask(action, order or JobOrder(), by="Ana")


def over(home: Home, job: int) -> bool:
    return home.store.jobs.get(job).state not in (JobState.WAITING, JobState.RUNNING)


def done(home: Home, job: int) -> Job:
    eventually(lambda: over(home, job), f"job {job} is over")
    return home.store.jobs.get(job)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in listed.stdout.split()]


def test_the_worker_publishes_withdraws_and_rolls_back(home: Home, worker: WorkerProcess) -> None:
    home.store.save_revision(PARKING)
    home.store.save_revision(REST)
    first = done(home, ask(home))
    assert (first.state, first.problem) == (JobState.DONE, "")
    assert len(home.live_texts()) == 2
    second = done(home, ask(home, JobAction.WITHDRAW, JobOrder(documents=("parking",))))
    assert second.state is JobState.DONE
    assert home.live_texts() == [REST.sections[0].markdown]
    third = done(home, ask(home, JobAction.ROLLBACK, JobOrder(publication=first.publication)))
    assert (third.state, third.publication) == (JobState.DONE, first.publication)
    assert len(home.live_texts()) == 2
    assert "Ana" in {event.by for event in home.store.publications.events()}
    assert PARKING.sections[0].markdown not in worker.log()


def test_jobs_that_are_asked_for_together_are_done_one_after_the_other(
    home: Home, worker: WorkerProcess
) -> None:
    assert worker
    jobs = []
    for slug in SLUGS:
        home.store.save_revision(article(slug, f"All about {slug}."))
        jobs.append(ask(home, order=JobOrder(documents=(slug,))))
    assert {done(home, job).state for job in jobs} == {JobState.DONE}
    assert len(home.live_texts()) == 3
    events = home.store.publications.events()
    assert [event.publication for event in reversed(events)] == sorted(
        event.publication or 0 for event in events
    )


def test_a_publication_leaves_nothing_in_the_workers_memory(home: Home, worker: WorkerProcess) -> None:
    home.store.save_revision(PARKING)
    assert done(home, ask(home)).state is JobState.DONE
    eventually(lambda: not children(worker.pid), "the publication's process is gone")
    before = _resident_mb(worker.pid)
    for number in range(300):
        home.store.save_revision(article(f"doc-{number}", f"Fact {number} of many facts to be embedded."))
    assert done(home, ask(home)).state is JobState.DONE
    eventually(lambda: not children(worker.pid), "the publication's process is gone")
    assert _resident_mb(worker.pid) - before < 10
    assert "torch" not in Path(f"/proc/{worker.pid}/maps").read_text(encoding="utf-8")


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_the_work_ends_with_its_worker_and_is_resumed_at_once(home: Home, rasa: FakeRasa) -> None:
    for number in range(400):
        home.store.save_revision(article(f"doc-{number}", f"Fact {number} of many facts to be embedded."))
    first = WorkerProcess(home.var, home.database_url, rasa.url).start()
    job = ask(home)
    eventually(lambda: home.store.jobs.get(job).phase == "embedding", "it embeds")
    (child,) = children(first.pid)
    first.kill()
    eventually(lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child), "its work has ended, too")
    with (
        home.store.database.write() as connection
    ):  # so that nobody can just have waited for the lease to end
        an_hour = int(time.time() * 1000) + 3_600_000
        connection.execute(sa.update(publication_jobs).values(lease_until=an_hour))
    second = WorkerProcess(home.var, home.database_url, rasa.url).start()
    eventually(lambda: home.store.jobs.get(job).attempt == 2, "the next worker resumes it")
    finished = done(home, job)
    assert finished.state is JobState.DONE
    assert len(home.live_texts()) == 400
    assert second.stop() == 0


def _is_zombie(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return True


def test_killed_a_hundred_times_at_random_moments(home: Home, rasa: FakeRasa, database_url: str) -> None:
    """What is served is wholly the old or wholly the new publication, and every job is done in the end.

    Killed is the worker, the process of the publication, or both. A keeper starts the worker again, as the
    supervisor does.
    """
    kills = KILLS if database_url.startswith("sqlite") else KILLS // 5
    luck = chance()
    home.publish(*(article(slug, f"State 0 of {slug}.") for slug in SLUGS))
    keeper = _Keeper(home, rasa)
    watcher = _Watcher(home)
    jobs: list[int] = []
    usual = 4.0
    counted = {"worker": 0, "publication": 0, "both": 0}
    resumed = in_a_row = 0
    try:
        while sum(counted.values()) < kills:
            if not jobs or over(home, jobs[-1]):
                number = len(jobs) + 1
                for slug in SLUGS:
                    home.store.save_revision(article(slug, f"State {number} of {slug}."))
                jobs.append(ask(home))
                asked = time.monotonic()
            time.sleep(luck.uniform(0, usual))
            # A publication whose own process dies again and again is given up, see below; not what is shown here.
            whom = "worker" if in_a_row == MOST_CRASHES - 1 else luck.choice(sorted(counted))
            died = keeper.kill(whom)
            counted[whom] += died
            in_a_row = in_a_row + died if whom == "publication" else 0
            if over(home, jobs[-1]):
                usual = max(0.3, min(usual, 0.8 * (time.monotonic() - asked)))
            else:
                usual = min(usual * 1.1, 6.0)
            texts = home.live_texts()
            assert len({text.split()[1] for text in texts}) == 1, f"a mixture: {texts}"
        last = done(home, jobs[-1])
        resumed = sum(home.store.jobs.get(job).attempt > 1 for job in jobs)
    finally:
        keeper.stop()
        seen = watcher.stop()
    assert last.state is JobState.DONE
    states = {home.store.jobs.get(job).state for job in jobs}
    assert states == {JobState.DONE}, [home.store.jobs.get(job).problem for job in jobs]
    # Each job went live exactly once, in the order in which they were asked for.
    went_live = [each.publication for each in reversed(home.store.publications.went_live(1_000))][1:]
    assert went_live == [home.store.jobs.get(job).publication for job in jobs]
    assert len(seen) >= min(5, len(jobs)), seen
    assert resumed, "nothing was ever broken off: the test proves too little"
    live = home.store.publications.live_id()
    assert live is not None
    loaded = load_snapshot(
        snapshot_folder(home.snapshots, live), encoder=home.encoder.identity, publication=live
    )
    assert sorted(each.text for each in loaded.corpus.passages) == sorted(home.live_texts())
    print(f"{counted} killed, {len(jobs)} jobs, {resumed} resumed, {len(seen)} states seen")


class _Keeper:
    """Starts the worker again whenever it has died."""

    def __init__(self, home: Home, rasa: FakeRasa) -> None:
        self._home, self._rasa = home, rasa
        self._worker = self._start()

    def kill(self, whom: str) -> int:
        """Kills what is named, if it lives; how many died."""
        work = children(self._worker.pid) if whom != "worker" else []
        victims = work if whom == "publication" else [*work, self._worker.pid]
        died = 0
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
                died = 1
            except ProcessLookupError:
                continue
        if whom != "publication":
            self._worker.wait()
            self._worker = self._start()
        return died

    def stop(self) -> None:
        self._worker.stop()

    def _start(self) -> WorkerProcess:
        return WorkerProcess(self._home.var, self._home.database_url, self._rasa.url).start()


class _Watcher:
    """Serves what is live all the time, as an action server does, and checks that it is never a mixture."""

    def __init__(self, home: Home) -> None:
        from knowledge.live import LiveSearcher

        self._live = LiveSearcher(home.settings, encoder=home.encoder)
        self._seen: set[str] = set()
        self._faults: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        assert self._live.wait(30)
        self._thread.start()

    def stop(self) -> set[str]:
        """The states that were served; fails if one was a mixture."""
        self._over.set()
        self._thread.join(10)
        self._live.close()
        assert self._faults == []
        return self._seen

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            served = [passage.text for passage in self._live.current().corpus.passages]
            states = {text.split()[1] for text in served}
            if len(served) != len(SLUGS) or len(states) != 1:
                self._faults.append(f"served: {served}")
            self._seen |= states


def test_a_publication_that_always_breaks_down_is_not_tried_for_ever(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.publish(PARKING)
    home.store.save_revision(REST)
    job = ask(home)
    monkeypatch.setenv("NKBOT_VAR", str(home.var))
    monkeypatch.setenv("NKBOT_DATABASE_URL", home.database_url)
    publishing = Publishing(home.settings)
    killed = 0

    def kill_once_it_runs() -> bool:
        nonlocal killed
        publishing.look()
        if home.store.jobs.get(job).attempt > killed:
            killed += 1
            for pid in children(os.getpid()):
                if b"knowledge.work" in _command_line(pid):
                    os.kill(pid, signal.SIGKILL)
        return over(home, job)

    eventually(kill_once_it_runs, "it is given up")
    failed = home.store.jobs.get(job)
    assert (failed.state, killed) == (JobState.FAILED, MOST_CRASHES)
    assert "too little memory" in failed.problem
    assert home.live_texts() == [PARKING.sections[0].markdown]
    publishing.look()
    assert home.store.jobs.get(job).attempt == MOST_CRASHES


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
