"""Actions around talking to a person. They only say it; the web process records the wish."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, words
from actions.answering import say
from knowledge.model import Reply
from knowledge.replies import TALK_TO_A_PERSON

OFFERING = frozenset({"abstain", "cost", "medical_advice"})
"""Kinds that offer an advisor in their text; others do when their quick replies say so."""


class ActionHandoff(Action):
    """A person is asked for."""

    def name(self) -> str:
        return "action_handoff"

    async def run(
        self, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The reply's kind is the record: the web process acts on `handoff`."""
        return say(dispatcher, Reply(kind="handoff", text=words.HANDOFF))


class ActionAffirm(Action):
    """ "Yes": takes up the offer of an advisor when that is what was offered."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        last = asked.last_reply(tracker)
        if last.get("kind") in OFFERING or list(last.get("quick_replies") or []) == [TALK_TO_A_PERSON]:
            return say(dispatcher, Reply(kind="handoff", text=words.HANDOFF))
        dispatcher.utter_message(response="utter_acknowledge")
        return []
