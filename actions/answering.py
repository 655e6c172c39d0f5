"""Actions that ask the knowledge base: an answer, what a price depends on, and no personal advice."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import (
    advice,
    asked,
    comfort,
    declining,
    enquiry_reading,
    enquiry_words,
    feelings,
    followups,
    leaving,
    sources,
    voice,
    words,
)
from actions.asked import Asked
from actions.saying import digest, over, say
from actions.searching import KnowledgeAction, Said, in_another_language
from knowledge.live import NotReady
from knowledge.model import Reply
from knowledge.units import plain


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
        if found.kind == "abstain":
            return found
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
        """The section about money that fits the question, or that says what is not known of it; else the one on what
        decides the price."""
        if followups.just_the_price(question):
            question, context = words.COST_WHOLE_QUESTION, ()
        try:
            # "How much does it cost?" stands alone; what was asked before would lead astray.
            for earlier in dict.fromkeys(((), tuple(context))):
                found = self._knowledge.answer(question, earlier)
                if found.kind == "cost" or (found.kind == "abstain" and found.citations):
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
