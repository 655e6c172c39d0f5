"""What the web process sees of Rasa: replies with a kind, or an error that says so. Never 200 and nothing."""

from __future__ import annotations

import asyncio
import itertools
import logging
from pathlib import Path

import numpy as np
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.domain import Domain

from bot.extensions import log_lines
from bot.extensions.channel import MAX_BODY, MAX_CHARACTERS, as_plain_text
from bot.extensions.failures import TurnFailed
from bot.extensions.tracker_store import BoundedTrackerStore
from knowledge.encoder import LATEST, MOST_HANDED_ON, Encoded
from tests.extensions.serving import TOKEN, TOKEN_BEFORE, Client, served

CANARY = "my secret illness is canary fever"
GREETING = {"kind": "smalltalk", "text": "Hello."}


@pytest.fixture
def store(tmp_path: Path) -> BoundedTrackerStore:
    return BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{tmp_path / 'tracker.sqlite3'}")


class Turns:
    """Stands for Rasa: remembers the messages and answers each with a greeting."""

    def __init__(self) -> None:
        self.seen: list[UserMessage] = []

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message)
        await message.output_channel.send_response(message.sender_id, {"custom": dict(GREETING)})


def test_a_reply_comes_back_complete(store: BoundedTrackerStore) -> None:
    turns = Turns()
    with served(turns, store) as client:
        status, body = client.say("hi", conversation="a-conversation_1", seq=7)
    assert status == 200
    assert body == {"messages": [{**GREETING, "citations": [], "quick_replies": [], "evidence": {}}]}
    (message,) = turns.seen
    assert (message.sender_id, message.message_id, message.text) == ("a-conversation_1", "7", "hi")


def test_an_action_is_told_what_came_between(store: BoundedTrackerStore) -> None:
    turns = Turns()
    with served(turns, store) as client:
        for given in (True, False, "yes", None):
            body = {"conversation_id": "c", "message_seq": 1, "text": "hi", "interrupted": given}
            assert client.ask("POST", "/messages", body)[0] == 200
    assert [bool((message.metadata or {}).get("interrupted")) for message in turns.seen] == [
        True,
        False,
        False,
        False,
    ]


def test_an_action_is_told_what_is_left_with_advisors_and_nothing_else(store: BoundedTrackerStore) -> None:
    turns = Turns()
    left = {"callback": ["phone", "0171 5550 123", 5], "other": ["email"], "enquiry": "email"}
    with served(turns, store) as client:
        body = {"conversation_id": "c", "message_seq": 1, "text": "hi", "waiting": True, "left": left}
        assert client.ask("POST", "/messages", body)[0] == 200
        assert client.ask("POST", "/messages", {**body, "waiting": 1, "left": ["callback"]})[0] == 200
    assert [message.metadata or {} for message in turns.seen] == [
        {"waiting": True, "left": {"callback": ["phone"]}},
        {},
    ]


def test_an_enquiry_is_passed_on_and_its_details_are_forgotten_when_told(store: BoundedTrackerStore) -> None:
    wish = {"name": "Ana", "contact": "ana@example.org"}

    async def sends(message: UserMessage) -> None:
        custom = {
            "kind": "cost",
            "text": "Sent.",
            "enquiry": wish,
            "leaves": wish,
            "private": True,
            "items": ["not for patients"],
            "withdraws": True,
            "calls_off": True,
        }
        await message.output_channel.send_response(message.sender_id, {"custom": custom})

    with served(sends, store) as client:
        status, body = client.say("yes", conversation="c", seq=3)
        assert status == 200
        (reply,) = body["messages"]
        assert reply["enquiry"] == reply["leaves"] == wish
        assert reply["withdraws"] is reply["calls_off"] is True
        assert not {"private", "items"} & set(reply)
        assert client.ask("DELETE", "/conversations/c/details/3", {})[0] == 204
        assert client.ask("DELETE", "/conversations/c/details/3", {}, token=None)[0] == 401
        assert client.ask("DELETE", "/conversations/c%20c/details/3", {})[0] == 400


def test_while_the_token_is_changed_both_are_accepted(store: BoundedTrackerStore) -> None:
    body = {"conversation_id": "c", "message_seq": 1, "text": "hi"}
    with served(Turns(), store) as client:
        for token, status in ((TOKEN, 200), (TOKEN_BEFORE, 200), (f"{TOKEN},{TOKEN_BEFORE}", 401)):
            assert client.ask("POST", "/messages", body, token=token)[0] == status


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic {}", "{}", "Bearer {}x"])
def test_without_the_token_nothing_is_done(store: BoundedTrackerStore, header: str) -> None:
    turns = Turns()
    headers = {} if header is None else {"Authorization": header.format(TOKEN)}
    with served(turns, store) as client:
        body = {"conversation_id": "c", "message_seq": 1, "text": "hi"}
        for method, path in (("POST", "/messages"), ("GET", "/health"), ("DELETE", "/conversations/c")):
            status, answer = client.ask(method, path, body, token=None, headers=headers)
            assert status == 401
            assert answer["error"]["code"] == "unauthorized"
    assert turns.seen == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        ({}, 400),
        ({"conversation_id": "c", "message_seq": 1}, 400),
        ({"conversation_id": "c", "message_seq": 1, "text": "  "}, 400),
        ({"conversation_id": "c", "message_seq": 1, "text": 5}, 400),
        ({"conversation_id": "c", "message_seq": "1", "text": "hi"}, 400),
        ({"conversation_id": "c", "message_seq": True, "text": "hi"}, 400),
        ({"conversation_id": "c", "message_seq": 0, "text": "hi"}, 400),
        ({"conversation_id": "../etc", "message_seq": 1, "text": "hi"}, 400),
        ({"conversation_id": "c" * 65, "message_seq": 1, "text": "hi"}, 400),
        ({"conversation_id": None, "message_seq": 1, "text": "hi"}, 400),
        ({"conversation_id": "c", "message_seq": 1, "text": "x" * (MAX_CHARACTERS + 1)}, 413),
        (b"x" * (MAX_BODY + 1), 413),
    ],
    ids=itertools.count(),
)
def test_what_is_not_a_turn_is_refused_and_the_connection_lives_on(
    store: BoundedTrackerStore, body: object, status: int
) -> None:
    turns = Turns()
    with served(turns, store) as client:
        assert client.ask("POST", "/messages", body)[0] == status
        assert turns.seen == []
        client.connection.close()  # a refused body may end the connection; the next one must work
        assert client.say("hi")[0] == 200


def test_a_long_body_is_refused_before_it_is_sent(store: BoundedTrackerStore) -> None:
    with served(Turns(), store) as client:
        client.connection.putrequest("POST", "/webhooks/nkbot/messages")
        client.connection.putheader("Authorization", f"Bearer {TOKEN}")
        client.connection.putheader("Content-Length", str(300 * 1024 * 1024))
        client.connection.endheaders()
        assert client.connection.getresponse().status == 413


def test_the_longest_message_there_is_goes_through(store: BoundedTrackerStore) -> None:
    turns = Turns()
    with served(turns, store) as client:
        assert client.say("😀" * MAX_CHARACTERS)[0] == 200
    assert turns.seen[0].text == "😀" * MAX_CHARACTERS


ENCODED = Encoded("an-encoder", tuple(range(MOST_HANDED_ON)), np.ones((MOST_HANDED_ON, 768), np.float32))


def test_an_encoding_that_comes_along_is_taken_over(store: BoundedTrackerStore) -> None:
    turns = Turns()
    body = {"conversation_id": "c", "message_seq": 1, "text": "😀" * MAX_CHARACTERS}
    with served(turns, store) as client:
        assert client.ask("POST", "/messages", {**body, "encoded": ENCODED.to_json()})[0] == 200
    found = LATEST.find(ENCODED.encoder, ENCODED.ids)
    assert found is not None
    np.testing.assert_array_equal(found.rows, ENCODED.rows)


@pytest.mark.parametrize("encoded", [None, "x", {"encoder": "e"}, {**ENCODED.to_json(), "rows": "AAAA"}])
def test_a_damaged_encoding_costs_the_patient_nothing(store: BoundedTrackerStore, encoded: object) -> None:
    body = {"conversation_id": "c", "message_seq": 1, "text": "hi", "encoded": encoded}
    with served(Turns(), store) as client:
        assert client.ask("POST", "/messages", body)[0] == 200


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "restart"),
        ('/cost{"a":1}', 'cost{"a":1}'),
        (" \t/ /restart", "restart"),
        ("\u2003/restart", "restart"),
        ("\u200b/restart", "\u200b/restart"),
        ("either/or", "either/or"),
        ("///", "?"),
        ("what are nk cells?", "what are nk cells?"),
    ],
)
def test_no_text_is_a_command(store: BoundedTrackerStore, typed: str, read: str) -> None:
    assert as_plain_text(typed) == read
    turns = Turns()
    with served(turns, store) as client:
        assert client.say(typed)[0] == 200
    assert turns.seen[0].text == read
    assert not turns.seen[0].text.strip().startswith(INTENT_MESSAGE_PREFIX)


def test_nothing_said_is_a_fault(store: BoundedTrackerStore) -> None:
    async def silent(message: UserMessage) -> None:
        return None

    with served(silent, store) as client:
        status, body = client.say("hi")
    assert (status, body["error"]["code"]) == (502, "no_reply")


@pytest.mark.parametrize(
    "reply",
    [
        {"text": "a domain response without a kind"},
        {"custom": {"kind": "smalltalk"}},
        {"custom": {"kind": "smalltalk", "text": " "}},
        {"custom": {"kind": "diagnosis", "text": "You are well."}},
        {"custom": {"kind": "answer", "text": "NK cells cure everything.", "citations": []}},
        {"custom": {"kind": "abstain", "text": "I do not know.", "citations": {}, "quick_replies": "yes"}},
    ],
)
def test_a_reply_that_breaks_the_promise_is_not_passed_on(store: BoundedTrackerStore, reply: dict) -> None:
    async def broken(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, reply)

    with served(broken, store) as client:
        status, body = client.say("hi")
    assert (status, body["error"]["code"]) == (502, "malformed_reply")


def test_a_slow_turn_is_given_up(store: BoundedTrackerStore) -> None:
    ended = []

    async def slow(message: UserMessage) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(message.text)

    with served(slow, store, deadline=0.2) as client:
        status, body = client.say("hi")
        assert (status, body["error"]["code"]) == (504, "deadline")
    assert ended == ["hi"], "the turn must not go on behind the patient's back"


def test_a_failure_tells_nothing_of_the_patient(
    store: BoundedTrackerStore, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(message: UserMessage) -> None:
        if message.sender_id == "action":
            raise TurnFailed(502, "action_failed", "The action failed.")
        raise ValueError(f"cannot read {message.text}")

    caplog.set_level(logging.INFO)
    with served(failing, store) as client:
        action = client.say(CANARY, conversation="action")
        other = client.say(CANARY, conversation="other")
        junk = client.ask("POST", "/messages", CANARY.encode())
    assert (action[0], other[0], junk[0]) == (502, 500, 400)
    told = f"{action} {other} {junk} {caplog.text}"
    assert "canary" not in told
    assert "ValueError at test_channel.py" in caplog.text, "an operator needs to find the place"


def test_lines_name_the_request_and_the_turn_that_the_web_process_told(
    store: BoundedTrackerStore, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []

    async def failing(message: UserMessage) -> None:
        seen.append(log_lines.current().named())
        raise TurnFailed(502, "action_failed", "The action failed.")

    caplog.handler.setFormatter(log_lines.LineFormatter("text", "rasa"))
    body = {"conversation_id": "c1", "message_seq": 3, "text": "hi"}
    with served(failing, store) as client:
        for request, turn in (("0" * 32, "c1.3"), ("my chest hurts", "my arm.3")):
            client.ask("POST", "/messages", body, headers={"X-Request-ID": request, "X-Turn": turn})
    assert seen == [{"request": "0" * 32, "turn": "c1.3"}, {}]
    assert f"(action_failed) request={'0' * 32} turn=c1.3" in caplog.text
    assert "hurts" not in caplog.text


@pytest.mark.parametrize(
    ("ready", "in_memory", "code"),
    [(False, False, "no_model"), (True, True, "dialogue_state")],
)
def test_what_rasa_hides_makes_it_not_ready(
    store: BoundedTrackerStore, ready: bool, in_memory: bool, code: str
) -> None:
    other = InMemoryTrackerStore(Domain.empty()) if in_memory else store
    with served(Turns(), other, ready=ready) as client:
        for status, body in (client.ask("GET", "/health"), client.say("hi")):
            assert (status, body["error"]["code"]) == (503, code)


def test_health_asks_the_database(store: BoundedTrackerStore, tmp_path: Path) -> None:
    with served(Turns(), store) as client:
        assert client.ask("GET", "/health") == (200, {"status": "ok", "model": "the-model"})
    folder = tmp_path / "not-a-database"
    folder.mkdir()
    with served(Turns(), BoundedTrackerStore(Domain.empty(), db_url=f"sqlite:///{folder}")) as client:
        status, body = client.ask("GET", "/health")
    assert (status, body["error"]["code"]) == (503, "dialogue_state")


def test_a_conversation_can_be_forgotten(store: BoundedTrackerStore) -> None:
    async def remember(message: UserMessage) -> None:
        from rasa.shared.core.events import UserUttered

        tracker = await store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text))
        await store.save(tracker)
        await Turns()(message)

    def kept(client: Client) -> list[str]:
        return list(asyncio.run(store.keys()))

    with served(remember, store) as client:
        client.say("hi", conversation="one")
        client.say("hi", conversation="two")
        assert sorted(kept(client)) == ["one", "two"]
        assert client.ask("DELETE", "/conversations/one")[0] == 204
        assert client.ask("DELETE", "/conversations/one")[0] == 204, "asking twice is no error"
        assert kept(client) == ["two"]
