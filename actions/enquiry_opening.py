"""How an enquiry begins, or goes on after a pause: with what the patient has said already, and what happens with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import details, earlier, enquiry_reading, standing, subjects
from actions import enquiry_words as said
from actions.enquiry import STEPS, Enquiry
from actions.enquiry_parts import Wish
from actions.enquiry_summary import AtTheSummary

AGREEING = frozenset({"affirm", "request_enquiry", "ask_human"})
"""Intents of messages that take the offer of an enquiry up without a detail."""


class AtTheBeginning(AtTheSummary):
    """Takes the first message of an enquiry, and of one that waited."""

    def _begin(self) -> list[dict[str, Any]]:
        """The first message, or the one with which somebody comes back."""
        resumed = self._known.begun
        self._known = replace(self._edited(), paused=False)
        bare = details.read(self._text).ways or (
            self._message.intent not in AGREEING and details.just_a_name(self._text)
        )
        found = details.read(self._text, "name" if bare else None)
        if self._parts.question:  # of a question only who asks counts: "are there trials in Spain?"
            told = details.read(self._parts.told, "name" if bare else None).values
            who = {name: value for name, value in found.values.items() if name in ("name", "email", "phone")}
            found = details.Found({**told, **who}, found.wrong)
        ill = subjects.tells_illness(found.values.get("about", ""))
        known = self._known
        if found.says_who or ill or (not resumed and found.values.keys() & {"country", "time"}):
            known = known.with_values(found.values)
        if resumed:
            opening = self._news(known) or (said.NOT_SENT if self._asks_whether_sent() else said.RESUME)
        else:
            known, taken = self._with_what_was_said(known)
            opening = self._welcome(known, ill=ill, taken=taken)
        if found.wrong and "contact" not in known.given:
            opening = said.WRONG[found.wrong[0]]
        return self._ask_on(known, opening)

    def _asks_whether_sent(self) -> bool:
        return Wish.SENT in self._parts.wishes or standing.asks_whether_sent(self._text)

    def _with_what_was_said(self, known: Enquiry) -> tuple[Enquiry, list[str]]:
        """The enquiry with what the patient told before it began, and the lines that are new with it."""
        told = earlier.details_of((*self._message.told, self._message.text))
        here = known.noted()
        values = {step: value for step, value in told.items() if step in STEPS and step not in known.given}
        opened_with = self._message.text
        price = enquiry_reading.asks_for_price(opened_with) or not enquiry_reading.wants_contact(opened_with)
        known = replace(known, price=price, whom="" if "about" in known.given else told.get("whom", ""))
        if values:
            known = known.with_values(values)
        return known, [line for line in known.noted() if line not in here]

    def _welcome(self, known: Enquiry, *, ill: bool, taken: Sequence[str]) -> str:
        """The first words of an enquiry: what happens with it, and what is known already."""
        begun = self._message.begun  # whoever passed the message on has said what happens
        words_ = said.NOTED[0] if begun else said.BEGIN_NOTED if known.given else said.BEGIN
        kind = f"{said.SORRY} {words_.removeprefix(said.NOTED[0]).strip()}".strip() if ill else words_
        how = said.HOW_NOTED.get(known.how, "")
        kind = f"{kind} {how}".strip()
        return "\n\n".join([kind, *(["\n".join([said.TAKEN_FROM_BEFORE, "", *taken])] if taken else [])])
