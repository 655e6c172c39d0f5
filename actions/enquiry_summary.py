"""The form's last part, and how it mends what was given: the summary, its correction, and the consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        if enquiry_reading.agrees(self._text) and not self._edits:
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
            self._say(said.CONSENT_REFUSED, said.CHANGE_SOMETHING, said.CANCEL)
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
        return self._ask_on(left, self._news(left) or said.UNCHANGED)

    def _settled(self, meant: str) -> list[dict[str, Any]] | None:
        """The answer to "did you mean hotmail.com?"; None for anything else, and then it is asked no more."""
        known = replace(self._known, doubt=None)
        if self._text.strip() == said.DOUBT_YES.format(domain=meant.rpartition("@")[2]) or (
            enquiry_reading.agrees(self._text)
        ):
            corrected = known.with_values({"email": meant})
            return self._ask_on(corrected, self._news(corrected))
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
            self._say(said.ASK_CHANGE[None], *said.CHANGE, said.CANCEL)
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

    def _edited(self) -> Enquiry:
        """The enquiry with what the message corrects."""
        edits, known = self._edits, self._known
        for detail in edits.removed:
            known = known.without(detail)
            if detail in SKIPPABLE and detail not in known.given:
                known = known.skipping(detail)
        values = {**edits.values, **edits.swaps}
        if values:
            known = known.with_values(values)
        return replace(known, how=edits.how or known.how)

    def _news(self, known: Enquiry) -> str:
        """What is another than before the message, in words; empty where nothing is."""
        changed, gone = known.different(self._before)
        added = known.added(self._before)
        if self._asked != "consent":  # a second way to answer; anything else is what was asked for
            added = [each for each in added if each in ("email", "phone") and self._before.ways()]
        how = said.HOW_NOTED.get(known.how, "") if known.how != self._before.how else ""
        changed, added = ([each for each in some if each != "how"] for some in (changed, added))
        shorter = [each for each in changed if self._is_part(each, known)]
        changed = [each for each in changed if each not in shorter]
        told = (
            f"{said.TAKEN_OUT} that part of {_listed(shorter)}." if shorter else "",
            f"{said.CORRECTED} {_listed(changed)}." if changed else "",
            f"{said.TAKEN_OUT} {_listed(gone)}." if gone else "",
            f"{said.ADDED} {_listed(added)}." if added else "",
            how,
        )
        return " ".join(each for each in told if each)

    def _is_part(self, detail: str, known: Enquiry) -> bool:
        """Whether a detail only lost some of its words."""
        before, now = self._before.given.get(detail, ""), known.given.get(detail, "")
        return (
            self._before.changing is None and detail == "about" and now != before and before.startswith(now)
        )

    def _opening(self, values: Mapping[str, str], known: Enquiry) -> str:
        """The word with which a detail is taken: what was changed, a kind one for an illness."""
        about = values.get("about", "")
        ill = about and (self._message.intent == "worry" or subjects.tells_illness(about))
        if news := self._news(known):
            word = f"{said.SORRY} {news}" if ill and not self._before.given.get("about") else news
        elif ill:
            word = said.SORRY
        elif Wish.SKIP in self._parts.wishes and not values:
            word = said.SKIPPED
        elif known.given == self._before.given:
            word = said.UNCHANGED if values else ""
        else:
            word = said.NOTED[len(known.given) % len(said.NOTED)]
        repeated = Wish.REPEATED in self._parts.wishes
        return f"{said.TWICE} {word}".strip() if repeated else word


def _listed(details_: Sequence[str]) -> str:
    """ "the country and the time"."""
    *first, last = [said.IN_WORDS[each] for each in details_]
    return f"{', '.join(first)} and {last}" if first else last
