"""The worker finds questions asked in vain, puts them together, and asks them again after a publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from bot.conversations.privacy import Privacy
from bot.conversations.unanswered_groups import UnansweredGroups
from bot.conversations.unanswered_schema import unanswered_groups, unanswered_questions
from bot.editorial.scrub import scrub
from bot.worker.unanswered import UnansweredQuestions
from knowledge.model import Document, Section
from tests.conversations.asked_in_vain import Patient
from tests.editorial.people import PEOPLE
from tests.editorial.test_grouping import labelled, quality
from tests.knowledge.conftest import encoder, encoder_dir, home, var
from tests.knowledge.knowing import PARKING, REST, Home
from tests.support.fake_rasa import FakeRasa
from tests.support.worker_process import WorkerProcess
from tests.worker.test_process import eventually

__all__ = ["encoder", "encoder_dir", "home", "var"]

LONG_AGO = 30 * 86_400_000

NewPatient = Callable[[], Patient]


@pytest.fixture
def new_patient(database: Database) -> NewPatient:
    """Somebody who wrote a month ago."""
    return lambda: Patient(database, lambda: system_clock() - LONG_AGO)


@pytest.fixture
def groups(database: Database) -> UnansweredGroups:
    return UnansweredGroups(database)


@pytest.fixture
def job(database: Database, home: Home) -> UnansweredQuestions:
    return UnansweredQuestions(database, home.settings, rearrange_after=0)


def work(job: UnansweredQuestions) -> None:
    while job.run():
        pass


def contents(groups: UnansweredGroups) -> dict[int, list[str]]:
    return {each.id: [q.text for q in groups.questions(each.id)] for each in groups.overview()}


def article(slug: str, heading: str, text: str, questions: list[str]) -> Document:
    return Document(slug=slug, title=f"About {slug}", sections=(Section((heading,), text, tuple(questions)),))


def test_two_hundred_questions_make_sensible_groups_and_an_article_answers_one(
    database: Database,
    job: UnansweredQuestions,
    groups: UnansweredGroups,
    new_patient: NewPatient,
    home: Home,
) -> None:
    if not database.is_sqlite:
        pytest.skip("the smaller tests show that PostgreSQL does the same; this one takes a while")
    asked, labels = (a + b for a, b in zip(labelled("choosing"), labelled("held_out"), strict=True))
    home.publish(REST)
    for question in asked:
        new_patient().asks(question)
    work(job)
    found = {text: group for group, texts in contents(groups).items() for text in texts}
    assert len(found) == 200
    measured = quality(labels, [found[each] for each in asked])
    print({name: round(value, 3) for name, value in measured.items()}, len(set(found.values())), "groups")
    assert measured["f1"] >= 0.65
    assert measured["purity"] >= 0.85
    assert {each.answered for each in groups.overview()} == {0}
    # One article from one group.
    parking = next(
        each for each in groups.overview() if "Is there parking" in " ".join(contents(groups)[each.id])
    )
    inside = contents(groups)[parking.id]
    groups.being_written(parking.id, "Edda", "coming-by-car", "Where can I park?")
    home.publish(
        article(
            "coming-by-car",
            "Where can I park?",
            "You can park behind the house. It is free for patients.",
            inside,
        )
    )
    work(job)
    now = groups.get(parking.id)
    assert (now.state, now.answered, now.total) == ("answered", len(inside), len(inside))
    question = groups.questions(parking.id)[0]
    assert (question.answer_document, question.answer_heading) == ("coming-by-car", "Where can I park?")
    others = [each for each in groups.overview() if each.id != parking.id]
    assert Counter(each.state for each in others)["open"] >= len(others) - 2
    # Withdrawn: not answered any more.
    home.publisher.withdraw("coming-by-car")
    work(job)
    assert (groups.get(parking.id).state, groups.get(parking.id).answered) == ("open", 0)


def test_a_new_question_joins_its_group_and_labels_are_the_most_central(
    job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient
) -> None:
    for text in ("Is there parking at the clinic?", "where can I park my car", "may I bring my dog"):
        new_patient().asks(text)
    work(job)
    before = contents(groups)
    assert sorted(map(len, before.values())) == [1, 2]
    new_patient().asks("can I park my car at the clinic")
    work(job)
    assert {group: len(texts) for group, texts in contents(groups).items()} == {
        group: 3 if len(texts) == 2 else 1 for group, texts in before.items()
    }
    assert {each.label for each in groups.overview() if each.total == 3} == {
        "can I park my car at the clinic"
    }


def test_follow_ups_are_grouped_with_what_they_follow(
    job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient
) -> None:
    new_patient().asks("do you treat lyme disease in children")
    somebody = new_patient()
    somebody.asks("do you treat lyme disease", "answer")
    somebody.asks("and in children?")
    work(job)
    assert [sorted(each) for each in contents(groups).values()] == [
        ["and in children?", "do you treat lyme disease in children"]
    ]


def test_the_same_passage_does_not_answer_somebody_whom_it_did_not_help(
    job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient, home: Home
) -> None:
    home.publish(PARKING)
    (passage,) = home.store.published_passages(1)
    somebody = new_patient()
    somebody.rates(somebody.asks("Where can I park?", "answer", passage=passage.key))
    work(job)
    (group,) = groups.overview()
    assert (group.state, group.answered, group.disliked) == ("open", 0, 1)
    home.publish(
        article("parking", "Where can I park?", "Park in the street in front.", ["Where can I park?"])
    )
    work(job)
    (group,) = groups.overview()
    assert (group.state, group.answered) == ("answered", 1)


def test_questions_in_another_language_are_not_taken_for_answered(
    job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient, home: Home
) -> None:
    new_patient().asks("Wo kann ich mein Auto parken, gibt es Parkplätze?")
    work(job)
    home.publish(article("parking", "Parken", "Autos parken hier.", ["Wo kann ich mein Auto parken?"]))
    work(job)
    (group,) = groups.overview()
    assert (dict(group.languages), group.answered) == ({"de": 1}, 0)


def test_without_an_encoder_questions_wait_and_nothing_fails(
    database: Database, home: Home, new_patient: NewPatient, groups: UnansweredGroups, tmp_path: Path
) -> None:
    new_patient().asks("Is there parking?")
    blind = UnansweredQuestions(database, type(home.settings)(var=tmp_path / "empty"))
    assert not blind.run()
    assert groups.overview() == []
    work(UnansweredQuestions(database, home.settings))
    assert len(groups.overview()) == 1


# Who asks is nobody's business.


def test_fifty_people_cannot_be_recognised_by_what_an_editor_sees(
    job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient
) -> None:
    assert len(PEOPLE) == 50
    for text, _ in PEOPLE:
        new_patient().asks(text)
    work(job)
    seen = [scrub(text).lower() for texts in contents(groups).values() for text in texts]
    assert len(seen) == 50
    left = [
        part for _, secret in PEOPLE for part in secret.lower().split() if any(part in each for each in seen)
    ]
    assert left == []


def test_an_erased_conversation_leaves_nothing(
    database: Database, job: UnansweredQuestions, groups: UnansweredGroups, new_patient: NewPatient
) -> None:
    first, second = new_patient(), new_patient()
    for somebody in (first, second):
        somebody.asks("Is there parking for canaries?")
    work(job)
    privacy = Privacy(database)
    privacy.erase(first.id, "patient")
    work(job)
    (group,) = groups.overview()
    assert (group.total, group.label) == (1, "Is there parking for canaries?")
    privacy.erase(second.id, "retention")
    assert groups.overview() == []
    new_patient().asks("may I bring my dog")  # the next time that groups are put in order
    work(job)
    with database.read() as connection:
        for table in (unanswered_questions, unanswered_groups):
            assert len(connection.execute(sa.select(table)).all()) == 1


# The process.


@pytest.fixture
def workers(
    database_url: str, rasa: FakeRasa, tmp_path: Path, encoder_dir: Path
) -> Callable[[], WorkerProcess]:
    folder = tmp_path / "worker"
    folder.mkdir()
    (folder / "encoder").symlink_to(encoder_dir)
    return lambda: WorkerProcess(folder, database_url, rasa.url)


def test_killed_in_the_middle_and_two_at_once_place_every_question_once(
    database: Database,
    workers: Callable[[], WorkerProcess],
    new_patient: NewPatient,
    groups: UnansweredGroups,
) -> None:
    asked, _ = labelled("choosing")
    for question in asked[:60]:
        new_patient().asks(question)

    def placed() -> int:
        with database.read() as connection:
            query = sa.select(sa.func.count()).where(unanswered_questions.c.group_id.is_not(None))
            return int(connection.execute(query).scalar_one())

    worker = workers().start()
    eventually(lambda: placed() >= 5, "some have a group")
    worker.kill()
    assert placed() < 60, "it was over before it was killed: nothing was shown"
    both = [workers().start(), workers().start()]
    eventually(lambda: placed() == 60, "all have a group")
    for each in both:
        assert each.stop() == 0
        assert "ERROR" not in each.log()
    texts = [text for inside in contents(groups).values() for text in inside]
    assert sorted(texts) == sorted(asked[:60])
