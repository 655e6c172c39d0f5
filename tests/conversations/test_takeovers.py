"""An advisor takes over in the middle of bot turns: not one bot message afterwards, one winner of many."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy.exc import OperationalError

from bot.conversations.database import Database
from bot.conversations.errors import AlreadyTaken, ConversationError
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Author, Reply, Status, Turn
from bot.conversations.ownership import Ownership
from bot.conversations.turns import TurnQueue
from bot.web.runner import TurnRunner
from bot.web.streams import Streams
from tests.conversations.takeovers import read
from tests.conversations.test_log import GREETING
from tests.support.chance import chance

T = TypeVar("T")

TAKEOVERS = 1_000
DESKS = 8
CLAIMS = 100
PATIENCE = 60.0
INTERRUPTED = "what are nk cells"


class SlowBot:
    """A bot whose every turn takes as long as the test wants."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: dict[tuple[str, str, int], threading.Event] = {}

    def reply(self, turn: Turn, seconds: float) -> list[Reply]:
        """Ends when it is let go, and at the end of its time."""
        self._event("asked", turn.conversation_id, turn.message_seq).set()
        self._event("let go", turn.conversation_id, turn.message_seq).wait(seconds)
        return [Reply("smalltalk", f"to {turn.text}")]

    def wait_until_asked(self, conversation_id: str, seq: int) -> None:
        """Returns in the middle of the turn of this message."""
        assert self._event("asked", conversation_id, seq).wait(PATIENCE), "the bot was not asked"

    def let_go(self, conversation_id: str, *seqs: int) -> None:
        """The turns of these messages may end."""
        for seq in seqs:
            self._event("let go", conversation_id, seq).set()

    def _event(self, what: str, conversation_id: str, seq: int) -> threading.Event:
        with self._lock:
            return self._events.setdefault((what, conversation_id, seq), threading.Event())


def insist(act: Callable[[], T]) -> T:
    """Does it again when SQLite gave up before it began: among so many threads one may wait too long.

    The page of whoever asked does the same at a 503. In the web process writers take turns by themselves.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except OperationalError as error:
            if "database is locked" not in str(error) or time.monotonic() > until:
                raise


class Desk:
    """Everything between a patient and an advisor, with the real log, queue and runner."""

    def __init__(self, database: Database) -> None:
        self.log = ConversationLog(database)
        self.ownership = Ownership(database)
        self.bot = SlowBot()
        self.runner = TurnRunner(self.log, TurnQueue(database), self.bot, Streams())
        self.runner.start()

    def say(self, conversation_id: str, text: str) -> int:
        """The patient writes; the message's place."""
        accepted = insist(
            lambda: self.log.append_patient_message(
                conversation_id, str(uuid.uuid4()), text, worker=self.runner.worker
            )
        )
        if accepted.turn is not None:
            self.runner.take(accepted.turn)
        return accepted.message.seq

    def replied(self, conversation_id: str, seq: int) -> bool:
        """Whether a message gets the bot's reply."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if any(message.in_reply_to == seq for message in self.log.messages_after(conversation_id, seq)):
                return True
            time.sleep(0.003)
        return False


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    opened = Desk(database)
    yield opened
    opened.runner.stop()


def test_a_thousand_takeovers_in_the_middle_of_bot_turns_silence_the_bot(desk: Desk) -> None:
    luck = chance()
    seeds = [luck.random() for _ in range(DESKS)]
    shares = [TAKEOVERS // DESKS + (number < TAKEOVERS % DESKS) for number in range(DESKS)]
    with ThreadPoolExecutor(DESKS) as desks:
        found = list(desks.map(work_at_a_desk, [desk] * DESKS, range(DESKS), seeds, shares))
    takeovers = unanswered = 0
    for conversation_id in found:
        messages = desk.log.messages_after(conversation_id)
        takeovers += read(messages)
        replied = {message.in_reply_to for message in messages}
        unanswered += sum(m.text == INTERRUPTED and m.seq not in replied for m in messages)
    assert takeovers == TAKEOVERS
    assert unanswered >= TAKEOVERS / 2, "too few take-overs came in the middle of a turn"


def work_at_a_desk(desk: Desk, number: int, seed: float, rounds: int) -> str:
    """One patient, one advisor: a question, a take-over while the bot thinks, a hand-back, an answer; again.

    The bot's answer to the first question is ready before, at or after the moment of the take-over, or
    when the conversation is back with the bot.
    """
    luck, advisor = random.Random(seed), Advisor(number + 1, f"Advisor {number + 1}")
    conversation_id = desk.log.create([GREETING]).id
    for _ in range(rounds):
        questions = [desk.say(conversation_id, INTERRUPTED)]
        if luck.random() < 0.3:
            questions.append(desk.say(conversation_id, "one more that waits behind it"))
        desk.bot.wait_until_asked(conversation_id, questions[0])
        expected = desk.log.state(conversation_id).ownership if luck.random() < 0.5 else None
        when = luck.choice(("at once", "soon", "with the advisor", "after the release"))
        if when == "at once":
            desk.bot.let_go(conversation_id, *questions)
        elif when == "soon":
            threading.Timer(luck.uniform(0, 0.01), desk.bot.let_go, (conversation_id, *questions)).start()
        ownership = insist(partial(desk.ownership.take, conversation_id, advisor, expected=expected))
        if when == "with the advisor":
            desk.bot.let_go(conversation_id, *questions)
        ignored = desk.say(conversation_id, luck.choice(("are you there?", "/restart", "hello")))
        desk.bot.let_go(conversation_id, ignored)
        insist(
            lambda: desk.log.append_advisor_message(conversation_id, advisor, str(uuid.uuid4()), "I am here.")
        )
        assert desk.log.state(conversation_id).ownership == ownership
        assert insist(lambda: desk.ownership.release(conversation_id, advisor)) == ownership + 1
        question = desk.say(conversation_id, "and now, what are nk cells")
        desk.bot.let_go(conversation_id, question, *questions)
        assert desk.replied(conversation_id, question), "the first question after a release has no answer"
    return conversation_id


@pytest.mark.parametrize("with_number", [True, False])
def test_of_a_hundred_claims_at_the_same_instant_one_wins_and_the_others_hear_who(
    desk: Desk, with_number: bool
) -> None:
    conversation_id = desk.log.create([GREETING]).id
    question = desk.say(conversation_id, INTERRUPTED)
    desk.bot.wait_until_asked(conversation_id, question)
    expected = desk.log.state(conversation_id).ownership if with_number else None
    begin = threading.Barrier(CLAIMS)

    def claim(number: int) -> int | ConversationError:
        begin.wait()
        try:
            advisor = Advisor(number, f"No. {number}")
            return insist(lambda: desk.ownership.take(conversation_id, advisor, expected=expected))
        except ConversationError as refusal:
            return refusal

    with ThreadPoolExecutor(CLAIMS) as advisors:
        outcomes = list(advisors.map(claim, range(1, CLAIMS + 1)))
    desk.bot.let_go(conversation_id, question)
    winners = [number for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, int)]
    assert len(winners) == 1
    refusals = [outcome for outcome in outcomes if isinstance(outcome, AlreadyTaken)]
    assert len(refusals) == CLAIMS - 1
    assert {refusal.by for refusal in refusals} == {f"No. {winners[0]}"}
    assert all(f"No. {winners[0]}" in str(refusal) for refusal in refusals)
    assert desk.log.state(conversation_id).status is Status.ADVISOR
    time.sleep(0.1)  # for the bot, which must say nothing
    messages = desk.log.messages_after(conversation_id)
    assert read(messages) == 1
    assert [message.author for message in messages] == [Author.BOT, Author.PATIENT, Author.SYSTEM]


def test_one_advisor_may_take_many_conversations_at_the_same_instant(desk: Desk) -> None:
    waiting = [desk.log.create([GREETING]).id for _ in range(20)]
    begin, advisor = threading.Barrier(len(waiting)), Advisor(7, "Ada")

    def claim(conversation_id: str) -> int:
        begin.wait()
        return insist(lambda: desk.ownership.take(conversation_id, advisor))

    with ThreadPoolExecutor(len(waiting)) as hands:
        assert list(hands.map(claim, waiting)) == [2] * len(waiting)
