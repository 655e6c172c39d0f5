"""Between a patient's widget and an advisor's console: take-over, an answer, a question, each until it is seen.

The bot is asked right before each take-over, so that it is in the middle of a turn. Both pages have
their event streams open.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.bench.asking import NoReply
from tests.bench.figures import Figure, percentile

ROUNDS = 60
QUICK_ROUNDS = 8
REACH_MS = 300.0
WAIT_SECONDS = 15.0
PUSH_MS = 50.0
TAKEOVER, ANSWER, PUSH, QUESTION = "take-over", "answer", "push", "question"
NAMES = {
    TAKEOVER: "take-over → bot silent, patient told",
    ANSWER: "advisor's answer, click → on the patient's page",
    PUSH: "message in the log → on the patient's page",
    QUESTION: "patient's question → on the advisor's page",
}


class Line:
    """Requests on one connection that stays open, and the events of one stream."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self.headers = headers or {}
        self._posts = self._connection()
        self._events: http.client.HTTPConnection | None = None

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer; nothing where there is none. NoReply when it is refused."""
        content = json.dumps(body).encode()
        self._posts.request("POST", path, content, {**self.headers, "Content-Type": "application/json"})
        response = self._posts.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise NoReply(f"{path} was refused with {response.status}.")
        return dict(json.loads(answer)) if answer else {}

    def follow(self, path: str) -> None:
        """Open the event stream."""
        self._events = self._connection()
        self._events.request("GET", path, headers=self.headers)
        self._stream = self._events.getresponse()
        if self._stream.status != 200:
            raise NoReply(f"{path} was refused with {self._stream.status}.")

    @property
    def events(self) -> socket.socket:
        """The socket of the event stream, for whoever reads many of them at once."""
        assert self._events is not None and self._events.sock is not None
        return self._events.sock

    def wait_for(self, name: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next event of this name that is wanted."""
        event = ""
        while line := self._stream.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            elif line.startswith(b"data: ") and event == name:
                data: dict[str, Any] = json.loads(line[6:])
                if wanted(data):
                    return data
        raise NoReply("The event stream ended.")

    def close(self) -> None:
        """Let go of the connections."""
        if self._events is not None:
            self._stream.close()
            self._events.close()
        self._posts.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=WAIT_SECONDS)


@dataclass
class Times:
    """Seconds of each round, by what was measured; and what should not have happened."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    bot_messages_after: int = 0
    others: float = 0.0
    """The share of the machine that others used meanwhile."""


def ask_around(url: str, advisor: Line, rounds: int, question: str) -> Times:
    """So many rounds of one advisor with one new patient each."""
    times = Times()
    advisor.follow("/console/api/events")
    for _ in range(rounds):
        door = Line(url)
        opened = door.post("/api/conversations", {})
        door.close()
        here = str(opened["conversation_id"])
        patient = Line(url, {"Authorization": f"Bearer {opened['token']}"})
        patient.follow(f"/api/conversations/{here}/events")
        try:
            _round(times, here, patient, advisor, question)
        finally:
            patient.close()
    return times


def _round(times: Times, here: str, patient: Line, advisor: Line, question: str) -> None:
    mine, theirs = f"/api/conversations/{here}", f"/console/api/conversations/{here}"
    patient.post(f"{mine}/messages", _said(question))

    started = time.perf_counter()
    advisor.post(f"{theirs}/take", {})
    joined = patient.wait_for("message", lambda message: message["kind"] == "joined")
    times.seconds[TAKEOVER].append(time.perf_counter() - started)

    with ThreadPoolExecutor(1) as page:
        arrival = page.submit(_arrival, patient, joined["seq"])
        started, clock = time.perf_counter(), time.time()
        said = advisor.post(f"{theirs}/messages", _said("I am here."))["message"]
        seen, arrived = arrival.result()
    times.seconds[ANSWER].append(arrived - started)
    logged = datetime.fromisoformat(seen["created_at"]).timestamp()
    times.seconds[PUSH].append(max(arrived - started - (logged - clock), 0.0))
    times.bot_messages_after += seen["seq"] != said["seq"]

    started = time.perf_counter()
    asked = patient.post(f"{mine}/messages", _said("are you still there?"))["message"]
    advisor.wait_for("conversation", lambda row: row["id"] == here and row["last_seq"] >= asked["seq"])
    times.seconds[QUESTION].append(time.perf_counter() - started)
    times.bot_messages_after += asked["seq"] != said["seq"] + 1
    advisor.post(f"{theirs}/release", {})


def _arrival(patient: Line, after: int) -> tuple[dict[str, Any], float]:
    """The next message on the patient's page, and when it came."""
    message = patient.wait_for("message", lambda message: message["seq"] > after)
    return message, time.perf_counter()


def _said(text: str) -> dict[str, Any]:
    return {"client_message_id": str(uuid.uuid4()), "text": text}


def figures(when: str, ours: Times, baseline: Times | None) -> list[Figure]:
    """p50 and p95 of each, beside the baseline."""
    found = []
    for key, name in NAMES.items():
        reach = PUSH_MS if key == PUSH else REACH_MS
        for share in (0.5, 0.95):
            compared = _share(baseline.seconds[key], share) if baseline else None
            note = "the baseline has no bot, no sign-in, no replay" if key == TAKEOVER else ""
            if key == PUSH:
                note = f"others used {ours.others:.0%} of the machine"
            if key == TAKEOVER and share > 0.9:
                note = (
                    f"{ours.bot_messages_after} bot messages afterwards, {len(ours.seconds[key])} take-overs"
                )
            found.append(
                Figure(
                    f"{when}{name}: p{share * 100:.0f}",
                    _share(ours.seconds[key], share),
                    "ms",
                    reach if share > 0.9 else None,
                    compared,
                    note=note,
                )
            )
    return found


def _share(seconds: Sequence[float], share: float) -> float | None:
    return percentile(seconds, share) * 1000 if seconds else None
