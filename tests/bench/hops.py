"""Where the time of one turn goes: each process asked alone, with the same questions.

Widget → web → Rasa → action server → search and back. What a hop costs by itself is the difference to
the one behind it.
"""

from __future__ import annotations

import http.client
import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.operations.stack import Stack
from tests.bench.answers import CALM
from tests.bench.asking import NoReply
from tests.bench.figures import Figure
from tests.bench.machine import Others, wait_for_calm
from tests.bench.widget import Widget

QUESTIONS = 60
WARM_UP = 5


class Direct:
    """A process of ours, asked without those before it."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=15)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> float:
        """The seconds until the whole reply is there. NoReply when it is refused."""
        content = json.dumps(body).encode()
        started = time.perf_counter()
        self._connection.request("POST", path, content, self._headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise NoReply(f"{path} was refused with {response.status}.")
        return time.perf_counter() - started

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def measure(
    stack: Stack, questions: Iterator[str], patience: float, say: Callable[[str], None]
) -> tuple[list[Figure], dict[str, object]]:
    """The figures, and every time in milliseconds for the record."""
    token = stack.settings.internal_token
    rasa, actions = Direct(stack.settings.rasa_url, token), Direct(stack.settings.actions_url, token)
    roots = [stack.pid(program.name) for program in stack.programs]
    times: dict[str, list[float]] = {"acknowledged": [], "rasa": [], "action": [], "turn": []}
    wait_for_calm(roots, CALM, patience)
    with Others(roots) as others:
        for number in range(WARM_UP + QUESTIONS):
            text = next(questions)
            widget = Widget(stack.url)
            try:
                answer = widget.ask(text)
            finally:
                widget.close()
            found = {
                "turn": answer.seconds,
                "acknowledged": answer.acknowledged,
                "rasa": rasa.post("/webhooks/nkbot/messages", _message(text)),
                "action": actions.post("/webhook", _action_call(text)),
            }
            if answer.cited and number >= WARM_UP:
                for name, seconds in found.items():
                    times[name].append(seconds * 1000)
    rasa.close()
    actions.close()
    say(f"  {len(times['turn'])} questions, others used {others.share:.0%} of the machine")
    return _figures(times), {**times, "others": others.share}


def _figures(times: dict[str, list[float]]) -> list[Figure]:
    middle = {name: statistics.median(each) for name, each in times.items() if each}
    if not middle:
        return []
    after = middle["turn"] - middle["acknowledged"] - middle["rasa"]
    rows = [
        ("web until acknowledged", middle["acknowledged"], "token, red-flag screen, log"),
        (
            "Rasa without the action",
            middle["rasa"] - middle["action"],
            "understanding, policies, its own state",
        ),
        ("action", middle["action"], "search, decision, reply"),
        ("web after Rasa", after, "log, event stream"),
    ]
    return [Figure(f"of one turn: {name}", value, "ms", note=note) for name, value, note in rows]


def _message(text: str) -> dict[str, Any]:
    return {"conversation_id": f"bench-{uuid.uuid4().hex}", "message_seq": 2, "text": text}


def _action_call(text: str) -> dict[str, Any]:
    """What Rasa sends for the first question of a conversation."""
    said = {"text": text, "intent": {"name": "question", "confidence": 1.0}, "entities": []}
    tracker = {
        "sender_id": "bench",
        "slots": {},
        "latest_message": said,
        "events": [{"event": "user", "text": text, "parse_data": said, "message_id": "2"}],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return {"next_action": "action_answer", "sender_id": "bench", "tracker": tracker, "version": "3.6.21"}
