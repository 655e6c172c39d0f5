"""The turn queue: one at a time, in order, and never lost with the process that worked on it."""

from __future__ import annotations

import threading

import pytest

from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Status
from bot.conversations.ownership import Ownership
from bot.conversations.turns import LEASE_MS, TurnQueue
from tests.conversations.conftest import HandClock
from tests.conversations.test_log import ANSWER, GREETING, say, texts


@pytest.fixture
def conversation(log: ConversationLog) -> str:
    return log.create([GREETING]).id


def test_one_turn_is_in_flight_in_a_conversation_and_the_next_follows_in_order(
    log: ConversationLog, queue: TurnQueue, conversation: str
) -> None:
    first = say(log, conversation, "one")
    assert first is not None
    assert say(log, conversation, "two") is None
    assert say(log, conversation, "three") is None
    assert queue.claim(conversation, "other") is None

    second = log.append_replies(first, [Reply("smalltalk", "to one")], next_for="w").next_turn
    assert second is not None
    assert second.text == "two"
    third = log.append_replies(second, [Reply("smalltalk", "to two")], next_for="w").next_turn
    assert third is not None
    assert log.append_replies(third, [Reply("smalltalk", "to three")], next_for="w").next_turn is None
    replies = [(m.in_reply_to, m.text) for m in log.messages_after(conversation) if m.in_reply_to]
    assert replies == [(2, "to one"), (3, "to two"), (4, "to three")]
    assert not log.state(conversation).turn_open


def test_conversations_do_not_wait_for_each_other(log: ConversationLog, conversation: str) -> None:
    assert say(log, conversation, "one") is not None
    assert say(log, log.create([GREETING]).id, "elsewhere") is not None


def test_a_turn_of_a_dead_process_is_taken_up_when_its_lease_runs_out(
    log: ConversationLog, queue: TurnQueue, conversation: str, clock: HandClock
) -> None:
    lost = say(log, conversation, "one", worker="dead")
    assert lost is not None
    assert queue.claimable() == []
    clock.forward(LEASE_MS + 1)
    assert queue.claimable() == [conversation]
    taken = queue.claim(conversation, "alive")
    assert taken is not None
    assert (taken.text, taken.attempt) == ("one", 2)

    # The process was not dead after all: its late reply must not double the other's.
    assert log.append_replies(taken, [Reply("smalltalk", "from alive")]).messages
    assert log.append_replies(lost, [Reply("smalltalk", "from dead")]).messages == ()
    assert texts(log, conversation)[2:] == ["from alive"]


def test_the_late_reply_of_a_worker_that_lost_its_turn_is_refused_before_the_other_answers(
    log: ConversationLog, queue: TurnQueue, conversation: str, clock: HandClock
) -> None:
    lost = say(log, conversation, "one", worker="slow")
    clock.forward(LEASE_MS + 1)
    taken = queue.claim(conversation, "quick")
    assert lost is not None
    assert taken is not None
    assert log.append_replies(lost, [ANSWER]).messages == ()
    assert len(log.append_replies(taken, [ANSWER]).messages) == 1


def test_a_renewed_lease_keeps_a_slow_turn(
    log: ConversationLog, queue: TurnQueue, conversation: str, clock: HandClock
) -> None:
    turn = say(log, conversation, "one")
    assert turn is not None
    clock.forward(LEASE_MS - 1)
    queue.renew([turn])
    clock.forward(LEASE_MS - 1)
    assert queue.claimable() == []
    assert queue.claim(conversation, "other") is None
    clock.forward(2)
    assert queue.claimable() == [conversation]


def test_turns_wait_through_a_restart(database_url: str, log: ConversationLog, conversation: str) -> None:
    say(log, conversation, "asked while nobody worked", worker=None)
    after_restart = Database(database_url)
    try:
        queue = TurnQueue(after_restart)
        assert queue.claimable() == [conversation]
        turn = queue.claim(conversation, "new")
        assert turn is not None
        assert turn.text == "asked while nobody worked"
        assert len(ConversationLog(after_restart).append_replies(turn, [ANSWER]).messages) == 1
    finally:
        after_restart.close()


def test_the_longest_waiting_conversation_comes_first(
    log: ConversationLog, queue: TurnQueue, clock: HandClock
) -> None:
    waiting = []
    for _ in range(4):
        conversation = log.create([GREETING]).id
        say(log, conversation, "first", worker=None)
        say(log, conversation, "second", worker=None)
        waiting.append(conversation)
        clock.forward(10)
    assert queue.claimable() == waiting
    assert queue.claimable(limit=2) == waiting[:2]


@pytest.mark.parametrize("status", [Status.ADVISOR, Status.CLOSED])
def test_no_turn_is_claimed_where_the_bot_does_not_speak(
    log: ConversationLog, queue: TurnQueue, ownership: Ownership, conversation: str, status: Status
) -> None:
    say(log, conversation, "one", worker=None)
    if status is Status.ADVISOR:
        ownership.take(conversation, Advisor(1, "Anna"))
    else:
        ownership.close(conversation, None)
    assert queue.claimable() == []
    assert queue.claim(conversation, "w") is None
    assert queue.claim("no-such-conversation", "w") is None


def test_of_many_workers_that_claim_at_once_one_wins(
    log: ConversationLog, queue: TurnQueue, conversation: str
) -> None:
    say(log, conversation, "one", worker=None)
    winners: list[str] = []
    start = threading.Barrier(8)

    def compete(name: str) -> None:
        start.wait()
        if queue.claim(conversation, name) is not None:
            winners.append(name)

    workers = [threading.Thread(target=compete, args=(f"w{number}",)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(winners) == 1


def test_a_turn_cannot_end_without_a_reply(log: ConversationLog, conversation: str) -> None:
    turn = say(log, conversation, "one")
    assert turn is not None
    with pytest.raises(ValueError, match="honest sentence"):
        log.append_replies(turn, [])
