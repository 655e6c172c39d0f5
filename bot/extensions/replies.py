"""Collects what the bot says in one turn, in the form the patient API promises.

Domain responses and custom actions both send `custom: {kind, text, …}`. Anything else is a mistake in
our own data, and is refused rather than shown half.
"""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.core.channels.channel import OutputChannel

from bot.extensions.failures import TurnFailed

FLAGS = ("withdraws", "calls_off", "takes_up_again", "reads_back")
KINDS = frozenset({"answer", "abstain", "emergency", "cost", "handoff", "medical_advice", "smalltalk"})


class ReplyCollector(OutputChannel):
    """Rasa's output channel for one turn; `messages` holds the replies in order."""

    def __init__(self) -> None:
        self.messages: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "nkbot"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Take one reply. Raises `TurnFailed` when it is not a reply of ours."""
        self.messages.append(as_reply(message.get("custom")))


def as_reply(custom: Any) -> Dict[str, Any]:
    """Check one reply and fill in what it leaves out. Raises `TurnFailed` (502) when it is malformed."""
    if not isinstance(custom, dict):
        raise TurnFailed(502, "malformed_reply", "A reply came without a kind; see actions/ and domain.yml.")
    kind, text = custom.get("kind"), custom.get("text")
    if kind not in KINDS or not isinstance(text, str) or not text.strip():
        raise TurnFailed(502, "malformed_reply", "A reply has an unknown kind or no text.")
    citations = custom.get("citations") or []
    quick_replies = custom.get("quick_replies") or []
    evidence = custom.get("evidence") or {}
    if not (isinstance(citations, list) and isinstance(quick_replies, list) and isinstance(evidence, dict)):
        raise TurnFailed(
            502, "malformed_reply", "A reply's citations, quick replies or evidence are malformed."
        )
    if kind == "answer" and not citations:
        raise TurnFailed(502, "malformed_reply", "An answer came without a citation.")
    return {
        "kind": kind,
        "text": text,
        "citations": citations,
        "quick_replies": quick_replies,
        "evidence": evidence,
        **({} if custom.get("enquiry") is None else {"enquiry": custom["enquiry"]}),
        **({} if custom.get("leaves") is None else {"leaves": custom["leaves"]}),
        **({} if custom.get("corrects") is None else {"corrects": custom["corrects"]}),
        **{flag: True for flag in FLAGS if custom.get(flag) is True},
    }
