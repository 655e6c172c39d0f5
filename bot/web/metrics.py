"""What this process counts of its own work, for Prometheus. Labels are words of ours, never anybody's.

The registry belongs to the application, so two applications in one process count apart. Figures that the database
knows are added by `bot.web.metrics_page`, when somebody asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from bot.conversations.model import BOT_KINDS, Message

OUTCOMES = ("cannot_answer", "dropped", *sorted(BOT_KINDS))
"""How a turn may end: the bot's kinds, an honest "I cannot answer just now", or silence because a person speaks."""

Fault = Literal["request", "database", "rasa", "turn", "turn_keeper"]
FAULTS: tuple[Fault, ...] = ("request", "database", "rasa", "turn", "turn_keeper")

_WEIGHT = (
    "emergency",
    "handoff",
    "cost",
    "medical_advice",
    "answer",
    "abstain",
    "after_emergency",
    "smalltalk",
)
"""A turn with several replies counts as the first of these."""
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_TURN_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 8, 15)


class Metrics:
    """Counters and histograms of one web process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "nkbot_requests",
            "Requests answered, by the address's pattern.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "nkbot_request_seconds",
            "Seconds until the answer began, by the address's pattern.",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._turns = Counter(
            "nkbot_turns",
            "Patients' messages dealt with, by what came of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._turn_seconds = Histogram(
            "nkbot_turn_seconds",
            "Seconds from a message's acknowledgement to its reply.",
            buckets=_TURN_SECONDS,
            registry=self.registry,
        )
        self._faults = Counter(
            "nkbot_errors", "What went wrong, by where.", ("what",), registry=self.registry
        )
        for outcome in OUTCOMES:  # so that a rate is known before the first one
            self._turns.labels(outcome)
        for fault in FAULTS:
            self._faults.labels(fault)
        ProcessCollector(registry=self.registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered. In: `route` is the address's pattern, without anything that was filled in."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def turn_over(self, outcome: str, seconds: float) -> None:
        """A patient's message was dealt with. In: one of `OUTCOMES`."""
        self._turns.labels(outcome).inc()
        if outcome != "dropped":
            self._turn_seconds.observe(max(seconds, 0.0))

    def failed(self, what: Fault) -> None:
        """Something went wrong that the log tells more about."""
        self._faults.labels(what).inc()


def outcome(said: Sequence[Message]) -> str:
    """What came of a turn, by what was appended for it."""
    kinds = {message.kind for message in said}
    return next((kind for kind in _WEIGHT if kind in kinds), "dropped")
