"""Actions that ask the knowledge base: an answer, what a price depends on, and no personal advice."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    advice,
    asked,
    comfort,
    declining,
    details,
    enquiry,
    enquiry_reading,
    enquiry_words,
    feelings,
    followups,
    leaving,
    naming,
    settling,
    sources,
    standing,
    voice,
    words,
)
from actions.asked import Asked
from actions.saying import digest, over, say
from knowledge.live import NotReady
from knowledge.model import Reply
from knowledge.units import plain

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


class ActionAnswer(KnowledgeAction):
    """A question: the answer with its source, or an honest "I do not know"."""

    def name(self) -> str:
        return "action_answer"

    def replies(self, message: Asked) -> list[Said]:
        if voice.injected(message.text):
            return [Said(Reply(kind="abstain", text=words.INJECTED))]
        if foreign := in_another_language(message.text):
            return [Said(foreign)]
        if source := sources.told(message):
            return [Said(source)]
        rest = voice.without_refusal(message.text)  # outside a form nobody comes here with a refusal
        if rest is not None and len(rest.split()) < followups.FEWEST_WORDS:
            return [Said(Reply(kind="smalltalk", text=words.NO_PERSON))]
        message = message if rest is None else replace(message, text=rest)
        if advice.is_personal(message.text) or advice.goes_on(message.text, message.last.get("kind")):
            return ActionMedicalAdvice(self._knowledge).replies(message)
        if followups.about_money(message.text) and rest is not None:
            return ActionCost(self._knowledge).replies(message)
        meant = followups.meant(message)
        leaning = bool(message.context) and meant.questions == message.context[-1:] != (message.text,)
        if leaning and message.last.get("kind") == "abstain":
            return [Said(Reply(kind="smalltalk", text=words.WHAT_WAS_MEANT, quick_replies=words.OFFER))]
        if not meant.questions:
            lost = words.MORE_OF_WHAT if followups.asks_for_more(message.text) else words.WHAT_WAS_MEANT
            return [Said(Reply(kind="smalltalk", text=lost, quick_replies=words.OFFER))]
        if meant.heard:
            return [self._something_else(meant.questions[0], message)]
        if meant.unclear:
            return [self._in_other_words(meant.questions[0], message)]
        if meant.puzzled and (short := self._in_short(meant.questions[0], message)):
            return [short]
        found = self._each(meant.questions, message, rejected=meant.rejected)
        return _sorry(found) if meant.corrected else found

    def _something_else(self, question: str, message: Asked) -> Said:
        """The answer to "you already said that": a passage that was not shown, else a person."""
        found = self._knowledge.answer(question, message.context, shown=message.shown)
        if found.kind == "answer" and found.citations[0].passage not in message.shown:
            text = f"{words.ANOTHER_WAY}\n\n{found.text}"
            return Said(replace(found, text=text, quick_replies=words.OFFER), question, again=True)
        return Said(Reply(kind="abstain", text=words.SAID_BEFORE, quick_replies=words.OFFER))

    def _in_other_words(self, question: str, message: Asked) -> Said:
        """The answer to who did not understand: another passage where one fits better, else the one sentence
        that matters, and after that a person."""
        if message.last.get("again"):
            return Said(Reply(kind="abstain", text=words.A_PERSON_EXPLAINS, quick_replies=words.OFFER))
        found = self._knowledge.answer(question, message.context)
        if found.kind != "answer":
            return Said(Reply(kind="abstain", text=words.A_PERSON_EXPLAINS, quick_replies=words.OFFER))
        if found.citations[0].passage in message.shown:
            return _the_one_sentence(found, question)
        text = f"{words.ANOTHER_WAY}\n\n{found.text}"
        return Said(replace(found, text=text, quick_replies=words.OFFER), question, again=True)

    def _in_short(self, question: str, message: Asked) -> Said | None:
        """The one sentence of a passage that was shown and not understood, where it is the one that answers."""
        found = self._knowledge.answer(question, message.context)
        shown = found.kind == "answer" and found.citations[0].passage in message.shown
        return _the_one_sentence(found, question) if shown else None

    def _each(self, questions: Sequence[str], message: Asked, *, rejected: str = "") -> list[Said]:
        """An answer to each of the questions; the first one gives the second its context."""
        found: list[Said] = []
        context, shown = message.context, set(message.shown)
        for question in questions:
            if len(questions) > 1 and followups.about_money(question):
                reply = ActionCost(self._knowledge).cost(question, context, shown)
            else:
                reply = self._knowledge.answer(question, context, shown=frozenset(shown))
                if rejected and _is_about(reply, rejected, question):
                    shown |= {citation.passage for citation in reply.citations}
                    reply = self._knowledge.answer(question, context, shown=frozenset(shown))
            if reply.kind == "answer" and digest(reply.text) in message.digests:
                reply = Reply(kind="abstain", text=words.SAID_BEFORE, quick_replies=words.OFFER)
            found.append(Said(reply, question))
            shown |= {citation.passage for citation in reply.citations}
            context = (*context, question)
        return _joined(found)


def _sorry(found: list[Said]) -> list[Said]:
    """The replies to who was misunderstood, with a word of regret before them."""
    first, *others = found
    text = f"{words.MISUNDERSTOOD} {first.reply.text}"
    if not first.reply.text.split("\n\n")[0].endswith((".", "!")):
        text = f"{words.MISUNDERSTOOD}\n\n{first.reply.text}"
    return [replace(first, reply=replace(first.reply, text=text)), *others]


def _is_about(reply: Reply, rejected: str, wanted: str) -> bool:
    """Whether a reply's section is headed with what the patient said they did not mean."""
    meant = set(_words(wanted))
    unwanted = [word for word in _words(rejected) if word not in meant and len(word) >= LONGEST_LITTLE_WORD]
    headings = " ".join(citation.title for citation in reply.citations).lower()
    return any(word in headings for word in unwanted)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9-]+", text.lower())


LONGEST_LITTLE_WORD = 5
"""Of fewer letters are words that stand in any heading ("what", "long")."""
_SAYS_NO_PRICE = re.compile(
    r"\b(?:cannot|can['’]t|do\s+not|don['’]t)\s+(?:tell|give|name)\s+(?:you\s+)?(?:what\b[^.]*\bcosts?|an?\s+(?:price|amount|figure))|"
    r"\bnone\s+of\s+our\s+sources\s+(?:states|gives|names)\s+(?:a\s+|any\s+)?(?:price|amount|figure)",
    re.I,
)
"""A section that says itself that there is no price; it is said once."""


def _the_one_sentence(found: Reply, question: str) -> Said:
    """The sentence of a passage that answers, for who did not understand the whole."""
    text = f"{words.IN_SHORT} {plain(found.citations[0].quote)}\n\n{words.ASK_BACK}"
    return Said(replace(found, text=text, quick_replies=words.OFFER), question, again=True)


class ActionCost(KnowledgeAction):
    """Money: what the articles say about it, no figure of ours, and an enquiry for who wants a price."""

    def name(self) -> str:
        return "action_cost"

    def replies(self, message: Asked) -> list[Said]:
        if foreign := in_another_language(message.text):
            return [Said(foreign)]
        questions = followups.split(message.text)
        if len(questions) > 1 and not all(map(followups.about_money, questions)):
            return ActionAnswer(self._knowledge).replies(message)
        return [Said(self.cost(message.text, message.context, message.shown), message.text)]

    def cost(self, question: str, context: Sequence[str], shown: Collection[str] = ()) -> Reply:
        """What decides the price, and the offer to ask for one. What was `shown` before is not said again."""
        found = self._about_money(question, context)
        offer = f"{words.COST_NO_FIGURE} {enquiry_words.OFFER}"
        if found is None:
            return Reply(kind="cost", text=offer, quick_replies=enquiry_words.OFFER_QUICK_REPLIES)
        if found.citations and {each.passage for each in found.citations} <= set(shown):
            again = f"{words.COST_AGAIN} {enquiry_words.OFFER}"
            return Reply(kind="cost", text=again, quick_replies=enquiry_words.OFFER_QUICK_REPLIES)
        if followups.just_the_price(question) or _SAYS_NO_PRICE.search(found.text):
            offer = enquiry_words.OFFER  # the section says itself that there is no figure
        others = tuple(each for each in found.quick_replies if each not in enquiry_words.OFFER_QUICK_REPLIES)
        return replace(
            found,
            kind="cost",
            text=f"{found.text}\n\n{offer}",
            quick_replies=(*enquiry_words.OFFER_QUICK_REPLIES, *others),
        )

    def _about_money(self, question: str, context: Sequence[str]) -> Reply | None:
        """The section about money that fits the question, else the one on what decides the price."""
        if followups.just_the_price(question):
            question, context = words.COST_WHOLE_QUESTION, ()
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
    """Personal medical advice: kindly declined, with what an article says in general where one fits."""

    def name(self) -> str:
        return "action_medical_advice"

    def replies(self, message: Asked) -> list[Said]:
        return [Said(declining.reply(message, self._knowledge.answer), message.text)]


class ActionWorry(ActionMedicalAdvice):
    """Fear and grief get a word and a person; a question about one's own case in it is declined as such.

    Who has been told so before, and goes on telling, is listened to in other words.
    """

    def name(self) -> str:
        return "action_worry"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        message = asked.read(tracker)
        text = message.text
        if advice.is_personal(text) or leaving.read(message).concerns:
            return await super().run(dispatcher, tracker, domain)
        found = comfort.listening(message, tracker.events)
        reply = Reply(kind=found.kind, text=found.text, quick_replies=found.quick_replies)
        return say(dispatcher, reply, said=found.said)


class ActionThanks(Action):
    """ "Thank you": and what comes with it is heard, a question or a grief."""

    def name(self) -> str:
        return "action_thanks"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        rest = followups.without_thanks(asked.read(tracker).text)
        if feelings.hurts(rest) or comfort.goes_on_telling(rest, tracker.events):
            return [FollowupAction("action_worry")]
        if len(rest.split()) >= followups.FEWEST_WORDS and enquiry_reading.asks(rest):
            return [FollowupAction("action_answer")]
        dispatcher.utter_message(response="utter_thanks")
        return over()


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


def _asked_last(question: str) -> str:
    """The sentence of a message that asks; a complaint before it need not be quoted back."""
    asking = re.findall(r"[^.!?]{3,}\?", question)
    return asking[-1].strip() if asking else question


def _joined(found: list[Said]) -> list[Said]:
    """Two replies that say the same passage become one; a question without an answer is named beside the other's."""
    if len(found) < 2:
        return found
    first, second = found
    cited = [{citation.passage for citation in said.reply.citations} for said in found]
    if cited[1] and cited[1] <= cited[0]:
        return [first]
    kinds = [said.reply.kind for said in found]
    if kinds.count("abstain") != 1:
        return found if kinds[0] != "abstain" else [first]
    silent, answered = (first, second) if kinds[0] == "abstain" else (second, first)
    note = words.NOTHING_FOUND_FOR.format(question=_asked_last(silent.question))
    reply = answered.reply
    person = tuple(each for each in words.OFFER if each not in reply.quick_replies)
    told = replace(reply, text=f"{reply.text}\n\n{note}", quick_replies=(*person, *reply.quick_replies))
    return [replace(answered, reply=told)]
