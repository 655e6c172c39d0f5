"""A request's id: in its answer, in every line about it, and on its way to Rasa; nobody else writes our logs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.web.peers import is_this_machine, through_proxies
from knowledge import log_lines
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

BROUGHT = "00112233445566778899aabbccddeeff"
THROUGH = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture(scope="module")
def behind(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """A web process behind one proxy that writes JSON."""
    folder = tmp_path_factory.mktemp("behind")
    process = WebProcess(folder, _fake.url, NKBOT_TRUSTED_PROXIES="1", NKBOT_LOG_FORMAT="json").start()
    yield process
    process.stop()


def request_id(answer: httpx.Response) -> str:
    (found,) = answer.headers.get_list("X-Request-ID")
    return str(found)


def eventually(log: WebProcess, *words: str) -> list[str]:
    """The lines that have all the words, as soon as there is one."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = [line for line in log.log().splitlines() if all(word in line for word in words)]
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no line has {words}:\n{log.log()[-3000:]}")


def test_every_answer_has_an_id_of_its_own(web: WebProcess, patient: Patient) -> None:
    answers = [
        httpx.get(f"{web.url}{path}")
        for path in ("/healthz", "/healthz", "/", "/static/css/base.css", "/no/such/page", "/console")
    ]
    answers += [httpx.post(f"{web.url}/api/conversations/x/messages"), patient.post("")]
    found = [request_id(each) for each in answers]
    assert all(log_lines.harmless(each) for each in found)
    assert len(set(found)) == len(found)


def test_an_id_from_just_anybody_is_not_taken(web: WebProcess) -> None:
    for headers in ({"X-Request-ID": BROUGHT}, {"X-Request-ID": BROUGHT, **THROUGH}):
        assert request_id(httpx.get(f"{web.url}/healthz", headers=headers)) != BROUGHT


def test_an_id_from_a_trusted_proxy_is_taken_if_it_is_harmless(behind: WebProcess) -> None:
    def answered(brought: str, **headers: str) -> str:
        return request_id(
            httpx.get(f"{behind.url}/healthz", headers={"X-Request-ID": brought, **headers}, timeout=5)
        )

    assert answered(BROUGHT.upper(), **THROUGH) == BROUGHT
    assert answered(BROUGHT) != BROUGHT, "it did not come through the proxy"
    for brought in ("my-chest-hurts", f"{BROUGHT}%0a", f"{BROUGHT} INFO forged", "1" * 4000):
        assert answered(brought, **THROUGH) != brought
    assert "my-chest-hurts" not in behind.log()
    assert "forged" not in behind.log()


def test_a_message_leaves_one_trail(web: WebProcess, patient: Patient, rasa: FakeRasa) -> None:
    sent = patient.post("what are nk cells")
    own, seq = request_id(sent), sent.json()["message"]["seq"]
    turn = f"{patient.conversation[:12]}.{seq}"
    (over,) = eventually(web, "a turn is over", f"request={own} turn={turn}")
    assert " outcome=answer ms=" in over
    eventually(web, f"/api/conversations/{patient.conversation}/messages 201", f"request={own} turn={turn}")
    assert rasa.about[patient.conversation, seq] == (own, turn)


def test_a_message_that_had_to_wait_for_another_keeps_its_request(
    web: WebProcess, patient: Patient, rasa: FakeRasa
) -> None:
    rasa.hang()
    patient.post("what are nk cells")
    second = patient.post("and what is a stem cell")
    rasa.go_on.set()
    seq = second.json()["message"]["seq"]
    eventually(web, "a turn is over", f"request={request_id(second)} turn={patient.conversation[:12]}.{seq}")


def test_a_failure_names_the_request(web: WebProcess, patient: Patient, rasa: FakeRasa) -> None:
    rasa.fail_next = 99
    sent = patient.post("what are nk cells")
    eventually(web, "Rasa gave no reply", f"request={request_id(sent)}")


def test_a_turn_that_another_process_takes_up_keeps_its_name(tmp_path: Path, rasa: FakeRasa) -> None:
    first = WebProcess(tmp_path, rasa.url).start()
    patient = Patient(first.url)
    rasa.hang()
    sent = patient.post("what are nk cells")
    turn = f"{patient.conversation[:12]}.{sent.json()['message']['seq']}"
    eventually(first, "201", f"request={request_id(sent)} turn={turn}")
    patient.http.close()
    first.kill()
    rasa.go_on.set()
    second = first.start()
    try:
        (line,) = eventually(second, "a turn is over", f"turn={turn}", "attempt=2")
        assert " request=" in line
    finally:
        second.stop()


def test_json_lines_are_json_to_the_last_one(behind: WebProcess, rasa: FakeRasa) -> None:
    patient = Patient(behind.url)
    patient.ask("what are nk cells")
    patient.http.close()
    httpx.get(f"{behind.url}/no/such%0apage", timeout=5)
    eventually(behind, '"path": "/no/such%0Apage"')
    lines = [json.loads(line) for line in behind.log().splitlines()]
    asked = next(each for each in lines if each.get("method") == "POST" and "turn" in each)
    assert (asked["status"], asked["process"]) == (201, "web")
    assert isinstance(asked["ms"], int)
    assert any(each["message"] == "a turn is over" and each["turn"] == asked["turn"] for each in lines)


HERE, PROXY, FAR = "127.0.0.1", "127.0.0.1", "192.0.2.9"


@pytest.mark.parametrize(
    ("peer", "trusted", "headers", "here"),
    [
        (HERE, 0, {}, True),
        ("::1", 0, {}, True),
        ("::ffff:127.0.0.1", 0, {}, True),
        (FAR, 0, {}, False),
        ("", 0, {}, False),
        (HERE, 1, {}, True),
        # A proxy that nobody told us of: its own address counts for nothing.
        (PROXY, 0, {"HTTP_X_FORWARDED_FOR": FAR}, False),
        (PROXY, 0, {"HTTP_X_FORWARDED_FOR": HERE}, False),
        (PROXY, 0, {"HTTP_X_REAL_IP": FAR}, False),
        (PROXY, 0, {"HTTP_FORWARDED": "for=127.0.0.1"}, False),
        # One that is trusted tells who asks; what the asker wrote before it counts for nothing.
        (PROXY, 1, {"HTTP_X_FORWARDED_FOR": FAR}, False),
        (PROXY, 1, {"HTTP_X_FORWARDED_FOR": f"{HERE}, {FAR}"}, False),
        (PROXY, 1, {"HTTP_X_FORWARDED_FOR": HERE}, True),
        (PROXY, 1, {"HTTP_X_FORWARDED_PROTO": "https"}, False),
        # Two proxies are trusted, but somebody came around the first.
        (PROXY, 2, {"HTTP_X_FORWARDED_FOR": FAR}, False),
        (PROXY, 2, {"HTTP_X_FORWARDED_FOR": f"{HERE}, {FAR}, 10.0.0.2"}, False),
    ],
)
def test_only_what_was_asked_on_this_machine_counts_as_such(
    peer: str, trusted: int, headers: dict[str, str], here: bool
) -> None:
    environ = {"REMOTE_ADDR": peer, **headers}
    assert is_this_machine(environ, trusted) is here
    fixed = {**environ, "REMOTE_ADDR": HERE, "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": peer}}
    assert is_this_machine(fixed, trusted) is here, "what ProxyFix wrote must not matter"


def test_a_request_came_through_proxies_only_if_all_of_them_say_so() -> None:
    assert not through_proxies({"HTTP_X_FORWARDED_FOR": FAR}, 0)
    assert not through_proxies({}, 1)
    assert not through_proxies({"HTTP_X_FORWARDED_FOR": " , "}, 1)
    assert not through_proxies({"HTTP_X_FORWARDED_FOR": FAR}, 2)
    assert through_proxies({"HTTP_X_FORWARDED_FOR": f"{FAR}, {HERE}"}, 2)
