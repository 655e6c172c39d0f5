"""What an advisor writes in the console arrives once, and only what may be sent."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.advisor import AdvisorAtDesk
from tests.support.patient import Patient
from tests.web.at_console import ada, ben, whole

__all__ = ["ada", "ben"]


def test_a_message_of_the_advisor_arrives_once_however_often_it_is_sent(
    ada: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    body = {"client_message_id": str(uuid.uuid4()), "text": "Hello, I am Ada.\nHow can I help?"}
    first, second = (ada.post(patient.conversation, "messages", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message"] == second.json()["message"]
    said = [each for each in patient.messages() if each["author"] == "advisor"]
    assert [each["text"] for each in said] == ["Hello, I am Ada.\nHow can I help?"]
    assert recorded_answers(ada, patient) == 1


def recorded_answers(ada: AdvisorAtDesk, patient: Patient) -> int:
    """How many messages of the advisor the conversation holds for colleagues."""
    return sum(
        each["advisor"] == ada.name and each["author"] == "advisor"
        for each in whole(ada, patient)["messages"]
    )


def test_a_message_sent_again_after_the_conversation_was_given_away_is_not_refused(
    ada: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    body = {"client_message_id": str(uuid.uuid4()), "text": "Goodbye"}
    ada.post(patient.conversation, "messages", body)
    ada.do(patient.conversation, "release")
    assert ada.post(patient.conversation, "messages", body).status_code == 200
    body["client_message_id"] = str(uuid.uuid4())
    refused = ada.post(patient.conversation, "messages", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours")


def test_the_patient_sees_that_the_advisor_writes_and_only_theirs(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    with patient.http.stream("GET", patient._path("events"), headers=patient.headers, timeout=10) as response:
        lines = response.iter_lines()
        next(line for line in lines if line.startswith("event: typing"))
        ben.post(patient.conversation, "typing")
        ada.do(patient.conversation, "typing")
        told = next(line for line in lines if '"typing":true' in line)
    assert '"author":"advisor"' in told


@pytest.mark.parametrize(
    "body",
    [
        {"client_message_id": "1", "text": "x"},
        {"client_message_id": str(uuid.uuid4())},
        {"client_message_id": str(uuid.uuid4()), "text": "  "},
        {"client_message_id": str(uuid.uuid4()), "text": "x" * 3_001},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": "all"},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [{"passage": 1, "quote": "x"}]},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [{}] * 6},
    ],
)
def test_odd_messages_are_refused(ada: AdvisorAtDesk, patient: Patient, body: dict[str, Any]) -> None:
    ada.do(patient.conversation, "take")
    assert ada.post(patient.conversation, "messages", body).status_code == 400
    assert all(each["author"] != "advisor" for each in patient.messages())


def test_a_source_that_cannot_be_checked_does_not_travel(ada: AdvisorAtDesk, patient: Patient) -> None:
    # This process has no knowledge base: whatever a browser claims to be a source is not believed.
    ada.do(patient.conversation, "take")
    forged = {"passage": "0f" * 32, "quote": "NK cells cure everything."}
    body = {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [forged]}
    refused = ada.post(patient.conversation, "messages", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "knowledge_not_ready")
    assert all(each["author"] != "advisor" for each in patient.messages())
