"""Emergencies are answered before anything else, whatever else is broken."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from bot.settings import BotSettings
from bot.web.app import create_app
from bot.web.screen import Screen
from tests.support import fake_rasa
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

EMERGENCY = "I can't breathe and my chest hurts"


def said(patient: Patient) -> list[str]:
    """Kinds of what patient and bot said after the greeting; the system may add that advisors know."""
    return [message["kind"] for message in patient.messages(after=1) if message["author"] != "system"]


def test_an_emergency_is_answered_at_once_and_rasa_never_sees_it(patient: Patient, rasa: FakeRasa) -> None:
    sent = patient.post(EMERGENCY)
    assert sent.status_code == 201
    # No waiting: the instruction is in the log before the message is acknowledged.
    reply = patient.messages(after=2)[0]
    assert (reply["author"], reply["kind"], reply["in_reply_to"]) == ("bot", "emergency", 2)
    assert "emergency" in reply["text"]
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    assert "what are nk cells" in rasa.texts()
    assert EMERGENCY not in rasa.texts()


def test_an_emergency_sent_twice_is_answered_once(patient: Patient) -> None:
    identity = str(uuid.uuid4())
    assert patient.post(EMERGENCY, identity).status_code == 201
    assert patient.post(EMERGENCY, identity).status_code == 200
    assert said(patient) == ["message", "emergency"]


def test_an_emergency_in_the_middle_of_a_turn_does_not_wait_for_it(patient: Patient, rasa: FakeRasa) -> None:
    rasa.hang()
    patient.post("what are nk cells")
    patient.post(EMERGENCY)
    assert said(patient) == ["message", "message", "emergency"]
    rasa.go_on.set()


def test_an_emergency_is_answered_without_rasa_and_with_the_country_s_number(tmp_path: Path) -> None:
    with fake_rasa.running() as gone:
        nowhere = gone.url
    web = WebProcess(tmp_path, nowhere, NKBOT_COUNTRY="US").start()
    try:
        patient = Patient(web.url)
        patient.post(EMERGENCY)
        reply = patient.messages()[-1]
        assert reply["kind"] == "emergency"
        assert "911" in reply["text"]
        patient.http.close()
    finally:
        web.stop()


def test_a_screen_that_fails_costs_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def screen(self, text: str) -> None:
            raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(Screen, "load", lambda settings: Screen(Broken(), settings.country))  # type: ignore[arg-type]
    with fake_rasa.running() as rasa:
        settings = BotSettings(
            var=tmp_path,
            rasa_url=rasa.url,
            actions_url=rasa.url,
            secret_key="s" * 20,
            internal_token="t" * 20,
        )
        client = create_app(settings).test_client()
        begun = client.post("/api/conversations").get_json()
        sent = client.post(
            f"/api/conversations/{begun['conversation_id']}/messages",
            json={"client_message_id": str(uuid.uuid4()), "text": EMERGENCY},
            headers={"Authorization": f"Bearer {begun['token']}"},
        )
    assert sent.status_code == 201
    assert "the red-flag screen failed" in caplog.text
    assert "breathe" not in caplog.text
