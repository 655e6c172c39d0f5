"""The parts that keep what was asked in vain, on the test's database, and how a test fills them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.conversations.database import Database
from bot.conversations.unanswered import SETTLED_MS, Unanswered
from bot.conversations.unanswered_again import AskedAgain
from bot.conversations.unanswered_groups import UnansweredGroups
from bot.conversations.unanswered_states import States
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
