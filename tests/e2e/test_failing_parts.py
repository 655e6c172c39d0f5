"""Parts that die: the patient hears it honestly, readiness names it, and all comes back by itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.operations.stack import Stack, temporary_stack
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e

PATIENCE = 90.0
STALE = 0.6
"""Seconds for which `/readyz` may still tell how it was before."""


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, to break."""
    with temporary_stack(tmp_path_factory.mktemp("fragile"), {"NKBOT_LIMITS": "off"}) as running:
        running.wait_ready()
        yield running


def parts(stack: Stack) -> dict[str, bool]:
    """What `/readyz` says of each part, also when it is 503."""
    told: dict[str, Any] = httpx.get(f"{stack.url}/readyz", timeout=10).json()
    return {name: part["ready"] for name, part in told["parts"].items()}


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.2)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def answered(patient: Patient) -> bool:
    return patient.ask("what are nk cells")[0]["kind"] == "answer"


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_without_a_part_the_patient_hears_it_and_answers_come_back(fragile: Stack, part: str) -> None:
    patient = Patient(fragile.url)
    assert answered(patient)
    fragile.halt(part)
    (reply,) = patient.ask("what are nk cells")  # tried again for a while, then said honestly
    assert reply["kind"] == "abstain"
    assert "cannot answer just now" in reply["text"]
    eventually(lambda: not parts(fragile)[part], f"{part} is named by /readyz")
    assert parts(fragile)["database"]
    patient.post("I can't breathe and my chest hurts")
    assert patient.messages()[-1]["kind"] == "emergency"
    fragile.resume(part)
    fragile.wait_ready(PATIENCE)
    assert answered(patient)
    patient.http.close()


@pytest.mark.parametrize("part", ["rasa", "actions", "web"])
def test_a_part_that_is_killed_comes_back_by_itself(fragile: Stack, part: str) -> None:
    patient = Patient(fragile.url)
    assert answered(patient)
    before = fragile.kill(part)
    eventually(lambda: fragile.pid(part) not in {0, before}, f"{part} is started again")
    time.sleep(STALE)
    fragile.wait_ready(PATIENCE)
    assert answered(patient)  # in the same conversation
    assert [message["seq"] for message in patient.messages()] == [1, 2, 3, 4, 5]
    patient.http.close()


def test_a_deleted_index_is_made_again(fragile: Stack) -> None:
    patient = Patient(fragile.url)
    assert answered(patient)
    snapshots = fragile.var / "snapshots"
    shutil.rmtree(snapshots)
    eventually(lambda: snapshots.exists() and any(snapshots.iterdir()), "the index is there again")
    time.sleep(STALE)
    fragile.wait_ready(PATIENCE)
    assert answered(patient)
    shutil.rmtree(snapshots)
    fragile.kill("actions")  # it cannot live on what it has in memory
    time.sleep(STALE)
    fragile.wait_ready(PATIENCE)
    eventually(lambda: answered(patient), "answers come from the new index")
    patient.http.close()
