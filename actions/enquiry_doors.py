"""The ways into the enquiry and out of it, for messages that come while no form is under way."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, details
from actions import enquiry_words as said
from actions.answering import LEFT_DETAILS, takes_up_offer
from actions.enquiry import FORM, Enquiry
from actions.saying import over, say
from knowledge.model import Reply

INTRODUCTION = 6
"""A message of so many words with a name says hello."""


class ActionRequestEnquiry(Action):
    """An enquiry is wished for in so many words, or one that waits shall go on."""

    def name(self) -> str:
        return "action_request_enquiry"

    async def run(
        self, _dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return [FollowupAction(FORM)]


class ActionGiveDetails(Action):
    """Somebody writes who they are or how to reach them, while no enquiry is under way."""

    def name(self) -> str:
        return "action_give_details"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        if takes_up_offer(message):
            return [FollowupAction(FORM)]
        found = details.read(message.text)
        if not found.ways and "name" not in found.values:
            return [FollowupAction("action_answer")]  # it only looked like an address
        if not found.ways and len(message.text.split()) <= INTRODUCTION:
            dispatcher.utter_message(response="utter_greet")
            return over()
        return say(dispatcher, LEFT_DETAILS, private=True)


class ActionGreet(Action):
    """ "Hello": or, after the offer of an enquiry, "I am Noor", which takes it up."""

    def name(self) -> str:
        return "action_greet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        if takes_up_offer(asked.read(tracker)):
            return [FollowupAction(FORM)]
        dispatcher.utter_message(response="utter_greet")
        return over()


class ActionCancel(Action):
    """ "Cancel", outside the form: drops an enquiry that waits, and says what is (not) kept."""

    def name(self) -> str:
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        known = Enquiry.of(asked.read(tracker).slots)
        text = said.CANCELLED if known.begun else said.NOTHING_TO_CANCEL
        events = say(dispatcher, Reply(kind="cost", text=text))
        return [AllSlotsReset(), *events] if known.begun else events
