"""The way to a person and back, as patients and advisors notice it."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.conversations.contact import NoContact
from bot.conversations.database import Database
from bot.conversations.errors import AlreadyTaken, ConversationClosed, NotYours, OwnershipChanged
from bot.conversations.handoffs import Handoffs
from bot.conversations.inbox import Inbox
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Author, Reply, Status, Turn, Wish
from bot.conversations.office import OfficeHours
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence
from bot.conversations.schema import handoff_requests
from bot.conversations.turns import TurnQueue
from bot.conversations.work_items import Kind, State, WorkItems
from tests.conversations.conftest import HandClock

ANNA, BEN = Advisor(1, "Anna"), Advisor(2, "Ben")
ANSWER = Reply("answer", "White blood cells.", ({"title": "t", "quote": "q"},))
ABSTAIN = Reply("abstain", "I do not know.")
EMERGENCY = Reply("emergency", "Call now.", evidence={"red_flag": "bleeding"})


@pytest.fixture
def conversation(log: ConversationLog) -> str:
    return log.create([Reply("smalltalk", "Hello.")]).id


def say(log: ConversationLog, conversation: str, text: str = "what are nk cells") -> Turn | None:
    return log.append_patient_message(conversation, str(uuid.uuid4()), text, worker="w").turn


def answer(log: ConversationLog, conversation: str, *replies: Reply) -> list[str]:
    """One turn of the bot; the kinds of all that was said in it."""
    turn = say(log, conversation)
    assert turn is not None
    log.append_replies(turn, replies)
    return [message.kind for message in log.messages_after(conversation, turn.message_seq)]


def kinds(log: ConversationLog, conversation: str) -> list[str]:
    return [message.kind for message in log.messages_after(conversation)]


# Asking


def test_asking_puts_the_patient_in_the_queue_once_and_the_bot_goes_on(
    log: ConversationLog, handoffs: Handoffs, presence: Presence, conversation: str
) -> None:
    presence.seen(ANNA)
    first, new = handoffs.request(conversation)
    again, new_again = handoffs.request(conversation)
    assert (first.kind, new, again, new_again) == ("handoff", True, first, False)
    view = handoffs.view(conversation)
    assert (view.place, view.advisor, view.online, view.callback) == (1, None, True, None)
    assert answer(log, conversation, ANSWER) == ["answer"]


def test_a_question_that_is_being_answered_when_a_person_is_asked_for_is_answered_once(
    log: ConversationLog, handoffs: Handoffs, queue: TurnQueue, conversation: str
) -> None:
    turn = say(log, conversation)
    assert turn is not None
    handoffs.request(conversation)
    dropped = log.append_replies(turn, [ANSWER], next_for="w")
    assert dropped.messages == ()  # begun under the number before
    assert dropped.next_turn is not None
    assert dropped.next_turn.message_seq == turn.message_seq
    log.append_replies(dropped.next_turn, [ANSWER])
    assert kinds(log, conversation).count("answer") == 1
    assert queue.claimable() == []


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ((Reply("handoff", "Noted."),), "asked_in_words"),
        ((Reply("medical_advice", "Shall an advisor…?"), Reply("handoff", "Noted.")), "medical_advice"),
        ((ABSTAIN, ABSTAIN), "abstained_twice"),
    ],
)
def test_what_the_bot_says_calls_an_advisor(
    log: ConversationLog, ownership: Ownership, conversation: str, replies: tuple[Reply, ...], reason: str
) -> None:
    for reply in replies:
        assert log.state(conversation).status is Status.BOT
        answer(log, conversation, reply)
    assert log.state(conversation).status is Status.WAITING
    assert reasons(log, conversation) == [reason]


def test_abstentions_that_do_not_follow_each_other_call_nobody(
    log: ConversationLog, conversation: str
) -> None:
    for reply in (ABSTAIN, ANSWER, ABSTAIN, Reply("handoff", "How to reach us.", ANSWER.citations), ABSTAIN):
        answer(log, conversation, reply)
    assert log.state(conversation).status is Status.BOT


def test_passages_that_say_what_nobody_knows_call_nobody(log: ConversationLog, conversation: str) -> None:
    open_question = replace(ABSTAIN, citations=ANSWER.citations)
    for reply in (open_question, open_question, ABSTAIN, open_question, ABSTAIN):
        answer(log, conversation, reply)
    assert log.state(conversation).status is Status.BOT
    answer(log, conversation, ABSTAIN)
    assert log.state(conversation).status is Status.WAITING


def test_an_emergency_goes_before_those_who_wait_longer(
    log: ConversationLog, handoffs: Handoffs, clock: HandClock
) -> None:
    patient, hurt = (log.create([Reply("smalltalk", "Hello.")]).id for _ in range(2))
    handoffs.request(patient)
    clock.forward(5_000)
    log.append_patient_message(hurt, str(uuid.uuid4()), "it bleeds", answered_with=[EMERGENCY])
    assert kinds(log, hurt)[-1] == "emergency"  # nothing stands below the instruction
    assert [handoffs.view(each).place for each in (hurt, patient)] == [1, 2]
    assert reasons(log, hurt) == ["emergency"]


def test_the_patient_goes_back_to_the_bot(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, conversation: str
) -> None:
    handoffs.request(conversation)
    ownership.cancel(conversation)
    assert log.state(conversation).status is Status.BOT
    assert answer(log, conversation, ANSWER) == ["answer"]
    _, new = handoffs.request(conversation)
    assert new


# No person after all

CALLED_OFF = Reply("smalltalk", "It is cancelled: nobody comes.", calls_off=True)


def test_who_wants_no_person_after_all_is_taken_out_of_the_queue_and_advisors_see_it(
    log: ConversationLog, handoffs: Handoffs, database: Database, clock: HandClock, conversation: str
) -> None:
    items = WorkItems(database, clock)
    handoffs.request(conversation)
    items.add_callback(conversation, Wish("Ida", "+45 32 55 50 12"))
    items.add_enquiry(conversation, Wish("Ida", "ida@example.org"))
    assert answer(log, conversation, CALLED_OFF) == ["smalltalk"]
    assert log.state(conversation).status is Status.BOT
    assert handoffs.view(conversation).callback is None
    with database.read() as connection:
        assert list(connection.execute(sa.select(handoff_requests.c.settled_how)).scalars()) == ["withdrawn"]
    states = {each.kind: each.state for each in items.list(conversation_id=conversation)}
    assert states == {Kind.CALLBACK: State.DROPPED, Kind.ENQUIRY: State.OPEN}


def test_who_wants_no_person_gets_none_after_two_questions_in_vain_but_when_they_ask_for_one(
    log: ConversationLog, conversation: str
) -> None:
    for reply in (CALLED_OFF, ABSTAIN, ABSTAIN, replace(ABSTAIN, calls_off=True), ABSTAIN):
        answer(log, conversation, reply)
    assert log.state(conversation).status is Status.BOT
    answer(log, conversation, Reply("handoff", "Noted."))
    assert log.state(conversation).status is Status.WAITING


def test_an_emergency_stays_before_the_advisors_though_the_patient_wants_no_person(
    log: ConversationLog, database: Database, conversation: str
) -> None:
    log.append_patient_message(conversation, "m1", "I bleed", answered_with=[EMERGENCY])
    answer(log, conversation, CALLED_OFF)
    assert [each.id for each in Inbox(database).alerts()] == [conversation]


# Nobody there


def test_who_left_a_way_to_be_called_back_is_not_asked_for_one_again(
    log: ConversationLog, handoffs: Handoffs, clock: HandClock, conversation: str
) -> None:
    handoffs.request(conversation)
    handoffs.call_back(conversation, Wish("Ida", "+45 32 55 50 12"))
    told = answer(log, conversation, Reply("handoff", "Noted."))
    assert told == ["handoff", "waiting"]
    assert "leave" not in log.messages_after(conversation)[-1].text
    clock.forward(3_600_000)
    assert handoffs.offer_callbacks() == []
    assert handoffs.view(conversation).callback == "noted"


def test_who_asks_while_nobody_is_there_is_asked_for_a_way_to_call_back(
    log: ConversationLog, handoffs: Handoffs, database: Database, clock: HandClock, conversation: str
) -> None:
    handoffs.request(conversation)
    assert kinds(log, conversation)[-1] == "callback_offer"
    assert handoffs.view(conversation).callback == "offer"
    with pytest.raises(NoContact):
        handoffs.call_back(conversation, Wish("Maria", "no idea"))
    said = handoffs.call_back(conversation, Wish("Maria", "maria@example.org", best_time="mornings"))
    assert (said.author, said.kind) == (Author.SYSTEM, "callback_noted")
    assert log.state(conversation).status is Status.BOT
    assert handoffs.view(conversation).callback == "noted"
    (item,) = WorkItems(database, clock).list()
    assert (item.name, item.contact, item.best_time) == ("Maria", "maria@example.org", "mornings")
    assert "maria@example.org" not in "".join(message.text for message in log.messages_after(conversation))


def test_outside_office_hours_the_patient_hears_when_somebody_is_back(
    database: Database, clock: HandClock
) -> None:
    clock.now = 1_795_345_200_000  # a Sunday, 12:00 in Zurich
    office = OfficeHours.parse("Mon-Fri 09:00-17:00", "Europe/Zurich")
    log, handoffs = ConversationLog(database, clock, office), Handoffs(database, clock, office)
    conversation = log.create([Reply("smalltalk", "Hello.")]).id
    assert handoffs.view(conversation).opens_at == 1_795_345_200_000 + 21 * 3_600_000
    Presence(database, clock).seen(ANNA)
    handoffs.request(conversation)
    assert "on Monday at 09:00 (Europe/Zurich)" in log.messages_after(conversation)[-1].text
    assert handoffs.view(conversation).callback == "offer"


def test_who_waits_too_long_is_asked_once(
    log: ConversationLog, handoffs: Handoffs, presence: Presence, clock: HandClock, conversation: str
) -> None:
    presence.seen(ANNA)
    handoffs.request(conversation)
    clock.forward(119_000)
    assert handoffs.offer_callbacks() == []
    clock.forward(1_000)
    assert handoffs.offer_callbacks() == [conversation]
    assert handoffs.offer_callbacks() == []
    assert kinds(log, conversation)[-1] == "callback_offer"


# Advisors


def test_the_patient_sees_who_joined_and_the_advisor_speaks(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, conversation: str
) -> None:
    handoffs.request(conversation)
    ownership.take(conversation, ANNA)
    joined = log.messages_after(conversation)[-1]
    assert (joined.author, joined.kind) == (Author.SYSTEM, "joined")
    assert "Anna" in joined.text
    assert handoffs.view(conversation).advisor == "Anna"
    identity = str(uuid.uuid4())
    sent = log.append_advisor_message(conversation, ANNA, identity, "Hello, how can I help?")
    again = log.append_advisor_message(conversation, ANNA, identity, "Hello, how can I help?")
    assert (sent.created, again.created, again.message) == (True, False, sent.message)
    assert sent.message.author is Author.ADVISOR
    assert say(log, conversation) is None
    with pytest.raises(NotYours):
        log.append_advisor_message(conversation, BEN, str(uuid.uuid4()), "me too")


def test_asking_for_a_person_who_is_there_already_says_nothing_more(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, conversation: str
) -> None:
    ownership.take(conversation, ANNA)
    said = kinds(log, conversation)
    message, new = handoffs.request(conversation)
    assert (message.kind, new, kinds(log, conversation)) == ("joined", False, said)


def test_a_colleague_is_refused_with_the_name_of_who_was_faster(
    log: ConversationLog, ownership: Ownership, conversation: str
) -> None:
    number = ownership.take(conversation, ANNA)
    with pytest.raises(AlreadyTaken, match="Anna is already talking"):
        ownership.take(conversation, BEN)
    assert ownership.take(conversation, ANNA) == number  # a second click changes nothing
    for act in (ownership.release, ownership.close):
        with pytest.raises(NotYours):
            act(conversation, BEN)
    assert log.state(conversation).ownership == number


def test_a_page_that_is_out_of_date_takes_nothing_over(
    handoffs: Handoffs, ownership: Ownership, conversation: str
) -> None:
    handoffs.request(conversation)
    with pytest.raises(OwnershipChanged):
        ownership.take(conversation, ANNA, expected=1)


def test_after_release_the_first_question_is_answered(
    log: ConversationLog, ownership: Ownership, conversation: str
) -> None:
    ownership.take(conversation, ANNA)
    say(log, conversation, "only the advisor sees this")
    ownership.release(conversation, ANNA)
    assert kinds(log, conversation)[-1] == "released"
    assert answer(log, conversation, ANSWER) == ["answer"]


def test_a_transfer_changes_the_advisor_or_puts_the_patient_first_in_line(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, clock: HandClock, conversation: str
) -> None:
    clock.forward(1_000)
    other = log.create([Reply("smalltalk", "Hello.")]).id
    handoffs.request(other)
    ownership.take(conversation, ANNA)
    ownership.transfer(conversation, ANNA, BEN)
    assert handoffs.view(conversation).advisor == "Ben"
    with pytest.raises(NotYours):
        ownership.release(conversation, ANNA)
    clock.forward(60_000)
    ownership.transfer(conversation, BEN, None)
    assert log.state(conversation).status is Status.WAITING
    assert [handoffs.view(each).place for each in (conversation, other)] == [1, 2]


def test_an_advisor_who_vanishes_loses_the_conversation_and_the_patient_is_told(
    log: ConversationLog,
    handoffs: Handoffs,
    ownership: Ownership,
    presence: Presence,
    clock: HandClock,
    conversation: str,
) -> None:
    ownership.take(conversation, ANNA)
    for _ in range(5):
        clock.forward(50_000)
        presence.seen(ANNA)
        assert ownership.return_abandoned() == []
    clock.forward(59_999)
    say(log, conversation, "are you still there?")
    assert ownership.return_abandoned() == []
    clock.forward(1)
    assert ownership.return_abandoned() == [conversation]
    assert ownership.return_abandoned() == []
    assert "returned" in kinds(log, conversation)
    assert handoffs.view(conversation).place == 1
    with pytest.raises(NotYours):
        log.append_advisor_message(conversation, ANNA, str(uuid.uuid4()), "I am back")
    ownership.take(conversation, ANNA)


def test_a_closed_conversation_stays_closed(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, conversation: str
) -> None:
    ownership.take(conversation, ANNA)
    ownership.close(conversation, ANNA)
    for act in (
        lambda: ownership.take(conversation, BEN),
        lambda: ownership.cancel(conversation),
        lambda: handoffs.request(conversation),
        lambda: handoffs.call_back(conversation, Wish("M", "+41 44 123 45 67")),
        lambda: log.append_advisor_message(conversation, ANNA, str(uuid.uuid4()), "one more"),
    ):
        with pytest.raises(ConversationClosed):
            act()


def test_in_an_emergency_the_patient_hears_that_advisors_know_when_somebody_is_there(
    log: ConversationLog, presence: Presence, conversation: str
) -> None:
    presence.seen(ANNA)
    log.append_patient_message(conversation, str(uuid.uuid4()), "it bleeds", answered_with=[EMERGENCY])
    assert kinds(log, conversation)[-2:] == ["emergency", "waiting"]


def reasons(log: ConversationLog, conversation: str) -> list[str]:
    """Why the conversation waits, from the table that the console reads."""
    query = sa.select(handoff_requests.c.reason).where(handoff_requests.c.conversation_id == conversation)
    with log._database.read() as connection:
        return list(connection.execute(query).scalars())
