"""The kinds of emergency that the screen tells apart; the kind decides which instruction is shown."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """One kind of emergency."""

    SELF_HARM = "self_harm"
    OVERDOSE = "overdose"
    STROKE_HEART_BREATHING = "stroke_heart_breathing"
    BLEEDING = "bleeding"
    UNCONSCIOUS_OTHER = "unconscious_other"
    INFUSION_REACTION = "infusion_reaction"
    CONFUSION = "confusion"
    FEVER_AFTER_CELLS = "fever_after_cells"
