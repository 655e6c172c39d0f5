"""What Rasa sends to the action server: the last turns of a conversation."""

from __future__ import annotations

from typing import Any


def said(
    text: str, intent: str = "question", *, message: str = "", confidence: float = 0.9
) -> dict[str, Any]:
    """A patient's message, as an event."""
    intent_found = {"name": intent, "confidence": confidence}
    return {
        "event": "user",
        "text": text,
        "message_id": message or text,
        "parse_data": {"text": text, "intent": intent_found, "entities": []},
    }


def replied(kind: str, *quick_replies: str, **more: Any) -> dict[str, Any]:
    """A reply of the bot, as an event of an earlier turn."""
    return {
        "event": "bot",
        "text": None,
        "data": {"custom": {"kind": kind, "quick_replies": list(quick_replies), **more}},
    }


def call(
    action: str, *events: dict[str, Any], slots: dict[str, Any] | None = None, form: str = ""
) -> dict[str, Any]:
    """The body of `POST /webhook`; the last message is the one to answer."""
    latest = next((each for each in reversed(events) if each["event"] == "user"), None)
    return {
        "next_action": action,
        "sender_id": "c1",
        "version": "3.6.21",
        "tracker": {
            "sender_id": "c1",
            "slots": slots or {},
            "latest_message": latest["parse_data"] if latest else None,
            "events": list(events),
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": form} if form else {},
            "latest_action_name": "action_listen",
        },
    }
