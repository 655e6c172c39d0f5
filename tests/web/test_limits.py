"""Rate limits: a flood is told to wait, everybody else is not."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from werkzeug.test import TestResponse

from bot.settings import BotSettings
from bot.web import limits as limits_module
from bot.web.app import create_app
from bot.web.errors import Problem
from bot.web.limits import MESSAGES, CountsHere, Limits, Rate
from bot.web.services import EXTENSION
from tests.support import fake_rasa
from tests.support.patient import Patient
from tests.support.redis_server import RedisServer
from tests.support.web_process import WebProcess

RATE = Rate("test", burst=3, every=2.0)


class HandClock:
    """A clock that moves when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = HandClock()
    limits = Limits(True, CountsHere(clock))
    for _ in range(3):
        limits.check(RATE, "a")
    with pytest.raises(Problem) as refused:
        limits.check(RATE, "a")
    assert (refused.value.status, refused.value.retry_after) == (429, 2)
    limits.check(RATE, "b")  # others are not held up
    limits.check(Rate("other", burst=1, every=9.0), "a")  # nor other things
    clock.now += 2.0
    limits.check(RATE, "a")
    with pytest.raises(Problem):
        limits.check(RATE, "a")
    clock.now += 600.0
    for _ in range(3):
        limits.check(RATE, "a")


def test_callers_who_owe_nothing_are_forgotten() -> None:
    clock = HandClock()
    counts = CountsHere(clock)
    limits = Limits(True, counts)
    for number in range(30_000):
        limits.check(RATE, str(number))
        clock.now += 0.01
    assert len(counts) < 15_000


def test_limits_can_be_lifted() -> None:
    limits = Limits(enabled=False)
    for _ in range(1000):
        limits.check(RATE, "a")


def test_a_flood_of_messages_is_told_when_to_come_back(tmp_path: Path) -> None:
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url, NKBOT_LIMITS="on").start()
        try:
            patient, other = Patient(web.url), Patient(web.url)
            answers = [patient.post(f"message {number}") for number in range(MESSAGES.burst + 15)]
            refused = [answer for answer in answers if answer.status_code == 429]
            assert refused
            assert all(answer.status_code in {201, 429} for answer in answers)
            assert int(refused[0].headers["Retry-After"]) >= 1
            assert refused[0].json()["error"]["code"] == "too_many_requests"
            own = [message for message in patient.messages() if message["author"] == "patient"]
            assert len(own) == len(answers) - len(refused)
            assert other.post("hello").status_code == 201
            patient.http.close()
            other.http.close()
        finally:
            web.stop()


def test_a_flood_spread_over_two_web_processes_is_one_flood(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    with fake_rasa.running() as rasa:
        together = {
            "NKBOT_LIMITS": "on",
            "NKBOT_REDIS_URL": redis_server.url,
            "NKBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'conversations.sqlite3'}",
        }
        webs = [WebProcess(tmp_path / name, rasa.url, **together) for name in ("one", "other")]
        try:
            one, other = (web.start() for web in webs)
            patient = Patient(one.url)
            elsewhere = httpx.Client(base_url=other.url, timeout=15)
            answers = []
            for number in range(MESSAGES.burst + 15):
                patient.http, elsewhere = elsewhere, patient.http
                answers.append(patient.post(f"message {number}").status_code)
            passed = answers.count(201)
            assert MESSAGES.burst <= passed < MESSAGES.burst + 12  # a few are paid off meanwhile
            assert passed + answers.count(429) == len(answers)
            redis_server.stop()  # each process counts on for itself, from where it was
            assert 429 in {patient.post(f"without {number}").status_code for number in range(MESSAGES.burst)}
            patient.http.close()
            elsewhere.close()
        finally:
            for web in webs:
                web.stop()


def test_an_address_has_so_many_streams_open_and_a_page_that_left_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits_module, "MOST_OF_AN_ADDRESS", 2)
    secrets = {"NKBOT_SECRET_KEY": "s" * 32, "NKBOT_INTERNAL_TOKEN": "i" * 32}
    settings = BotSettings.from_environment({**secrets, "NKBOT_VAR": str(tmp_path)})
    app = create_app(settings)
    client = app.test_client()
    opened = client.post("/api/conversations").get_json()
    address = f"/api/conversations/{opened['conversation_id']}/events"
    headers = {"Authorization": f"Bearer {opened['token']}"}

    def page(visitor: str) -> TestResponse:
        return client.get(address, headers=headers, environ_base={"REMOTE_ADDR": visitor})

    first, second = page("203.0.113.7"), page("203.0.113.7")
    assert (first.status_code, second.status_code) == (200, 200)
    refused = page("203.0.113.7")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert page("203.0.113.8").status_code == 200
    first.close()  # before it has read anything
    assert page("203.0.113.7").status_code == 200
    app.extensions[EXTENSION].database.close()
