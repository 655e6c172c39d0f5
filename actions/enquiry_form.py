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

from actions import asked, corrections, details, enquiry_edits, enquiry_reading, words
from actions import enquiry_words as said
from actions.answering import ActionAnswer, ActionCost, ActionMedicalAdvice
from actions.asked import Asked
from actions.enquiry import FORM, PROGRESS, REQUESTED, SKIPPABLE
from actions.enquiry_opening import AtTheBeginning
from actions.enquiry_parts import Wish
from actions.enquiry_speaking import slots_of
from actions.saying import over, say
from actions.searching import Knowledge, KnowledgeAction
from knowledge.live import NotReady
from knowledge.model import Reply

SURE = 0.75
"""From this certainty on small talk in the middle is believed."""
SHORT = 6
FEWEST_WORDS_ASKED = 4
"""A shorter question beside a farewell ("why?") is none for the knowledge base."""
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


class _Step(AtTheBeginning):
    """Works on one message."""

    def __init__(
        self, dispatcher: CollectingDispatcher, message: Asked, actions: Mapping[str, KnowledgeAction]
    ) -> None:
        super().__init__(dispatcher, message)
        self._actions = actions

    async def taken(self) -> list[dict[str, Any]]:
        """Do what the message asks for; the form's events."""
        if self._asked is None:
            return self._begin()
        if self._known.doubt and (settled := self._settled(self._known.doubt)) is not None:
            return settled
        if self._known.changing == "detail" and (detail := enquiry_reading.named(self._text)):
            return self._change(detail)
        self._known = self._edited()
        found = self._found()
        given = found.says_who or (self._asked == "country" and "country" in found.values)
        answered = self._asked in ("about", "time") and self._asked in found.values
        if self._parts.wishes & {Wish.CANCEL, Wish.LATER} and not self._message.interrupted:
            return await self._left(found)
        if not given and (turned := await self._turned_away(answered=answered)) is not None:
            return turned
        if (told := self._of_the_form(found)) is not None:
            return told
        if (way := self._without_any_way(found)) is not None:
            return self._change(way)
        return await self._read(found, given=given)

    async def _read(self, found: details.Found, *, given: bool) -> list[dict[str, Any]]:
        """Questions, corrections and details of a message that goes on with the form."""
        question = self._parts.question
        if question and not given and not self._edits and self._small_talk():
            return self._chat()
        if question:
            return await self._aside(found, question)
        if Wish.UNANSWERED in self._parts.wishes:
            return await self._aside(found, self._unanswered())
        if self._edits and not found.values and not found.wrong:
            return self._ask_on(self._with({}), self._opening({}, self._with({})))
        if (decided := self._decided(found)) is not None:
            return decided
        if found.wrong and not found.ways:
            return self._ask_on(self._known, said.WRONG[found.wrong[0]], found.values)
        if not given and (turned := self._not_given(found)) is not None:
            return turned
        if found.values or self._parts.wishes & {Wish.SKIP, Wish.FINISH}:
            return self._noted(found.values)
        if Wish.REPEATED in self._parts.wishes and not self._parts.told:
            return self._ask_again(self._known, said.TWICE)
        return self._missed()

    def _without_any_way(self, found: details.Found) -> str | None:
        """The only way to answer, where it shall be taken out; then another one is asked for."""
        ways = [each for each in self._edits.removed if each in ("email", "phone")]
        lost = bool(ways) and bool(self._before.ways()) and not self._known.ways() and not found.ways
        if lost:
            self._known = replace(
                self._known, given={**self._known.given, "contact": self._before.given["contact"]}
            )
        return ways[0] if lost else None

    def _found(self) -> details.Found:
        """What the message gives, corrections of what was given before included."""
        told, amended = corrections.amended(self._parts.told, self._known.ways())
        if self._asked == "consent" and enquiry_reading.to_remove(told):
            told = (enquiry_reading.to_remove(told) or ("", "", ""))[2]
        answered = self._asked in self._edits.values or self._asked in self._edits.removed
        expected = None if Wish.SKIP in self._parts.wishes or answered else self._expected
        lenient = self._known.misses > 0
        found = details.read(told, expected, lenient=lenient) if told else details.Found()
        return details.Found({**found.values, **amended}, () if amended else found.wrong)

    async def _turned_away(self, *, answered: bool) -> list[dict[str, Any]] | None:
        """What halts the form; None for anything else."""
        if self._message.interrupted:
            return await self._interrupted()
        wants_a_person = enquiry_reading.wants_a_person(self._text)
        if self._is("ask_human", 0.6) and (wants_a_person or not (answered or self._parts.wishes)):
            return self._to_a_person()
        return None

    def _of_the_form(self, found: details.Found) -> list[dict[str, Any]] | None:
        """A question about the form itself is answered from it; None for anything else."""
        wishes = self._parts.wishes
        if Wish.WHY in wishes:
            return self._explain(found, said.PRIVACY if self._asks_about_privacy() else None)
        if Wish.CONSENT in wishes:
            return self._explain(found, said.CONSENT_MEANS)
        if wishes & {Wish.READ_BACK, Wish.SENT}:
            return self._read_back(found)
        if self._asked == "consent" and not found.says_who and self._checks():
            return self._ask_on(self._known, self._news(self._known) or said.UNCHANGED)
        return None

    def _checks(self) -> bool:
        """Whether what is written down is asked about, or shall be sent after a question about it."""
        asked_ = self._parts.question or self._parts.told
        return enquiry_edits.says_what_is_held(asked_, self._known.given)

    def _asks_about_privacy(self) -> bool:
        return enquiry_reading.asks_about_privacy(self._parts.of_form)

    def _decided(self, found: details.Found) -> list[dict[str, Any]] | None:
        """What is said to the summary, and the wish to change something; None for anything else."""
        if self._known.changing:
            return None
        if self._asked == "consent":
            return self._consent(found)
        if not found.ways and (way := self._other_way()):
            return self._change(way)
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
        if self._small_talk() and not answered and not self._parts.wishes:
            return self._chat()
        refused = self._text.strip() == said.SKIP or enquiry_reading.refuses(self._text)
        only_skips = self._parts.wishes == {Wish.SKIP} and self._parts.only_wishes
        if only_skips or (refused and not self._parts.wishes):
            return self._refused()
        return None

    @property
    def _expected(self) -> str | None:
        """What `details.read` is to look for."""
        expected = self._known.changing or self._asked
        return {"email": "contact", "phone": "contact", "consent": None}.get(str(expected), expected)

    def _is(self, intent: str, at_least: float) -> bool:
        return self._message.intent == intent and self._message.certainty >= at_least

    def _small_talk(self) -> bool:
        return self._message.intent in SMALL_TALK and self._message.certainty >= SURE

    # Ways out

    async def _left(self, found: details.Found) -> list[dict[str, Any]]:
        """The form is given up, or left for later; what is asked beside it is answered."""
        if Wish.LATER in self._parts.wishes:
            self._known = self._with(found.values)
            news = self._news(self._known) if self._edits else ""
            self._say(f"{news} {said.LATER}".strip(), said.GO_ON, said.CANCEL)
            return self._paused()
        self._say(said.CANCELLED)
        if len(self._parts.question.split()) >= FEWEST_WORDS_ASKED:
            await self._answer(self._parts.question)
        return [AllSlotsReset(), SlotSet(PROGRESS, {}), SlotSet(REQUESTED, None)]

    def _to_a_person(self) -> list[dict[str, Any]]:
        text = f"{words.HANDOFF}\n\n{said.HANDOFF_PAUSED}"
        say(self._dispatcher, Reply(kind="handoff", text=text), private=True)
        return self._paused()

    async def _interrupted(self) -> list[dict[str, Any]]:
        """An emergency or an advisor came between: whatever comes now is no answer to the form."""
        question = self._parts.question
        complete = self._asked == "consent"
        if complete and (
            self._edits or self._message.text.strip() == said.SEND or enquiry_reading.wants_sent(self._text)
        ):
            self._known = self._edited()
            return self._ask_on(self._known, self._news(self._known) or said.RESUME)
        if self._parts.wishes & {Wish.READ_BACK, Wish.SENT}:
            if complete and not self._parts.told and not question:
                return self._ask_on(self._known, said.NOT_SENT)
            self._say(f"{said.NOT_SENT} {said.IT_CAN_WAIT}", *words.OFFER, said.GO_ON, said.CANCEL)
        elif len(question.split()) > FEWEST_WORDS_ASKED:
            await self._answer(question)
        else:
            reply = Reply(kind="smalltalk", text=said.STILL_HERE, quick_replies=(*words.OFFER, said.GO_ON))
            say(self._dispatcher, reply, private=True)
        return self._paused()

    def _paused(self) -> list[dict[str, Any]]:
        return [*slots_of(replace(self._known, paused=True, aside=0, misses=0)), SlotSet(REQUESTED, None)]

    # In the middle

    async def _aside(self, found: details.Found, question: str) -> list[dict[str, Any]]:
        """A question in the middle: it is answered, what was told beside it is kept, and the form goes on."""
        known = self._with(found.values)
        aside = known.aside + 1
        unanswered = Wish.UNANSWERED in self._parts.wishes
        opening = " ".join(
            each for each in (said.NOT_ANSWERED if unanswered else "", self._news(known)) if each
        )
        if opening:
            self._say(opening)
        if question:
            await self._answer(question)
        if aside > MOST_ASIDE:
            self._say(said.PAUSED, said.GO_ON, said.CANCEL)
            self._known = known
            return self._paused()
        known = replace(known, aside=aside)
        if known.next == "consent" and known.given != self._before.given:
            return self._ask_on(known)
        self._say(said.ASK_AGAIN[known.next], *self._quick_replies(known.next))
        return self._events(known)

    def _unanswered(self) -> str:
        """The question that found no answer, as far as the reproach or the talk before it tells."""
        topic, earlier_ = self._parts.unanswered, self._message.context[-1:]
        asked_ = [
            each for each in self._message.context if topic and topic.split()[-1].lower() in each.lower()
        ]
        return (asked_ or [topic] if topic else list(earlier_) or [""])[-1]

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

    def _explain(self, found: details.Found, reason: str | None) -> list[dict[str, Any]]:
        """Why something is asked, or what is meant by it; what was told beside it is kept."""
        known = self._with(found.values)
        reason = reason or said.WHY_NEEDED[self._known.next]
        if known.given != self._known.given:
            return self._ask_on(known, f"{self._opening(found.values, known)} {reason}")
        return self._ask_again(known, reason)

    def _read_back(self, found: details.Found) -> list[dict[str, Any]]:
        """What is written down so far. A number or an address that the question names is written down, too."""
        named = details.read(self._parts.of_form).values
        ways = {kind: way for kind, way in named.items() if kind in ("email", "phone")}
        known = self._with({**found.values, **ways})
        opening = said.NOT_SENT if Wish.SENT in self._parts.wishes else ""
        if known.next == "consent":
            return self._ask_on(known, opening)
        return self._ask_again(known, f"{opening} {known.so_far()}".strip())

    def _chat(self) -> list[dict[str, Any]]:
        """Small talk gets its word; who is sad or leaves is not asked for a telephone number."""
        self._dispatcher.utter_message(response=f"utter_{self._message.intent}")
        if self._message.intent in LEAVING:
            self._say(said.PAUSED, said.GO_ON, said.CANCEL)
            return self._paused()
        return self._ask_again(self._known)

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
        known = self._with(values)
        return self._ask_on(known, self._opening(values, known))

    def _missed(self) -> list[dict[str, Any]]:
        """Nothing was understood: what is asked is said in other words, with the ways out."""
        if self._known.changing == "detail" and (detail := enquiry_reading.named(self._text)):
            return self._change(detail)
        known = replace(self._known, misses=self._known.misses + 1)
        step = known.next
        if known.misses > 1 and step in SKIPPABLE and self._known.changing is None:
            return self._ask_on(known.skipping(step), said.LEFT_OUT)
        ways_out = (*words.OFFER, said.CANCEL) if known.misses > 1 else ()
        self._say(said.NOT_UNDERSTOOD[step], *dict.fromkeys((*self._quick_replies(step), *ways_out)))
        return self._events(known)
