"""Questions asked in vain are found in the log once, and gone with their conversation."""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.privacy import Privacy
from bot.conversations.unanswered import SETTLED_MS, Unanswered
from bot.conversations.unanswered_again import AskedAgain
from bot.conversations.unanswered_groups import UnansweredGroups
from bot.conversations.unanswered_schema import unanswered_groups, unanswered_questions
from tests.conversations.asked_in_vain import Patient
from tests.conversations.conftest import HandClock
from tests.conversations.unanswered_parts import ENCODER, again, groups, patient, settle, unanswered

__all__ = ["again", "groups", "patient", "unanswered"]


def test_every_way_of_asking_in_vain_is_found_once(
    unanswered: Unanswered, patient: Callable[[], Patient], clock: HandClock
) -> None:
    somebody, other, third = patient(), patient(), patient()
    somebody.asks("Is there parking?")
    somebody.asks("What are NK cells?", "answer")
    other.rates(other.asks("What do they do?", "answer"))
    third.asks("How are they made?", "answer")
    third.is_taken_over("In our laboratory.")
    assert not unanswered.collect()
    assert not unanswered.has_some()  # the log has not settled yet
    settle(unanswered, clock)
    found = unanswered.waiting(ENCODER)
    assert {each.text for each in found} == {"Is there parking?", "What do they do?", "How are they made?"}
    settle(unanswered, clock)
    assert unanswered.waiting(ENCODER) == found


def test_a_thumb_that_comes_late_is_found_and_one_that_is_taken_back_forgotten(
    unanswered: Unanswered, patient: Callable[[], Patient], clock: HandClock
) -> None:
    somebody = patient()
    reply = somebody.asks("What are NK cells?", "answer")
    settle(unanswered, clock)
    assert not unanswered.has_some()
    clock.forward(86_400_000)
    somebody.rates(reply)
    settle(unanswered, clock)
    assert unanswered.has_some()
    somebody.rates(reply, helpful=True)
    settle(unanswered, clock)
    assert not unanswered.has_some()


def test_many_are_found_in_portions_also_of_the_same_moment(
    unanswered: Unanswered, patient: Callable[[], Patient], clock: HandClock
) -> None:
    for number in range(25):
        patient().asks(f"question {number}")
    clock.forward(SETTLED_MS + 1)
    assert unanswered.collect(limit=10)
    assert len(unanswered.waiting(ENCODER)) == 10
    assert unanswered.collect(limit=10)
    assert not unanswered.collect(limit=10)
    assert len(unanswered.waiting(ENCODER)) == 25


def test_two_workers_at_once_find_each_question_once(
    database: Database, patient: Callable[[], Patient], clock: HandClock
) -> None:
    for number in range(20):
        patient().asks(f"question {number}")
    clock.forward(SETTLED_MS + 1)
    surprises: list[BaseException] = []

    def work() -> None:
        mine = Unanswered(database, clock)
        try:
            while mine.collect(limit=3):
                pass
            for each in mine.waiting(ENCODER):
                mine.place(each.id, b"", ENCODER, "en", None)
        except BaseException as error:  # noqa: BLE001 - shown below
            surprises.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert surprises == []
    with database.read() as connection:
        count = sa.select(sa.func.count())
        assert connection.execute(count.select_from(unanswered_questions)).scalar_one() == 20
        assert connection.execute(count.select_from(unanswered_groups)).scalar_one() == 20


def test_a_follow_up_comes_with_what_was_asked_before(
    unanswered: Unanswered, patient: Callable[[], Patient], clock: HandClock
) -> None:
    somebody = patient()
    somebody.asks("Do you treat Lyme?", "answer")
    somebody.asks("and for children?")
    settle(unanswered, clock)
    (found,) = unanswered.waiting(ENCODER)
    assert found.context == ("Do you treat Lyme?",)


# Erasure.


def test_an_erased_question_is_gone_from_its_group_and_an_empty_group_goes_too(
    database: Database,
    unanswered: Unanswered,
    groups: UnansweredGroups,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    first, second, alone = patient(), patient(), patient()
    first.asks("Is there parking?")
    second.asks("where do I park")
    settle(unanswered, clock)
    group = None
    for each in unanswered.waiting(ENCODER):
        group = unanswered.place(each.id, b"", ENCODER, "en", group)
    assert group is not None
    alone.asks("may my dog come")
    settle(unanswered, clock)
    (dog,) = unanswered.waiting(ENCODER)
    unanswered.place(dog.id, b"", ENCODER, "en", None)
    labelled = next(each.id for each in groups.questions(group) if each.text == "Is there parking?")
    unanswered.label({group: labelled})
    privacy = Privacy(database, clock)
    privacy.erase(first.id, "patient")
    privacy.erase(alone.id, "retention")
    (found,) = groups.overview()
    assert (found.label, found.total) == ("where do I park", 1)
    unanswered.label({})
    with database.read() as connection:
        assert connection.execute(sa.select(unanswered_groups.c.id)).scalars().all() == [group]


def test_what_is_erased_between_reading_and_writing_does_not_come_back(
    database: Database,
    unanswered: Unanswered,
    again: AskedAgain,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    somebody = patient()
    somebody.asks("Is there parking?")
    settle(unanswered, clock)
    (found,) = unanswered.waiting(ENCODER)
    Privacy(database, clock).erase(somebody.id, "patient")
    assert unanswered.place(found.id, b"", ENCODER, "en", None) is None
    again.asked(found.id, 7, "parking", "Where to park")
    unanswered.look_at(somebody.id)
    assert not unanswered.has_some()
