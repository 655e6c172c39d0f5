"""Secrets: without one nothing starts, and one is changed for another without anybody being signed out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.staff import Browser, new_account
from tests.support.web_process import CHECKOUT, WebProcess

OLD, NEW = "the old key 0123456789", "the new key 0123456789"
SECRETS = {"NKBOT_SECRET_KEY": OLD, "NKBOT_INTERNAL_TOKEN": "an internal token for tests"}


@pytest.mark.parametrize("missing", list(SECRETS))
@pytest.mark.parametrize("part", ["bot.web", "bot.worker"])
def test_without_a_secret_nothing_starts(tmp_path: Path, part: str, missing: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
    own = {name: value for name, value in SECRETS.items() if name != missing}
    ended = subprocess.run(
        [sys.executable, "-m", part],
        cwd=CHECKOUT,
        env={**kept, **own, "NKBOT_VAR": str(tmp_path), "NKBOT_PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    told = ended.stdout + ended.stderr
    assert missing in told
    assert "make run" in told


def test_keys_change_without_anybody_being_signed_out(rasa: FakeRasa, tmp_path: Path) -> None:
    def started(keys: str) -> WebProcess:
        changed = {"NKBOT_SECRET_KEY": keys, "NKBOT_TRUSTED_PROXIES": "1"}
        return WebProcess(tmp_path, rasa.url, **changed).start()

    def guessed_at(process: WebProcess, login: str, peer: str) -> int:
        """A stranger tries until it is too often; the last status."""
        with Browser(process.url, peer) as stranger:
            return [stranger.sign_in(login, "guess").status_code for _ in range(6)][-1]

    process = started(OLD)
    login = new_account(f"sqlite:///{tmp_path / 'conversations.sqlite3'}", "advisor").login
    advisor, patient = Browser(process.url), Patient(process.url)
    assert advisor.sign_in(login).status_code == 200
    name = known_name(advisor)
    process.stop()

    process = started(f"{NEW},{OLD}")
    moved(advisor, patient, process)
    assert advisor.get("/console").status_code == 200, "the session goes on"
    assert patient.ask("what are NK cells")[0]["kind"] == "answer", "and so does the conversation"
    assert guessed_at(process, login, "203.0.113.5") == 429
    assert advisor.sign_in(login).status_code == 200, "the browser is known by the old key"
    process.stop()

    process = started(NEW)
    moved(advisor, patient, process)
    assert advisor.get("/console").status_code == 200
    assert patient.ask("what are NK cells again")[0]["kind"] == "answer"
    assert known_name(advisor) == name, "it kept its name"
    assert guessed_at(process, login, "203.0.113.6") == 429
    assert advisor.sign_in(login).status_code == 200, "and is known by the new key alone"
    process.stop()


def known_name(browser: Browser) -> str:
    """What the browser was told to call itself."""
    (cookie,) = (each for each in browser.http.cookies.jar if each.name.startswith("nkbot_known_"))
    return str(cookie.value).partition(".")[0]


def moved(advisor: Browser, patient: Patient, process: WebProcess) -> None:
    """Both go on with the process that took the place of the one before."""
    advisor.http.base_url = patient.http.base_url = process.url
