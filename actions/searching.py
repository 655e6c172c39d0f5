"""What the actions share that ask the knowledge base: they listen for contact details first, and say what was found."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    asked,
    details,
    enquiry,
    enquiry_words,
    feelings,
    leaving,
    naming,
    settling,
    standing,
    voice,
    words,
)
from actions.asked import Asked
from actions.saying import over, say
from knowledge.model import Reply

OWN_KINDS = frozenset({"answer", "abstain", "cost", "medical_advice"})
"""Kinds of replies that begin with a kind sentence where the message tells of an illness or a loss."""


class Knowledge(Protocol):
    """The live knowledge base, opened once per process (`knowledge.live.LiveSearcher`)."""

    def answer(self, question: str, context: Sequence[str] = (), shown: Collection[str] = ()) -> Reply:
        """The reply to a question from what is live, without passages shown before. Raises `NotReady`."""

    def speaks_of(self, pattern: str) -> bool:
        """Whether a live passage has the pattern (ignoring case) in its text or headings. Raises `NotReady`."""

    def status(self) -> dict[str, object]:
        """For an operator: at least `ready`, and `problem` in words."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reply with the question that it answers, as it was understood."""

    reply: Reply
    question: str = ""
    again: bool = False
    """It was said in answer to "I do not understand": a second time in a row a person can explain better."""


LEFT_DETAILS = Reply(
    kind="cost", text=enquiry_words.LEFT_DETAILS, quick_replies=(enquiry_words.START, *words.OFFER)
)
"""Said to an address or a number that nobody asked for; neither is searched for, nor kept by Rasa."""


class KnowledgeAction(Action, ABC):
    """Says what is made from the question, its context and the knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Search on a thread, so that the server can tell its state meanwhile. Raises what `replies` raises.

        Whoever writes their name after an offer to be contacted takes it up: the enquiry begins. So it does where
        somebody gives a way to be contacted on; who waits for a person leaves it for the call-back.
        """
        message = asked.read(tracker)
        if takes_up_offer(message):
            return [FollowupAction(enquiry.FORM)]
        if standing.withdraws(message):
            return [FollowupAction("action_cancel")]
        written = leaving.read(message)
        told = written.concerns
        if told:
            end = said_to_details(dispatcher, written, message)
            if not written.question:
                return end
            message = replace(message, text=written.question)
        else:
            end = over()
        found = await asyncio.to_thread(self.replies, message)
        if (
            found[0].reply.kind == "abstain"
            and open_to_details(message)
            and details.just_a_name(message.text)
        ):
            return [FollowupAction(enquiry.FORM)]
        found = await asyncio.to_thread(self._by_name, found, message.text)
        if not feelings.told_before(tracker.events):
            found = kindly(found, message.text)
        for said in found:
            reply = with_way_back(said.reply, message)
            say(dispatcher, reply, said.question, private=told, again=said.again)
        return end

    def _by_name(self, found: list[Said], text: str) -> list[Said]:
        """The replies, with a word about illnesses that were asked about and that no article speaks of."""
        speaks_of, alone = self._knowledge.speaks_of, len(found) == 1
        return [
            replace(each, reply=naming.by_name(each.reply, each.question, text, speaks_of, alone=alone))
            for each in found
        ]

    @abstractmethod
    def replies(self, message: Asked) -> list[Said]:
        """What to say. Raises `NotReady` where nothing honest can be said without the knowledge base."""


def said_to_details(
    dispatcher: CollectingDispatcher, written: leaving.Written, message: Asked
) -> list[dict[str, Any]]:
    """Says what becomes of contact details, or became of them; the events that end the turn."""
    if written.deed is not None:
        return settling.done(dispatcher, written.deed, written.values, message)
    if written.notes:
        reply, wish = leaving.noted(written, message)
        return say(dispatcher, reply, private=True, leaves=wish)
    if written.begins:
        again = "enquiry" in message.left
        text = enquiry_words.TAKEN_UP_AGAIN if again else enquiry_words.TAKEN_UP
        say(dispatcher, Reply(kind="cost", text=text), private=True)
        return [FollowupAction(enquiry.FORM)]
    if written.standing:
        return say(dispatcher, standing.standing(message), private=True)
    if written.tried:
        text = enquiry_words.WRONG[written.tried[0]]
        return say(dispatcher, Reply(kind="smalltalk", text=text), private=True)
    return over() if written.question else say(dispatcher, LEFT_DETAILS, private=True)


def kindly(found: list[Said], text: str) -> list[Said]:
    """The replies, the first of them with a kind sentence before it where the message tells of illness or loss."""
    first, *others = found
    sentence = feelings.kind_sentence(text)
    if not sentence or first.reply.kind not in OWN_KINDS or first.reply.text.startswith("I am so sorry"):
        return found
    return [replace(first, reply=replace(first.reply, text=f"{sentence}\n\n{first.reply.text}")), *others]


def takes_up_offer(message: Asked) -> bool:
    """Whether somebody answers the offer of an enquiry, or a paused enquiry, with their details."""
    return open_to_details(message) and "?" not in message.text and details.read(message.text).says_who


def open_to_details(message: Asked) -> bool:
    """Whether an enquiry was just offered, or waits."""
    offered = message.offered(enquiry_words.START) or message.offered(enquiry_words.GO_ON)
    return offered and not message.interrupted


def with_way_back(reply: Reply, message: Asked) -> Reply:
    """The reply, with the way back to an enquiry that waits."""
    if message.in_form or not enquiry.Enquiry.of(message.slots).paused:
        return reply
    return replace(reply, quick_replies=(*reply.quick_replies, enquiry_words.GO_ON))


def in_another_language(text: str) -> Reply | None:
    """What to say to a message that is not in English; None for one that is."""
    language = voice.foreign(text)
    if language is None:
        return None
    if voice.wants_a_person(text):
        return Reply(kind="handoff", text=words.HANDOFF_IN.format(language=language))
    text = words.FOREIGN.format(language=language)
    own = words.IN_THEIR_WORDS.get(language)
    return Reply(kind="abstain", text=f"{own}\n\n{text}" if own else text, quick_replies=words.OFFER)
