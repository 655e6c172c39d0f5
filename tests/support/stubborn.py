"""Patients who do not give up: they send every message until it is acknowledged, whatever dies meanwhile."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.patient import Patient

HANDS = 8
"""Requests that one patient can have in flight at once."""
GIVE_UP_AFTER = 90.0


@dataclass(frozen=True)
class Sent:
    """A message, and every sequence number that an acknowledgement gave it."""

    client_message_id: str
    text: str
    places: frozenset[int]


class Stubborn(Patient):
    """A patient who retries. Several messages may be sent, each several times, at the same instant.

    `way` is how the requests get there, where that is not straight to `url`.
    """

    def __init__(self, url: str, seed: object, way: httpx.BaseTransport | None = None) -> None:
        limits = httpx.Limits(max_connections=16)
        super().__init__(url, httpx.Client(base_url=url, timeout=10, limits=limits, transport=way))
        self._chance = random.Random(str(seed))
        self._hands = ThreadPoolExecutor(HANDS)
        self.groups: list[list[Sent]] = []
        """What was acknowledged; all of one group was, before the next group was sent."""
        self.refusals: list[str] = []
        """Answers that a retry cannot explain."""

    def deliver(self, texts: Sequence[str], copies: int = 1) -> list[Sent]:
        """Send messages, all copies at the same instant, and again until each is acknowledged."""
        names = [(str(uuid.UUID(int=self._chance.getrandbits(128), version=4)), text) for text in texts]
        places: dict[str, set[int]] = {name: set() for name, _ in names}
        until = time.monotonic() + GIVE_UP_AFTER
        waiting = names
        while waiting:
            assert time.monotonic() < until, f"not acknowledged within {GIVE_UP_AFTER:.0f} s"
            wanted = (waiting * copies)[:HANDS]
            begin = threading.Barrier(len(wanted))
            posts = [(name, self._hands.submit(self._attempt, begin, name, text)) for name, text in wanted]
            for name, post in posts:
                places[name] |= self._place(post)
            waiting = [each for each in names if not places[each[0]]]
            if waiting:
                time.sleep(self._chance.uniform(0.05, 0.4))
        group = [Sent(name, text, frozenset(places[name])) for name, text in names]
        self.groups.append(group)
        return group

    def _attempt(self, begin: threading.Barrier, name: str, text: str) -> httpx.Response:
        begin.wait()
        return self.post(text, name)

    def _place(self, post: Future[httpx.Response]) -> set[int]:
        try:
            answer = post.result()
        except httpx.TransportError:
            return set()
        if answer.status_code in {200, 201}:
            return {int(answer.json()["message"]["seq"])}
        if answer.status_code != 503:
            self.refusals.append(f"{answer.status_code}: {answer.text}")
        return set()

    def patient_messages(self, seconds: float) -> list[dict[str, Any]]:
        """The transcript, asked for again while the web process is away."""
        until = time.monotonic() + seconds
        while True:
            try:
                return self.messages()
            except (httpx.TransportError, httpx.HTTPStatusError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._hands.shutdown()
        self.http.close()


class StubbornPage:
    """Follows the event stream of a conversation through every broken connection, as the widget does."""

    def __init__(self, url: str, patient: Patient, way: httpx.BaseTransport | None = None) -> None:
        self._way = way
        self._address = f"{url}/api/conversations/{patient.conversation}/events"
        self._headers = dict(patient.headers)
        self.shown: list[int] = []
        self.connections = 0
        self._left = threading.Event()
        threading.Thread(target=self._follow, daemon=True).start()

    def wait_for(self, seq: int, seconds: float) -> None:
        """Wait until the page shows this message."""
        until = time.monotonic() + seconds
        while (not self.shown or self.shown[-1] < seq) and time.monotonic() < until:
            time.sleep(0.05)

    def leave(self) -> None:
        """Close the page: what arrives from now on is not shown."""
        self._left.set()

    def _follow(self) -> None:
        with httpx.Client(timeout=httpx.Timeout(5, read=20), transport=self._way) as http:
            while not self._left.is_set():
                with suppress(httpx.TransportError):
                    self._read(http)
                self._left.wait(0.2)

    def _read(self, http: httpx.Client) -> None:
        last = {"Last-Event-ID": str(self.shown[-1])} if self.shown else {}
        with http.stream("GET", self._address, headers=self._headers | last) as answer:
            if answer.status_code != 200:
                return
            self.connections += 1
            for line in answer.iter_lines():
                if self._left.is_set():
                    return
                if line.startswith("id: "):
                    self.shown.append(int(line[4:]))
