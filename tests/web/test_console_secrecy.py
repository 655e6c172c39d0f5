"""Who gets into the console, and what of it never gets out to patients."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest

from bot.accounts.model import Role
from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.support.advisor import AdvisorAtDesk
from tests.support.console import database_url
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.routes import Route, of_one_conversation, routes
from tests.support.web_process import WebProcess

NOTE = "canary-nightjar: the family must not know"
EVIDENCE = "secret-score"


@pytest.fixture(scope="module")
def console() -> list[Route]:
    found = [each for each in routes() if each.address.startswith("/console")]
    assert len(found) > 20
    return found


@pytest.fixture
def ada(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Ada Lind")
    yield advisor
    advisor.close()


def is_open(answer: httpx.Response) -> bool:
    """Whether an address gave anything away or did anything; being led to the sign-in page is neither."""
    led_away = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
    return not led_away and answer.status_code not in {401, 403}


def test_a_patients_token_opens_nothing_of_the_console(
    web: WebProcess, patient: Patient, console: list[Route]
) -> None:
    token = patient.headers["Authorization"].removeprefix("Bearer ")
    ways = (
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"nkbot_session={token}"},
        {"Authorization": f"Bearer {token}", "X-CSRF-Token": token, "Cookie": f"session={token}"},
        {},
    )
    with httpx.Client(base_url=web.url) as stranger:
        for route in console:
            address = route.filled({"conversation_id": patient.conversation})
            for headers in ways:
                answer = stranger.request(route.method, address, headers=headers, json={})
                assert not is_open(answer), f"{route.method} {address} gave {answer.status_code}"


def test_an_editor_reads_no_conversation(web: WebProcess, patient: Patient, console: list[Route]) -> None:
    database = Database(database_url(web))
    login = f"ed-{uuid.uuid4().hex[:8]}"
    Accounts(database).create(login, "Ed", Role.EDITOR, "a long password for tests only")
    signed_in = Accounts(database).sign_in(login, "a long password for tests only", "127.0.0.1")
    database.close()
    headers = {"Cookie": f"nkbot_session={signed_in.token}", "X-CSRF-Token": signed_in.csrf}
    with httpx.Client(base_url=web.url, headers=headers) as http:
        for route in console:
            if "conversation" in route.address or route.address in {"/console", "/console/api/events"}:
                address = route.filled({"conversation_id": patient.conversation})
                answer = http.request(route.method, address, json={})
                assert answer.status_code == 403, f"{route.method} {address} gave {answer.status_code}"


def test_no_change_goes_without_the_pages_own_token(
    ada: AdvisorAtDesk, patient: Patient, console: list[Route]
) -> None:
    for route in console:
        if route.method == "GET":
            continue
        address = route.filled({"conversation_id": patient.conversation})
        for sent in ("", "wrong"):
            answer = ada.http.request(route.method, address, headers={"X-CSRF-Token": sent}, json={})
            assert answer.status_code == 403, f"{route.method} {address} gave {answer.status_code}"
    answer = ada.http.get("/console/api/conversations", params={"queue": "mine"})
    assert answer.json()["conversations"] == []


def test_private_notes_and_evidence_reach_no_address_and_no_stream_of_a_patient(
    ada: AdvisorAtDesk, patient: Patient, rasa: FakeRasa
) -> None:
    patient.ask("what are nk cells")
    ada.do(patient.conversation, "notes", {"text": NOTE})
    told: list[str] = []
    with patient.http.stream("GET", patient._path("events"), headers=patient.headers, timeout=10) as response:
        lines = response.iter_lines()
        ada.do(patient.conversation, "take")
        ada.do(patient.conversation, "notes", {"text": NOTE})
        ada.write(patient.conversation, "the last word")
        for line in lines:
            told.append(line)
            if "the last word" in line:
                break
    own = of_one_conversation()
    last = [each for each in own if each.method == "DELETE" or each.address.endswith(("/close", "/cancel"))]
    for route in [each for each in own if each not in last] + last:
        address = route.filled({"conversation_id": patient.conversation, "seq": 3})
        if address.endswith("/events"):
            continue
        body = {
            "client_message_id": str(uuid.uuid4()),
            "text": "hello",
            "helpful": True,
            "name": "Maria",
            "contact": "maria@example.org",
            "consent": True,
            "score": 5,
        }
        answer = patient.http.request(route.method, address, headers=patient.headers, json=body)
        told += [address, answer.text, json.dumps(dict(answer.headers))]
    assert len(told) > 20
    assert "nightjar" not in "\n".join(told)
    assert EVIDENCE not in "\n".join(told)


def test_a_session_that_is_ended_stops_its_open_stream(web: WebProcess, ada: AdvisorAtDesk) -> None:
    with ada.http.stream("GET", "/console/api/events", timeout=15) as response:
        lines = response.iter_lines()
        next(line for line in lines if line.startswith("event: ping"))
        database = Database(database_url(web))
        Accounts(database).revoke_all(ada.account.id)
        database.close()
        for _ in lines:
            pass  # the server ends it by itself
    assert ada.http.get("/console/api/conversations").status_code == 401
