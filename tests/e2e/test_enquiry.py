"""An enquiry about a price with all the real processes: from the patient's chat into the console, and nowhere else."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator

import pytest

from bot.operations.stack import Stack
from tests.support.patient import Patient
from tests.support.staff import Browser, signed_in

pytestmark = pytest.mark.e2e

PATIENCE = 20.0
SEND = "Yes, send it"


@pytest.fixture
def patient(stack: Stack) -> Iterator[Patient]:
    somebody = Patient(stack.url)
    yield somebody
    somebody.http.close()


@pytest.fixture(scope="module")
def advisor(stack: Stack) -> Iterator[Browser]:
    with signed_in(stack.url, stack.settings.database_url, "advisor") as browser:
        yield browser


@pytest.fixture
def word() -> str:
    """A word that occurs nowhere else."""
    return "qz" + "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(12))


def enquiries(advisor: Browser, patient: Patient) -> list[dict[str, str]]:
    items = advisor.get("/console/api/work-items").json()["work_items"]
    return [each for each in items if each["conversation_id"] == patient.conversation]


def kinds(replies: list[dict[str, object]]) -> list[object]:
    return [reply["kind"] for reply in replies]


def dialogue_state(stack: Stack, patient: Patient) -> str:
    with sqlite3.connect(stack.var / "tracker.sqlite3") as connection:
        query = "SELECT events FROM dialogue_state WHERE conversation_id = ?"
        return str(connection.execute(query, (patient.conversation,)).fetchone()[0])


def gone(stack: Stack, patient: Patient, word: str) -> None:
    until = time.monotonic() + PATIENCE
    while word in dialogue_state(stack, patient):
        assert time.monotonic() < until, "Rasa still has the details"
        time.sleep(0.1)


def in_logs(stack: Stack, word: str) -> list[str]:
    return [
        path.name
        for path in (stack.var / "log").rglob("*")
        if path.is_file() and word in path.read_bytes().decode(errors="replace")
    ]


def test_an_enquiry_goes_from_the_chat_into_the_console_and_nowhere_else(
    stack: Stack, patient: Patient, advisor: Browser, word: str
) -> None:
    assert kinds(patient.ask("what does it cost?")) == ["cost"]
    patient.ask("Ask for a price")
    summary = patient.ask(f"Ana Lima, {word}@example.org, Portugal, my mother's breast cancer, mornings")
    assert f"{word}@example.org" in summary[-1]["text"]
    assert SEND in summary[-1]["quick_replies"]
    assert word in dialogue_state(stack, patient)
    assert enquiries(advisor, patient) == []
    sent = patient.ask(SEND)
    assert kinds(sent) == ["cost"]
    assert word not in json.dumps(sent)
    (item,) = enquiries(advisor, patient)
    assert (item["kind"], item["name"], item["contact"]) == ("enquiry", "Ana Lima", f"{word}@example.org")
    assert (item["country"], item["best_time"]) == ("Portugal", "mornings")
    gone(stack, patient, word)
    assert in_logs(stack, word) == []
    with sqlite3.connect(stack.var / "conversations.sqlite3") as connection:
        told = connection.execute("SELECT group_concat(evidence) FROM messages").fetchone()[0]
    assert word not in str(told)
    assert kinds(patient.ask("what are nk cells"))[0] == "answer"
    assert len(enquiries(advisor, patient)) == 1
    vague = patient.ask("never mind")[-1]
    assert vague["quick_replies"] == ["Withdraw my enquiry"]
    assert [each["state"] for each in enquiries(advisor, patient)] == ["open"], (
        "nothing was asked to be withdrawn"
    )
    assert "it is withdrawn" in patient.ask("Withdraw my enquiry")[-1]["text"]
    (item,) = enquiries(advisor, patient)
    assert item["state"] == "dropped"
    assert item["about"].startswith("(Withdrawn by the patient.)")


def test_what_is_cancelled_is_forgotten_at_once(
    stack: Stack, patient: Patient, advisor: Browser, word: str
) -> None:
    patient.ask("how much is it")
    patient.ask(f"I'm Ana, {word}@example.org")
    assert word in dialogue_state(stack, patient)
    assert "nothing has been sent" in patient.ask("cancel")[0]["text"]
    assert word not in dialogue_state(stack, patient)
    assert enquiries(advisor, patient) == []


def test_an_emergency_in_the_middle_comes_first_and_the_form_waits(
    patient: Patient, advisor: Browser
) -> None:
    patient.ask("how much is it")
    patient.ask("yes please")
    assert kinds(patient.ask("I can't breathe and my chest hurts")) == ["emergency"]
    replies = patient.ask("are you still there?")
    assert kinds(replies) == ["smalltalk"]
    assert "What name" not in replies[0]["text"]
    assert "name" in patient.ask("go on with my enquiry")[-1]["text"]
    assert enquiries(advisor, patient) == []


def test_the_form_survives_a_restart_of_every_process_that_answers(
    stack: Stack, patient: Patient, advisor: Browser
) -> None:
    patient.ask("how much is it")
    patient.ask("I'm Ana, ana@example.org")
    for part in ("rasa", "actions"):
        stack.halt(part)
        stack.resume(part)
    time.sleep(1)
    stack.wait_ready()
    patient.ask("Portugal")
    patient.ask("my knee")
    assert "ana@example.org" in patient.ask("any time")[-1]["text"]
    patient.ask("yes")
    assert len(enquiries(advisor, patient)) == 1
