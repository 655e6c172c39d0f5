"""What patients and advisors would notice of the conversation log."""

from __future__ import annotations

import threading
import uuid

import pytest
import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.errors import ConversationClosed, ConversationNotFound
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import AFTERWORD_KIND, Advisor, Author, Reply, Status, Turn
from bot.conversations.ownership import Ownership

GREETING = Reply("smalltalk", "Hello, I am an automated assistant.", quick_replies=("What are NK cells?",))
CITATION = {
    "document": "what-nk-cells-are",
    "revision": 3,
    "title": "What NK cells are",
    "source": "A journal, 2021",
    "url": "",
    "reviewed_on": "",
    "passage": "abc",
    "quote": "NK cells are white blood cells.",
}
ANSWER = Reply("answer", "They are white blood cells.", (CITATION,), ("What do they do?",), {"score": 0.9})
ANNA = Advisor(1, "Anna")


def new_id() -> str:
    return str(uuid.uuid4())


def say(log: ConversationLog, conversation_id: str, text: str, worker: str | None = "w") -> Turn | None:
    return log.append_patient_message(conversation_id, new_id(), text, worker=worker).turn


def texts(log: ConversationLog, conversation_id: str) -> list[str]:
    return [message.text for message in log.messages_after(conversation_id)]


@pytest.fixture
def conversation(log: ConversationLog) -> str:
    return log.create([GREETING]).id


def test_a_conversation_begins_with_the_greeting_and_a_token_that_only_opens_it(log: ConversationLog) -> None:
    one, other = log.create([GREETING]), log.create([GREETING])
    assert [message.text for message in one.messages] == [GREETING.text]
    assert one.status is Status.BOT
    assert log.token_opens(one.id, one.token)
    assert not log.token_opens(one.id, other.token)
    assert not log.token_opens(one.id, "")
    with pytest.raises(ConversationNotFound):
        log.token_opens("nobody", one.token)


def test_the_token_is_nowhere_in_the_database(log: ConversationLog, database: Database) -> None:
    created = log.create([GREETING])
    assert len(created.token) >= 22  # 128 bits, at 6 bits a character
    with database.read() as connection:
        for table in ("conversations", "messages"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
            assert rows
            assert created.token not in repr(rows)


def test_what_was_appended_comes_back_whole_and_in_order(log: ConversationLog, conversation: str) -> None:
    turn = say(log, conversation, "what are <b>NK</b> cells? ½ 🧬\n‏שלום")
    assert turn is not None
    log.append_replies(turn, [ANSWER, Reply("smalltalk", "Anything else?")])
    messages = log.messages_after(conversation)
    assert [message.seq for message in messages] == [1, 2, 3, 4]
    assert [message.author for message in messages] == [Author.BOT, Author.PATIENT, Author.BOT, Author.BOT]
    assert messages[1].text == "what are <b>NK</b> cells? ½ 🧬\n‏שלום"
    assert messages[2].citations == (CITATION,)
    assert messages[2].quick_replies == ("What do they do?",)
    assert messages[2].in_reply_to == 2
    assert [message.seq for message in log.messages_after(conversation, 3)] == [4]


def test_evidence_is_kept_for_advisors_and_is_not_part_of_a_message(
    log: ConversationLog, conversation: str
) -> None:
    turn = say(log, conversation, "hi")
    assert turn is not None
    log.append_replies(turn, [ANSWER])
    assert log.evidence(conversation, 3) == {"score": 0.9}
    assert "0.9" not in repr(log.messages_after(conversation))


def test_the_same_client_message_id_gives_the_same_message(log: ConversationLog, conversation: str) -> None:
    sent = new_id()
    first = log.append_patient_message(conversation, sent, "hello", worker="w")
    again = log.append_patient_message(conversation, sent, "hello", worker="w")
    assert (first.created, again.created) == (True, False)
    assert again.message == first.message
    assert again.turn is None
    assert len(log.messages_after(conversation)) == 2


def test_another_conversation_may_use_the_same_client_message_id(log: ConversationLog) -> None:
    sent, one, other = new_id(), log.create([GREETING]).id, log.create([GREETING]).id
    assert log.append_patient_message(one, sent, "a").created
    assert log.append_patient_message(other, sent, "b").created
    assert texts(log, other) == [GREETING.text, "b"]


def test_an_emergency_reply_follows_at_once_and_owes_no_turn(log: ConversationLog, conversation: str) -> None:
    emergency = Reply("emergency", "Call your local emergency number now.")
    accepted = log.append_patient_message(
        conversation, new_id(), "i cant breathe", answered_with=[emergency], worker="w"
    )
    assert accepted.turn is None
    next_word = log.messages_after(conversation, accepted.message.seq)[0]
    assert (next_word.kind, next_word.in_reply_to) == ("emergency", accepted.message.seq)
    assert not log.state(conversation).turn_open


def test_what_follows_an_emergency_alerts_nobody_and_may_owe_a_turn(
    log: ConversationLog, conversation: str
) -> None:
    assert log.last_emergency(conversation) is None
    alarm = Reply("emergency", "Call 112.", evidence={"red_flag": "bleeding"})
    log.append_patient_message(conversation, new_id(), "it bleeds", answered_with=[alarm])
    sorry = Reply(AFTERWORD_KIND, "I am sorry.", evidence={"red_flag": "bleeding", "after": "denied"})
    accepted = log.append_patient_message(
        conversation, new_id(), "no! what are they?", answered_with=[sorry], goes_on=True, worker="w"
    )
    assert accepted.turn is not None
    assert accepted.turn.interrupted
    log.append_patient_message(conversation, new_id(), "and then?")
    assert log.last_emergency(conversation) == ({"red_flag": "bleeding", "after": "denied"}, 1)
    assert log.emergencies(conversation, "bleeding") == 1


def test_an_emergency_reply_comes_while_waiting_and_while_an_advisor_speaks(
    log: ConversationLog, ownership: Ownership, handoffs: Handoffs, conversation: str
) -> None:
    emergency = Reply("emergency", "Call your local emergency number now.")
    handoffs.request(conversation)
    log.append_patient_message(conversation, new_id(), "chest pain", answered_with=[emergency])
    last = log.messages_after(conversation)[-1]
    assert (last.author, last.text) == (Author.BOT, emergency.text)
    ownership.take(conversation, ANNA)
    log.append_patient_message(conversation, new_id(), "it is worse", answered_with=[emergency])
    last = log.messages_after(conversation)[-1]
    assert (last.author, last.text) == (Author.SYSTEM, emergency.text)  # the bot itself is silent


def test_nothing_can_be_said_in_a_closed_conversation(
    log: ConversationLog, ownership: Ownership, handoffs: Handoffs, conversation: str
) -> None:
    sent = new_id()
    log.append_patient_message(conversation, sent, "before", worker="w")
    ownership.close(conversation, None)
    said = texts(log, conversation)
    with pytest.raises(ConversationClosed):
        say(log, conversation, "too late")
    with pytest.raises(ConversationClosed):
        handoffs.request(conversation)
    # A message that was already taken is still confirmed to a page that did not hear of it.
    assert not log.append_patient_message(conversation, sent, "before").created
    assert texts(log, conversation) == said


def test_after_a_takeover_the_bot_says_nothing_more(
    log: ConversationLog, ownership: Ownership, conversation: str
) -> None:
    turn = say(log, conversation, "what are nk cells")
    assert turn is not None
    ownership.take(conversation, ANNA)
    finished = log.append_replies(turn, [ANSWER], next_for="w")
    assert finished.messages == ()
    assert finished.next_turn is None
    assert say(log, conversation, "are you there?") is None
    assert all(message.author is not Author.BOT for message in log.messages_after(conversation, 1))


def test_a_reply_from_before_a_takeover_is_dropped_after_the_release_too(
    log: ConversationLog, ownership: Ownership, conversation: str
) -> None:
    turn = say(log, conversation, "what are nk cells")
    assert turn is not None
    ownership.take(conversation, ANNA)
    ownership.release(conversation, ANNA)
    assert log.append_replies(turn, [ANSWER]).messages == ()
    fresh = say(log, conversation, "and now?")
    assert fresh is not None
    assert len(log.append_replies(fresh, [ANSWER]).messages) == 1


def test_changed_conversations_are_found_by_other_processes(log: ConversationLog, clock) -> None:
    quiet = log.create([GREETING]).id
    clock.forward(60_000)
    busy = log.create([GREETING]).id
    say(log, busy, "hi")
    assert log.changed_since(clock()) == {busy: (2, 1)}
    assert quiet in log.changed_since(0)


def test_many_writers_at_once_leave_no_gap_and_lose_nothing(log: ConversationLog, conversation: str) -> None:
    sent = [[f"{writer}-{number}" for number in range(12)] for writer in range(6)]
    failures: list[Exception] = []

    def write(own: list[str]) -> None:
        try:
            for text in own:
                identity = str(uuid.uuid5(uuid.NAMESPACE_URL, text))
                log.append_patient_message(conversation, identity, text)
                log.append_patient_message(conversation, identity, text)
        except Exception as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(own,)) for own in sent]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    messages = log.messages_after(conversation)
    assert [message.seq for message in messages] == list(range(1, 6 * 12 + 2))
    for own in sent:  # each writer's own order is kept
        assert [message.text for message in messages if message.text in own] == own
