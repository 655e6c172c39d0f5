"""What the patient asked, read from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

CONTEXT = 3
"""How many earlier questions a follow-up may lean on."""
SUBJECTS = frozenset({"question", "ask_cost", "medical_advice"})
"""Intents whose messages have a subject; "thanks" and "ok" have none."""


def question(tracker: Tracker) -> str:
    """The message this action answers."""
    return str((tracker.latest_message or {}).get("text") or "")


def certainty(tracker: Tracker) -> float:
    """How sure Rasa is of what the message is, 0…1."""
    intent = (tracker.latest_message or {}).get("intent") or {}
    return float(intent.get("confidence") or 0.0)


def context(tracker: Tracker) -> list[str]:
    """The last few questions before this message, oldest first, each once.

    A turn that is sent again after a failure has the same message id and is not its own context.
    """
    asked = [event for event in tracker.events if event.get("event") == "user"]
    if not asked:
        return []
    current = asked.pop()
    earlier: list[str] = []
    for event in asked:
        text = str(event.get("text") or "")
        same_turn = event.get("message_id") is not None and event["message_id"] == current.get("message_id")
        if same_turn or not text or _intent(event) not in SUBJECTS or text in earlier[-1:]:
            continue
        earlier.append(text)
    return earlier[-CONTEXT:]


def last_reply(tracker: Tracker) -> Mapping[str, Any]:
    """What the bot said last: at least its `kind` and `quick_replies`; empty when it has said nothing."""
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            return (event.get("data") or {}).get("custom") or {}
    return {}


def _intent(event: Mapping[str, Any]) -> str:
    parsed = event.get("parse_data") or {}
    return str((parsed.get("intent") or {}).get("name") or "")
