"""The web process is killed again and again while advisors take over, answer and hand back."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.conversations.model import Author, Message
from tests.conversations.takeovers import read
from tests.support import fake_rasa, postgres
from tests.support.advisor import AdvisorAtDesk
from tests.support.chance import chance
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

DESKS = 5
ROUNDS = 6
KILLS = 4
PATIENCE = 60.0


def insist(attempt: Callable[[], httpx.Response]) -> httpx.Response:
    """Asks again while the web process is away, as both pages do."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            answer = attempt()
        except httpx.TransportError:
            assert time.monotonic() < until, "the web process did not come back"
        else:
            if answer.status_code != 503:
                return answer
        time.sleep(0.05)


class Desk:
    """One advisor and one patient, who repeat whatever had no answer."""

    def __init__(self, web: WebProcess, database_url: str, number: int) -> None:
        self.advisor = AdvisorAtDesk(web.url, database_url, f"Ada {number}")
        self.patient = Patient(web.url)
        self.here = self.patient.conversation
        self.acknowledged: list[tuple[int, str]] = []
        self.refused: list[str] = []

    def work(self, seed: float) -> None:
        """A question, a take-over, answers, a hand-back; again."""
        luck = random.Random(seed)
        for number in range(ROUNDS):
            self.ask(f"question {number}")
            self.act("take")
            self.answer(f"answer {number}")
            self.ask(f"question {number} to a person")
            self.answer(f"second answer {number}")
            self.act("release")
            time.sleep(luck.uniform(0, 0.6))

    def ask(self, text: str) -> None:
        name = str(uuid.uuid4())
        self._keep(text, insist(lambda: self.patient.post(text, name)))

    def answer(self, text: str) -> None:
        sent = {"client_message_id": str(uuid.uuid4()), "text": text}
        self._keep(text, insist(lambda: self.advisor.post(self.here, "messages", sent)))

    def act(self, what: str) -> None:
        """A release whose answer was lost has happened: then it is not this advisor's conversation now."""
        answer = insist(lambda: self.advisor.post(self.here, what))
        if answer.status_code != 200 and not (what == "release" and answer.status_code == 409):
            self.refused.append(f"{what}: {answer.status_code} {answer.text}")

    def _keep(self, text: str, answer: httpx.Response) -> None:
        if answer.status_code in {200, 201}:
            self.acknowledged.append((answer.json()["message"]["seq"], text))
        else:
            self.refused.append(f"{text}: {answer.status_code} {answer.text}")

    def transcript(self) -> list[dict[str, Any]]:
        path = f"/api/conversations/{self.here}/messages"
        messages: list[dict[str, Any]] = insist(
            lambda: self.patient.http.get(path, headers=self.patient.headers)
        ).json()["messages"]
        return messages

    def close(self) -> None:
        self.advisor.close()
        self.patient.http.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_answer_of_an_advisor_is_lost_or_doubled_when_the_web_process_dies(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    luck, variables = chance(), {}
    url = f"sqlite:///{tmp_path / 'conversations.sqlite3'}"
    if database == "postgresql":
        url = variables["NKBOT_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        postgres.empty(url)
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url, **variables).start()
        try:
            desks = [Desk(web, url, number) for number in range(DESKS)]
            over = threading.Event()
            with ThreadPoolExecutor(DESKS) as threads:
                work = [threads.submit(desk.work, luck.random()) for desk in desks]
                for _ in range(KILLS):
                    over.wait(luck.uniform(0.1, 0.6))
                    web.kill()
                    web.start()
                for each in work:
                    each.result()
            for desk in desks:
                assert desk.refused == []
                assert desk.patient.ask("and at the end?")[0]["kind"] == "answer"
                check(desk)
                desk.close()
        finally:
            web.stop()


def check(desk: Desk) -> None:
    """Everything that was acknowledged stands once, in order; the bot never spoke out of turn."""
    messages = desk.transcript()
    written = [(m["seq"], m["text"]) for m in messages if m["author"] in {"patient", "advisor"}][:-1]
    assert written == desk.acknowledged
    kinds = [message["kind"] for message in messages]
    assert kinds.count("joined") == kinds.count("released") == ROUNDS
    told = [
        Message(m["seq"], Author(m["author"]), m["kind"], m["text"], (), (), m["in_reply_to"], 0)
        for m in messages
    ]
    assert read(told) == ROUNDS
