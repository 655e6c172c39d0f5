"""What advisors see in their queues."""

from __future__ import annotations

import uuid

import pytest

from bot.conversations.canned import CannedReplies, CannedReplyNotFound
from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound
from bot.conversations.handoffs import Handoffs
from bot.conversations.inbox import Inbox
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Author, Reply, Wish
from bot.conversations.notes import Notes
from bot.conversations.ownership import Ownership
from bot.conversations.ratings import Ratings
from tests.conversations.conftest import HandClock

ANNA, BEN = Advisor(1, "Anna"), Advisor(2, "Ben")
EMERGENCY = Reply("emergency", "Call now.", evidence={"red_flag": "bleeding"})


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def begin(log: ConversationLog, text: str, *emergency: Reply) -> str:
    conversation = log.create([Reply("smalltalk", "Hello.")]).id
    log.append_patient_message(conversation, str(uuid.uuid4()), text, answered_with=emergency)
    return conversation


def ids(inbox: Inbox, queue: str | None, advisor: Advisor = ANNA, search: str = "") -> list[str]:
    return [row.id for row in inbox.list(queue, advisor.id, search=search)]


def test_each_conversation_is_in_one_queue(
    log: ConversationLog, handoffs: Handoffs, ownership: Ownership, inbox: Inbox, clock: HandClock
) -> None:
    with_bot, waiting, annas, bens, over = (begin(log, f"question {number}") for number in range(5))
    handoffs.request(waiting)
    ownership.take(annas, ANNA)
    ownership.take(bens, BEN)
    ownership.close(over, None)
    clock.forward(10)
    urgent = begin(log, "it bleeds", EMERGENCY)
    assert ids(inbox, "waiting") == [urgent, waiting]
    assert (ids(inbox, "mine"), ids(inbox, "mine", BEN)) == ([annas], [bens])
    assert (ids(inbox, "bot"), ids(inbox, "closed")) == ([with_bot], [over])
    assert inbox.counts().of(ANNA.id) == {"waiting": 2, "mine": 1, "bot": 1, "closed": 1, "alerts": 1}
    with pytest.raises(ValueError, match="There is no queue"):
        inbox.list("all", ANNA.id)


def test_a_row_tells_why_somebody_waits_and_what_is_unread(
    log: ConversationLog, handoffs: Handoffs, inbox: Inbox
) -> None:
    conversation = begin(log, "will it hurt? " * 20)
    handoffs.request(conversation)
    (row,) = inbox.list("waiting", ANNA.id)
    assert (row.reason, row.unread, len(row.last_text)) == ("asked", 1, 120)
    inbox.mark_seen(conversation, row.last_seq)
    inbox.mark_seen(conversation, 1)  # a slower page does not make it unread again
    (row,) = inbox.list("waiting", ANNA.id)
    assert row.unread == 0


def test_an_emergency_that_was_seen_is_not_pinned_any_more(log: ConversationLog, inbox: Inbox) -> None:
    conversation = begin(log, "it bleeds", EMERGENCY)
    (row,) = inbox.list("waiting", ANNA.id)
    assert (row.alert, row.alert_seen_at) == ("bleeding", None)
    inbox.mark_alert_seen(conversation, 5)
    assert inbox.counts().of(ANNA.id)["alerts"] == 0
    (row,) = inbox.list("waiting", ANNA.id)
    assert (row.alert, row.alert_seen_at) == ("bleeding", 5)


def test_the_search_finds_words_names_and_numbers_literally(
    log: ConversationLog, handoffs: Handoffs, inbox: Inbox
) -> None:
    one, other = begin(log, "Is 100% sure?"), begin(log, "nothing of the kind")
    handoffs.call_back(other, Wish("Maria_X", "+41 44 123 45 67"))
    assert ids(inbox, None, search="100%") == [one]
    assert ids(inbox, None, search="maria_x") == [other]
    assert ids(inbox, None, search="123 45") == [other]
    assert ids(inbox, None, search=one[:10]) == [one]
    assert ids(inbox, None, search="_") == [other]
    assert ids(inbox, None, search="nobody wrote this") == []


def test_a_page_goes_on_behind_the_last_row(log: ConversationLog, inbox: Inbox, clock: HandClock) -> None:
    begun = []
    for number in range(5):
        clock.forward(10)
        begun.append(begin(log, f"question {number}"))
    first = inbox.list("bot", ANNA.id, limit=3)
    rest = inbox.list("bot", ANNA.id, limit=3, before=first[-1].updated_at)
    assert [row.id for row in (*first, *rest)] == begun[::-1]


def test_the_whole_shows_why_the_bot_said_it_and_who_wrote_what(
    log: ConversationLog, ownership: Ownership, ratings: Ratings, inbox: Inbox
) -> None:
    conversation = log.create([Reply("smalltalk", "Hello.")]).id
    turn = log.append_patient_message(conversation, str(uuid.uuid4()), "what?", worker="w").turn
    assert turn is not None
    log.append_replies(turn, [Reply("abstain", "I do not know.", evidence={"probability": 0.2})])
    ratings.rate_message(conversation, 3, helpful=False)
    ownership.take(conversation, ANNA)
    log.append_advisor_message(conversation, ANNA, str(uuid.uuid4()), "I do.")
    whole = inbox.whole(conversation)
    assert whole.entries[2].evidence == {"probability": 0.2}
    assert whole.entries[2].helpful is False
    assert whole.entries[-1].message.author is Author.ADVISOR
    assert (whole.entries[-1].advisor_id, whole.entries[-1].advisor_name) == (1, "Anna")
    with pytest.raises(ConversationNotFound):
        inbox.whole("nobody")


def test_notes_are_kept_in_order_and_are_no_messages(
    database: Database, log: ConversationLog, clock: HandClock
) -> None:
    notes = Notes(database, clock)
    conversation = begin(log, "hello")
    notes.add(conversation, ANNA, "called twice")
    notes.add(conversation, BEN, "speaks Italian")
    assert [(note.advisor_name, note.text) for note in notes.of(conversation)] == [
        ("Anna", "called twice"),
        ("Ben", "speaks Italian"),
    ]
    assert "called twice" not in str(log.messages_after(conversation))
    with pytest.raises(ConversationNotFound):
        notes.add("nobody", ANNA, "x")


def test_canned_replies_are_shared_changed_and_deleted(database: Database, clock: HandClock) -> None:
    canned = CannedReplies(database, clock)
    welcome = canned.save(None, "Welcome", "Hello.", 1)
    canned.save(None, "about us", "We are…", 1)
    canned.save(welcome.id, "Welcome", "Hello, how can I help?", 2)
    assert [(each.title, each.text) for each in canned.all()] == [
        ("about us", "We are…"),
        ("Welcome", "Hello, how can I help?"),
    ]
    canned.delete(welcome.id)
    canned.delete(welcome.id)
    with pytest.raises(CannedReplyNotFound):
        canned.save(welcome.id, "Welcome", "again", 2)
