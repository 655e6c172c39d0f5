"""The ways into the enquiry and out of it, for messages that come while no form is under way."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, details, leaving, standing
from actions import enquiry_words as said
from actions.enquiry import FORM, Enquiry
from actions.saying import over, say
from actions.searching import LEFT_DETAILS, takes_up_offer
from knowledge.model import Reply

INTRODUCTION = 6
"""A message of so many words with a name says hello."""
_WHAT_WAS_LEFT = re.compile(
    r"\b(?:enquir(?:y|ies)|inquir(?:y|ies)|requests?|quote|offer|contact(?:ed)?|call(?:ed|s)?|ring|e-?mails?|"
    r"number|details|data|withdraw|cancel mine)\b",
    re.I,
)
_ASKS = re.compile(r"\?|^(?:did|do|does|have|has|is|are|was|were)\b|\bis it$", re.I)


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
        if leaving.read(message).concerns or (not found.ways and "name" not in found.values):
            return [
                FollowupAction("action_answer")
            ]  # it also takes up what is asked beside, or looks like an address
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
        message = asked.read(tracker)
        if takes_up_offer(message):
            return [FollowupAction(FORM)]
        if leaving.read(message).concerns:
            return [FollowupAction("action_answer")]
        dispatcher.utter_message(response="utter_greet")
        return over()


class ActionCancel(Action):
    """ "Cancel", outside the form: drops an enquiry that waits, or takes back one that was sent.

    "Never mind" says nothing of what was sent: then withdrawing is only offered.
    """

    def name(self) -> str:
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        if standing.withdraws(message):
            withdrawn = Reply(kind="cost", text=said.NOW_WITHDRAWN)
            return [AllSlotsReset(), *say(dispatcher, withdrawn, withdraws=True)]
        if leaving.read(message).concerns:
            return [FollowupAction("action_answer")]
        if Enquiry.of(message.slots).begun:
            return [AllSlotsReset(), *say(dispatcher, Reply(kind="cost", text=said.CANCELLED))]
        if message.withdrawn:
            return say(dispatcher, standing.of_withdrawal(message))
        if _WHAT_WAS_LEFT.search(message.text) and not _ASKS.search(message.text.strip()):
            return say(dispatcher, Reply(kind="cost", text=said.WITHDRAWN), withdraws=True)
        offer = Reply(kind="cost", text=said.NOTHING_TO_CANCEL, quick_replies=(said.WITHDRAW,))
        return say(dispatcher, offer)
