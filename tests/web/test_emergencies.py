"""Emergencies are answered before anything else, whatever else is broken."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from bot.safety import Afterwords
from bot.safety.rules import Rules
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


def test_repeated_emergencies_are_not_answered_with_the_same_wall_of_text(
    patient: Patient, rasa: FakeRasa
) -> None:
    for text in (EMERGENCY, "it is getting worse, I can hardly breathe", "I cannot breathe"):
        assert patient.post(text).status_code == 201
    first, second, third = (
        message["text"] for message in patient.messages() if message["kind"] == "emergency"
    )
    assert len({first, second, third}) == 3
    assert len(second) < len(first)
    assert all("emergency number" in text for text in (first, second, third))
    assert not rasa.texts()


def test_another_kind_of_emergency_gets_its_own_instruction(patient: Patient) -> None:
    patient.post(EMERGENCY)
    patient.post("I want to kill myself")
    last = patient.messages()[-1]
    assert last["kind"] == "emergency" or last["author"] == "system"
    said_last = [message["text"] for message in patient.messages() if message["kind"] == "emergency"][-1]
    assert "988" in said_last
    assert "You matter" in said_last


def test_afterwards_questions_are_answered_as_always(patient: Patient, rasa: FakeRasa) -> None:
    patient.post(EMERGENCY)
    replies = patient.ask("what are nk cells")
    assert [reply["kind"] for reply in replies] == ["answer"]
    assert rasa.texts() == ["what are nk cells"]


@pytest.mark.parametrize(
    "text",
    [
        "Can NK cells cause fever?",
        "what should I do if I get a fever after the infusion?",
        "This price is killing me",
        "I had a stroke in 2009, may I still come?",
        "no fever, no chills, all good",
    ],
)
def test_what_only_sounds_like_an_emergency_is_answered_as_always(
    patient: Patient, rasa: FakeRasa, text: str
) -> None:
    assert all(reply["kind"] != "emergency" for reply in patient.ask(text))
    assert text in rasa.texts()


def test_a_denial_is_followed_by_an_apology_and_the_answer_to_the_rest(
    patient: Patient, rasa: FakeRasa
) -> None:
    patient.post(EMERGENCY)
    sent = patient.post("no no, nobody is ill, false alarm. what are nk cells").json()["message"]["seq"]
    until = time.monotonic() + 12
    while len(replies := [each for each in patient.messages(sent) if each["author"] == "bot"]) < 2:
        assert time.monotonic() < until, replies
        time.sleep(0.01)
    sorry, answer = replies
    assert (sorry["kind"], answer["kind"]) == ("after_emergency", "answer")
    assert "sorry" in sorry["text"]
    assert rasa.texts() == ["what are nk cells"]


def test_an_alarm_ends_when_help_is_there(patient: Patient, rasa: FakeRasa) -> None:
    patient.post(EMERGENCY)
    for text in ("i called, they're on their way", "they're here now", "he's talking again, thank you"):
        patient.post(text)
    assert [kind for kind in said(patient) if kind != "message"] == ["emergency", *3 * ["after_emergency"]]
    assert not rasa.texts()
    patient.post("my chest hurts and I can't breathe, now I have it too")
    assert said(patient)[-1] == "emergency"


def test_after_an_alarm_nobody_reads_just_that_there_is_no_answer(patient: Patient) -> None:
    patient.post(EMERGENCY)
    (unclear,) = patient.ask("what my mother in law does is not known here")
    assert unclear["kind"] == "after_emergency"
    assert "emergency number" in unclear["text"]
    (nothing,) = patient.ask("the zoo is not known either")
    assert (nothing["kind"], nothing["text"]) == ("abstain", "I found no reliable answer.")


def test_an_emergency_in_another_language_is_recognised(patient: Patient) -> None:
    patient.post("No puedo respirar, ayuda por favor")
    assert "emergency" in said(patient)


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

    afterwords = Afterwords.load(Rules.load())
    monkeypatch.setattr(Screen, "load", lambda settings: Screen(Broken(), afterwords, settings.country))  # type: ignore[arg-type]
    with fake_rasa.running() as rasa:
        settings = BotSettings(
            var=tmp_path,
            rasa_url=rasa.url,
            actions_url=rasa.url,
            secret_keys=("s" * 20,),
            internal_tokens=("t" * 20,),
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
