"""How the form speaks: what it asks next, with which buttons, and the events that Rasa needs for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import corrections, enquiry_edits, enquiry_parts
from actions import enquiry_words as said
from actions.asked import Asked
from actions.enquiry import REQUESTED, STEPS, Enquiry, slot
from actions.saying import say
from knowledge.model import Reply


class FormSpeaker:
    """Says things in the name of the form, after one message. `_known` is the enquiry, `_before` as it was when the
    message came; `_asked` the step that was asked for, `_edits` what the message corrects, `_text` the rest of it,
    and `_parts` that rest taken apart."""

    def __init__(self, dispatcher: CollectingDispatcher, message: Asked) -> None:
        self._dispatcher = dispatcher
        self._message = message
        self._text = message.text
        self._known = Enquiry.of(message.slots)
        self._before = self._known
        requested = str(message.slots.get(REQUESTED) or "")
        self._asked = next((step for step in STEPS if requested == slot(step)), None)
        self._edits = enquiry_edits.read(self._text, self._known.given)
        if self._edits:
            self._text = self._edits.rest
        self._parts = enquiry_parts.read(self._text, at_consent=self._asked == "consent" and not self._edits)

    def _ask_on(
        self, known: Enquiry, opening: str = "", values: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Asks for what comes next, after an opening sentence; for the consent it shows the summary."""
        if values:
            known = known.with_values(values)
        if (doubt := self._doubt(known)) is not None:
            return self._ask_about(known, doubt, opening)
        step = known.next
        wrong = opening in said.WRONG.values()
        if wrong and step == "contact":
            question = ""
        elif step == "consent":
            question = known.summary()
        else:
            question = self._question(step, known)
        self._say("\n\n".join(part for part in (opening, question) if part), *self._quick_replies(step))
        return self._events(known)

    def _question(self, step: str, known: Enquiry) -> str:
        """What is asked for a step, with regard to what is known already."""
        if step == "contact" and known.how in ("email", "text"):
            return said.ASK_EMAIL if known.how == "email" else said.ASK_TEXT
        return said.ASK_ILLNESS if step == "about" and known.whom else said.ASK[step]

    def _quick_replies(self, step: str) -> tuple[str, ...]:
        return {
            "contact": (said.WHY, said.CANCEL),
            "consent": (said.SEND, said.CHANGE_SOMETHING, said.CANCEL),
            "time": (said.ANY_TIME, said.SKIP, said.CANCEL),
        }.get(step, (said.SKIP, said.WHY, said.CANCEL))

    def _say(self, text: str, *quick_replies: str) -> None:
        say(self._dispatcher, Reply(kind="cost", text=text, quick_replies=quick_replies), private=True)

    def _events(self, known: Enquiry) -> list[dict[str, Any]]:
        return [*slots_of(known), SlotSet(REQUESTED, slot(known.next))]

    def _ask_again(self, known: Enquiry, opening: str = "") -> list[dict[str, Any]]:
        """Asks for what is open, after something else was said."""
        step = known.next
        text = "\n\n".join(part for part in (opening, said.ASK_AGAIN[step]) if part)
        self._say(text, *self._quick_replies(step))
        return self._events(known)

    def _doubt(self, known: Enquiry) -> str | None:
        """The address that was probably meant, where a new one looks like a slip of the pen."""
        address = known.ways().get("email")
        if address is None or address == self._known.ways().get("email"):
            return None
        return corrections.doubtful(address)

    def _ask_about(self, known: Enquiry, meant: str, opening: str) -> list[dict[str, Any]]:
        """Asks once whether the address is as it was meant; nothing else in the same breath."""
        given = known.ways()["email"]
        question = said.DOUBT.format(given=given, meant=meant)
        yes = said.DOUBT_YES.format(domain=meant.rpartition("@")[2])
        self._say("\n\n".join(part for part in (opening, question) if part), yes, said.DOUBT_NO)
        return self._events(replace(known, doubt=meant))


def slots_of(known: Enquiry) -> list[dict[str, Any]]:
    """The events that keep an enquiry in the slots."""
    return [SlotSet(name, value) for name, value in known.slots().items()]
