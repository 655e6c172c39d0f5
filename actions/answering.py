"""Actions that ask the knowledge base: an answer, what a price depends on, and no personal advice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, words
from knowledge.live import NotReady
from knowledge.model import Citation, Reply


class Knowledge(Protocol):
    """The live knowledge base, opened once per process (`knowledge.live.LiveSearcher`)."""

    def answer(self, question: str, context: Sequence[str] = ()) -> Reply:
        """The reply to a question from what is live. Raises `NotReady` with a sentence."""

    def status(self) -> dict[str, object]:
        """For an operator: at least `ready`, and `problem` in words."""


class KnowledgeAction(Action):
    """Says one reply that is made from the question, its context and the knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Search on a thread, so that the server can tell its state meanwhile. Raises what `reply` raises."""
        reply = await asyncio.to_thread(
            self.reply, asked.question(tracker), asked.context(tracker), asked.certainty(tracker)
        )
        return say(dispatcher, reply)

    def reply(self, question: str, context: Sequence[str], certainty: float) -> Reply:
        """What to say. Raises `NotReady` where nothing honest can be said without the knowledge base.

        `certainty` (0…1) is how sure Rasa is that the message is what this action is for.
        """
        raise NotImplementedError


class ActionAnswer(KnowledgeAction):
    """A question: the answer with its source, or an honest "I do not know"."""

    def name(self) -> str:
        return "action_answer"

    def reply(self, question: str, context: Sequence[str], certainty: float) -> Reply:  # noqa: ARG002
        return self._knowledge.answer(question, context)


class ActionCost(KnowledgeAction):
    """Money: what the articles say about it, no figure of ours, and an advisor."""

    def name(self) -> str:
        return "action_cost"

    def reply(self, question: str, context: Sequence[str], certainty: float) -> Reply:  # noqa: ARG002
        found = self._about_money(question, context)
        if found is None:
            return Reply(kind="cost", text=words.COST_NO_FIGURE, quick_replies=words.OFFER)
        return replace(
            found,
            kind="cost",
            text=f"{found.text}\n\n{words.COST_NO_FIGURE}",
            quick_replies=_with_offer(found.quick_replies),
        )

    def _about_money(self, question: str, context: Sequence[str]) -> Reply | None:
        """The section about money that fits the question, else the one on what decides the price."""
        try:
            # "How much does it cost?" stands alone; what was asked before would lead astray.
            for earlier in dict.fromkeys(((), tuple(context))):
                found = self._knowledge.answer(question, earlier)
                if found.kind == "cost":
                    return found
            general = self._knowledge.answer(words.COST_QUESTION)
        except NotReady:
            return None  # the fixed sentence is true without any article
        return general if general.kind in ("cost", "answer") else None


class ActionMedicalAdvice(KnowledgeAction):
    """Personal medical advice: kindly declined; a general passage is shown as a source where one fits.

    People tell their story with a general question. Where the search is surer that an article answers the
    message than Rasa is that it asks for advice, the general answer is given.
    """

    def name(self) -> str:
        return "action_medical_advice"

    def reply(self, question: str, context: Sequence[str], certainty: float) -> Reply:
        declined = Reply(kind="medical_advice", text=words.MEDICAL_ADVICE, quick_replies=words.OFFER)
        try:
            found = self._knowledge.answer(question, context)
        except NotReady:
            return declined  # declining needs no article
        if found.kind != "answer" or not found.citations:
            return replace(declined, evidence=found.evidence)
        if float(str(found.evidence["probability"])) > certainty:
            return found
        general = words.MEDICAL_ADVICE_SOURCE.format(title=found.citations[0].title)
        return replace(
            declined,
            text=f"{declined.text}\n\n{general}",
            citations=found.citations[:1],
            evidence=found.evidence,
        )


def say(dispatcher: CollectingDispatcher, reply: Reply) -> list[dict[str, Any]]:
    """Send a reply in the form that our channel passes on; the events to return with it.

    The event says what Rasa would find out by asking its policies once more: the turn is over.
    """
    dispatcher.utter_message(json_message=as_json(reply))
    return [FollowupAction("action_listen")]


def as_json(reply: Reply) -> dict[str, Any]:
    """As `dataclasses.asdict`, which would copy every number of the evidence."""
    return {**_fields(reply), "citations": tuple(map(_fields, reply.citations))}


def _fields(value: Reply | Citation) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _with_offer(quick_replies: Sequence[str]) -> tuple[str, ...]:
    return (*words.OFFER, *(each for each in quick_replies if each not in words.OFFER))
