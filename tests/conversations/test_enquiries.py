"""An enquiry that the dialogue collected becomes work for an advisor, once, whatever dies on the way."""

from __future__ import annotations

import uuid

import pytest

from bot.conversations import contact
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Author, Reply, Status, Turn, Wish
from bot.conversations.ownership import Ownership
from bot.conversations.turns import LEASE_MS, TurnQueue
from bot.conversations.work_items import Kind, State, WorkItems
from tests.conversations.conftest import HandClock

WISH = Wish("Giulia Ferrante", "giulia@example.org, +39 347 555 01 88", "a price", "mornings", "Italy")
SENT = Reply("cost", "An advisor will write to you.", enquiry=WISH)
WITHDRAWN = Reply("cost", "It is withdrawn.", withdraws=True)
GREETING = Reply("smalltalk", "Hello, I am an automated assistant.")
EMERGENCY = Reply("emergency", "Call 112 now.", evidence={"red_flag": "bleeding"})


@pytest.fixture
def items(database: Database, clock: HandClock) -> WorkItems:
    return WorkItems(database, clock)


def say(log: ConversationLog, conversation: str, text: str = "yes") -> Turn:
    turn = log.append_patient_message(conversation, str(uuid.uuid4()), text, worker="w").turn
    assert turn is not None
    return turn


def test_the_enquiry_is_work_and_no_part_of_the_message(
    log: ConversationLog, items: WorkItems, database: Database
) -> None:
    conversation = log.create((GREETING,)).id
    log.append_replies(say(log, conversation), (SENT,))
    (item,) = items.list(conversation_id=conversation)
    assert (item.kind, item.name, item.contact) == (Kind.ENQUIRY, WISH.name, WISH.contact)
    assert (item.about, item.best_time, item.country) == (WISH.about, WISH.best_time, WISH.country)
    said = log.messages_after(conversation)[-1]
    assert said.text == SENT.text
    assert "example.org" not in repr(said)
    assert log.evidence(conversation, said.seq) == {}


def test_a_turn_that_is_worked_off_twice_makes_one_enquiry(
    log: ConversationLog, items: WorkItems, queue: TurnQueue, clock: HandClock
) -> None:
    conversation = log.create((GREETING,)).id
    first = say(log, conversation)
    clock.forward(LEASE_MS + 1)
    second = queue.claim(conversation, "another")
    assert second is not None
    for turn in (second, first, second):
        log.append_replies(turn, (SENT,))
    assert len(items.list(conversation_id=conversation)) == 1


def test_a_reply_that_comes_too_late_makes_no_enquiry(
    log: ConversationLog, items: WorkItems, ownership: Ownership
) -> None:
    """The advisor who came between has the patient's words, and the patient."""
    conversation = log.create((GREETING,)).id
    turn = say(log, conversation)
    ownership.take(conversation, Advisor(1, "Anna"))
    assert log.append_replies(turn, (SENT,)).messages == ()
    assert items.list(conversation_id=conversation) == []


def test_an_enquiry_that_cannot_be_answered_changes_nothing(log: ConversationLog, items: WorkItems) -> None:
    conversation = log.create((GREETING,)).id
    turn = say(log, conversation)
    with pytest.raises(contact.NoContact):
        log.append_replies(turn, (Reply("cost", "Sent.", enquiry=Wish("Ana", "call me")),))
    assert items.list(conversation_id=conversation) == []
    assert len(log.messages_after(conversation)) == 2
    log.append_replies(turn, (GREETING,))  # the turn is still open


def test_what_is_withdrawn_is_dropped_and_says_that_the_patient_did_it(
    log: ConversationLog, items: WorkItems
) -> None:
    conversation, other = log.create((GREETING,)).id, log.create((GREETING,)).id
    for each in (conversation, other):
        log.append_replies(say(log, each), (SENT,))
        items.add_callback(each, WISH)
    finished, begun = items.list(conversation_id=conversation)
    items.set_state(finished.id, State.DONE)
    items.set_state(begun.id, State.DOING)
    log.append_replies(say(log, conversation, "withdraw my enquiry"), (WITHDRAWN,))
    states = {each.id: (each.state, each.about) for each in items.list(conversation_id=conversation)}
    assert states == {
        finished.id: (State.DONE, WISH.about),
        begun.id: (State.DROPPED, f"(Withdrawn by the patient.) {WISH.about}"),
    }
    assert {each.state for each in items.list(conversation_id=other)} == {State.OPEN}


def test_who_withdraws_and_asks_again_is_heard(log: ConversationLog, items: WorkItems) -> None:
    conversation = log.create((GREETING,)).id
    for reply in (SENT, WITHDRAWN, WITHDRAWN, SENT):
        log.append_replies(say(log, conversation), (reply,))
    found = items.list(conversation_id=conversation)
    assert [(each.state, each.about) for each in found] == [
        (State.OPEN, WISH.about),
        (State.DROPPED, f"(Withdrawn by the patient.) {WISH.about}"),
    ]


def test_an_advisor_who_came_between_decides_what_is_withdrawn(
    log: ConversationLog, items: WorkItems, ownership: Ownership
) -> None:
    conversation = log.create((GREETING,)).id
    log.append_replies(say(log, conversation), (SENT,))
    turn = say(log, conversation, "don't call me")
    ownership.take(conversation, Advisor(1, "Anna"))
    log.append_replies(turn, (WITHDRAWN,))
    assert [each.state for each in items.list(conversation_id=conversation)] == [State.OPEN]


def test_a_turn_knows_that_something_came_between(log: ConversationLog) -> None:
    conversation = log.create((GREETING,)).id
    turn = say(log, conversation, "what does it cost?")
    assert not turn.interrupted
    log.append_replies(turn, (Reply("cost", "It depends."),))
    turn = say(log, conversation, "I'm Giulia")
    assert not turn.interrupted
    log.append_replies(turn, (Reply("cost", "Thank you."),))
    log.append_patient_message(conversation, str(uuid.uuid4()), "I bleed", answered_with=(EMERGENCY,))
    assert say(log, conversation, "are you there?").interrupted


def test_a_notice_that_comes_late_is_no_interruption(log: ConversationLog, ownership: Ownership) -> None:
    """After an emergency the patient is in line, and reads minutes later that nobody is free: in between the
    dialogue may have asked something, and a yes is the answer to that."""
    conversation = log.create((GREETING,)).id
    log.append_patient_message(conversation, str(uuid.uuid4()), "I bleed", answered_with=(EMERGENCY,))
    turn = say(log, conversation, "go on with my enquiry")
    assert turn.interrupted
    log.append_replies(turn, (Reply("cost", "Do you agree?"),))
    ownership.take(conversation, Advisor(1, "Anna"))
    ownership.release(conversation, Advisor(1, "Anna"))
    assert log.messages_after(conversation)[-1].author is Author.SYSTEM
    assert not say(log, conversation, "Yes, send it").interrupted


def left(name: str, contact_: str) -> Reply:
    return Reply("smalltalk", f"I have noted {contact_}.", leaves=Wish(name, contact_))


def test_a_number_typed_while_waiting_is_a_call_back_as_from_the_form(
    log: ConversationLog, items: WorkItems, handoffs: Handoffs
) -> None:
    conversation = log.create((GREETING,)).id
    handoffs.request(conversation)
    turn = say(log, conversation, "0171 5550 123")
    assert (turn.waiting, turn.left) == (True, {})
    log.append_replies(turn, (left("", "0171 5550 123"),))
    (item,) = items.list(conversation_id=conversation)
    assert (item.kind, item.state, item.contact) == (Kind.CALLBACK, State.OPEN, "0171 5550 123")
    assert handoffs.view(conversation).callback == "noted"
    assert log.state(conversation).status is Status.BOT
    assert log.messages_after(conversation)[-1].text == "I have noted 0171 5550 123."


def test_a_second_number_or_address_corrects_or_adds_and_loses_nothing(
    log: ConversationLog, items: WorkItems, handoffs: Handoffs
) -> None:
    conversation = log.create((GREETING,)).id
    handoffs.request(conversation)
    for reply in (left("Helga", "0171 5550 123"), left("", "helga@example.org"), left("", "+44 7700 900123")):
        log.append_replies(say(log, conversation, "…"), (reply,))
    (item,) = items.list(conversation_id=conversation)
    assert item.name == "Helga"
    assert set(item.contact.split(", ")) == {"+44 7700 900123", "helga@example.org"}


def test_a_turn_knows_what_is_left_with_advisors_and_no_details(
    log: ConversationLog, items: WorkItems
) -> None:
    conversation = log.create((GREETING,)).id
    log.append_replies(say(log, conversation), (SENT,))
    turn = say(log, conversation, "was it sent?")
    assert (turn.waiting, turn.left) == (False, {"enquiry": ("email", "phone")})
    log.append_replies(turn, (WITHDRAWN,))
    assert say(log, conversation, "was it sent?").left == {}


def test_a_number_that_comes_too_late_leaves_the_patient_with_the_advisor(
    log: ConversationLog, items: WorkItems, handoffs: Handoffs, ownership: Ownership
) -> None:
    conversation = log.create((GREETING,)).id
    handoffs.request(conversation)
    turn = say(log, conversation, "0171 5550 123")
    ownership.take(conversation, Advisor(1, "Anna"))
    log.append_replies(turn, (left("", "0171 5550 123"),))
    assert items.list(conversation_id=conversation) == []
    assert log.state(conversation).status is Status.ADVISOR
