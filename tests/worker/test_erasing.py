"""Erasures are completed, old conversations are erased at night: whatever fails in between."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound
from bot.conversations.heartbeats import Heartbeats
from bot.conversations.log import ConversationLog
from bot.conversations.model import Reply
from bot.conversations.privacy import Privacy
from bot.worker.erasing import AT_ONCE, DAY_MS, RetentionSweep, finish_erasures, last_night
from bot.worker.rasa import NotForgotten, RasaMemory
from tests.support.fake_rasa import FakeRasa
from tests.worker.conftest import HandClock


class Memory:
    """Somebody who remembers conversations; `away` makes forgetting fail."""

    def __init__(self) -> None:
        self.away = False
        self.forgotten: list[str] = []

    def forget(self, conversation_id: str) -> None:
        if self.away:
            raise NotForgotten("away")
        self.forgotten.append(conversation_id)


@pytest.fixture
def privacy(database: Database, clock: HandClock) -> Privacy:
    return Privacy(database, clock)


def erased_conversations(log: ConversationLog, privacy: Privacy, number: int) -> list[str]:
    ids = [log.create([]).id for _ in range(number)]
    for each in ids:
        privacy.erase(each, "patient")
    return ids


def test_rasa_forgets_what_was_erased(log: ConversationLog, privacy: Privacy) -> None:
    memory = Memory()
    (erased,) = erased_conversations(log, privacy, 1)
    log.create([])
    finish_erasures(privacy, memory)
    assert memory.forgotten == [erased]
    assert privacy.pending_erasures() == []
    finish_erasures(privacy, memory)
    assert memory.forgotten == [erased]  # not asked again


def test_while_rasa_is_away_the_erasure_is_not_forgotten(log: ConversationLog, privacy: Privacy) -> None:
    memory = Memory()
    memory.away = True
    erased = erased_conversations(log, privacy, 3)
    for _ in range(2):
        with pytest.raises(NotForgotten):
            finish_erasures(privacy, memory)
        assert len(privacy.pending_erasures()) == 3
    memory.away = False
    finish_erasures(privacy, memory)
    assert sorted(memory.forgotten) == sorted(erased)
    assert privacy.pending_erasures() == []


def test_nothing_is_confirmed_before_the_words_are_out_of_the_files(
    log: ConversationLog, privacy: Privacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    erased_conversations(log, privacy, 1)
    with monkeypatch.context() as patched:
        patched.setattr(Privacy, "scrub", lambda _: False)
        finish_erasures(privacy, memory)
    assert memory.forgotten == []
    assert len(privacy.pending_erasures()) == 1
    finish_erasures(privacy, memory)
    assert privacy.pending_erasures() == []


def test_many_erasures_are_completed_in_portions(log: ConversationLog, privacy: Privacy) -> None:
    memory = Memory()
    erased = erased_conversations(log, privacy, AT_ONCE + 3)
    assert finish_erasures(privacy, memory)
    assert not finish_erasures(privacy, memory)
    assert sorted(memory.forgotten) == sorted(erased)


def test_rasas_channel_is_asked_with_the_token_and_only_a_204_counts(rasa: FakeRasa) -> None:
    memory = RasaMemory([rasa.url], "the token")
    conversation = uuid.uuid4().hex
    memory.forget(conversation)
    assert rasa.forgotten == [conversation]
    assert rasa.tokens == ["Bearer the token"]
    rasa.forgets = False
    with pytest.raises(NotForgotten, match="503"):
        memory.forget(conversation)
    rasa.stop()
    with pytest.raises(NotForgotten):
        RasaMemory([rasa.url], "the token").forget(conversation)


# The night.


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        ("2026-05-10T12:00:00+00:00", "UTC", "2026-05-10T03:00:00+00:00"),
        ("2026-05-10T02:59:59+00:00", "UTC", "2026-05-09T03:00:00+00:00"),
        ("2026-05-10T03:00:00+00:00", "UTC", "2026-05-10T03:00:00+00:00"),
        ("2026-05-10T12:00:00+00:00", "Europe/Zurich", "2026-05-10T01:00:00+00:00"),
        ("2026-05-10T12:00:00+00:00", "America/New_York", "2026-05-10T07:00:00+00:00"),
        ("2026-05-10T05:00:00+00:00", "America/New_York", "2026-05-09T07:00:00+00:00"),
        # The nights on which the clocks change: 02:00 to 03:00, and 03:00 back to 02:00.
        ("2026-03-29T01:00:00+00:00", "Europe/Zurich", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29T00:59:00+00:00", "Europe/Zurich", "2026-03-28T02:00:00+00:00"),
        ("2026-10-25T01:59:00+00:00", "Europe/Zurich", "2026-10-24T01:00:00+00:00"),
        ("2026-10-25T02:00:00+00:00", "Europe/Zurich", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_the_last_night(now: str, zone: str, night: str) -> None:
    assert last_night(ms(now), ZoneInfo(zone)) == ms(night)


# The sweep.


def sweep(database: Database, clock: HandClock, days: int, zone: tzinfo = UTC) -> RetentionSweep:
    return RetentionSweep(Privacy(database, clock), Heartbeats(database, clock), clock, days, zone)


def at(clock: HandClock, text: str) -> None:
    clock.now = ms(text)


def there(log: ConversationLog, conversation_id: str) -> bool:
    try:
        log.state(conversation_id)
    except ConversationNotFound:
        return False
    return True


def run_to_the_end(job: RetentionSweep) -> None:
    while job.run():
        pass


def test_only_what_has_been_silent_for_too_long_goes(
    database: Database, log: ConversationLog, clock: HandClock, privacy: Privacy
) -> None:
    at(clock, "2026-05-01T10:00:00+00:00")
    old, lively = log.create([Reply("smalltalk", "Hello.")]).id, log.create([]).id
    clock.forward(DAY_MS)
    log.append_patient_message(lively, str(uuid.uuid4()), "still here")
    at(clock, "2026-05-11T03:30:00+00:00")
    run_to_the_end(sweep(database, clock, 10))
    assert (there(log, old), there(log, lively)) == (True, True)  # not yet ten days old at this hour
    at(clock, "2026-05-12T03:30:00+00:00")
    run_to_the_end(sweep(database, clock, 10))
    assert (there(log, old), there(log, lively)) == (False, True)
    assert [each.conversation_id for each in privacy.pending_erasures()] == [old]


def test_the_sweep_is_at_night_and_once(database: Database, log: ConversationLog, clock: HandClock) -> None:
    job = sweep(database, clock, 1)
    at(clock, "2026-05-05T03:10:00+00:00")
    run_to_the_end(job)
    clock.now -= 5 * DAY_MS
    old = log.create([]).id
    at(clock, "2026-05-05T14:00:00+00:00")
    run_to_the_end(job)
    assert there(log, old)  # by day nothing is swept
    at(clock, "2026-05-06T03:00:00+00:00")
    run_to_the_end(job)
    assert not there(log, old)


def test_a_night_that_was_missed_is_made_up_for(
    database: Database, log: ConversationLog, clock: HandClock
) -> None:
    at(clock, "2026-05-01T03:10:00+00:00")
    run_to_the_end(sweep(database, clock, 1))
    old = log.create([]).id
    at(clock, "2026-05-05T14:00:00+00:00")  # the machine was off for days
    run_to_the_end(sweep(database, clock, 1))
    assert not there(log, old)


def test_a_sweep_that_was_broken_off_goes_on_after_a_restart(
    database: Database, log: ConversationLog, clock: HandClock
) -> None:
    at(clock, "2026-05-01T03:10:00+00:00")
    old = [log.create([]).id for _ in range(AT_ONCE + 5)]
    at(clock, "2026-05-05T03:10:00+00:00")
    assert sweep(database, clock, 1).run()
    assert 0 < sum(there(log, each) for each in old) < len(old)
    clock.forward(6 * 3_600_000)
    run_to_the_end(sweep(database, clock, 1))
    assert not any(there(log, each) for each in old)


def test_zero_days_keeps_everything(database: Database, log: ConversationLog, clock: HandClock) -> None:
    old = log.create([]).id
    clock.forward(10_000 * DAY_MS)
    run_to_the_end(sweep(database, clock, 0))
    assert there(log, old)
