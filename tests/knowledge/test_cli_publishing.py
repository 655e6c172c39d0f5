"""Publishing from the command line is a job like any other: one at a time, held by the gate, listed, watched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import work
from knowledge.alone import alone, new_name
from knowledge.encoder import Encoder
from knowledge.store import JobState
from tests.knowledge.commanding import Run, fails
from tests.knowledge.knowing import PARKING, REST, Home
from tests.knowledge.test_work import WORSE, expect


@pytest.fixture
def base(var: Path, encoder: Encoder) -> Iterator[Home]:
    """The knowledge base that the commands work with: parking and rest are live, and one golden question."""
    made = Home(var, f"sqlite:///{var / 'knowledge.sqlite3'}", encoder)
    made.publish(PARKING, REST)
    yield made
    made.store.close()


def test_a_held_publication_says_what_holds_it_and_is_accepted_by_number(run: Run, base: Home) -> None:
    golden = expect(base)
    base.store.save_revision(WORSE)
    held = run("publish", "--note", "worse")
    assert held.exit_code == 1
    assert f"{golden}  “Where can I park?” would get a worse answer" in held.stdout
    (job,) = base.store.jobs.latest(1)
    assert f"jobs accept {job.id}" in held.stdout
    assert PARKING.sections[0].markdown in base.live_texts()
    listed = run("jobs").stdout
    assert f"{job.id}  " in listed
    assert "held  publish all drafts  worse" in listed
    assert "would get a worse answer" in listed

    assert run("jobs", "accept", job.id, golden).exit_code == 0
    assert work.work_off(base.settings, new_name(base.var)) == 0
    assert base.store.jobs.get(job.id).state is JobState.DONE
    assert WORSE.sections[0].markdown in base.live_texts()
    fails(run("jobs", "accept", job.id, golden), "any more")


def test_set_up_goes_on_when_the_gate_holds_the_articles_of_an_upgrade(run: Run, base: Home) -> None:
    expect(base)
    base.store.save_revision(WORSE)
    held = run("publish", "--leave-held")
    assert held.exit_code == 0
    assert "Held:" in held.stdout
    (job,) = base.store.jobs.open()
    assert run("jobs", "cancel", job.id).exit_code == 0
    fails(run("jobs", "cancel", job.id), "over already")


def test_one_publication_comes_after_the_other(run: Run, base: Home) -> None:
    with alone(base.var) as nobody_else:
        assert nobody_else
        ended: list[str] = []
        waiting = threading.Thread(target=lambda: ended.append(run("withdraw", "parking").stderr))
        waiting.start()
        waiting.join(2)
        assert waiting.is_alive()
        assert len(base.live_texts()) == 2
    waiting.join(60)
    assert ["Another publication is under way" in told for told in ended] == [True]
    assert base.live_texts() == [REST.sections[0].markdown]


def test_the_worker_may_do_it_while_the_command_watches(run: Run, base: Home) -> None:
    ended: list[str] = []
    watching = threading.Thread(
        target=lambda: ended.append(run("withdraw", "parking", "--through-worker").stdout)
    )
    watching.start()
    while not base.store.jobs.due():
        watching.join(0.05)
    assert work.work_off(base.settings, new_name(base.var)) == 0
    watching.join(60)
    assert ["is live" in told for told in ended] == [True]
    assert base.live_texts() == [REST.sections[0].markdown]


def test_a_command_that_is_broken_off_leaves_nothing_for_the_worker(
    run: Run, base: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("knowledge.publish.ensure_snapshot", interrupted)
    assert run("withdraw", "parking").exit_code != 0
    assert base.store.jobs.latest(1)[0].state is JobState.CANCELLED
    assert not base.store.jobs.due()
    assert len(base.live_texts()) == 2


def test_what_is_not_possible_is_told_here_and_troubles_nobody_else(run: Run, base: Home) -> None:
    fails(run("withdraw", "unknown"), "“unknown” is not published")
    assert base.store.jobs.latest(1)[0].state is JobState.CANCELLED
