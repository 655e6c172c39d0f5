"""Actions around talking to a person, and what "yes" takes up. They only say it; the web process records the wish."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, enquiry, enquiry_reading, enquiry_words, followups, leaving, sources, words
from actions.asked import Asked
from actions.heard import Heard, marks, varied
from actions.saying import over, say
from actions.searching import in_another_language, takes_up_offer
from knowledge.model import Reply
from knowledge.replies import TALK_TO_A_PERSON

OFFERING = frozenset({"abstain", "cost", "medical_advice"})
"""Kinds that offer an advisor in their text; others do when their quick replies say so."""
_WONDERS = re.compile(
    r"^(?:(?:you\s+know\s+what|and|but|so|ok|okay|hm+|well|no)\b[\s,.!]*)*"
    r"(?:why\s+(?:should|would|must|do|shall)\s+(?:i|we)\b|what\s+(?:if|happens\s+(?:if|when))\b)",
    re.I,
)
"""A question about being called, no wish for it."""


class ActionHandoff(Action):
    """A person is asked for."""

    def name(self) -> str:
        return "action_handoff"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """The reply's kind is the record: the web process acts on `handoff`.

        Who was just offered to be contacted about a price, and asks to be contacted, takes that up.
        """
        message = asked.read(tracker)
        # "I do not get it" is another try before a person; who asks why or what if wants none.
        if followups.meant(message).unclear or _WONDERS.match(message.text):
            return [FollowupAction("action_answer")]
        if leaving.read(message).concerns and not takes_up_offer(message):
            # It takes an address down, and says what became of one.
            return [FollowupAction("action_answer")]
        person = enquiry_reading.wants_a_person(message.text)
        wanted = enquiry_reading.wants_contact(message.text) and message.offered(enquiry_words.START)
        if wanted or (takes_up_offer(message) and not person):
            return [FollowupAction(enquiry.FORM)]
        return handed_over(dispatcher, message, marks(tracker.events))


def handed_over(dispatcher: CollectingDispatcher, message: Asked, said: list[str]) -> list[dict[str, Any]]:
    """Says that a person comes; who is in line already, or left a way to be called back, hears how that stands."""
    if message.waiting:
        found = varied("in line", words.IN_LINE, said, kind="handoff")
    elif "callback" in message.left:
        found = Heard(words.HAVE_CALL_BACK, said="handoff", kind="handoff")
    else:
        found = Heard(words.HANDOFF, said="handoff", kind="handoff")
    return say(dispatcher, Reply(kind=found.kind, text=found.text), said=found.said)


class ActionCourtesy(Action):
    """A word that needs no search, as "no, thanks", "bye" or "you are useless": the response named after its intent.

    It passes through here, and not from the rule straight to the response, so that it is listened to like any other;
    and "no, I meant the donor" or "I said yes or no" is a question, whatever it looks like.
    """

    def name(self) -> str:
        return "action_courtesy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        if followups.takes_up(message) or sources.told(message):
            return [FollowupAction("action_answer")]
        dispatcher.utter_message(response=f"utter_{message.intent}")
        return over()


class ActionLanguage(Action):
    """Another language is asked for, in English or in that language."""

    def name(self) -> str:
        return "action_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        foreign = in_another_language(asked.read(tracker).text)
        if foreign is not None:
            return say(dispatcher, foreign)
        dispatcher.utter_message(response="utter_language")
        return over()


class ActionAffirm(Action):
    """ "Yes": takes up what was offered, an enquiry or an advisor."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        if leaving.read(message).concerns and not takes_up_offer(message):
            return [FollowupAction("action_answer")]
        last = message.last
        if message.offered(enquiry_words.START) or message.offered(enquiry_words.GO_ON):
            return [FollowupAction(enquiry.FORM)]
        offered = list(last.get("quick_replies") or [])
        if last.get("kind") in OFFERING or offered == [TALK_TO_A_PERSON]:
            return handed_over(dispatcher, message, marks(tracker.events))
        topics = tuple(each for each in offered if each.endswith("?"))
        if last.get("kind") == "answer" and topics:
            return say(dispatcher, Reply(kind="smalltalk", text=words.WHICH_ONE, quick_replies=topics))
        dispatcher.utter_message(response="utter_acknowledge")
        return []
