"""A patient erases a conversation: it is gone from every file of every process, whatever is under way."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable

import httpx
import pytest

from bot.operations.stack import Stack
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PATIENCE = 30.0


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def unique() -> str:
    return "qz" + "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(14))


def erase(patient: Patient) -> int:
    url = f"/api/conversations/{patient.conversation}"
    return patient.http.delete(url, headers=patient.headers).status_code


def complete(stack: Stack, conversation: str) -> bool:
    """Whether every part has confirmed."""
    with sqlite3.connect(stack.var / "conversations.sqlite3", timeout=10) as connection:
        row = connection.execute(
            "SELECT rasa_erased_at IS NOT NULL FROM erasures WHERE conversation_id = ?", (conversation,)
        ).fetchone()
    return row == (1,)


def files_with(stack: Stack, word: str) -> list[str]:
    """Every file of the state folder in which a word is."""
    return [
        str(path.relative_to(stack.var))
        for path in stack.var.rglob("*")
        if path.is_file() and not path.is_symlink() and word.encode() in path.read_bytes()
    ]


def test_nothing_is_left_in_any_file(stack: Stack) -> None:
    patient, word = Patient(stack.url), unique()
    for _ in range(3):
        patient.ask(f"what are nk cells {word}")
    patient.http.post(
        f"/api/conversations/{patient.conversation}/callback",
        json={"name": word, "contact": f"{word}@example.org", "about": word, "when": word, "consent": True},
        headers=patient.headers,
    ).raise_for_status()
    assert {name.partition(".")[0] for name in files_with(stack, word)} == {"conversations", "tracker"}
    assert erase(patient) == 204
    eventually(lambda: complete(stack, patient.conversation), "all have confirmed")
    assert files_with(stack, word) == []
    assert patient.post("are you there").status_code == 404
    assert erase(patient) == 404
    patient.http.close()


def test_an_answer_that_is_under_way_brings_nothing_back(stack: Stack) -> None:
    patient, word = Patient(stack.url), unique()
    with stack.frozen("actions"):
        patient.post(f"what are nk cells {word}")
        time.sleep(0.5)  # Rasa waits for the action server now
        assert erase(patient) == 204
        eventually(lambda: complete(stack, patient.conversation), "all have confirmed")
    other = Patient(stack.url)  # its turn comes after the late one
    eventually(lambda: other.ask("what are nk cells")[0]["kind"] == "answer", "answers come again")
    time.sleep(1)
    assert files_with(stack, word) == []
    with sqlite3.connect(stack.var / "tracker.sqlite3", timeout=10) as connection:
        known = "SELECT count(*) FROM dialogue_state WHERE conversation_id = ?"
        assert connection.execute(known, (patient.conversation,)).fetchone() == (0,)
    for each in (patient, other):
        each.http.close()


def test_a_page_that_still_follows_is_told_that_there_is_nothing(stack: Stack) -> None:
    patient = Patient(stack.url)
    url = f"/api/conversations/{patient.conversation}/events"
    with patient.http.stream("GET", url, headers=patient.headers, timeout=30) as stream:
        assert stream.status_code == 200
        assert erase(patient) == 204
        for _ in stream.iter_lines():
            pass  # it ends by itself
    assert patient.http.get(url, headers=patient.headers).status_code == 404
    patient.http.close()


def test_nobody_erases_somebody_elses_conversation(stack: Stack) -> None:
    patient, stranger = Patient(stack.url), Patient(stack.url)
    url = f"{stack.url}/api/conversations/{patient.conversation}"
    assert httpx.delete(url, timeout=10).status_code == 401
    assert httpx.delete(url, headers=stranger.headers, timeout=10).status_code == 401
    assert len(patient.messages()) == 1
    for each in (patient, stranger):
        each.http.close()
