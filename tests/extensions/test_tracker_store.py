"""Rasa's dialogue state: small, bounded, and never lost without a word."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.extensions.dialogue_state import EARLIER_MESSAGES
from bot.extensions.failures import TurnFailed
from bot.extensions.tracker_store import ANSWERING, BoundedTrackerStore
from tests.support import postgres

INTENT = {"name": "question", "confidence": 0.9}
LONG_ANSWER = {"kind": "answer", "text": "An answer. " * 200, "quick_replies": ["Talk to a person"]}


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    reason = postgres.why_not()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> BoundedTrackerStore:
    """A store as Rasa makes it from endpoints.yml, on each kind of database."""
    monkeypatch.setenv("NKBOT_VAR", str(tmp_path))
    monkeypatch.delenv("NKBOT_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("NKBOT_DATABASE_URL", request.getfixturevalue("postgres_url"))
    return BoundedTrackerStore(host=None, domain=Domain.empty(), event_broker=None, max_event_history=24)


def turn(number: int, reply: Any = None) -> list[Event]:
    """The events of one turn, in Rasa's order."""
    text = f"question number {number}"
    parsed = {"text": text, "intent": INTENT, "entities": [], "intent_ranking": [INTENT] * 10}
    return [
        UserUttered(text, INTENT, [], parsed, message_id=str(number)),
        ActionExecuted("action_answer"),
        BotUttered(data={"custom": reply or LONG_ANSWER}),
        ActionExecuted("action_listen"),
    ]


async def converse(store: BoundedTrackerStore, conversation: str, turns: range) -> DialogueStateTracker:
    """As Rasa does it: fetch, add the turn's events, save; each turn from what was stored."""
    for number in turns:
        tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
        if not tracker.events:
            tracker.update_with_events(
                [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")],
                None,
            )
        tracker.update_with_events(turn(number), None)
        await store.save(tracker)
    found = await store.retrieve(conversation)
    assert found is not None
    return found


def stored_row(store: BoundedTrackerStore, conversation: str) -> str:
    import sqlalchemy as sa

    from bot.extensions.tracker_store import dialogue_state

    with store._engine.begin() as connection:
        query = sa.select(dialogue_state.c.events).where(dialogue_state.c.conversation_id == conversation)
        return str(connection.execute(query).scalar())


def test_rasa_takes_it_as_it_is(store: BoundedTrackerStore) -> None:
    assert check_if_tracker_store_async(store)


def test_the_state_that_the_next_turn_needs_comes_back(store: BoundedTrackerStore) -> None:
    tracker = asyncio.run(converse(store, "c", range(1, 4)))
    assert tracker.latest_action_name == "action_listen"
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == "question number 3"
    assert tracker.latest_message.intent["name"] == "question"
    assert not tracker.is_paused()
    said = [event for event in tracker.events if isinstance(event, BotUttered)]
    assert said[-1].data["custom"] == {"kind": "answer", "quick_replies": ["Talk to a person"]}


def test_two_hundred_turns_are_no_bigger_than_ten(store: BoundedTrackerStore) -> None:
    tracker = asyncio.run(converse(store, "long", range(1, 11)))
    early = (len(tracker.events), len(stored_row(store, "long")))
    tracker = asyncio.run(converse(store, "long", range(11, 201)))
    late = (len(tracker.events), len(stored_row(store, "long")))
    assert late[0] == early[0]
    assert late[1] <= early[1] + 200  # the numbers have more digits
    assert late[1] < 10_000
    asked = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert asked == [f"question number {number}" for number in range(200 - EARLIER_MESSAGES, 201)]


def test_what_the_bot_said_is_not_stored_again(store: BoundedTrackerStore) -> None:
    asyncio.run(converse(store, "c", range(1, 3)))
    assert "An answer." not in stored_row(store, "c")


def test_conversations_do_not_mix_and_are_forgotten_alone(store: BoundedTrackerStore) -> None:
    async def both() -> None:
        await converse(store, "a", range(1, 3))
        await converse(store, "b", range(7, 9))
        assert await store.delete("a")
        assert not await store.delete("a")
        assert await store.retrieve("a") is None
        kept = await store.retrieve("b")
        assert kept is not None
        assert kept.latest_message is not None
        assert kept.latest_message.text == "question number 8"

    asyncio.run(both())


def test_a_turn_that_ends_after_the_forgetting_stores_nothing(store: BoundedTrackerStore) -> None:
    async def late() -> None:
        for conversation, first in (("late", True), ("first turn", False)):
            if first:
                await converse(store, conversation, range(1, 3))
            under_way = await store.get_or_create_tracker(conversation, append_action_listen=False)
            under_way.update_with_events(turn(3), None)
            await store.delete(conversation)
            await store.save(under_way)
            assert await store.retrieve(conversation) is None
            await store.save(under_way)
            assert conversation not in await store.keys()
        await converse(store, "another", range(1, 2))

    asyncio.run(late())


def test_saving_and_forgetting_at_the_same_moment_leaves_nothing(store: BoundedTrackerStore) -> None:
    async def race() -> None:
        for number in range(20):
            conversation = f"race{number}"
            tracker = DialogueStateTracker.from_events(conversation, turn(1))
            await asyncio.gather(
                store.save(tracker), store.save(tracker), store.delete(conversation), store.save(tracker)
            )
            assert await store.retrieve(conversation) is None

    asyncio.run(race())


def test_what_is_forgotten_is_gone_from_the_files(tmp_path: Path) -> None:
    path = tmp_path / "tracker.sqlite3"
    store = BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{path}")

    def files_with(words: bytes) -> list[str]:
        return [file.name for file in tmp_path.iterdir() if words in file.read_bytes()]

    async def forget() -> None:
        await converse(store, "gone", range(71, 79))
        await converse(store, "kept", range(1, 3))
        assert files_with(b"question number 78")
        await store.delete("gone")

    asyncio.run(forget())
    assert files_with(b"question number 7") == []
    assert files_with(b"question number 2")


def test_somebody_in_the_way_means_ask_again(tmp_path: Path) -> None:
    """A confirmation is only given when the words are really gone."""
    path = tmp_path / "tracker.sqlite3"
    store = BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{path}")

    async def forget() -> None:
        await converse(store, "gone", range(71, 73))
        with sqlite3.connect(path, isolation_level=None) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM dialogue_state").fetchone()
            with pytest.raises(TurnFailed) as refused:
                await store.delete("gone")
            assert refused.value.status == 503
            reader.execute("ROLLBACK")
        await store.delete("gone")
        assert b"question number 7" not in path.read_bytes()

    asyncio.run(forget())


def test_odd_characters_survive(store: BoundedTrackerStore) -> None:
    text = "what's \u0000 that: 👩\u200d⚕️ \ud83d “quotes” ﷽"
    tracker = DialogueStateTracker.from_events("odd", [UserUttered(text, INTENT, [], {"text": text})])

    async def there_and_back() -> DialogueStateTracker:
        await store.save(tracker)
        found = await store.retrieve("odd")
        assert found is not None
        return found

    assert asyncio.run(there_and_back()).latest_message.text == text


def test_a_failing_database_ends_the_turn_through_rasas_wrapper(tmp_path: Path) -> None:
    """Rasa's wrapper would go on in memory; the failure must pass it."""
    path = tmp_path / "tracker.sqlite3"
    store = BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{path}")
    wrapped = FailSafeTrackerStore(store)

    async def fail() -> None:
        await converse(store, "c", range(1, 2))
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE dialogue_state")
        with pytest.raises(TurnFailed) as reading:
            await wrapped.retrieve("c")
        tracker = DialogueStateTracker.from_events("c", turn(2))
        with pytest.raises(TurnFailed) as writing:
            await wrapped.save(tracker)
        for failure in (reading.value, writing.value):
            assert failure.status == 503
            assert "question number" not in str(failure)

    asyncio.run(fail())


def test_a_database_that_is_down_at_the_start_is_used_when_it_is_up(tmp_path: Path) -> None:
    place = tmp_path / "tracker.sqlite3"
    place.mkdir()
    store = BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{place}")

    async def down_then_up() -> None:
        with pytest.raises(TurnFailed):
            await store.check()
        place.rmdir()
        await store.check()
        await converse(store, "c", range(1, 2))

    asyncio.run(down_then_up())


def test_a_state_that_cannot_be_read_starts_afresh(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "tracker.sqlite3"
    store = BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{path}")

    async def spoil() -> None:
        await converse(store, "c", range(1, 2))
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE dialogue_state SET events = ?", (json.dumps([{"event": "canary"}]),))
        assert await store.retrieve("c") is None

    asyncio.run(spoil())
    assert "starts afresh" in caplog.text
    assert "canary" not in caplog.text


def test_too_short_a_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 8"):
        BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{tmp_path / 't'}", max_event_history=3)


FORM_SLOTS = ("enquiry_name", "enquiry_email")


@pytest.fixture
def form_store(tmp_path: Path) -> BoundedTrackerStore:
    slots = {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in FORM_SLOTS}
    domain = Domain.from_dict({"slots": slots, "forms": {"cost_enquiry": {"required_slots": [*FORM_SLOTS]}}})
    return BoundedTrackerStore(domain, db_url=f"sqlite:///{tmp_path / 'tracker.sqlite3'}")


def form_turn(seq: int, text: str, *events: Event) -> list[Event]:
    """A turn of the form: the patient's details, and a reply that says that it held some."""
    said = {"kind": "cost", "text": "Thank you.", "private": True, "enquiry": {"contact": text}}
    return [
        UserUttered(text, INTENT, [], {"text": text, "intent": INTENT}, message_id=str(seq)),
        ActionExecuted("cost_enquiry"),
        *events,
        BotUttered(data={"custom": said}),
        ActionExecuted("action_listen"),
    ]


async def in_turn(store: BoundedTrackerStore, conversation: str, events: list[Event]) -> DialogueStateTracker:
    """One turn as the channel does it; gives the tracker as the turn found it."""
    asked = next(event for event in events if isinstance(event, UserUttered))
    ANSWERING.set(str(asked.message_id))
    tracker = await store.get_or_create_tracker(conversation, append_action_listen=False)
    found = tracker.copy()
    tracker.update_with_events(events, None)
    await store.save(tracker)
    return found


def test_what_a_form_collected_outlives_the_talk_around_it(form_store: BoundedTrackerStore) -> None:
    async def talk() -> DialogueStateTracker:
        await in_turn(
            form_store,
            "c",
            form_turn(1, "Ana Canary", ActiveLoop("cost_enquiry"), SlotSet("enquiry_name", "Ana")),
        )
        for number in range(2, 40):
            await in_turn(form_store, "c", turn(number))
        return await in_turn(form_store, "c", turn(40))

    tracker = asyncio.run(talk())
    assert tracker.get_slot("enquiry_name") == "Ana"
    assert tracker.active_loop_name == "cost_enquiry"
    assert len(tracker.events) < 40


def test_a_turn_that_is_asked_again_begins_where_it_began(form_store: BoundedTrackerStore) -> None:
    async def twice() -> tuple[DialogueStateTracker, DialogueStateTracker]:
        await in_turn(form_store, "c", form_turn(1, "Ana", SlotSet("enquiry_name", "Ana")))
        again = form_turn(3, "ana@example.org", SlotSet("enquiry_email", "ana@example.org"))
        await in_turn(form_store, "c", again)
        before = await in_turn(form_store, "c", again)
        return before, await in_turn(form_store, "c", turn(5))

    before, after = asyncio.run(twice())
    assert before.get_slot("enquiry_name") == "Ana"
    assert before.get_slot("enquiry_email") is None
    assert before.latest_action_name == "action_listen"
    assert after.get_slot("enquiry_email") == "ana@example.org"
    assert len([event for event in after.events if isinstance(event, UserUttered)]) == 2


def test_messages_with_contact_details_are_kept_without_words(form_store: BoundedTrackerStore) -> None:
    async def talk() -> str:
        await in_turn(form_store, "c", form_turn(1, "canary@example.org"))
        return stored_row(form_store, "c")

    stored = asyncio.run(talk())
    assert "canary" not in stored
    assert '"kind":"cost"' in stored


def test_details_are_gone_when_the_enquiry_has_arrived_or_was_given_up(
    form_store: BoundedTrackerStore,
) -> None:
    filled = [ActiveLoop("cost_enquiry"), SlotSet("enquiry_email", "canary@example.org")]
    emptied = [SlotSet("enquiry_email", None), ActiveLoop(None)]

    async def talk(conversation: str, *last: Event) -> str:
        await in_turn(form_store, conversation, form_turn(1, "canary", *filled))
        await in_turn(form_store, conversation, form_turn(3, "yes", *last))
        return stored_row(form_store, conversation)

    assert "canary" not in asyncio.run(talk("cancelled", AllSlotsReset(), ActiveLoop(None)))
    # What was agreed to stays until the web process has it: its turn may have to be asked again.
    assert "canary" in asyncio.run(talk("agreed", *emptied))
    asyncio.run(form_store.forget_details("agreed", "1"))
    assert "canary" in stored_row(form_store, "agreed")
    asyncio.run(form_store.forget_details("agreed", "3"))
    assert "canary" not in stored_row(form_store, "agreed")
    assert "canary" in asyncio.run(talk("unconfirmed", *emptied))
    asyncio.run(in_turn(form_store, "unconfirmed", turn(5)))
    assert "canary" not in stored_row(form_store, "unconfirmed")
    asyncio.run(form_store.forget_details("never seen", "3"))
