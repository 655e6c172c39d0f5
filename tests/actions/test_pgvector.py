"""The action server with pgvector: what is published is answered, an edit replaces it, and there is a way back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.settings import PGVECTOR
from tests.actions.test_server import CHECKOUT, ActionProcess
from tests.knowledge.conftest import (  # noqa: F401 - fixtures
    encoder,
    encoder_dir,
    var,
    vector_database_url,
    vector_home,
    vectors_url,
)
from tests.knowledge.knowing import CALIBRATION, LUNCH, PARKING, REST, Home, article

ASKED = "where can I park?"
SERVED_WITHIN, BACK_WITHIN = 5.0, 10.0
SLOW = 4.0
"""How much slower than a quiet machine a test may find it: other tests run at the same time."""


@pytest.fixture
def process(vector_home: Home) -> Iterator[ActionProcess]:  # noqa: F811
    started = ActionProcess(
        vector_home.var, NKBOT_DATABASE_URL=vector_home.database_url, NKBOT_VECTOR_ENGINE=PGVECTOR
    )
    try:
        yield started
    finally:
        started.stop()


def told(process: ActionProcess, question: str = ASKED) -> str:
    response = process.run("action_answer", question)
    assert response.status_code == 200, response.text
    return str(response.json()["responses"][0]["custom"]["text"])


def seconds_until(process: ActionProcess, said: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 60:
        if said in told(process):
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"never said: {said}\n{process.log()}")


def command(home: Home, *words: str) -> None:
    """As an operator types it, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "knowledge", *words],
        cwd=CHECKOUT,
        env={
            "NKBOT_VAR": str(home.var),
            "NKBOT_DATABASE_URL": home.database_url,
            "NKBOT_VECTOR_ENGINE": PGVECTOR,
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_publish_ask_edit_publish_and_roll_back(process: ActionProcess, vector_home: Home) -> None:  # noqa: F811
    process.wait(503, "Nothing is published yet")
    first = vector_home.publish(PARKING, REST, LUNCH)
    process.wait(200, "can be searched")
    assert "behind the house" in told(process)
    vector_home.store.save_revision(
        article("parking", "Please use the new garage across the road.", question="Where can I park?")
    )
    command(vector_home, "publish", "--slug", "parking")
    assert seconds_until(process, "new garage") <= SERVED_WITHIN * SLOW
    assert "behind the house" not in told(process)
    began = time.monotonic()
    command(vector_home, "rollback", str(first))
    seconds_until(process, "behind the house")
    assert time.monotonic() - began <= BACK_WITHIN * SLOW
    command(vector_home, "withdraw", "parking")
    until = time.monotonic() + 60
    while "behind the house" in told(process):
        assert time.monotonic() < until
    assert "rest for one day" in told(process, "how long should I rest?")


def test_a_second_host_needs_no_vectors_of_its_own(
    process: ActionProcess,
    vector_home: Home,  # noqa: F811
    tmp_path: Path,
) -> None:
    """It makes its files from the database and finds the vectors there."""
    vector_home.publish(PARKING, REST)
    other = tmp_path / "other"
    other.mkdir()
    (other / "encoder").symlink_to(vector_home.var / "encoder")
    second = ActionProcess(other, NKBOT_DATABASE_URL=vector_home.database_url, NKBOT_VECTOR_ENGINE=PGVECTOR)
    try:
        for each in (process, second):
            each.wait(200, "can be searched")
            assert "behind the house" in told(each)
        vector_home.store.save_revision(
            article("parking", "Please use the garage.", question="Where can I park?")
        )
        vector_home.publisher.publish(CALIBRATION)
        for each in (process, second):
            seconds_until(each, "use the garage")
    finally:
        second.stop()
