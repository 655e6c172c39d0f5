"""What a patient wants done with a request is done to what is kept, and read back from it."""

from __future__ import annotations

import uuid

import pytest

from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from bot.conversations.model import WHAT_IS_NOTED, Reply, Turn, Wish
from bot.conversations.work_items import State, WorkItems
from tests.conversations.conftest import HandClock

WISH = Wish("Ida Berg", "ida@example.org", "lupus", "evenings", "Norway")
SENT = Reply("cost", "Sent.", enquiry=WISH)
WITHDRAWN = Reply("cost", "Withdrawn.", withdraws=True)
READ_BACK = Reply("smalltalk", f"Noted:\n\n{WHAT_IS_NOTED}", reads_back=True)
AGAIN = Reply("smalltalk", f"Again:\n\n{WHAT_IS_NOTED}", takes_up_again=True, reads_back=True)


@pytest.fixture
def items(database: Database, clock: HandClock) -> WorkItems:
    return WorkItems(database, clock)


def say(log: ConversationLog, conversation: str) -> Turn:
    turn = log.append_patient_message(conversation, str(uuid.uuid4()), "…", worker="w").turn
    assert turn is not None
    return turn


def after(log: ConversationLog, *replies: Reply) -> tuple[str, str]:
    """A conversation after these replies, and the last text."""
    conversation = log.create((Reply("smalltalk", "Hello."),)).id
    for reply in replies:
        log.append_replies(say(log, conversation), (reply,))
    return conversation, log.messages_after(conversation)[-1].text


def test_what_is_kept_is_read_back_in_the_patients_words(log: ConversationLog) -> None:
    _, text = after(log, SENT, READ_BACK)
    for each in (WISH.name, WISH.contact, WISH.about, WISH.best_time, WISH.country):
        assert each in text
    assert WHAT_IS_NOTED not in text


@pytest.mark.parametrize("before", [(), (SENT, WITHDRAWN)])
def test_nothing_is_read_back_where_nothing_is_open(log: ConversationLog, before: tuple[Reply, ...]) -> None:
    assert after(log, *before, READ_BACK)[1] == "Noted:\n\nnothing"


def test_what_was_taken_back_is_taken_up_again_as_it_was(log: ConversationLog, items: WorkItems) -> None:
    conversation, text = after(log, SENT, WITHDRAWN, AGAIN)
    (item,) = items.list(conversation_id=conversation)
    assert (item.state, item.about, item.contact) == (State.OPEN, WISH.about, WISH.contact)
    assert WISH.contact in text


def test_taking_up_again_makes_no_second_request(log: ConversationLog, items: WorkItems) -> None:
    conversation, _ = after(log, SENT, WITHDRAWN, SENT, AGAIN)
    states = [each.state for each in items.list(conversation_id=conversation)]
    assert sorted(states) == [State.DROPPED, State.OPEN]


def test_what_was_dropped_by_an_advisor_stays_dropped(log: ConversationLog, items: WorkItems) -> None:
    conversation, _ = after(log, SENT)
    (item,) = items.list(conversation_id=conversation)
    items.set_state(item.id, State.DROPPED)
    log.append_replies(say(log, conversation), (AGAIN,))
    assert items.get(item.id).state is State.DROPPED


def test_what_was_sent_is_put_right(log: ConversationLog, items: WorkItems) -> None:
    correction = Reply("smalltalk", "Changed.", corrects=Wish("", "ida.b@example.org"))
    conversation, _ = after(log, SENT, correction)
    (item,) = items.list(conversation_id=conversation)
    assert (item.contact, item.name, item.about) == ("ida.b@example.org", WISH.name, WISH.about)


def test_a_turn_knows_that_the_request_was_taken_back(log: ConversationLog) -> None:
    conversation, _ = after(log, SENT)
    assert not say(log, conversation).withdrawn
    conversation, _ = after(log, SENT, WITHDRAWN)
    assert say(log, conversation).withdrawn
    conversation, _ = after(log, SENT, WITHDRAWN, SENT)
    assert not say(log, conversation).withdrawn
