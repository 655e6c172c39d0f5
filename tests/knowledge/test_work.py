"""A publication job from its claim to its end: done, held by the gate, given up, failed, resumed."""

from __future__ import annotations

import json
import time

import pytest

from knowledge import publish as publishing
from knowledge import work
from knowledge.alone import NOTHING_TO_DO, TRY_AGAIN, alone, new_name, place
from knowledge.encoder import Encoder
from knowledge.snapshot import snapshot_folder
from knowledge.store import Job, JobAction, JobOrder, JobState
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home, article

QUESTION = "Where can I park?"
WORSE = article("parking", "The weather is often mild in spring and cold in winter.", question="Weather?")


def do(home: Home, job: int) -> Job:
    """What the worker's child does."""
    name = new_name(home.var)
    claimed = home.store.jobs.claim(name, place(home.var))
    assert claimed is not None
    assert claimed.id == job
    work.perform(home.store, home.settings, claimed, encoder=home.encoder)
    return home.store.jobs.get(job)


def ask(home: Home, action: JobAction = JobAction.PUBLISH, order: JobOrder | None = None) -> int:
    return home.store.jobs.ask(action, order or JobOrder(note="why"), by="Ana")


def expect(home: Home) -> int:
    """A golden question that `WORSE` does not answer from where it should."""
    return home.store.golden.save(QUESTION, expects="answer", document="parking", section=QUESTION, by="Ana")


def test_a_job_publishes_under_the_name_of_who_asked(any_home: Home) -> None:
    home = any_home
    home.store.save_revision(PARKING)
    done = do(home, ask(home))
    assert done.state is JobState.DONE
    live = home.store.live_publication()
    assert live is not None
    assert (live.id, live.created_by, live.note) == (done.publication, "Ana", "why")
    (event,) = home.store.publications.events()
    assert (event.action, event.by, event.note) == ("publish", "Ana", "why")
    assert home.live_texts() == [PARKING.sections[0].markdown]


def test_what_is_live_already_is_done_without_another_publication(home: Home) -> None:
    live = home.publish(PARKING)
    done = do(home, ask(home))
    assert (done.state, done.publication) == (JobState.DONE, live)
    assert len(home.store.publications.events()) == 1


def test_only_what_was_seen_is_published(home: Home) -> None:
    home.store.save_revision(PARKING)
    (seen,) = home.store.revisions.of("parking")
    job = ask(home, order=JobOrder(documents=("parking",), revisions=(seen.id,)))
    home.store.save_revision(article("parking", "Saved while the job waited.", question=QUESTION))
    assert do(home, job).state is JobState.DONE
    assert home.live_texts() == [PARKING.sections[0].markdown]
    assert [str(each.state) for each in home.store.revisions.of("parking")] == ["draft", "published"]


def test_an_older_revision_never_replaces_a_newer_one_unasked(home: Home) -> None:
    home.store.save_revision(PARKING)
    (seen,) = home.store.revisions.of("parking")
    job = ask(home, order=JobOrder(documents=("parking",), revisions=(seen.id,)))
    newer = article("parking", "Newer, and published first.", question=QUESTION)
    home.publish(newer)
    failed = do(home, job)
    assert (failed.state, "newer revision of “parking”" in failed.problem) == (JobState.FAILED, True)
    assert home.live_texts() == ["Newer, and published first."]


def test_withdrawing_several_documents_at_once(home: Home) -> None:
    home.publish(PARKING, REST, LUNCH)
    done = do(home, ask(home, JobAction.WITHDRAW, JobOrder(documents=("parking", "lunch"))))
    assert done.state is JobState.DONE
    assert home.live_texts() == [REST.sections[0].markdown]


@pytest.mark.parametrize(
    ("action", "order", "sentence"),
    [
        (JobAction.PUBLISH, JobOrder(documents=("unknown",)), "There is no document “unknown”"),
        (JobAction.WITHDRAW, JobOrder(documents=("unknown",)), "“unknown” is not published"),
        (JobAction.ROLLBACK, JobOrder(publication=99), "There is no publication 99"),
        (JobAction.ROLLBACK, JobOrder(), "Nobody said which publication"),
    ],
)
def test_what_is_not_possible_fails_with_a_sentence(
    home: Home, action: JobAction, order: JobOrder, sentence: str
) -> None:
    home.publish(PARKING)
    failed = do(home, ask(home, action, order))
    assert failed.state is JobState.FAILED
    assert sentence in failed.problem
    assert home.live_texts() == [PARKING.sections[0].markdown]


def test_a_full_disk_is_said_and_what_was_live_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.publish(PARKING)
    home.store.save_revision(REST)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("knowledge.rebuild.write_snapshot", full)
    failed = do(home, ask(home))
    assert failed.state is JobState.FAILED
    assert "No space left on device" in failed.problem
    assert home.live_texts() == [PARKING.sections[0].markdown]


# The gate


def test_a_worse_answer_holds_the_publication_until_it_is_accepted_by_name(
    any_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = any_home
    home.publish(PARKING, REST)
    golden = expect(home)
    home.store.save_revision(WORSE)
    job = ask(home)
    held = do(home, job)
    assert held.state is JobState.HELD
    (row,) = json.loads(held.report)["answers"]
    assert (row["id"], row["verdict"]) == (golden, "worse")
    assert "accept" in held.problem
    assert PARKING.sections[0].markdown in home.live_texts()
    made = held.publication
    assert made is not None

    home.store.jobs.accept(job, [golden], by="Ben")
    rebuilt: list[object] = []
    monkeypatch.setattr("knowledge.rebuild.write_snapshot", lambda *all_: rebuilt.append(all_))
    done = do(home, job)
    assert (done.state, done.publication, rebuilt) == (JobState.DONE, made, []), "what was built is used"
    assert home.store.publications.live_id() == made
    assert WORSE.sections[0].markdown in home.live_texts()
    assert json.loads(done.report)["answers"][0]["verdict"] == "worse", "the record keeps what was accepted"


def test_a_held_publication_is_put_together_anew_when_another_went_live_meanwhile(home: Home) -> None:
    home.publish(PARKING, REST)
    golden = expect(home)
    home.store.save_revision(WORSE)
    order = JobOrder(documents=("parking",))
    job = ask(home, order=order)
    do(home, job)
    home.store.save_revision(LUNCH)
    do(home, ask(home, order=JobOrder(documents=("lunch",))))
    home.store.jobs.accept(job, [golden], by="Ben")
    assert do(home, job).state is JobState.DONE
    assert sorted(home.live_texts()) == sorted(each.sections[0].markdown for each in (WORSE, REST, LUNCH)), (
        "nobody's change is lost"
    )


def test_the_snapshot_of_a_held_publication_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_UNFINISHED_AFTER", -10.0)
    home.publish(PARKING, REST)
    expect(home)
    home.store.save_revision(WORSE)
    held = do(home, ask(home, order=JobOrder(documents=("parking",))))
    assert held.publication is not None
    folder = snapshot_folder(home.snapshots, held.publication)
    assert folder.exists()
    home.store.save_revision(LUNCH)
    do(home, ask(home, order=JobOrder(documents=("lunch",))))
    assert folder.exists()
    home.store.jobs.cancel(held.id, by="Ben")
    home.publish(article("lunch", "Eat nothing before you come.", question="May I eat before?"))
    assert not folder.exists(), "given up and an hour old: gone"
    with pytest.raises(KeyError):
        home.store.publications.get(held.publication)


@pytest.mark.parametrize("way", [JobAction.WITHDRAW, JobAction.ROLLBACK])
def test_taking_back_is_never_held_up(home: Home, way: JobAction) -> None:
    first = home.publish(REST)
    home.publish(PARKING)
    expect(home)
    order = JobOrder(documents=("parking",)) if way is JobAction.WITHDRAW else JobOrder(publication=first)
    done = do(home, ask(home, way, order))
    assert done.state is JobState.DONE
    assert home.live_texts() == [REST.sections[0].markdown]
    assert json.loads(done.report)["answers"][0]["verdict"] == "worse", "but it is told"


def test_a_gate_that_breaks_holds_publications_and_no_withdrawal(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.publish(PARKING, REST)

    def broken(*_: object) -> object:
        raise RuntimeError("no gate")

    monkeypatch.setattr(work, "gate_of", lambda *_: broken)
    home.store.save_revision(WORSE)
    assert do(home, ask(home)).state is JobState.FAILED
    assert PARKING.sections[0].markdown in home.live_texts()
    assert do(home, ask(home, JobAction.WITHDRAW, JobOrder(documents=("parking",)))).state is JobState.DONE
    assert home.live_texts() == [REST.sections[0].markdown]


# Given up, taken over, resumed


def test_a_job_that_is_given_up_stops_and_does_not_go_live(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.publish(PARKING)
    for number in range(300):
        home.store.save_revision(article(f"extra-{number}", f"Extra fact number {number} of many."))
    job = ask(home)
    slowly = home.encoder.encode_tokens
    embedded: list[str] = []

    def encode(text: str) -> object:
        if len(embedded) == 20:
            home.store.jobs.cancel(job, by="Ben")
        embedded.append(text)
        time.sleep(0.01)
        return slowly(text)

    monkeypatch.setattr(home.encoder, "encode_tokens", encode)
    assert do(home, job).state is JobState.CANCELLED
    assert len(embedded) <= 256, "it stops at the next step"
    assert home.live_texts() == [PARKING.sections[0].markdown]


def test_a_resumed_job_goes_on_with_what_was_made(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.store.save_revision(PARKING)
    job = ask(home)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as context:
        context.setattr(type(home.store.publications), "make_live", killed)
        context.setattr(home.store.jobs, "finish", killed)
        with pytest.raises(Killed):
            do(home, job)
    begun = home.store.jobs.get(job)
    assert (begun.state, home.store.live_publication()) == (JobState.RUNNING, None)

    def nothing_to_embed(_text: str) -> object:
        raise AssertionError("embedded again")

    monkeypatch.setattr(home.encoder, "encode_tokens", nothing_to_embed)
    monkeypatch.setattr("knowledge.rebuild.write_snapshot", nothing_to_embed)
    done = do(home, job)
    assert (done.state, done.publication, done.attempt) == (JobState.DONE, begun.publication, 2)


def test_progress_reaches_the_jobs_row(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BEAT_SECONDS", 0.01)
    for number in range(200):
        home.store.save_revision(article(f"extra-{number}", f"Extra fact number {number} of many."))
    job = ask(home)
    seen: set[tuple[str, int, int]] = set()
    slowly = home.encoder.encode

    def encode(texts: list[str]) -> object:
        told = home.store.jobs.get(job)
        seen.add((told.phase, told.done, told.total))
        return slowly(texts)

    monkeypatch.setattr(home.encoder, "encode", encode)
    assert do(home, job).state is JobState.DONE
    assert any(phase == "embedding" and 0 < done < total for phase, done, total in seen), seen


# The process of one job


def test_one_at_a_time_with_one_state_folder(home: Home) -> None:
    home.store.save_revision(PARKING)
    job = ask(home)
    with alone(home.var) as first, alone(home.var) as second:
        assert (first, second) == (True, False)
        assert work.work_off(home.settings, new_name(home.var)) == NOTHING_TO_DO
    assert work.work_off(home.settings, new_name(home.var)) == 0
    assert home.store.jobs.get(job).state is JobState.DONE
    assert work.work_off(home.settings, new_name(home.var)) == NOTHING_TO_DO


def test_without_its_database_it_says_try_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    home.store.save_revision(PARKING)
    job = ask(home)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    with monkeypatch.context() as context:
        context.setattr("knowledge.store.publications.Publications.prepare", away)
        assert work.work_off(home.settings, new_name(home.var)) == TRY_AGAIN
    assert home.store.jobs.get(job).state is JobState.RUNNING
    assert work.work_off(home.settings, new_name(home.var)) == 0
    assert home.store.jobs.get(job).state is JobState.DONE


def test_without_the_encoder_the_job_fails_and_says_what_to_do(home: Home, encoder: Encoder) -> None:
    assert encoder
    (home.var / "encoder").unlink()
    job = ask(home)
    assert work.work_off(home.settings, new_name(home.var)) == 0
    failed = home.store.jobs.get(job)
    assert failed.state is JobState.FAILED
    assert "python -m knowledge.encoder_export" in failed.problem
