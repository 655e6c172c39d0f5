"""Questions asked in vain are kept in groups, which editors merge, move and split."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversations.unanswered import Unanswered
from bot.conversations.unanswered_groups import (
    WEEK_MS,
    WEEKS,
    GroupGone,
    QuestionGone,
    UnansweredGroups,
)
from tests.conversations.asked_in_vain import Patient
from tests.conversations.conftest import HandClock
from tests.conversations.unanswered_parts import ENCODER, groups, one_group, patient, settle, unanswered

__all__ = ["groups", "patient", "unanswered"]


def texts(groups: UnansweredGroups, group: int) -> list[str]:
    return [each.text for each in groups.questions(group)]


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
