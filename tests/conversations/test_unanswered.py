"""Questions asked in vain are found in the log once, kept in groups, and gone with their conversation."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.privacy import Privacy
from bot.conversations.unanswered import SETTLED_MS, Unanswered
from bot.conversations.unanswered_again import AskedAgain
from bot.conversations.unanswered_groups import (
    WEEK_MS,
    WEEKS,
    GroupGone,
    QuestionGone,
    UnansweredGroups,
)
from bot.conversations.unanswered_schema import unanswered_groups, unanswered_questions
from bot.conversations.unanswered_states import GROWN_BY, States
from tests.conversations.asked_in_vain import Patient
from tests.conversations.conftest import HandClock

ENCODER = "made up"


@pytest.fixture
def unanswered(database: Database, clock: HandClock) -> Unanswered:
    return Unanswered(database, clock)


@pytest.fixture
def again(database: Database) -> AskedAgain:
    return AskedAgain(database)


@pytest.fixture
def groups(database: Database, clock: HandClock) -> UnansweredGroups:
    return UnansweredGroups(database, clock)


@pytest.fixture
def states(database: Database, clock: HandClock) -> States:
    return States(database, clock)


@pytest.fixture
def patient(database: Database, clock: HandClock) -> Callable[[], Patient]:
    return lambda: Patient(database, clock)


def settle(unanswered: Unanswered, clock: HandClock) -> None:
    clock.forward(SETTLED_MS + 1)
    while unanswered.collect():
        pass


def texts(groups: UnansweredGroups, group: int) -> list[str]:
    return [each.text for each in groups.questions(group)]


def one_group(
    unanswered: Unanswered,
    patient: Callable[[], Patient],
    clock: HandClock,
    *asked: str,
    group: int | None = None,
) -> int:
    """All these questions, asked by different people, in one group."""
    for text in asked:
        patient().asks(text)
    settle(unanswered, clock)
    for each in unanswered.waiting(ENCODER):
        group = unanswered.place(each.id, b"", ENCODER, "en", group)
    assert group is not None
    return group


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


# Groups.


def test_a_group_at_a_glance(
    unanswered: Unanswered,
    groups: UnansweredGroups,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    clock.now = 100 * WEEK_MS
    group = one_group(unanswered, patient, clock, "Is there parking?")
    clock.forward(2 * WEEK_MS)
    one_group(unanswered, patient, clock, "where do I park", "parking?", group=group)
    (found,) = groups.overview()
    assert (found.id, found.state, found.total, found.abstained, found.answered) == (group, "open", 3, 3, 0)
    assert found.weeks == (0,) * (WEEKS - 3) + (1, 0, 2)
    assert found.languages == {"en": 3}
    assert found.label in {"parking?", "where do I park"}  # one of the newest while none is named
    (first,) = [each for each in groups.questions(group) if each.text == "Is there parking?"]
    unanswered.label({group: first.id})
    assert groups.get(group).label == "Is there parking?"


def test_a_question_shows_what_was_said_to_it(
    unanswered: Unanswered, groups: UnansweredGroups, patient: Callable[[], Patient], clock: HandClock
) -> None:
    somebody = patient()
    somebody.asks("Is there parking?")
    somebody.is_taken_over("Yes, behind the house.", "It is free.")
    somebody.asks("What are NK cells?", "answer")
    somebody.is_taken_over("About something else.")
    settle(unanswered, clock)
    for each in unanswered.waiting(ENCODER):
        unanswered.place(each.id, b"", ENCODER, "en", None)
    found = {each.text: each for group in groups.overview() for each in groups.questions(group.id)}
    question = found["Is there parking?"]
    assert question.reply == "The bot's abstain."
    assert question.evidence["threshold"] == 0.5
    assert [each.text for each in question.advisors] == ["Yes, behind the house.", "It is free."]
    assert found["What are NK cells?"].taken_over
    assert [each.text for each in found["What are NK cells?"].advisors] == ["About something else."]


def test_editors_merge_move_and_split(
    unanswered: Unanswered, groups: UnansweredGroups, patient: Callable[[], Patient], clock: HandClock
) -> None:
    parking = one_group(unanswered, patient, clock, "Is there parking?", "where do I park")
    dogs = one_group(unanswered, patient, clock, "may my dog come", "car park for dogs")
    stray = next(each.id for each in groups.questions(dogs) if each.text == "car park for dogs")
    assert groups.move(dogs, [stray], parking, "Edda") == parking
    assert len(texts(groups, parking)) == 3
    split = groups.move(parking, [stray], None, "Edda")
    assert texts(groups, split) == ["car park for dogs"]
    groups.merge(split, dogs, "Edda")
    assert sorted(texts(groups, dogs)) == ["car park for dogs", "may my dog come"]
    with pytest.raises(GroupGone):
        groups.get(split)
    with pytest.raises(GroupGone):
        groups.merge(split, dogs, "Edda")
    with pytest.raises(QuestionGone):
        groups.move(parking, [stray], dogs, "Edda")
    assert not any(each.loose for each in unanswered.placed(ENCODER))


def test_what_editors_have_touched_is_not_rearranged(
    unanswered: Unanswered, groups: UnansweredGroups, patient: Callable[[], Patient], clock: HandClock
) -> None:
    kept = one_group(unanswered, patient, clock, "Is there parking?")
    loose = one_group(unanswered, patient, clock, "may my dog come", "dogs?")
    groups.decide(kept, "not_for_us", "Edda", "It is on our website.")
    ids = {each.text: each.id for group in (kept, loose) for each in groups.questions(group)}
    unanswered.rearrange(
        {
            ids["Is there parking?"]: (kept, loose),
            ids["dogs?"]: (loose, -1),
            ids["may my dog come"]: (kept, loose),  # not where it was thought to be
        }
    )
    assert texts(groups, kept) == ["Is there parking?"]
    assert texts(groups, loose) == ["may my dog come"]
    assert len(groups.overview()) == 3


def test_not_for_us_comes_back_when_demand_has_grown(
    unanswered: Unanswered,
    groups: UnansweredGroups,
    states: States,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    group = one_group(unanswered, patient, clock, "Is there parking?")
    groups.decide(group, "not_for_us", "Edda", "It is on our website.")
    clock.forward(1)
    one_group(unanswered, patient, clock, *["parking?"] * (GROWN_BY - 1), group=group)
    assert states.settle() == 0
    found = groups.get(group)
    assert (found.state, found.note, found.total) == ("not_for_us", "It is on our website.", GROWN_BY)
    one_group(unanswered, patient, clock, "parking!", group=group)
    assert states.settle() == 1
    found = groups.get(group)
    assert (found.state, found.came_back) == ("open", True)


def test_a_group_is_answered_when_most_of_it_is_and_opens_again(
    unanswered: Unanswered,
    again: AskedAgain,
    groups: UnansweredGroups,
    states: States,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    group = one_group(unanswered, patient, clock, "a", "b", "c", "d")
    groups.being_written(group, "Edda", "parking", "Where to park")
    clock.forward(1)
    live_since = clock.now + 1
    assert len(again.to_ask(7, live_since)) == 4
    asked = again.to_ask(7, live_since)
    for each in asked[:2]:
        again.asked(each.id, 7, "parking", "Where to park")
    again.asked(asked[3].id, 7, "", "")
    assert states.settle() == 0
    assert groups.get(group).answered == 2
    again.asked(asked[2].id, 7, "parking", "Where to park")
    assert again.to_ask(7, live_since) == []
    assert states.settle() == 1
    assert (groups.get(group).state, groups.get(group).draft) == ("answered", "parking")
    for each in asked[1:3]:  # withdrawn: asked of the next publication in vain
        again.asked(each.id, 8, "", "")
    assert len(again.to_ask(8, live_since)) == 2
    assert states.settle() == 1
    assert (groups.get(group).state, groups.get(group).came_back) == ("open", True)


def test_a_thumb_down_on_the_new_answer_opens_the_group_again(
    unanswered: Unanswered,
    again: AskedAgain,
    groups: UnansweredGroups,
    states: States,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    group = one_group(unanswered, patient, clock, "a")
    (question,) = again.to_ask(7, clock.now + 1)
    again.asked(question.id, 7, "parking", "Where to park")
    states.settle()
    assert groups.get(group).state == "answered"
    clock.forward(1)
    somebody = patient()
    somebody.rates(somebody.asks("where do I park", "answer", passage="the new passage"))
    one_group(unanswered, patient, clock, group=group)
    states.settle()
    assert (groups.get(group).state, groups.get(group).came_back) == ("open", True)
    (later,) = again.to_ask(8, clock.now + 1)[1:]
    assert later.said == "the new passage"


def test_only_what_was_asked_before_a_publication_is_asked_of_it(
    unanswered: Unanswered, again: AskedAgain, patient: Callable[[], Patient], clock: HandClock
) -> None:
    before = clock.now
    one_group(unanswered, patient, clock, "a")
    assert again.to_ask(7, before) == []


def test_an_editor_says_that_it_is_answered(
    unanswered: Unanswered,
    groups: UnansweredGroups,
    states: States,
    patient: Callable[[], Patient],
    clock: HandClock,
) -> None:
    group = one_group(unanswered, patient, clock, "a")
    groups.decide(group, "answered", "Edda")
    assert states.settle() == 0
    clock.forward(1)
    one_group(unanswered, patient, clock, *"bcdef", group=group)
    assert states.settle() == 1
    assert groups.get(group).state == "open"
    with pytest.raises(ValueError):
        groups.decide(group, "forgotten", "Edda")


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
