"""The enquiry about a price as a Rasa form: one step of it for each message while it is under way.

Rasa activates `cost_enquiry`, and then asks `validate_cost_enquiry` first at every message. That one call
reads the message, fills the slots, and says what follows: a question in the middle is answered and the
form goes on; "cancel", an emergency, or a wish for a person leave it. Nothing is handed over before an
explicit yes to the summary.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import asked, details, enquiry_reading, words
from actions import enquiry_words as said
from actions.answering import (
    ActionAnswer,
    ActionCost,
    ActionMedicalAdvice,
    Knowledge,
    KnowledgeAction,
)
from actions.asked import Asked
from actions.enquiry import FORM, PROGRESS, REQUESTED, SKIPPABLE, STEPS, Enquiry, slot
from actions.saying import over, say
from knowledge.live import NotReady
from knowledge.model import Reply

SURE = 0.75
"""From this certainty on small talk in the middle is believed."""
SHORT = 6
INTRODUCTION = 6
"""A message of so many words with a name says hello."""
MOST_ASIDE = 2
"""After so many messages in a row about something else the form waits until it is called."""
SMALL_TALK = frozenset(
    {
        "greet",
        "thanks",
        "bot_identity",
        "capabilities",
        "how_are_you",
        "worry",
        "anger",
        "language",
        "goodbye",
    }
)
AGREEING = frozenset({"affirm", "request_enquiry", "ask_human"})
"""Intents of messages that take the offer of an enquiry up without a detail."""
LEAVING = frozenset({"goodbye", "worry", "anger"})
"""After these nobody is asked for a telephone number."""


class ValidateCostEnquiry(Action):
    """One step of the form. Events: the slots, which one is asked for next, and that the turn is over."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._actions: Mapping[str, KnowledgeAction] = {
            "ask_cost": ActionCost(knowledge),
            "medical_advice": ActionMedicalAdvice(knowledge),
            "question": ActionAnswer(knowledge),
        }

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """See the class. Raises `NotReady` where only a question was asked and nothing can be searched."""
        step = _Step(dispatcher, asked.read(tracker), self._actions)
        return [*await step.taken(), *over()]


class _Step:
    """Works on one message."""

    def __init__(
        self, dispatcher: CollectingDispatcher, message: Asked, actions: Mapping[str, KnowledgeAction]
    ) -> None:
        self._dispatcher = dispatcher
        self._message = message
        self._text = message.text
        self._actions = actions
        self._known = Enquiry.of(message.slots)
        requested = str(message.slots.get(REQUESTED) or "")
        self._asked = next((step for step in STEPS if requested == slot(step)), None)

    async def taken(self) -> list[dict[str, Any]]:
        """Do what the message asks for; the form's events."""
        if self._asked is None:
            return self._begin()
        told, question = enquiry_reading.apart(self._text)
        found = details.read(told, self._expected) if told else details.Found()
        given = found.says_who or (self._asked == "country" and "country" in found.values)
        answered = self._asked in ("about", "time") and self._asked in found.values
        if not given and (turned := await self._turned_away(question, answered=answered)) is not None:
            return turned
        if question and not given and self._small_talk():
            return self._chat()
        if question:
            return await self._aside(found, question)
        if (decided := self._decided(found)) is not None:
            return decided
        if found.wrong and not found.ways:
            return self._ask_on(self._known, said.WRONG[found.wrong[0]], found.values)
        if not given and (turned := self._not_given(found)) is not None:
            return turned
        return self._noted(found.values) if found.values else self._missed()

    async def _turned_away(self, question: str, *, answered: bool) -> list[dict[str, Any]] | None:
        """What ends the form, or halts it, or asks about it; None for anything else."""
        if self._message.interrupted:
            return await self._interrupted(question)
        if enquiry_reading.cancels(self._text):
            return self._cancel()
        if enquiry_reading.asks_why(self._text):
            return self._explain()
        if self._is("ask_human", 0.6) and (not answered or enquiry_reading.wants_a_person(self._text)):
            return self._to_a_person()
        return None

    def _decided(self, found: details.Found) -> list[dict[str, Any]] | None:
        """What is said to the summary, and the wish to change something; None for anything else."""
        if self._known.changing:
            return None
        if self._asked == "consent":
            return self._consent(found)
        change = enquiry_reading.to_change(self._text)
        told = bool(found.values or found.wrong)
        # Of a message about the illness or the time anything may be part, unless it is short and names a detail.
        if change is None or (
            told and not (change and set(found.values) <= {"about", "time"} and self._is_short())
        ):
            return None
        return self._change(change)

    def _is_short(self) -> bool:
        return len(self._text.split()) <= SHORT

    def _not_given(self, found: details.Found) -> list[dict[str, Any]] | None:
        """Small talk, or a detail that is refused; None for anything else."""
        answered = self._asked in found.values and (
            self._message.intent == "worry" or (self._asked == "time" and details.is_a_time(self._text))
        )
        if self._small_talk() and not answered:
            return self._chat()
        refused = self._text.strip() == said.SKIP or enquiry_reading.refuses(self._text)
        return self._refused() if refused else None

    @property
    def _expected(self) -> str | None:
        """What `details.read` is to look for."""
        expected = self._known.changing or self._asked
        return {"email": "contact", "phone": "contact", "consent": None}.get(str(expected), expected)

    def _is(self, intent: str, at_least: float) -> bool:
        return self._message.intent == intent and self._message.certainty >= at_least

    def _small_talk(self) -> bool:
        return self._message.intent in SMALL_TALK and self._message.certainty >= SURE

    # Ways in and out

    def _begin(self) -> list[dict[str, Any]]:
        """The first message, or the one with which somebody comes back."""
        bare = details.read(self._text).ways or (
            self._message.intent not in AGREEING and details.just_a_name(self._text)
        )
        found = details.read(self._text, "name" if bare else None)
        known, resumed = replace(self._known, paused=False), self._known.begun
        if found.says_who:
            known = known.with_values(found.values)
        opening = said.RESUME if resumed else said.NOTED[0] if found.values else said.BEGIN
        if found.wrong and "contact" not in known.given:
            opening = said.WRONG[found.wrong[0]]
        return self._ask_on(known, opening)

    def _cancel(self) -> list[dict[str, Any]]:
        self._say(said.CANCELLED)
        return [AllSlotsReset(), SlotSet(PROGRESS, {}), SlotSet(REQUESTED, None)]

    def _to_a_person(self) -> list[dict[str, Any]]:
        text = f"{words.HANDOFF}\n\n{said.HANDOFF_PAUSED}"
        say(self._dispatcher, Reply(kind="handoff", text=text), private=True)
        return self._paused()

    async def _interrupted(self, question: str) -> list[dict[str, Any]]:
        """An emergency or an advisor came between: whatever comes now is no answer to the form."""
        if question and len(question.split()) > 4:
            await self._answer(question)
        else:
            reply = Reply(kind="smalltalk", text=said.STILL_HERE, quick_replies=(*words.OFFER, said.GO_ON))
            say(self._dispatcher, reply, private=True)
        return self._paused()

    def _paused(self) -> list[dict[str, Any]]:
        return [*_slots(replace(self._known, paused=True, aside=0, misses=0)), SlotSet(REQUESTED, None)]

    # In the middle

    async def _aside(self, found: details.Found, question: str) -> list[dict[str, Any]]:
        """A question in the middle: it is answered, what was told beside it is kept, and the form goes on."""
        known = self._known.with_values(found.values) if found.values else self._known
        aside = known.aside + 1
        await self._answer(question)
        if aside > MOST_ASIDE:
            self._say(said.PAUSED, said.GO_ON, said.CANCEL)
            self._known = known
            return self._paused()
        known = replace(known, aside=aside)
        if known.next == "consent" and known.given.keys() != self._known.given.keys():
            return self._ask_on(known)
        self._say(said.ASK_AGAIN[known.next], *self._quick_replies(known.next))
        return self._events(known)

    async def _answer(self, question: str) -> None:
        """Answer as if it had been asked outside the form."""
        intent = self._message.intent if self._message.intent in self._actions else "question"
        about = replace(self._message, text=question, in_form=True)
        try:
            replies = await asyncio.to_thread(self._actions[intent].replies, about)
        except NotReady:
            if intent == "question":
                raise
            replies = []
        for each in replies:
            reply = replace(
                each.reply, quick_replies=tuple(q for q in each.reply.quick_replies if q != said.START)
            )
            if reply.kind == "cost":
                reply = replace(reply, text=reply.text.replace(said.OFFER, "").strip())
            say(self._dispatcher, reply, each.question, private=True)

    def _explain(self) -> list[dict[str, Any]]:
        step = self._known.next
        reason = said.PRIVACY if enquiry_reading.asks_about_privacy(self._text) else said.WHY_NEEDED[step]
        self._say(f"{reason}\n\n{said.ASK_AGAIN[step]}", *self._quick_replies(step))
        return self._events(self._known)

    def _chat(self) -> list[dict[str, Any]]:
        """Small talk gets its word; who is sad or leaves is not asked for a telephone number."""
        self._dispatcher.utter_message(response=f"utter_{self._message.intent}")
        if self._message.intent in LEAVING:
            self._say(said.PAUSED, said.GO_ON, said.CANCEL)
            return self._paused()
        step = self._known.next
        self._say(said.ASK_AGAIN[step], *self._quick_replies(step))
        return self._events(self._known)

    def _change(self, detail: str) -> list[dict[str, Any]]:
        if not detail:
            self._say(said.ASK_CHANGE[None], "Name", "E-mail", "Phone", "Country", said.CANCEL)
            return self._events(replace(self._known, changing="detail"))
        if detail == "time" and self._known.changing is None and "time" not in self._known.given:
            return self._ask_on(self._known)
        self._say(said.ASK_CHANGE[detail], said.CANCEL)
        return self._events(self._known.reopened(detail))

    def _refused(self) -> list[dict[str, Any]]:
        """A detail is not given: most can be left out; without a way to answer there is no call."""
        if self._known.changing:
            return self._ask_on(replace(self._known, changing=None), said.SKIPPED)
        step = self._known.next
        if step in SKIPPABLE:
            return self._ask_on(self._known.skipping(step), said.SKIPPED)
        if step == "contact":
            self._say(said.CONTACT_REFUSED, *words.OFFER, said.CANCEL)
            return self._events(self._known)
        return self._ask_on(self._known)

    def _noted(self, values: Mapping[str, str]) -> list[dict[str, Any]]:
        changed = (
            self._known.changing
            or self._asked == "consent"
            or any(step in self._known.given for step in values)
        )
        known = self._known.with_values(values)
        if self._message.intent == "worry" and "about" in values:
            return self._ask_on(known, said.SORRY)
        return self._ask_on(
            known, said.CORRECTED if changed else said.NOTED[len(known.given) % len(said.NOTED)]
        )

    def _missed(self) -> list[dict[str, Any]]:
        """Nothing was understood: what is asked is said in other words, with the ways out."""
        if self._known.changing == "detail" and (detail := enquiry_reading.named(self._text)):
            return self._change(detail)
        known = replace(self._known, misses=self._known.misses + 1)
        step = known.next
        ways_out = (*words.OFFER, said.CANCEL) if known.misses > 1 else ()
        self._say(said.NOT_UNDERSTOOD[step], *dict.fromkeys((*self._quick_replies(step), *ways_out)))
        return self._events(known)

    def _consent(self, found: details.Found) -> list[dict[str, Any]] | None:
        """What the patient says to the summary; None where it is a correction that has to be read."""
        if enquiry_reading.agrees(self._text):
            return self._send()
        if found.values or found.wrong:
            return None
        if (detail := enquiry_reading.to_change(self._text)) is not None:
            return self._change(detail)
        if enquiry_reading.disagrees(self._text):
            self._say(said.CONSENT_REFUSED, "Change something", said.CANCEL)
            return self._events(self._known)
        return None

    def _send(self) -> list[dict[str, Any]]:
        """Consent is given: the enquiry is handed over, and the form is over."""
        ways = self._known.ways()
        way = " by e-mail or phone" if len(ways) > 1 else " by e-mail" if "email" in ways else " by phone"
        when = ", at the time you named" if self._known.given.get("time") else ""
        reply = Reply(kind="cost", text=said.SENT.format(way=way, when=when))
        say(self._dispatcher, reply, private=True, enquiry=self._known.wish())
        # Not all slots at once: until the enquiry has arrived the turn may have to be taken again.
        emptied = [SlotSet(slot(step), None) for step in STEPS]
        return [*emptied, SlotSet(PROGRESS, {}), SlotSet(REQUESTED, None)]

    # Asking

    def _ask_on(
        self, known: Enquiry, opening: str = "", values: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Asks for what comes next, after an opening sentence; for the consent it shows the summary."""
        if values:
            known = known.with_values(values)
        step = known.next
        wrong = opening in said.WRONG.values()
        if wrong and step == "contact":
            question = ""
        elif step == "consent":
            question = known.summary()
        else:
            question = said.ASK[step]
        self._say("\n\n".join(part for part in (opening, question) if part), *self._quick_replies(step))
        return self._events(known)

    def _quick_replies(self, step: str) -> tuple[str, ...]:
        return {
            "contact": (said.WHY, said.CANCEL),
            "consent": (said.SEND, "Change something", said.CANCEL),
            "time": (said.ANY_TIME, said.SKIP, said.CANCEL),
        }.get(step, (said.SKIP, said.WHY, said.CANCEL))

    def _say(self, text: str, *quick_replies: str) -> None:
        say(self._dispatcher, Reply(kind="cost", text=text, quick_replies=quick_replies), private=True)

    def _events(self, known: Enquiry) -> list[dict[str, Any]]:
        return [*_slots(known), SlotSet(REQUESTED, slot(known.next))]


def _slots(known: Enquiry) -> list[dict[str, Any]]:
    return [SlotSet(name, value) for name, value in known.slots().items()]
