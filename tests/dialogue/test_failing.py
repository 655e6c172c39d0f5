"""The channel of a running Rasa: who may use it, what it refuses, and that no failure looks like success."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

import httpx
import pytest

from bot.operations.stack import Stack, temporary_stack
from tests.dialogue.conftest import Rasa

pytestmark = pytest.mark.e2e

CANARY = "xylophonecanary"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rasa]:
    """A stack of its own, to break."""
    with temporary_stack(tmp_path_factory.mktemp("dialogue")) as running:
        running.wait_ready()
        client = Rasa(running)
        yield client
        client.http.close()


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic x"])
def test_only_the_web_process_may_speak_with_rasa(stack: Stack, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    body = {"conversation_id": "c", "message_seq": 1, "text": "hi"}
    for port, paths in (
        (stack.settings.rasa_port, ["/webhooks/nkbot/messages", "/webhooks/nkbot/health"]),
        (stack.settings.actions_port, ["/webhook", "/ready"]),
    ):
        for path in paths:
            url = f"http://127.0.0.1:{port}{path}"
            method = "GET" if path.endswith(("health", "ready")) else "POST"
            assert httpx.request(method, url, json=body, headers=headers, timeout=10).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/webhooks/rest/webhook", "/conversations/c/tracker", "/model", "/domain", "/webhooks/callback/webhook"],
)
def test_rasas_other_doors_are_closed(stack: Stack, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        response = httpx.request(method, f"{stack.settings.rasa_url}{path}", json={}, timeout=10)
        assert response.status_code in (404, 405)


def test_an_action_server_that_is_away_is_a_failure_and_the_turn_can_be_sent_again(fragile: Rasa) -> None:
    assert fragile.send("what are nk cells", "away", 1).json()["messages"][0]["kind"] == "answer"
    fragile.stack.halt("actions")
    started = time.monotonic()
    response = fragile.send("and how do they kill cancer cells?", "away", 2)
    assert response.status_code == 502
    assert response.json()["error"]["code"] == "action_failed"
    assert time.monotonic() - started < 8  # the patient's patience, not a measurement
    # What needs no look at the conversation is said by Rasa alone; a greeting may begin an enquiry.
    assert fragile.send("goodbye", "away", 3).json()["messages"][0]["kind"] == "smalltalk"
    fragile.stack.resume("actions")
    until = time.monotonic() + PATIENCE
    while (again := fragile.send("and how do they kill cancer cells?", "away", 2)).status_code != 200:
        assert time.monotonic() < until, again.text
        time.sleep(0.2)
    assert again.json()["messages"][0]["kind"] == "answer"


def test_an_action_server_that_hangs_is_given_up_before_the_patient_gives_up(fragile: Rasa) -> None:
    with fragile.stack.frozen("actions"):
        response = fragile.send("what are nk cells", "hangs")
        assert (response.status_code, response.json()["error"]["code"]) == (504, "deadline")
    assert fragile.send("what are nk cells", "hangs").json()["messages"][0]["kind"] == "answer"


def test_a_lost_tracker_database_is_a_failure_and_not_a_new_beginning(fragile: Rasa) -> None:
    path = fragile.stack.var / "tracker.sqlite3"
    assert path.is_file()
    assert fragile.http.get("/health").status_code == 200
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE dialogue_state RENAME TO hidden")
    try:
        response = fragile.send("hello", "lost")
        assert (response.status_code, response.json()["error"]["code"]) == (503, "dialogue_state")
    finally:
        with sqlite3.connect(path) as connection:
            connection.execute("ALTER TABLE hidden RENAME TO dialogue_state")
    assert fragile.send("hello", "lost").status_code == 200


def test_no_log_holds_what_a_patient_wrote(fragile: Rasa) -> None:
    """Also not while parts fail: tracebacks and error pages like to quote."""
    texts = [
        f"what is {CANARY}",
        f"/{CANARY}",
        f'/{CANARY}{{"a": 1}}',
        f"should i take {CANARY}",
        f"hello {CANARY}",
    ]
    for number, text in enumerate(texts):
        assert fragile.send(text, f"canary{number}").status_code == 200
    fragile.http.post("/messages", content=f"{{{CANARY}")
    fragile.http.post("/messages", json={"conversation_id": CANARY, "text": CANARY})
    fragile.stack.halt("actions")
    assert fragile.send(f"what is {CANARY}", "canary-away").status_code == 502
    fragile.stack.resume("actions")
    for name in ("rasa", "actions"):
        log = fragile.stack.log(name)
        assert log
        assert CANARY not in log
    assert "action_answer failed" in fragile.stack.log("rasa")
