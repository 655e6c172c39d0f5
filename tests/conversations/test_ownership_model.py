"""Whatever patients, advisors, the bot and the clock do in whatever order: who speaks is as in a simple model."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.conversations.database import Database
from bot.conversations.errors import (
    AlreadyTaken,
    ConversationClosed,
    ConversationError,
    NotYours,
    OwnershipChanged,
)
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Author, Message, Reply, Status, Turn
from bot.conversations.ownership import Ownership
from bot.conversations.presence import VANISHED_MS, Presence
from bot.conversations.schema import metadata
from bot.conversations.turns import LEASE_MS, TurnQueue
from tests.conversations.conftest import HandClock
from tests.conversations.takeovers import read
from tests.conversations.test_log import GREETING

ADVISORS = [Advisor(number, name) for number, name in enumerate(("Ada", "Ben", "Cleo"), 1)]
CALLBACK_AFTER_MS = 120_000
SPEAKING = {Status.BOT, Status.WAITING}

advisors = st.sampled_from(ADVISORS)


class OneConversation(RuleBasedStateMachine):
    """One conversation beside its model: a status, a number, an owner, the open turns and who holds one."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.log = ConversationLog(self.database, self.clock)
        self.queue = TurnQueue(self.database, self.clock)
        self.ownership = Ownership(self.database, self.clock)
        self.handoffs = Handoffs(self.database, self.clock)
        self.presence = Presence(self.database, self.clock)
        self.status, self.number = Status.BOT, 1
        self.owner: Advisor | None = None
        self.open: list[int] = []
        """Places of the messages that the bot still owes a reply to."""
        self.running: tuple[int, int, int] | None = None
        """Place and attempt of the turn under way, and until when its lease runs."""
        self.claimed: list[Turn] = []
        self.seen: dict[int, int] = {}
        self.waits_since = 0
        self.sent: list[tuple[str, Message]] = []
        with self.database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())

    @initialize()
    def begin(self) -> None:
        self.id = self.log.create([GREETING]).id

    # What may happen

    @rule(emergency=st.sampled_from((False, False, False, True)), claims=st.booleans())
    def patient_writes(self, emergency: bool, claims: bool) -> None:
        replies = [Reply("emergency", "Call for help now.", evidence={"red_flag": "breathing"})]
        name, worker = str(uuid.uuid4()), "w" if claims else None
        answered = replies if emergency else []
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, self.log.append_patient_message, self.id, name, "hello")
            return
        accepted = self.log.append_patient_message(
            self.id, name, "hello", answered_with=answered, worker=worker
        )
        self.sent.append((name, accepted.message))
        if emergency:
            (said,) = [m for m in self.messages() if m.in_reply_to == accepted.message.seq]
            assert said.author is (Author.SYSTEM if self.status is Status.ADVISOR else Author.BOT)
            if self.status is Status.BOT:
                self.becomes(Status.WAITING)
        elif self.status in SPEAKING:
            self.open.append(accepted.message.seq)
            self.claim_if(claims, accepted.turn)
        else:
            assert accepted.turn is None

    @rule(which=st.integers(0, 99))
    def patient_repeats(self, which: int) -> None:
        if self.sent:
            name, message = self.sent[which % len(self.sent)]
            before = self.messages()
            again = self.log.append_patient_message(self.id, name, "hello", worker="w")
            assert (again.message, again.created, again.turn) == (message, False, None)
            assert self.messages() == before

    @rule()
    def worker_claims(self) -> None:
        self.claim_if(self.status in SPEAKING, self.queue.claim(self.id, "another"))

    @rule(which=st.integers(0, 99), kind=st.sampled_from(("smalltalk", "smalltalk", "handoff", "abstain")))
    def bot_replies(self, which: int, kind: str) -> None:
        """Any turn that was ever claimed may end now, also one that the bot owes no more."""
        if not self.claimed:
            return
        turn = self.claimed[which % len(self.claimed)]
        before = self.messages()
        held = self.running is not None and self.running[:2] == (turn.message_seq, turn.attempt)
        wanted = held and self.status in SPEAKING and turn.ownership == self.number
        finished = self.log.append_replies(turn, [Reply(kind, "reply")])
        assert bool(finished.messages) == wanted
        if held:
            self.open.remove(turn.message_seq)
            self.running = None
        if not wanted:
            assert self.messages() == before
            return
        words = [m for m in before if m.author is not Author.PATIENT]
        twice = kind == "abstain" and (words[-1].author, words[-1].kind) == (Author.BOT, "abstain")
        if self.status is Status.BOT and (kind == "handoff" or twice):
            self.becomes(Status.WAITING)

    @rule(advisor=advisors, sees=st.sampled_from(("nothing", "now", "now", "before")))
    def take(self, advisor: Advisor, sees: str) -> None:
        expected = {"nothing": None, "now": self.number, "before": self.number - 1}[sees]
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, self.ownership.take, self.id, advisor, expected=expected)
        elif self.owner is not None and self.owner != advisor:
            refusal = self.refused(AlreadyTaken, self.ownership.take, self.id, advisor, expected=expected)
            assert isinstance(refusal, AlreadyTaken)
            assert refusal.by == self.owner.name
        elif self.owner is None and sees == "before":
            self.refused(OwnershipChanged, self.ownership.take, self.id, advisor, expected=expected)
        else:
            number = self.ownership.take(self.id, advisor, expected=expected)
            if self.owner is None:
                self.becomes(Status.ADVISOR, advisor)
            assert number == self.number

    @rule(advisor=advisors)
    def release(self, advisor: Advisor) -> None:
        if self.may_not(advisor, self.ownership.release, self.id, advisor):
            return
        assert self.ownership.release(self.id, advisor) == self.number + 1
        self.becomes(Status.BOT)

    @rule(advisor=advisors, to=st.none() | advisors)
    def transfer(self, advisor: Advisor, to: Advisor | None) -> None:
        if self.may_not(advisor, self.ownership.transfer, self.id, advisor, to):
            return
        assert self.ownership.transfer(self.id, advisor, to) == self.number + 1
        self.becomes(Status.ADVISOR if to else Status.WAITING, to)

    @rule(advisor=advisors)
    def advisor_writes(self, advisor: Advisor) -> None:
        arguments = (self.id, advisor, str(uuid.uuid4()), "I am here.")
        if self.may_not(advisor, self.log.append_advisor_message, *arguments):
            return
        message = self.log.append_advisor_message(*arguments).message
        assert message == self.messages()[-1]
        assert message.author is Author.ADVISOR

    @rule(how=st.integers(0, 5), advisor=advisors)
    def end(self, how: int, advisor: Advisor) -> None:
        """Seldom, since nothing happens in an ended conversation."""
        if how > 1:
            return
        by = advisor if how == 0 else None
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, self.ownership.close, self.id, by)
        elif by is not None and self.owner not in {None, by}:
            self.refused(NotYours, self.ownership.close, self.id, by)
        else:
            assert self.ownership.close(self.id, by) == self.number + 1
            self.becomes(Status.CLOSED)

    @rule()
    def patient_goes_back_to_the_bot(self) -> None:
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, self.ownership.cancel, self.id)
        elif self.status is Status.BOT:
            assert self.ownership.cancel(self.id) == self.number
        else:
            assert self.ownership.cancel(self.id) == self.number + 1
            self.becomes(Status.BOT)

    @rule()
    def patient_asks_for_a_person(self) -> None:
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, self.handoffs.request, self.id)
            return
        message, new = self.handoffs.request(self.id)
        assert message in self.messages()
        if self.status is Status.BOT:
            assert new
            self.becomes(Status.WAITING)

    @rule(milliseconds=st.sampled_from((10, LEASE_MS - 1, LEASE_MS + 1, VANISHED_MS, 3_660_000)))
    def time_passes(self, milliseconds: int) -> None:
        self.clock.forward(milliseconds)

    @rule(advisor=advisors)
    def advisor_is_seen(self, advisor: Advisor) -> None:
        self.presence.seen(advisor)
        self.seen[advisor.id] = self.clock.now

    @rule()
    def the_abandoned_return(self) -> None:
        vanished = self.owner is not None and self.seen[self.owner.id] <= self.clock.now - VANISHED_MS
        returned = self.ownership.return_abandoned()
        assert (self.id in returned) == vanished
        if vanished:
            self.becomes(Status.WAITING)

    @rule()
    def callbacks_are_offered(self) -> None:
        self.handoffs.offer_callbacks()
        late = self.status is Status.WAITING and self.clock.now >= self.waits_since + CALLBACK_AFTER_MS
        assert not late or self.handoffs.view(self.id).callback == "offer"

    # What must be true at every moment

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        state, messages = self.log.news(self.id, 0)
        assert (state.status, state.ownership) == (self.status, self.number)
        assert state.turn_open == bool(self.open)
        assert state.last_seq == len(messages)
        assert (self.id in self.queue.claimable()) == (bool(self.open) and not self.lease_runs())
        read(messages)
        view = self.handoffs.view(self.id)
        assert (view.place is not None) == (self.status is Status.WAITING)
        assert view.advisor == (self.owner.name if self.owner is not None else None)

    # How the model moves

    def becomes(self, status: Status, owner: Advisor | None = None) -> None:
        """A new number; the bot keeps its debts while it goes on speaking, and else is free of them."""
        if status in SPEAKING and self.status in SPEAKING:
            self.running = None  # asked again, under the new number
        else:
            self.open, self.running = [], None
        self.status, self.owner, self.number = status, owner, self.number + 1
        self.waits_since = self.clock.now
        if owner is not None:
            self.seen[owner.id] = self.clock.now

    def lease_runs(self) -> bool:
        return self.running is not None and self.running[2] > self.clock.now

    def claim_if(self, wanted: bool, turn: Turn | None) -> None:
        assert (turn is not None) == (wanted and bool(self.open) and not self.lease_runs())
        if turn is not None:
            assert (turn.message_seq, turn.ownership) == (self.open[0], self.number)
            assert all(turn.attempt > each.attempt for each in self.claimed if each.id == turn.id)
            self.running = (turn.message_seq, turn.attempt, self.clock.now + LEASE_MS)
            self.claimed.append(turn)

    def messages(self) -> list[Message]:
        return self.log.messages_after(self.id)

    def refused(self, kind: type[ConversationError], what: Any, *arguments: Any, **more: Any) -> Exception:
        """It raises this refusal, with a sentence, and changes nothing."""
        before = (self.log.state(self.id), self.messages())
        with pytest.raises(kind) as refusal:
            what(*arguments, **more)
        assert str(refusal.value).endswith(".")
        assert (self.log.state(self.id), self.messages()) == before
        return refusal.value

    def may_not(self, advisor: Advisor, what: Any, *arguments: Any) -> bool:
        """Whether only the owner may and this is somebody else; then it is refused."""
        if self.status is Status.CLOSED:
            self.refused(ConversationClosed, what, *arguments)
        elif self.owner != advisor:
            self.refused(NotYours, what, *arguments)
        else:
            return False
        return True


def test_who_speaks_is_as_in_the_model(database: Database) -> None:
    machine = type("OneConversationHere", (OneConversation,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
