"""An enquiry about a price: what is known so far, what is asked next, and what an advisor gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions import corrections
from actions import enquiry_words as words

FORM = "cost_enquiry"
STEPS = ("name", "contact", "country", "about", "time", "consent")
"""What is asked, in this order. Only a way to answer (`contact`) and the consent cannot be skipped."""
SKIPPABLE = frozenset({"name", "country", "about", "time"})
PROGRESS = "enquiry_progress"
REQUESTED = "requested_slot"
SUBJECT = "A price for NK cell therapy"


def slot(step: str) -> str:
    """The name of Rasa's slot for a step."""
    return f"{FORM}_{step}"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """`given` holds a text for each step that is done, an empty one where it was skipped.

    `misses` counts answers in a row that could not be read, `aside` messages in a row about something else;
    `paused`: the patient turned to something else and may come back; `changing` is the detail (`email`,
    `phone` or a step) that the patient wants to write anew; `doubt` is the e-mail address that was probably
    meant, while the patient is asked whether it was.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0
    aside: int = 0
    paused: bool = False
    changing: str | None = None
    doubt: str | None = None

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
        )

    def slots(self) -> dict[str, Any]:
        """The same as values of slots, those of open steps None."""
        progress = {
            "misses": self.misses,
            "aside": self.aside,
            "paused": self.paused,
            "changing": self.changing,
            "doubt": self.doubt,
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

    def _lines(self, *, all_of_them: bool) -> list[str]:
        shown = {
            **{step: self.given.get(step, "") for step in ("name", "country", "about", "time")},
            **self.ways(),
        }
        return [
            f"- **{label}:** {shown[name] or words.NOT_GIVEN}"
            for name, label in words.LABELS.items()
            if name in shown and (shown[name] or all_of_them)
        ]

    def summary(self) -> str:
        """What would be sent, for the patient to check."""
        return "\n".join([words.SUMMARY, "", *self._lines(all_of_them=True), "", words.ASK_CONSENT])

    def so_far(self) -> str:
        """What is written down until now."""
        lines = self._lines(all_of_them=False)
        return "\n".join([words.SO_FAR, "", *lines]) if lines else words.NOTHING_SO_FAR

    def wish(self) -> dict[str, str]:
        """What an advisor gets."""
        return {
            "name": self.given.get("name", ""),
            "contact": self.given["contact"],
            "country": self.given.get("country", ""),
            "about": self.given.get("about") or SUBJECT,
            "best_time": self.given.get("time", ""),
        }
