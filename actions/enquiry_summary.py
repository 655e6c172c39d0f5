"""The form's last part, and how it mends what was given: the summary, its correction, and the consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions import details, enquiry_parts, enquiry_reading, subjects
from actions import enquiry_words as said
from actions.enquiry import PROGRESS, REQUESTED, SKIPPABLE, STEPS, Enquiry, slot
from actions.enquiry_parts import Wish
from actions.enquiry_speaking import FormSpeaker
from actions.saying import say
from knowledge.model import Reply


class AtTheSummary(FormSpeaker):
    """Takes corrections and the consent."""

    def _consent(self, found: details.Found) -> list[dict[str, Any]] | None:
        """What the patient says to the summary; None where it is a correction that has to be read."""
        if enquiry_reading.agrees(self._text):
            return self._send()
        if (removal := enquiry_reading.to_remove(self._text)) is not None:
            return self._take_out(*removal[:2], found.values)
        if found.values or found.wrong:
            return None
        if way := self._other_way():
            return self._change(way)
        if (detail := enquiry_reading.to_change(self._text)) is not None:
            return self._change(detail)
        if enquiry_reading.disagrees(self._text):
            self._say(said.CONSENT_REFUSED, "Change something", said.CANCEL)
            return self._events(self._known)
        return None

    def _take_out(self, detail: str, quote: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        """A detail, or some words of it, shall not be in it."""
        known = self._with(values)
        holding = [step for step in STEPS if quote and quote.lower() in known.given.get(step, "").lower()]
        detail = detail or (holding[0] if holding else "")
        if not detail and not values:
            return self._change("")
        left = known.without(detail, quote) if detail and (holding or not quote) else known
        if detail in ("email", "phone", "contact") and not left.ways():
            return self._change(detail)
        changed = left.given != self._known.given
        return self._ask_on(
            left, said.TAKEN_OUT if left != known else said.CORRECTED if changed else said.UNCHANGED
        )

    def _settled(self, meant: str) -> list[dict[str, Any]] | None:
        """The answer to "did you mean hotmail.com?"; None for anything else, and then it is asked no more."""
        known = replace(self._known, doubt=None)
        if self._text.strip() == said.DOUBT_YES.format(domain=meant.rpartition("@")[2]) or (
            enquiry_reading.agrees(self._text)
        ):
            return self._ask_on(known.with_values({"email": meant}), said.CORRECTED)
        self._known = known
        if self._text.strip() == said.DOUBT_NO or (
            enquiry_reading.disagrees(self._text) and not details.read(self._text).says_who
        ):
            return self._ask_on(known, said.NOTED[0])
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

    def _change(self, detail: str) -> list[dict[str, Any]]:
        if not detail:
            self._say(said.ASK_CHANGE[None], "Name", "E-mail", "Phone", "Country", said.CANCEL)
            return self._events(replace(self._known, changing="detail"))
        if detail == "time" and self._known.changing is None and "time" not in self._known.given:
            return self._ask_on(self._known)
        self._say(said.ASK_CHANGE[detail], said.CANCEL)
        return self._events(self._known.reopened(detail))

    def _other_way(self) -> str | None:
        """The way that shall replace the one that is known ("can I have it by phone instead?")."""
        if Wish.INSTEAD not in self._parts.wishes or not self._known.ways():
            return None
        way = enquiry_parts.other_way(self._parts.told)
        if way in self._known.ways():
            return None
        if way and Wish.SKIP in self._parts.wishes and self._known.next in SKIPPABLE:
            self._known = self._known.skipping(self._known.next)
        return way

    def _with(self, values: Mapping[str, str]) -> Enquiry:
        """The enquiry with what the message gives and leaves out."""
        wishes = self._parts.wishes
        known = self._known
        if values:
            known = known.with_values(values, instead=Wish.INSTEAD in wishes)
        if Wish.SKIP in wishes and self._asked in SKIPPABLE and self._asked not in known.given:
            known = known.skipping(self._asked)
        return known.finished() if Wish.FINISH in wishes else known

    def _opening(self, values: Mapping[str, str], known: Enquiry) -> str:
        """The word with which a detail is taken: a kind one for an illness, "changed" only where it was."""
        about = values.get("about", "")
        if about and (self._message.intent == "worry" or subjects.tells_illness(about)):
            word = said.SORRY
        elif Wish.SKIP in self._parts.wishes and not values:
            word = said.SKIPPED
        elif known.given == self._known.given:
            word = said.UNCHANGED if values else ""
        elif self._known.changing or self._asked == "consent" or self._differs(known):
            word = said.CORRECTED
        else:
            word = said.NOTED[len(known.given) % len(said.NOTED)]
        repeated = Wish.REPEATED in self._parts.wishes and values
        return f"{said.TWICE} {word}" if repeated else word

    def _differs(self, known: Enquiry) -> bool:
        """Whether something that had been given is another now."""
        before = self._known.given
        return any(before[step] != known.given.get(step) for step in before if before[step])
