"""Who speaks with a patient: taking over, handing on, giving back, the end."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.support.advisor import AdvisorAtDesk
from tests.support.patient import Patient
from tests.web.at_console import ada, ask_for_a_person, ben, boss, queue

__all__ = ["ada", "ben", "boss"]


def test_of_two_who_take_one_wins_and_the_other_learns_who(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ask_for_a_person(patient)
    number = queue(ada, "waiting")[patient.conversation]["ownership"]
    with ThreadPoolExecutor() as both:
        tried = [
            both.submit(each.post, patient.conversation, "take", {"ownership": number}) for each in (ada, ben)
        ]
    answers = {each.result().status_code: each.result().json() for each in tried}
    assert set(answers) == {200, 409}
    winner = answers[200]["conversation"]["advisor"]["name"]
    assert answers[409]["error"]["message"] == f"{winner} is already talking with this patient."


def test_what_changed_in_the_meantime_is_not_taken_blindly(ada: AdvisorAtDesk, patient: Patient) -> None:
    ask_for_a_person(patient)
    number = queue(ada, "waiting")[patient.conversation]["ownership"]
    patient.http.post(patient._path("handoff/cancel"), headers=patient.headers).raise_for_status()
    refused = ada.post(patient.conversation, "take", {"ownership": number})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ownership_changed")


def test_only_the_one_who_took_it_may_speak_hand_on_or_give_back(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    for what, body in (
        ("messages", {"client_message_id": str(uuid.uuid4()), "text": "I too"}),
        ("release", {}),
        ("transfer", {"to": None}),
        ("close", {}),
    ):
        assert ben.post(patient.conversation, what, body).status_code == 409, what
    assert queue(ada, "mine")[patient.conversation]["status"] == "advisor"


def test_a_colleague_who_is_there_gets_the_conversation_and_others_cannot(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, boss: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    boss.http.post("/console/api/presence", json={"available": False}).raise_for_status()
    away = ada.post(patient.conversation, "transfer", {"to": boss.account.id})
    assert (away.status_code, away.json()["error"]["code"]) == (409, "invalid_colleague")
    ben.be_there()
    there = ada.http.get("/console/api/colleagues").json()["colleagues"]
    assert {"id": ben.account.id, "name": "Ben Roth"} in there
    assert all(each["id"] != ada.account.id for each in there)
    ada.do(patient.conversation, "transfer", {"to": ben.account.id})
    assert patient.conversation in queue(ben, "mine")
    ben.do(patient.conversation, "transfer", {"to": None})
    assert queue(ada, "waiting")[patient.conversation]["reason"] == "transferred"


def test_what_ended_is_said_in_words_for_an_advisor(ada: AdvisorAtDesk, patient: Patient) -> None:
    ada.do(patient.conversation, "close")
    refused = ada.post(patient.conversation, "take")
    assert refused.status_code == 409
    assert (
        refused.json()["error"]["message"] == "This conversation has ended. Nobody can write in it any more."
    )
