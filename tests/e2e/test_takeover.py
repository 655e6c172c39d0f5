"""Take-over with the real bot: silence from the click on, for as long as it takes, and an answer afterwards."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.conversations.model import Author, Message
from bot.operations.stack import Stack
from tests.conversations.takeovers import read
from tests.support.advisor import AdvisorAtDesk
from tests.support.chance import chance
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PATIENTS = 12
AT_ONCE = 4
TAKEOVERS_EACH = 6
ANSWERED = (
    "how are the cells made",
    "are donors tested for hiv and hepatitis",
    "are nk cells the same thing as stem cells",
    "can children get this treatment",
    "what are the side effects",
    "what are cytokines",
)
"""One for each round: nobody reads the same text twice."""
"""Three messages each, and a patient may send twenty in quick succession."""
A_MOMENT = 1.0
"""Many times what a turn takes here: a reply that is to come would be there."""
AN_HOUR_AND_A_MINUTE = 61 * 60
PATIENCE = 30.0


@pytest.fixture
def ada(stack: Stack) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(stack.url, stack.settings.database_url, "Ada")
    yield advisor
    advisor.close()


@pytest.fixture
def patient(stack: Stack) -> Iterator[Patient]:
    somebody = Patient(stack.url)
    yield somebody
    somebody.http.close()


def transcript(patient: Patient) -> list[Message]:
    """The whole conversation as the patient's page gets it."""
    return [
        Message(m["seq"], Author(m["author"]), m["kind"], m["text"], (), (), m["in_reply_to"], 0)
        for m in patient.messages()
    ]


def status(patient: Patient) -> str:
    path = f"/api/conversations/{patient.conversation}/messages"
    return str(patient.http.get(path, headers=patient.headers).json()["status"])


def eventually(happens: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < until, f"it did not happen within {PATIENCE:.0f} s: {what}"
        time.sleep(0.1)


def test_takeovers_while_the_real_bot_thinks_leave_not_one_bot_message(stack: Stack) -> None:
    luck = chance()

    def work(seed: float) -> list[Message]:
        own = random.Random(seed)
        advisor = AdvisorAtDesk(stack.url, stack.settings.database_url, "Ada")
        patient = Patient(stack.url)
        here = patient.conversation
        for question in ANSWERED[:TAKEOVERS_EACH]:
            patient.post("what are nk cells")
            time.sleep(own.uniform(0, 0.08))
            number = advisor.do(here, "take")["conversation"]["ownership"]
            patient.post(own.choice(("/restart", "are you there?", "what are the risks")))
            advisor.write(here, "I am here.")
            if own.random() < 0.3:
                time.sleep(0.05)
            assert advisor.do(here, "release")["conversation"]["ownership"] == number + 1
            (answer,) = patient.ask(question)
            assert answer["kind"] == "answer", question
        messages = transcript(patient)
        advisor.close()
        patient.http.close()
        return messages

    with ThreadPoolExecutor(AT_ONCE) as desks:
        transcripts = list(desks.map(work, [luck.random() for _ in range(PATIENTS)]))
    assert [read(messages) for messages in transcripts] == [TAKEOVERS_EACH] * PATIENTS
    replied = [{message.in_reply_to for message in messages} for messages in transcripts]
    interrupted = sum(
        message.text == "what are nk cells" and message.seq not in had
        for messages, had in zip(transcripts, replied, strict=True)
        for message in messages
    )
    print(f"{interrupted} of {PATIENTS * TAKEOVERS_EACH} take-overs came before the bot's answer")
    assert interrupted > PATIENTS


def test_of_a_hundred_clicks_at_the_same_instant_one_advisor_wins(stack: Stack, patient: Patient) -> None:
    advisors = [AdvisorAtDesk(stack.url, stack.settings.database_url, f"Ben {name}") for name in "ABCDEFGHIJ"]
    begin = threading.Barrier(100)

    def click(number: int) -> tuple[str, int, dict[str, Any]]:
        advisor = advisors[number % 10]
        begin.wait()
        answer = advisor.post(patient.conversation, "take", {"ownership": 1})
        return advisor.name, answer.status_code, answer.json()

    with ThreadPoolExecutor(100) as hands:
        clicks = list(hands.map(click, range(100)))
    winners = {name for name, code, _ in clicks if code == 200}
    assert len(winners) == 1
    (winner,) = winners
    assert all(name == winner for name, code, _ in clicks if code == 200)
    refusals = [told["error"] for name, code, told in clicks if name != winner]
    assert len(refusals) == 90
    assert all(refusal["message"] and winner in refusal["message"] for refusal in refusals)
    assert {code for name, code, _ in clicks if name != winner} == {409}
    joined = [message for message in transcript(patient) if message.kind == "joined"]
    assert len(joined) == 1
    for advisor in advisors:
        advisor.close()


def test_after_an_hour_of_silence_the_bot_is_still_silent_and_after_the_release_answers_at_once(
    stack: Stack, patient: Patient, ada: AdvisorAtDesk
) -> None:
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    ada.do(patient.conversation, "take")
    ada.be_there()
    move_the_past(stack, patient.conversation, AN_HOUR_AND_A_MINUTE)
    for text in ("are you still there?", "/restart", "what are the risks", "/session_start", "hello"):
        patient.post(text)
        time.sleep(A_MOMENT)
        assert transcript(patient)[-1].text == text
    assert status(patient) == "advisor"
    ada.write(patient.conversation, "Yes, I am here.")
    move_the_past(stack, patient.conversation, AN_HOUR_AND_A_MINUTE)
    ada.do(patient.conversation, "release")
    (answer,) = patient.ask("how are the cells made")
    assert answer["kind"] == "answer"
    messages = transcript(patient)
    assert read(messages) == 1
    assert [m.author for m in messages if m.in_reply_to] == [Author.BOT, Author.BOT]


def test_an_advisor_who_vanishes_is_missed_within_a_minute_and_the_bot_speaks_again(
    stack: Stack, patient: Patient, ada: AdvisorAtDesk
) -> None:
    ada.do(patient.conversation, "take")
    with closing(sqlite3.connect(stack.var / "conversations.sqlite3", timeout=10)) as database:
        database.execute(
            "UPDATE advisor_presence SET seen_at = seen_at - 60000 WHERE advisor_id = ?", (ada.account.id,)
        )
        database.commit()
    eventually(lambda: status(patient) == "waiting", "the conversation is back in the queue")
    assert [message.kind for message in transcript(patient)].count("returned") == 1
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    refused = ada.post(patient.conversation, "messages", {"client_message_id": "x", "text": "too late"})
    assert refused.status_code >= 400
    again = ada.do(patient.conversation, "take")
    assert again["conversation"]["advisor"]["name"] == "Ada"


def move_the_past(stack: Stack, conversation: str, seconds: int) -> None:
    """Everything that was stored of a conversation happened so much earlier: as if the clock had moved on.

    That is Rasa's dialogue state, whose last event decides on the end of a session, and our own tables.
    The advisor's presence stays: the page has been open all the time.
    """
    with closing(sqlite3.connect(dialogue_state(stack), timeout=10)) as database:
        ((written,),) = database.execute(
            "SELECT events FROM dialogue_state WHERE conversation_id = ?", (conversation,)
        ).fetchall()
        events = json.loads(written)
        assert any(event.get("timestamp") for event in events)
        for event in events:
            event["timestamp"] = (event.get("timestamp") or time.time()) - seconds
        database.execute(
            "UPDATE dialogue_state SET events = ?, updated_at = updated_at - ? WHERE conversation_id = ?",
            (json.dumps(events), seconds, conversation),
        )
        database.commit()
    with closing(sqlite3.connect(stack.var / "conversations.sqlite3", timeout=10)) as database:
        for table, key, columns in (
            ("conversations", "id", ("created_at", "updated_at", "waiting_since", "callback_offered_at")),
            ("messages", "conversation_id", ("created_at",)),
            ("turns", "conversation_id", ("accepted_at", "finished_at", "lease_until")),
            ("handoff_requests", "conversation_id", ("requested_at", "settled_at")),
        ):
            for column in columns:
                database.execute(
                    f"UPDATE {table} SET {column} = {column} - ? WHERE {key} = ?",
                    (seconds * 1000, conversation),
                )
        database.commit()


def dialogue_state(stack: Stack) -> Path:
    """The file of Rasa's dialogue state."""
    for path in stack.var.rglob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'dialogue_state'").fetchone():
                return path
    raise AssertionError("Rasa keeps its dialogue state somewhere else")
