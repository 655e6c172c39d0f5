"""The whole assistant goes on from a back-up: conversations, tokens and answers are there, erased ones are not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bot.operations.checkout import APP_PYTHON, CHECKOUT
from bot.operations.stack import Stack, temporary_stack
from tests.support.patient import Patient

pytestmark = pytest.mark.e2e


def command(stack: Stack, *arguments: str) -> str:
    settings = {"NKBOT_VAR": str(stack.var), "NKBOT_DATABASE_URL": ""}
    done = subprocess.run(
        [APP_PYTHON, "-m", "bot.operations.backup", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_restored_and_started_again(tmp_path: Path) -> None:
    stack = temporary_stack(tmp_path, {"NKBOT_LIMITS": "off"})
    with stack:
        stack.wait_ready()
        kept, erased = Patient(stack.url), Patient(stack.url)
        kept.ask("what are nk cells")
        erased.ask("what are the risks")
        file = command(stack, "make", str(tmp_path / "backups"))
        before = kept.messages()
        kept.ask("thank you")
        gone = erased.http.delete(f"/api/conversations/{erased.conversation}", headers=erased.headers)
        assert gone.status_code == 204
    command(stack, "restore", file)
    with stack:
        stack.wait_ready()  # the index was made anew
        assert kept.messages() == before
        (reply,) = kept.ask("how are the cells made")
        assert reply["kind"] == "answer"
        assert reply["citations"]
        assert erased.post("are you there").status_code == 404
    for patient in (kept, erased):
        patient.http.close()
