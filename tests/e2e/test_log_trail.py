"""One message's way through the real processes can be followed in their logs, in either format."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.operations.stack import Stack, temporary_stack
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PARTS = ("web", "rasa", "actions")
QUESTION = "what are natural killer cells, zanzibarically speaking"


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that writes JSON."""
    with temporary_stack(tmp_path_factory.mktemp("trail"), {"NKBOT_LOG_FORMAT": "json"}) as running:
        running.wait_ready()
        yield running


def lines(stack: Stack, part: str, request: str) -> list[str]:
    """The lines of a process about one request, as soon as there are any."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        found = [line for line in stack.log(part).splitlines() if request in line]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{part} has no line about {request}:\n{stack.log(part)[-2000:]}")


def ask(stack: Stack) -> tuple[str, str]:
    """Sends one message and waits for the answer; the request's id and the turn's name."""
    patient = Patient(stack.url)
    sent = patient.post(QUESTION)
    seq = sent.json()["message"]["seq"]
    until = time.monotonic() + 15
    while len(patient.messages(seq)) == 0:
        assert time.monotonic() < until, "no answer"
        time.sleep(0.05)
    patient.http.close()
    return sent.headers["X-Request-ID"], f"{patient.conversation[:12]}.{seq}"


def test_a_message_is_found_in_the_logs_of_all_that_worked_on_it(stack: Stack) -> None:
    request, turn = ask(stack)
    for part in PARTS:
        assert all(f"request={request} turn={turn}" in line for line in lines(stack, part, request)), part
        assert "zanzibar" not in stack.log(part)


def test_the_same_as_json(telling: Stack) -> None:
    request, turn = ask(telling)
    for part in PARTS:
        found: list[dict[str, Any]] = [json.loads(line) for line in lines(telling, part, request)]
        assert {(each["process"], each["request"], each["turn"]) for each in found} == {(part, request, turn)}
        assert "zanzibar" not in telling.log(part)
    assert all(line.startswith("{") for line in telling.log("worker").splitlines())
