"""The patient API as its users see it, over a real server process."""

from __future__ import annotations

import time
import uuid

import httpx
import pytest

from tests.support.fake_rasa import CITATION, FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

MESSAGE_FIELDS = {
    "seq",
    "author",
    "kind",
    "text",
    "citations",
    "quick_replies",
    "in_reply_to",
    "created_at",
}


def path(patient: Patient, rest: str) -> str:
    return f"/api/conversations/{patient.conversation}/{rest}"


def test_a_conversation_begins_by_saying_that_a_machine_speaks(web: WebProcess) -> None:
    begun = httpx.post(f"{web.url}/api/conversations")
    assert begun.status_code == 201
    body = begun.json()
    assert set(body) == {"conversation_id", "token", "status", "messages"}
    assert body["status"] == "bot"
    assert len(body["token"]) >= 22
    greeting = body["messages"][0]
    assert set(greeting) == MESSAGE_FIELDS
    assert (greeting["seq"], greeting["author"], greeting["kind"]) == (1, "bot", "smalltalk")
    assert "automated assistant" in greeting["text"]
    assert "not a doctor" in greeting["text"]


def test_a_question_gets_an_answer_with_its_source(patient: Patient) -> None:
    sent = patient.post("  what are nk cells  ")
    assert sent.status_code == 201
    assert set(sent.json()) == {"message"}
    message = sent.json()["message"]
    assert set(message) == MESSAGE_FIELDS
    assert (message["seq"], message["author"], message["text"]) == (2, "patient", "what are nk cells")

    (answer,) = patient.ask("and what do they do?")
    assert set(answer) == MESSAGE_FIELDS
    assert (answer["author"], answer["kind"]) == ("bot", "answer")
    assert answer["citations"] == [CITATION]
    assert answer["quick_replies"]
    assert answer["created_at"].endswith("Z")


def test_what_advisors_may_see_never_leaves_through_the_patient_api(patient: Patient) -> None:
    patient.ask("what are nk cells")
    everything = patient.http.get(path(patient, "messages"), headers=patient.headers).text
    assert "nk cells" in everything
    assert "evidence" not in everything
    assert "secret-score" not in everything


def test_the_same_message_sent_again_is_the_same_message(patient: Patient, rasa: FakeRasa) -> None:
    identity = str(uuid.uuid4())
    first = patient.post("what are nk cells", identity)
    again = patient.post("what are nk cells", identity.upper())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    patient.ask("thank you")  # the first turn is over when this one is answered
    assert rasa.texts() == ["what are nk cells", "thank you"]


def test_messages_come_back_in_order_from_any_place(patient: Patient) -> None:
    for text in ("one", "two", "three"):
        patient.ask(text)
    everything = patient.messages()
    assert [message["seq"] for message in everything] == list(range(1, 8))
    assert patient.messages(after=5) == everything[5:]
    assert patient.messages(after=99) == []
    replies = [message["in_reply_to"] for message in everything if message["in_reply_to"]]
    assert replies == [2, 4, 6]


def test_quick_questions_in_a_row_are_answered_one_after_the_other(patient: Patient, rasa: FakeRasa) -> None:
    texts = [f"question {number}" for number in range(5)]
    for text in texts[:-1]:
        assert patient.post(text).status_code == 201
    patient.ask(texts[-1])
    assert rasa.texts() == texts
    replies = [message for message in patient.messages() if message["in_reply_to"]]
    assert [message["text"].split("”")[0] for message in replies] == [f"About “{text}" for text in texts]


def test_a_wish_for_a_person_is_noted_and_answered_honestly(patient: Patient) -> None:
    first = patient.http.post(path(patient, "handoff"), headers=patient.headers)
    again = patient.http.post(path(patient, "handoff"), headers=patient.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    message = first.json()["message"]
    assert message["kind"] == "handoff"
    assert "advisor" in message["text"]
    assert again.json() == first.json()
    assert first.json()["status"] == "waiting"
    assert first.json()["handoff"]["place"] >= 1
    assert message in patient.messages()
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"  # nobody is left waiting in silence


def test_ratings_are_taken_for_replies_only(patient: Patient) -> None:
    (answer,) = patient.ask("what are nk cells")
    rate = path(patient, f"messages/{answer['seq']}/feedback")
    for helpful in (True, False):
        done = patient.http.post(rate, json={"helpful": helpful}, headers=patient.headers)
        assert (done.status_code, done.content) == (204, b"")
    for wrong in ({"helpful": "yes"}, {"helpful": 1}, {}):
        assert patient.http.post(rate, json=wrong, headers=patient.headers).status_code == 400
    for seq in (answer["in_reply_to"], 999):
        elsewhere = path(patient, f"messages/{seq}/feedback")
        refused = patient.http.post(elsewhere, json={"helpful": True}, headers=patient.headers)
        assert refused.json()["error"]["code"] == "message_not_found"
        assert refused.status_code == 404


def test_typing_is_taken(patient: Patient) -> None:
    assert patient.http.post(path(patient, "typing"), headers=patient.headers).status_code == 204


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/cost{"a":1}',
        "/" * 50,
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        "a" * 1000,
        "🧬" * 1000,
        "‏مرحبا",
        "line\nbreaks\r\nand\ttabs",
        "{{ 7 * 7 }}",
        "%s %(text)s %d",
    ],
    ids=range(11),
)
def test_odd_text_is_just_text(patient: Patient, rasa: FakeRasa, text: str) -> None:
    sent = patient.post(text)
    assert sent.status_code == 201
    assert sent.json()["message"]["text"] == text
    patient.ask("done")
    assert rasa.texts() == [text, "done"]


def test_only_the_own_token_opens_a_conversation(web: WebProcess, patient: Patient, rasa: FakeRasa) -> None:
    other = Patient(web.url)
    tries = {
        "nothing": ({}, 401),
        "no bearer": ({"Authorization": "Basic abc"}, 401),
        "empty": ({"Authorization": "Bearer"}, 401),
        "wrong": ({"Authorization": "Bearer wrong"}, 401),
        "odd": ({"Authorization": "Bearer \xe4\xf6"}, 401),
        "of another": (other.headers, 401),
    }
    calls = [
        ("POST", "messages", {"client_message_id": str(uuid.uuid4()), "text": "intruder"}),
        ("GET", "messages", None),
        ("GET", "events", None),
        ("POST", "handoff", None),
        ("POST", "typing", None),
        ("POST", "messages/1/feedback", {"helpful": True}),
    ]
    for headers, status in tries.values():
        sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        for method, rest, body in calls:
            answer = patient.http.request(method, path(patient, rest), json=body, headers=sent)
            assert answer.status_code == status
            assert answer.json()["error"]["message"]
    missing = patient.http.get("/api/conversations/nobody/messages", headers=patient.headers)
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "conversation_not_found"
    assert len(patient.messages()) == 1
    assert rasa.requests == []
    other.http.close()


def test_rasa_is_asked_with_the_internal_token_and_nothing_of_the_browser(
    patient: Patient, rasa: FakeRasa
) -> None:
    patient.ask("what are nk cells")
    assert rasa.tokens == ["Bearer an internal token for tests"]
    assert rasa.requests == [
        {"conversation_id": patient.conversation, "message_seq": 2, "text": "what are nk cells"}
    ]


def test_every_part_of_the_whole_is_named(web: WebProcess, rasa: FakeRasa) -> None:
    assert httpx.get(f"{web.url}/healthz").json() == {"alive": True}
    web.worker_reports()
    told = httpx.get(f"{web.url}/readyz")
    assert told.status_code == 200
    assert {name: part["ready"] for name, part in told.json()["parts"].items()} == {
        "database": True,
        "rasa": True,
        "actions": True,
        "index": True,
        "worker": True,
    }


def test_a_worker_that_is_silent_is_named(web: WebProcess, rasa: FakeRasa) -> None:
    web.worker_reports(seconds_ago=60)
    time.sleep(0.6)  # for so long /readyz may tell how it was before
    told = httpx.get(f"{web.url}/readyz")
    assert told.status_code == 503
    worker = told.json()["parts"]["worker"]
    assert worker["ready"] is False
    assert "has not reported for 6" in worker["detail"]
    assert told.json()["parts"]["database"]["ready"] is True


def test_pages_and_answers_carry_a_strict_policy(web: WebProcess, patient: Patient) -> None:
    answers = [
        httpx.get(f"{web.url}/"),
        httpx.get(f"{web.url}/static/js/chat.js"),
        httpx.get(f"{web.url}/nothing"),
        patient.post("hello"),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = answers[0].text
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert answers[3].headers["Cache-Control"] == "no-store"


def test_a_long_answer_tells_where_it_may_be_folded_and_is_whole_all_the_same(web: WebProcess) -> None:
    patient = Patient(web.url)
    (answer,) = patient.ask("tell me something long")
    assert set(answer) == MESSAGE_FIELDS | {"fold"}
    assert 0 < answer["fold"] < len(answer["text"])
    (short,) = patient.ask("what are nk cells")
    assert set(short) == MESSAGE_FIELDS
