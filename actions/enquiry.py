"""An enquiry about a price: what is known so far, what is asked next, and what an advisor gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

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
    `phone` or a step) that the patient wants to write anew.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0
    aside: int = 0
    paused: bool = False
    changing: str | None = None

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
        )

    def slots(self) -> dict[str, Any]:
        """The same as values of slots, those of open steps None."""
        progress = {
            "misses": self.misses,
            "aside": self.aside,
            "paused": self.paused,
            "changing": self.changing,
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

    def with_values(self, values: Mapping[str, str]) -> Enquiry:
        """With what a message gave; a second way to answer is added, the same kind of way replaced."""
        ways = {**self.ways(), **{kind: values[kind] for kind in ("email", "phone") if kind in values}}
        given = {**self.given, **{step: values[step] for step in STEPS if step in values}}
        if ways:
            given["contact"] = ", ".join(ways[kind] for kind in ("email", "phone") if kind in ways)
        return replace(self, given=given, misses=0, aside=0, paused=False, changing=None)

    def skipping(self, step: str) -> Enquiry:
        """Without that detail, and not asking for it again."""
        return replace(self, given={**self.given, step: ""}, misses=0, aside=0, changing=None)

    def reopened(self, detail: str) -> Enquiry:
        """Asking for a detail anew; what it was stays until the new one is there, and consent is asked again."""
        return replace(self, changing=detail, misses=0, aside=0)

    def summary(self) -> str:
        """What would be sent, for the patient to check."""
        shown = {
            **{step: self.given.get(step, "") for step in ("name", "country", "about", "time")},
            **self.ways(),
        }
        lines = [
            f"- **{label}:** {shown[name] or words.NOT_GIVEN}"
            for name, label in words.LABELS.items()
            if name in shown
        ]
        return "\n".join([words.SUMMARY, "", *lines, "", words.ASK_CONSENT])

    def wish(self) -> dict[str, str]:
        """What an advisor gets."""
        return {
            "name": self.given.get("name", ""),
            "contact": self.given["contact"],
            "country": self.given.get("country", ""),
            "about": self.given.get("about") or SUBJECT,
            "best_time": self.given.get("time", ""),
        }
