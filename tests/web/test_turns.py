"""A patient always gets a word: when Rasa fails, hangs or is gone, and when the web process itself dies."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.support import fake_rasa, postgres
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess
from tests.web.test_events import follow


def assert_honest(replies: list[dict[str, object]]) -> None:
    (reply,) = replies
    assert reply["kind"] == "abstain"
    assert "cannot answer just now" in str(reply["text"])
    assert "person" in str(reply["text"])


def test_one_failure_of_rasa_costs_the_patient_nothing(patient: Patient, rasa: FakeRasa) -> None:
    rasa.fail_next = 1
    (answer,) = patient.ask("what are nk cells")
    assert answer["kind"] == "answer"
    assert len(patient.messages()) == 3


def test_when_rasa_fails_again_the_patient_hears_it_honestly(patient: Patient, rasa: FakeRasa) -> None:
    rasa.fail_next = 99
    assert_honest(patient.ask("what are nk cells"))
    rasa.fail_next = 0
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    assert [message["in_reply_to"] for message in patient.messages()] == [None, None, 2, None, 4]


@pytest.mark.parametrize("text", ["empty", "unsound"])
def test_an_answer_that_is_none_does_not_reach_the_patient(patient: Patient, text: str) -> None:
    assert_honest(patient.ask(text))


def test_when_rasa_hangs_the_patient_hears_it_before_rasa_comes_back(
    patient: Patient, rasa: FakeRasa
) -> None:
    rasa.hang()
    assert_honest(patient.ask("what are nk cells"))  # Rasa still hangs: nobody waited for it
    rasa.go_on.set()
    assert patient.ask("and now?")[0]["kind"] == "answer"
    assert len(patient.messages()) == 5  # the late reply was thrown away


def test_without_rasa_the_patient_hears_it_and_readiness_says_why(tmp_path: Path) -> None:
    with fake_rasa.running() as gone:
        nowhere = gone.url
    web = WebProcess(tmp_path, nowhere).start()
    try:
        patient = Patient(web.url)
        assert_honest(patient.ask("what are nk cells"))
        told = patient.http.get("/readyz")
        assert told.status_code == 503
        patient.http.close()
        ready = {name: part["ready"] for name, part in told.json()["parts"].items()}
        assert ready == {
            "database": True,
            "rasa": False,
            "actions": False,
            "index": False,
            "worker": False,
        }
    finally:
        web.stop()


def test_an_index_that_cannot_serve_is_named(web: WebProcess, rasa: FakeRasa, patient: Patient) -> None:
    rasa.ready = False
    until_seen = threading.Event()
    for _ in range(40):
        told = patient.http.get("/readyz")
        if told.status_code == 503:
            break
        until_seen.wait(0.1)
    assert told.json()["parts"]["index"]["ready"] is False
    assert told.json()["parts"]["database"]["ready"] is True


@pytest.mark.parametrize("how", ["kill", "kill_gunicorn_only", "stop"])
def test_a_web_process_that_dies_in_the_middle_of_a_turn_answers_after_its_restart(
    tmp_path: Path, how: str
) -> None:
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url).start()
        try:
            patient = Patient(web.url)
            rasa.hang()
            first = patient.post("what are nk cells").json()["message"]
            second = patient.post("and what do they do").json()["message"]
            with follow(web, patient, last=3) as follower:
                follower.until("typing")
                getattr(web, how)()
            rasa.go_on.set()
            web.start()
            with follow(web, patient, last=3) as follower:
                replies = follower.messages(2)
            assert [reply["in_reply_to"] for reply in replies] == [first["seq"], second["seq"]]
            assert [reply["kind"] for reply in replies] == ["answer", "answer"]
            assert [message["seq"] for message in patient.messages()] == [1, 2, 3, 4, 5]
            patient.http.close()
        finally:
            web.stop()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_several_workers_answer_everybody_once_and_wake_each_others_streams(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    variables = {"WEB_CONCURRENCY": "3"}
    if database == "postgresql":
        variables["NKBOT_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        postgres.empty(variables["NKBOT_DATABASE_URL"])
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url, **variables).start()
        patients: list[Patient] = []
        try:

            def talk() -> None:
                patient = Patient(web.url)
                patients.append(patient)
                for number in range(4):
                    patient.http.headers["Connection"] = "close"  # any worker may get the next request
                    patient.post(f"question {number}")
                with follow(web, patient, last=1) as follower:
                    follower.messages(8)

            talkers = [threading.Thread(target=talk) for _ in range(8)]
            for talker in talkers:
                talker.start()
            for talker in talkers:
                talker.join()
            for patient in patients:
                messages = patient.messages()
                assert [message["seq"] for message in messages] == list(range(1, 10))
                asked = [message["seq"] for message in messages if message["author"] == "patient"]
                replied = [message["in_reply_to"] for message in messages if message["in_reply_to"]]
                assert replied == asked
                assert all(message["kind"] != "abstain" for message in messages)
                patient.http.close()
        finally:
            web.stop()


def test_no_log_line_tells_what_a_patient_wrote(tmp_path: Path) -> None:
    canary = "zebrafinch-canary"
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url, NKBOT_LOG_LEVEL="DEBUG").start()
        try:
            patient = Patient(web.url)
            for words in ("what are nk cells", "empty", "unsound", "echo \ud83e"):
                patient.http.post(
                    f"/api/conversations/{patient.conversation}/messages",
                    content=f'{{"client_message_id": "x", "text": "{canary} {words!a}"}}',
                    headers={**patient.headers, "Content-Type": "application/json"},
                )
            patient.ask(f"{canary} what are nk cells")
            patient.ask(f"{canary} empty")
            rasa.fail_next = 5
            patient.ask(f"{canary} fails")
            patient.http.get(f"/api/conversations/x/messages?after={canary}", headers=patient.headers)
            patient.http.close()
        finally:
            web.stop()
        log = web.log()
    assert "POST /api/conversations" in log
    assert "Rasa gave no reply" in log
    assert canary not in log
