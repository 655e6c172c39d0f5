"""How things stand now, counted by hand beside what the database says."""

from __future__ import annotations

import uuid

from bot.conversations.database import Database
from bot.conversations.gauges import Gauges
from bot.conversations.handoffs import Handoffs
from bot.conversations.heartbeats import Heartbeats
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Wish
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence
from bot.conversations.privacy import Privacy
from tests.conversations.conftest import HandClock

ANA = Advisor(1, "Ana")
URGENT = Reply("emergency", "Call 112.", evidence={"red_flag": "breathing"})


def new_id() -> str:
    return str(uuid.uuid4())


def test_nothing_stands_in_an_empty_house(database: Database, clock: HandClock) -> None:
    found = Gauges(database, clock).read()
    assert set(found.conversations.values()) == {0}
    assert (found.open_turns, found.oldest_turn_age, found.longest_wait, found.alert_age) == (0, 0, 0, 0)
    assert (found.alerts, found.advisors_online, found.requests, found.erasures) == (0, 0, 0, 0)
    assert found.last_seen == {}


def test_what_waits_and_who_is_there(
    database: Database,
    clock: HandClock,
    log: ConversationLog,
    handoffs: Handoffs,
    ownership: Ownership,
    presence: Presence,
) -> None:
    presence.seen(ANA)
    presence.seen(Advisor(2, "Ben"), available=False)
    asking, urgent, calling, gone, talking = (log.create([]).id for _ in range(5))
    log.append_patient_message(asking, new_id(), "what are nk cells")
    clock.forward(3_000)
    log.append_patient_message(urgent, new_id(), "I cannot breathe", answered_with=[URGENT])
    clock.forward(2_000)
    handoffs.call_back(calling, Wish("Giulia", "giulia@example.org"))
    ownership.take(talking, ANA)
    Privacy(database, clock).erase(gone, "patient")
    Heartbeats(database, clock).beat()
    clock.forward(1_000)
    found = Gauges(database, clock).read()
    assert found.conversations == {"bot": 2, "waiting": 1, "advisor": 1, "closed": 0}
    assert (found.open_turns, found.oldest_turn_age) == (1, 6_000)
    assert (found.alerts, found.alert_age, found.longest_wait) == (1, 3_000, 3_000)
    assert (found.advisors_online, found.requests, found.erasures) == (1, 1, 1)
    assert found.last_seen == {"worker": clock.now - 1_000}
    clock.forward(60_001)
    assert Gauges(database, clock).read().advisors_online == 0
