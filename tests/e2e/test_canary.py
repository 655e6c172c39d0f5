"""Nobody's words get into any log of any process: unique words go in through every door, then all logs are read.

The doors lead into the real processes, into their failures too. Each word is different, so that a word in a log
tells through which door it came.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.accounts.model import Role
from bot.operations.stack import Stack, temporary_stack
from tests.support.advisor import PASSWORD, AdvisorAtDesk
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PATIENCE = 60.0
STALE = 0.6
"""Seconds for which `/readyz` may still tell how it was before."""


class Canaries:
    """Words that occur nowhere else, and the doors through which they were sent."""

    def __init__(self) -> None:
        self.doors: dict[str, str] = {}

    def __call__(self, door: str) -> str:
        # Letters only: it looks the same quoted, escaped, in a URL and in a Python repr.
        word = "qz" + "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(14))
        self.doors[word] = door
        return word

    def found_in(self, folder: Path) -> dict[str, str]:
        """Doors and the files in which their words are."""
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                text = path.read_bytes().decode(errors="replace").lower()
                found.update({door: path.name for word, door in self.doors.items() if word in text})
        return found


@pytest.fixture(scope="module")
def canary() -> Canaries:
    return Canaries()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, canary: Canaries) -> Iterator[Stack]:
    """A stack of its own that logs as much as it can; at its end every log is read."""
    variables = {"NKBOT_LIMITS": "off", "NKBOT_LOG_LEVEL": "DEBUG", "NKBOT_ADMIN_PASSWORD": PASSWORD}
    running = temporary_stack(tmp_path_factory.mktemp("canary"), variables)
    with running:
        running.wait_ready()
        yield running
    # Also what was written while everything stopped.
    assert canary.found_in(running.var / "log") == {}


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Iterator[AdvisorAtDesk]:
    """An administrator."""
    signed_in = AdvisorAtDesk(stack.url, stack.settings.database_url, "Mara", Role.ADMINISTRATOR)
    yield signed_in
    signed_in.close()


@pytest.fixture(scope="module")
def patient(stack: Stack) -> Iterator[Patient]:
    somebody = Patient(stack.url)
    yield somebody
    somebody.http.close()


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def kill(stack: Stack, part: str, *, until_ready: bool = True) -> None:
    """Kills a process and waits until it is there again."""
    before = stack.kill(part)
    eventually(lambda: stack.pid(part) not in {0, before}, f"{part} is started again")
    if until_ready:
        time.sleep(STALE)
        stack.wait_ready()


def raw(patient: Patient, path: str, content: str, **headers: str) -> int:
    """Posts something that need not be JSON; the status."""
    url = f"/api/conversations/{patient.conversation}/{path}"
    sent = {"Content-Type": "application/json", **patient.headers, **headers}
    return patient.http.post(url, content=content.encode(), headers=sent).status_code


def as_json(patient: Patient, path: str, **body: Any) -> int:
    return raw(patient, path, json.dumps(body))


def say(desk: AdvisorAtDesk, conversation: str, text: str) -> httpx.Response:
    return desk.post(conversation, "messages", {"client_message_id": str(uuid.uuid4()), "text": text})


def search(desk: AdvisorAtDesk, text: str) -> httpx.Response:
    return desk.http.post("/console/api/conversations/search", json={"text": text})


def assert_silent(stack: Stack, canary: Canaries) -> None:
    assert canary.found_in(stack.var / "log") == {}


def test_what_patients_write(stack: Stack, patient: Patient, canary: Canaries) -> None:
    for text in ("what is {}", "/{}", '/restart{{"a":"{}"}}', "hello {}", "should I take {} for it", "{}"):
        assert patient.ask(text.format(canary(f"message: {text}")))
    patient.post(f"I can't breathe and my chest hurts {canary('emergency')}")
    assert "emergency" in {message["kind"] for message in patient.messages()}
    with sqlite3.connect(stack.var / "conversations.sqlite3") as connection:
        (stored,) = connection.execute("SELECT group_concat(text) FROM messages").fetchone()
    assert all(word in stored for word, door in canary.doors.items() if door.startswith("message"))
    assert "message: {}" in canary.found_in(stack.var)  # whoever looks where words are does find them
    assert patient.conversation in stack.log("web")  # the log does tell of these requests
    assert_silent(stack, canary)


def test_what_is_refused(stack: Stack, patient: Patient, canary: Canaries) -> None:
    long = canary("too long")
    assert patient.post(f"{long} " * 100).status_code == 400
    assert raw(patient, "messages", f'{{"text": "{canary("huge")}{"x" * 300_000}"}}') == 413
    assert raw(patient, "messages", f'{{"text": {canary("broken JSON")}') == 400
    assert raw(patient, "messages", f'["{canary("not an object")}"]') == 400
    assert raw(patient, "messages", canary("not JSON"), **{"Content-Type": "text/plain"}) == 415
    assert as_json(patient, "messages", client_message_id=canary("message id"), text="a") == 400
    identity = str(uuid.uuid4())
    assert as_json(patient, "messages", client_message_id=identity, text=[canary("a list")]) == 400
    assert patient.post(canary("zero byte") + "\x00").status_code == 400
    half_a_character = json.dumps({"client_message_id": identity, "text": long + "\ud800"})
    assert raw(patient, "messages", half_a_character) == 400
    url = f"/api/conversations/{patient.conversation}"
    odd = {
        **patient.headers,
        "User-Agent": canary("user agent"),
        "Referer": f"http://x.example/?q={canary('referer')}",
        "Last-Event-ID": canary("last event id"),
        "Cookie": f"a={canary('cookie')}",
    }
    query = {"after": canary("query")}
    assert patient.http.get(f"{url}/messages", params=query, headers=odd).status_code == 400
    assert patient.http.get(f"{url}/events", headers=odd).status_code == 400
    token = {"Authorization": f"Bearer {canary('token')}"}
    assert patient.http.get(f"{url}/messages", headers=token).status_code == 401
    assert_silent(stack, canary)


def test_the_small_things(stack: Stack, patient: Patient, canary: Canaries) -> None:
    assert as_json(patient, "typing", text=canary("typing")) == 204
    reply = next(message["seq"] for message in patient.messages() if message["author"] == "bot")
    assert as_json(patient, f"messages/{reply}/feedback", helpful=True, comment=canary("feedback")) == 204
    assert as_json(patient, f"messages/{reply}/feedback", helpful=canary("wrong feedback")) == 400
    assert as_json(patient, "rating", score=2, comment=canary("rating")) == 204
    assert as_json(patient, "rating", score=canary("wrong rating")) == 400
    assert as_json(patient, "handoff", reason=canary("handoff")) in (200, 201)
    wish = {"name": canary("name"), "about": canary("about"), "when": canary("when"), "consent": True}
    assert as_json(patient, "callback", contact=f"{canary('mail')}@example.org", **wish) == 201
    assert as_json(patient, "callback", contact=canary("wrong contact"), **wish) == 400
    assert as_json(patient, "handoff/cancel", text=canary("cancel")) == 200
    assert_silent(stack, canary)


def test_what_happens_at_the_desk(
    stack: Stack, desk: AdvisorAtDesk, patient: Patient, canary: Canaries
) -> None:
    for login, password in (("admin", canary("wrong password")), (canary("login"), canary("password"))):
        refused = httpx.post(f"{stack.url}/sign-in", json={"login": login, "password": password}, timeout=15)
        assert refused.status_code in (401, 403)
    body = {"token": canary("link"), "login": canary("new login"), "name": canary("new name")}
    link = httpx.post(f"{stack.url}/invitation/accept", json={**body, "password": canary("new password")})
    assert 400 <= link.status_code < 500
    other = Patient(stack.url)
    other.ask(f"what is {canary('before the advisor')}")
    number = other.conversation
    assert desk.post(number, "take", {"ownership": None}).status_code == 200
    assert say(desk, number, f"{canary('advisor')} hello").status_code == 201
    assert say(desk, number, canary("advisor too long") * 400).status_code == 400
    assert desk.post(number, "notes", {"text": canary("note")}).status_code == 201
    assert desk.post(number, "notes", {"text": [canary("wrong note")]}).status_code == 400
    assert (
        desk.post(number, "suggestions", {"question": f"what is {canary('suggestion')}"}).status_code == 200
    )
    assert search(desk, canary("search")).status_code == 200
    saved = {"title": canary("title"), "text": canary("canned reply")}
    assert desk.http.post("/console/api/canned-replies", json=saved).status_code == 201
    assert other.post(canary("to the advisor")).status_code == 201
    other.post(f"I can't breathe, my chest hurts {canary('emergency with advisor')}")
    for path in (f"conversations/{number}", f"conversations/{number}/export", "work-items", "work-items.csv"):
        assert desk.http.get(f"/console/api/{path}").status_code == 200
    assert desk.post(number, "release").status_code == 200
    assert desk.post(number, "close").status_code == 200
    other.http.close()
    assert_silent(stack, canary)


def test_errors_of_rasas_channel_and_of_the_action_server(stack: Stack, canary: Canaries) -> None:
    headers = {"Authorization": f"Bearer {stack.settings.internal_token}"}
    channel = f"{stack.settings.rasa_url}/webhooks/nkbot/messages"
    action = f"{stack.settings.actions_url}/webhook"

    def send(url: str, content: str) -> int:
        return httpx.post(url, content=content.encode(), headers=headers, timeout=15).status_code

    assert send(channel, f"{{{canary('channel: broken')}") == 400
    assert send(channel, json.dumps({"conversation_id": canary("channel: id"), "text": "hi"})) == 400
    assert send(action, f"{{{canary('action: broken')}") == 400
    assert send(action, json.dumps({"next_action": canary("action: unknown"), "tracker": {}})) >= 400
    broken: list[dict[str, Any]] = [
        {"latest_message": {"text": {"a": canary("action: text of a wrong type")}}},
        {"latest_message": canary("action: message of a wrong type"), "sender_id": canary("action: sender")},
        {"latest_message": {"text": canary("action: events")}, "events": [canary("action: event")]},
        {"latest_message": {"text": canary("action: slots")}, "slots": canary("action: slot")},
    ]
    answers = []
    for tracker in broken:
        answer = send(action, json.dumps({"next_action": "action_answer", "tracker": tracker}))
        answers.append(answer)
    assert 500 in answers, "the action server's error path was not reached"
    assert "An action failed" in stack.log("actions")
    assert_silent(stack, canary)


def test_parts_that_are_away_hang_or_are_killed(stack: Stack, canary: Canaries) -> None:
    for part in ("actions", "rasa"):
        patient = Patient(stack.url)
        patient.ask("what are nk cells")
        stack.halt(part)
        (reply,) = patient.ask(f"what is {canary(f'{part} away')}")
        assert "cannot answer just now" in reply["text"]
        stack.resume(part)
        stack.wait_ready()
        patient.http.close()
    hanging = Patient(stack.url)
    with stack.frozen("actions"):
        (reply,) = hanging.ask(f"what is {canary('actions hang')}")
    assert "cannot answer just now" in reply["text"]
    for part in ("actions", "rasa", "web"):
        hanging.post(f"what is {canary(f'{part} killed')}")
        kill(stack, part)
    hanging.http.close()
    assert_silent(stack, canary)


@contextmanager
def without(database: Path, table: str) -> Iterator[None]:
    """The database fails for whoever needs this table."""
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO hidden_for_a_test")
    try:
        yield
    finally:
        with sqlite3.connect(database, timeout=30) as connection:
            connection.execute(f"ALTER TABLE hidden_for_a_test RENAME TO {table}")


def test_databases_that_fail(stack: Stack, desk: AdvisorAtDesk, canary: Canaries) -> None:
    patient = Patient(stack.url)
    with without(stack.var / "conversations.sqlite3", "messages"):
        assert patient.post(canary("database away")).status_code == 503
        assert search(desk, canary("search, database away")).status_code == 503
        assert say(desk, patient.conversation, canary("advisor, database away")).status_code in (409, 503)
    with without(stack.var / "conversations.sqlite3", "work_items"):
        wish = {"name": canary("name, database away"), "consent": True, "about": canary("about, away")}
        assert as_json(patient, "callback", contact="079 555 01 23", **wish) == 503
    with without(stack.var / "conversations.sqlite3", "login_attempts"):
        body = {"login": canary("login, database away"), "password": canary("password, database away")}
        assert httpx.post(f"{stack.url}/sign-in", json=body, timeout=15).status_code == 503
    with without(stack.var / "conversations.sqlite3", "turns"):
        eventually(lambda: "looking after turns failed" in stack.log("web"), "the turn keeper stumbles")
    with without(stack.var / "tracker.sqlite3", "dialogue_state"):
        (reply,) = patient.ask(f"what is {canary('dialogue state away')}")
        assert reply["kind"] == "abstain"
    assert "dialogue state failed" in stack.log("rasa")
    patient.http.close()
    assert_silent(stack, canary)


def test_the_worker_and_its_failures(stack: Stack, canary: Canaries) -> None:
    patient = Patient(stack.url)
    patient.ask(f"what is {canary('erased')}")
    with without(stack.var / "conversations.sqlite3", "erasures"):
        eventually(lambda: "“erasures” failed" in stack.log("worker"), "the worker stumbles")
        url = f"/api/conversations/{patient.conversation}"
        assert patient.http.delete(url, headers=patient.headers).status_code == 503
        assert len(patient.messages()) == 3  # all or nothing
    stack.halt("rasa")
    assert patient.http.delete(url, headers=patient.headers).status_code == 204
    kill(stack, "worker", until_ready=False)
    stack.resume("rasa")
    stack.wait_ready()
    with sqlite3.connect(stack.var / "conversations.sqlite3") as connection:
        pending = "SELECT count(*) FROM erasures WHERE rasa_erased_at IS NULL"
        eventually(lambda: connection.execute(pending).fetchone() == (0,), "Rasa has forgotten")
    erased = [word for word, door in canary.doors.items() if door == "erased"]
    for path in [*stack.var.glob("conversations.sqlite3*"), *stack.var.glob("tracker.sqlite3*")]:
        assert not any(word.encode() in path.read_bytes() for word in erased), path.name
    patient.http.close()
    assert_silent(stack, canary)


def test_the_logs_were_there_to_be_read(stack: Stack) -> None:
    """Nothing would be found in logs that nobody writes."""
    for part in ("web", "rasa", "actions", "worker", "supervisor"):
        assert stack.log(part), part
    for part in ("web", "rasa", "actions", "worker"):
        assert " ERROR " in stack.log(part), f"no failure of {part} was seen"
