"""Advisors who talk with a patient each, all the time, and how long each word takes to the other's page."""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.operations.stack import Stack
from tests.bench.desk import Line
from tests.support.advisor import AdvisorAtDesk

WORDS_EACH = 5
PAUSE = (2.0, 8.0)
"""Seconds between two words of a conversation between people."""


@dataclass
class Talk:
    """Seconds until a word was on the other's page; and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    words: int = 0
    failures: list[str] = field(default_factory=list)


class Pair(threading.Thread):
    """One advisor, who takes over one patient after the other until told to stop."""

    def __init__(self, stack: Stack, number: int, luck: random.Random) -> None:
        super().__init__(daemon=True, name=f"advisor {number}")
        advisor = AdvisorAtDesk(stack.url, stack.settings.database_url, f"Advisor {number}")
        cookie = "; ".join(f"{name}={value}" for name, value in advisor.http.cookies.items())
        self._headers = {"Cookie": cookie, "X-CSRF-Token": advisor.http.headers["X-CSRF-Token"]}
        advisor.close()
        self._url = stack.url
        self._luck = luck
        self._enough = threading.Event()
        self.talk = Talk()

    def enough(self) -> None:
        """Takes no more."""
        self._enough.set()

    def run(self) -> None:
        """Works."""
        advisor = Line(self._url, self._headers)
        advisor.follow("/console/api/events")
        try:
            while not self._enough.is_set():
                self._look_after_one(advisor)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.talk.failures.append(f"{self.name}: {type(error).__name__}: {error}")
        finally:
            advisor.close()

    def _look_after_one(self, advisor: Line) -> None:
        door = Line(self._url)
        opened = door.post("/api/conversations", {})
        door.close()
        here = str(opened["conversation_id"])
        mine, theirs = f"/api/conversations/{here}", f"/console/api/conversations/{here}"
        patient = Line(self._url, {"Authorization": f"Bearer {opened['token']}"})
        patient.follow(f"{mine}/events")
        try:
            advisor.post(f"{theirs}/take", {})
            for _ in range(WORDS_EACH):
                if self._enough.wait(self._luck.uniform(*PAUSE)):
                    break
                self._word(
                    lambda: int(advisor.post(f"{theirs}/messages", _said("I am here."))["message"]["seq"]),
                    lambda seq: patient.wait_for("message", lambda said: said["seq"] >= seq),
                )
                self._word(
                    lambda: int(patient.post(f"{mine}/messages", _said("Thank you."))["message"]["seq"]),
                    lambda seq: advisor.wait_for(
                        "conversation", lambda row: row["id"] == here and row["last_seq"] >= seq
                    ),
                )
            advisor.post(f"{theirs}/release", {})
        finally:
            patient.close()

    def _word(self, say: Any, see: Any) -> None:
        started = time.perf_counter()
        see(say())
        self.talk.seconds.append(time.perf_counter() - started)
        self.talk.words += 1


def _said(text: str) -> dict[str, Any]:
    return {"client_message_id": str(uuid.uuid4()), "text": text}
