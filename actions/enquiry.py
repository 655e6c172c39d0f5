"""An enquiry, about a price or for a call: what is known so far, what is asked next, and what an advisor gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions import corrections, names, subjects
from actions import enquiry_words as words

FORM = "cost_enquiry"
STEPS = ("name", "contact", "country", "about", "time", "consent")
"""What is asked, in this order. Only a way to answer (`contact`) and the consent cannot be skipped."""
SKIPPABLE = frozenset({"name", "country", "about", "time"})
PROGRESS = "enquiry_progress"
REQUESTED = "requested_slot"
SUBJECT = "A price for NK cell therapy"
SUBJECT_OF_A_CALL = "A call or a message from an advisor"


def slot(step: str) -> str:
    """The name of Rasa's slot for a step."""
    return f"{FORM}_{step}"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """`given` holds a text for each step that is done, an empty one where it was skipped.

    `misses` counts answers in a row that could not be read, `aside` messages in a row about something else;
    `paused`: the patient turned to something else and may come back; `changing` is the detail (`email`,
    `phone` or a step) that the patient wants to write anew; `doubt` is the e-mail address that was probably
    meant, while the patient is asked whether it was. `how` is the only way in which they want to be reached
    (`email`, `text`, `phone`); `whom` the person who is ill, while the illness is not known; `price`: a price was
    asked for.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0
    aside: int = 0
    paused: bool = False
    changing: str | None = None
    doubt: str | None = None
    how: str = ""
    whom: str = ""
    price: bool = False

    @classmethod
    def of(cls, slots: Mapping[str, Any]) -> Enquiry:
        """What Rasa's slots hold."""
        progress = slots.get(PROGRESS) or {}
        given = {step: str(slots[slot(step)]) for step in STEPS if slots.get(slot(step)) is not None}
        return cls(
            given,
            int(progress.get("misses") or 0),
            int(progress.get("aside") or 0),
            bool(progress.get("paused")),
            progress.get("changing"),
            progress.get("doubt"),
            str(progress.get("how") or ""),
            str(progress.get("whom") or ""),
            bool(progress.get("price")),
        )

    def slots(self) -> dict[str, Any]:
        """The same as values of slots, those of open steps None."""
        progress = {
            "misses": self.misses,
            "aside": self.aside,
            "paused": self.paused,
            "changing": self.changing,
            "doubt": self.doubt,
            "how": self.how,
            "whom": self.whom,
            "price": self.price,
        }
        return {**{slot(step): self.given.get(step) for step in STEPS}, PROGRESS: progress}

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on with."""
        return bool(self.given) or self.paused

    @property
    def next(self) -> str:
        """The first step that is not done."""
        return next((step for step in STEPS if step not in self.given), "consent")

    def ways(self) -> dict[str, str]:
        """E-mail and phone, as far as they are known."""
        parts = [part for part in self.given.get("contact", "").split(", ") if part]
        return {("email" if "@" in part else "phone"): part for part in parts}

    def with_values(self, values: Mapping[str, str], *, instead: bool = False) -> Enquiry:
        """With what a message gave; a second way to answer is added, the same kind of way replaced.

        `instead`: the way that is given replaces the other one, too. A number that is written anew without its
        country code keeps the code.
        """
        given_ways = {kind: values[kind] for kind in ("email", "phone") if kind in values}
        before = self.ways()
        if "phone" in given_ways and "phone" in before:
            given_ways["phone"] = corrections.with_prefix(given_ways["phone"], before["phone"])
        ways = given_ways if instead and given_ways else {**before, **given_ways}
        given = {**self.given, **{step: values[step] for step in STEPS if step in values}}
        if "name" in values:
            given["name"] = names.tidied(given["name"])
        if self.whom and "about" in values and not subjects.names_a_person(given["about"]):
            given["about"] = f"{given['about']} ({self.whom})"
        return replace(
            self._with_ways(given, ways), misses=0, aside=0, paused=False, changing=None, doubt=None
        )

    def _with_ways(self, given: Mapping[str, str], ways: Mapping[str, str]) -> Enquiry:
        others = {step: value for step, value in given.items() if step != "contact"}
        contact = ", ".join(ways[kind] for kind in ("email", "phone") if kind in ways)
        return replace(self, given={**others, "contact": contact} if contact else others)

    def without(self, detail: str, quote: str = "") -> Enquiry:
        """Without a detail (`email`, `phone` or a step), or only without the words of it that are quoted."""
        if detail in ("email", "phone"):
            ways = {kind: way for kind, way in self.ways().items() if kind != detail}
            return self._with_ways(self.given, ways)
        before = self.given.get(detail, "")
        if not quote:
            return replace(self, given={**self.given, detail: ""}) if before else self
        left = re.sub(re.escape(quote), "", before, flags=re.I)
        return replace(self, given={**self.given, detail: re.sub(r"\s+", " ", left).strip(" .,;:")})

    def finished(self) -> Enquiry:
        """Without the details that are still open and can be left out."""
        left_out = {step: "" for step in STEPS if step in SKIPPABLE and step not in self.given}
        return replace(self, given={**self.given, **left_out})

    def skipping(self, step: str) -> Enquiry:
        """Without that detail, and not asking for it again."""
        return replace(self, given={**self.given, step: ""}, misses=0, aside=0, changing=None)

    def reopened(self, detail: str) -> Enquiry:
        """Asking for a detail anew; what it was stays until the new one is there, and consent is asked again."""
        return replace(self, changing=detail, misses=0, aside=0)

    def _shown(self) -> dict[str, str]:
        """Each detail as the patient reads it, empty where there is none."""
        ways = self.ways()
        how = "no calls" if self.how == "email" and "email" not in ways else self.how
        given = {step: self.given.get(step, "") for step in ("name", "country", "about", "time")}
        return {**given, "email": "", "phone": "", **ways, "how": words.HOW.get(how, "")}

    def _lines(self, *, all_of_them: bool) -> list[str]:
        shown, ways = self._shown(), self.ways()
        always = {"name", "country", "about", "time"} | set(ways)
        return [
            f"- **{label}:** {shown[name] or words.NOT_GIVEN}"
            for name, label in words.LABELS.items()
            if shown[name] or (all_of_them and name in always)
        ]

    def noted(self) -> list[str]:
        """What is written down, a line for each detail."""
        return self._lines(all_of_them=False)

    def different(self, before: Enquiry) -> tuple[list[str], list[str]]:
        """The details (`name`, `email`, `how`, …) that are others than before, and those that are gone."""
        now, then = self._shown(), before._shown()
        changed = [name for name in words.LABELS if now[name] and then[name] and now[name] != then[name]]
        gone = [name for name in words.LABELS if then[name] and not now[name]]
        return changed, gone

    def added(self, before: Enquiry) -> list[str]:
        """The details that are there now, and were not."""
        now, then = self._shown(), before._shown()
        return [name for name in words.LABELS if now[name] and not then[name]]

    def summary(self) -> str:
        """What would be sent, for the patient to check."""
        return "\n".join([words.SUMMARY, "", *self._lines(all_of_them=True), "", words.ASK_CONSENT])

    def so_far(self) -> str:
        """What is written down until now."""
        lines = self.noted()
        return "\n".join([words.SO_FAR, "", *lines]) if lines else words.NOTHING_SO_FAR

    def wish(self) -> dict[str, str]:
        """What an advisor gets."""
        return {
            "name": self.given.get("name", ""),
            "contact": self.given["contact"],
            "country": self.given.get("country", ""),
            "about": self.given.get("about") or self.whom or (SUBJECT if self.price else SUBJECT_OF_A_CALL),
            "best_time": "; ".join(
                each for each in (self.given.get("time", ""), self._shown()["how"]) if each
            ),
        }
