"""Marks that make a message one of its kind, in letters that are no word and no number."""

from __future__ import annotations

_DIGITS = "bcdfghjklm"


def mark(patient: int, message: int) -> str:
    """Such as "[c-dk]": a number could be somebody's temperature, and what alarms is answered before all else."""
    return (
        "["
        + "-".join("".join(_DIGITS[int(digit)] for digit in str(each)) for each in (patient, message))
        + "]"
    )
