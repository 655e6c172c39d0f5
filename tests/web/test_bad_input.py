"""Bad input: each a clear sentence, nothing appended, Rasa untouched."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Iterator

import httpx
import pytest

from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

ID = str(uuid.uuid4())


def body(text: object, identity: object = ID) -> bytes:
    return json.dumps({"client_message_id": identity, "text": text}).encode()


BAD = {
    "empty": (body(""), 400, "empty_text"),
    "only space": (body(" \n\t "), 400, "empty_text"),
    "only invisible characters": (body("\u200b\u2060\ufeff"), 400, "empty_text"),
    "1,001 characters": (body("a" * 1001), 400, "text_too_long"),
    "100 kB": (body("a" * 100_000), 413, "too_large"),
    "100 kB of space": (body("hello" + " " * 100_000), 413, "too_large"),
    "NUL": (body("before\x00after"), 400, "unreadable_text"),
    "a lone surrogate": (body("half \ud83e of a pair"), 400, "unreadable_text"),
    "surrogates the wrong way round": (body("\udd80\ud83e"), 400, "unreadable_text"),
    "text as a number": (body(17), 400, "invalid_text"),
    "text as a list": (body(["hello"]), 400, "invalid_text"),
    "text as nothing": (body(None), 400, "invalid_text"),
    "no text": (json.dumps({"client_message_id": ID}).encode(), 400, "invalid_text"),
    "no id": (json.dumps({"text": "hello"}).encode(), 400, "invalid_client_message_id"),
    "id as a number": (body("hello", 5), 400, "invalid_client_message_id"),
    "id that is no UUID": (body("hello", "abc"), 400, "invalid_client_message_id"),
    "id with more behind it": (body("hello", ID + "\n"), 400, "invalid_client_message_id"),
    "not JSON": (b"{text: hello}", 400, "invalid_json"),
    "half of JSON": (b'{"text": "hel', 400, "invalid_json"),
    "no body": (b"", 400, "invalid_json"),
    "a list": (b'["hello"]', 400, "invalid_json"),
    "deep nesting": (b"[" * 15_000, 400, "invalid_json"),
    "not UTF-8": (b'{"client_message_id": "' + ID.encode() + b'", "text": "\xff\xfe"}', 400, "invalid_json"),
}


@pytest.mark.parametrize(("sent", "status", "code"), BAD.values(), ids=BAD)
def test_bad_messages_are_refused_with_a_sentence(
    patient: Patient, rasa: FakeRasa, sent: bytes, status: int, code: str
) -> None:
    headers = {**patient.headers, "Content-Type": "application/json"}
    address = f"/api/conversations/{patient.conversation}/messages"
    answer = patient.http.post(address, content=sent, headers=headers)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert len(patient.messages()) == 1
    assert rasa.requests == []
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"


def test_a_large_body_of_unknown_length_is_refused_too(patient: Patient, rasa: FakeRasa) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(50):
            yield b"a" * 10_000

    headers = {**patient.headers, "Content-Type": "application/json"}
    address = f"/api/conversations/{patient.conversation}/messages"
    answer = patient.http.post(address, content=pieces(), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert len(patient.messages()) == 1
    assert rasa.requests == []


def test_a_body_that_is_announced_and_never_sent_is_refused_at_once(
    web: WebProcess, patient: Patient
) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as line:
        line.sendall(
            f"POST /api/conversations/{patient.conversation}/messages HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {patient.headers['Authorization']}\r\nContent-Type: application/json\r\n"
            "Content-Length: 900000000\r\n\r\n".encode()
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("mimetype", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_message_that_is_not_sent_as_json_is_refused(patient: Patient, mimetype: str) -> None:
    headers = {**patient.headers, "Content-Type": mimetype}
    address = f"/api/conversations/{patient.conversation}/messages"
    answer = patient.http.post(address, content=body("hello"), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "json_expected")
    assert len(patient.messages()) == 1


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "١"])
def test_a_place_that_is_no_number_is_refused(patient: Patient, after: str) -> None:
    base = f"/api/conversations/{patient.conversation}"
    read = patient.http.get(f"{base}/messages", params={"after": after}, headers=patient.headers)
    assert (read.status_code, read.json()["error"]["code"]) == (400, "invalid_after")
    place = {b"Last-Event-ID": after.encode()}
    token = {name.encode(): value.encode() for name, value in patient.headers.items()}
    stream = patient.http.get(f"{base}/events", headers={**token, **place})
    assert (stream.status_code, stream.json()["error"]["code"]) == (400, "invalid_last_event_id")


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/conversations", 405, "method_not_allowed"),
        ("DELETE", "/api/conversations/x/messages", 405, "method_not_allowed"),
        ("PUT", "/", 405, "method_not_allowed"),
        ("POST", "/api/conversations/x/messages/abc/feedback", 404, "not_found"),
        ("GET", "/static/../settings.py", 404, "not_found"),
        ("GET", "/static/js/%2e%2e/%2e%2e/app.py", 404, "not_found"),
    ],
)
def test_every_other_error_is_json_too(
    web: WebProcess, method: str, address: str, status: int, code: str
) -> None:
    answer = httpx.request(method, f"{web.url}{address}")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"].endswith(".")


def test_a_place_far_beyond_the_log_finds_no_reply_to_rate(patient: Patient) -> None:
    address = f"/api/conversations/{patient.conversation}/messages/{10**30}/feedback"
    answer = patient.http.post(address, json={"helpful": True}, headers=patient.headers)
    assert answer.status_code == 404
