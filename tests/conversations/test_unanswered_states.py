"""A group is open, answered or not for us, and comes back when it is asked for again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversations.unanswered import Unanswered
from bot.conversations.unanswered_again import AskedAgain
from bot.conversations.unanswered_groups import UnansweredGroups
from bot.conversations.unanswered_states import GROWN_BY, States
from tests.conversations.asked_in_vain import Patient
from tests.conversations.conftest import HandClock
from tests.conversations.unanswered_parts import again, groups, one_group, patient, states, unanswered

__all__ = ["again", "groups", "patient", "states", "unanswered"]


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
