"""Short words such as "no", "ok" or "haha": courteous replies, but only where nothing is taken up or corrected."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, followups, sources
from actions.saying import over


class Courtesy(Action):
    """Says a response of the domain; "no, I meant the donor" and "I said yes or no" are questions all the same."""

    def __init__(self, name: str, response: str) -> None:
        self._name = name
        self._response = response

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        if followups.takes_up(message) or sources.told(message):
            return [FollowupAction("action_answer")]
        dispatcher.utter_message(response=self._response)
        return over()


def courtesies() -> list[Action]:
    """The actions of this module."""
    return [Courtesy("action_deny", "utter_deny"), Courtesy("action_acknowledge", "utter_acknowledge")]
