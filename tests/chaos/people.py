"""Patients and advisors who go on whatever dies, and keep a record of what they were told."""

from __future__ import annotations

import queue
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.chaos.site import Site
from tests.support.advisor import AdvisorAtDesk
from tests.support.numbering import mark
from tests.support.questions import QUESTIONS
from tests.support.stubborn import Stubborn, StubbornPage

ASKED = (*QUESTIONS, "how much does it cost")
_GIVE_UP_AFTER = 120.0


@dataclass
class Wishes:
    """Patients who would like a person, for the advisors to take."""

    waiting: queue.Queue[Talker] = field(default_factory=queue.Queue)


class Talker(threading.Thread):
    """One patient with an open page, who writes until told to stop and sometimes asks for a person."""

    def __init__(self, site: Site, number: int, wishes: Wishes, luck: random.Random) -> None:
        super().__init__(daemon=True, name=f"patient {number}")
        self.number = number
        self.patient = Stubborn(site.url, luck.random(), site.way(number))
        self.page = StubbornPage(site.url, self.patient, site.way(number + 1))
        self.failure = ""
        self._wishes = wishes
        self._luck = luck
        self._enough = threading.Event()

    def enough(self) -> None:
        """Writes no more."""
        self._enough.set()

    def run(self) -> None:
        """Talks."""
        said = 0
        try:
            while not self._enough.is_set():
                several = self._luck.choice((1, 1, 1, 1, 2, 3))
                texts = [
                    f"{self._luck.choice(ASKED)} {mark(self.number, said + each)}" for each in range(several)
                ]
                self.patient.deliver(texts, copies=self._luck.choice((1, 1, 1, 2, 4)))
                said += several
                if self._luck.random() < 0.06:
                    self._ask_for_a_person()
                self._enough.wait(self._luck.uniform(0.5, 4.0))
        except Exception as error:  # noqa: BLE001 - told at the end
            self.failure = f"patient {self.number} gave up: {type(error).__name__}: {error}"

    def _ask_for_a_person(self) -> None:
        path = f"/api/conversations/{self.patient.conversation}/handoff"
        if insist(lambda: self.patient.http.post(path, headers=self.patient.headers)):
            self._wishes.waiting.put(self)


@dataclass(frozen=True)
class Take:
    """What an advisor was told: the conversation is theirs, and which messages they wrote into it."""

    patient: int
    written: tuple[int, ...]


class Desk(threading.Thread):
    """One advisor, who takes over whoever waits, writes some words and gives the conversation back."""

    def __init__(self, site: Site, number: int, wishes: Wishes, luck: random.Random) -> None:
        name = f"Advisor {'ABCDEFGHIJKLMNOP'[number % 16]}"
        super().__init__(daemon=True, name=name)
        self._advisor = AdvisorAtDesk(site.url, site.database_url, name, way=site.way(number))
        self._wishes = wishes
        self._luck = luck
        self._enough = threading.Event()
        self._said = 0
        self.takes: list[Take] = []
        self.failure = ""

    def enough(self) -> None:
        """Takes no more."""
        self._enough.set()

    def run(self) -> None:
        """Works."""
        try:
            while not self._enough.is_set():
                insist(lambda: self._advisor.http.post("/console/api/presence", json={"available": True}))
                try:
                    talker = self._wishes.waiting.get(timeout=1)
                except queue.Empty:
                    continue
                self._look_after(talker)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.failure = f"{self.name} gave up: {type(error).__name__}: {error}"

    def _look_after(self, talker: Talker) -> None:
        conversation = talker.patient.conversation
        if not insist(lambda: self._advisor.post(conversation, "take")):
            return
        written = []
        for _ in range(self._luck.randint(1, 3)):
            self._said += 1
            body = {"client_message_id": str(uuid.uuid4()), "text": f"a word of {self.name}, {self._said}"}
            answer = insist(lambda body=body: self._advisor.post(conversation, "messages", body))  # type: ignore[misc]
            if answer is None:
                break  # it went back to the queue while nobody could be reached
            written.append(int(answer.json()["message"]["seq"]))
            self._enough.wait(self._luck.uniform(0.3, 2.0))
        self.takes.append(Take(talker.number, tuple(written)))
        insist(lambda: self._advisor.post(conversation, "release"))


def insist(ask: Callable[[], httpx.Response]) -> httpx.Response | None:
    """Asks until it is done, or refused for a reason that asking again does not change (None)."""
    until = time.monotonic() + _GIVE_UP_AFTER
    while time.monotonic() < until:
        try:
            answer = ask()
        except httpx.TransportError:
            time.sleep(0.3)
            continue
        if answer.status_code < 300:
            return answer
        if answer.status_code < 500:
            return None
        time.sleep(0.3)
    raise TimeoutError(f"not done within {_GIVE_UP_AFTER:.0f} s")
