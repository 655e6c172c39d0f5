"""How much a question is like questions that the articles answer, and unlike ones that nothing answers.

In: a question's vector. Out: log-odds. A straight cut through the space of vectors is not enough: what is answered and
what is not lie close together ("can I eat before the infusion", "can I eat before the flight"). So the cut may be bent
along a few directions: each adds its strength times the square of how far the vector goes that way. Made by
`knowledge.topic_fit`; stored with every publication, the directions in one byte per number.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_STEPS = 127
"""A number of a direction is one of so many steps to either side."""


@dataclass(frozen=True, slots=True)
class Topic:
    """`weights` and `bias` cut straight; `strengths` and `directions` bend the cut.

    `directions` are rows of signed bytes as base64, one row per strength. There are none in publications that were
    calibrated while the cut was straight; they keep it.
    """

    weights: tuple[float, ...]
    bias: float
    strengths: tuple[float, ...] = ()
    directions: str = ""

    def __post_init__(self) -> None:
        rows = _rows(self.directions, len(self.weights))
        if len(rows) != len(self.strengths):
            raise ValueError(
                f"The calibration has {len(rows)} directions and {len(self.strengths)} strengths for them. "
                "Run `python -m knowledge calibrate` to fit it anew."
            )

    @classmethod
    def of(cls, weights: Floats, bias: float, strengths: Floats, directions: Floats) -> Topic:
        """From numbers as they were fitted; `directions` has a row per strength."""
        step = np.abs(directions).max(axis=1, keepdims=True) / _STEPS
        bytes_ = np.round(directions / step).astype(np.int8)
        return cls(
            tuple(round(float(each), 4) for each in weights),
            round(float(bias), 4),
            tuple(float(f"{each:.5g}") for each in strengths * step[:, 0] ** 2),
            base64.b64encode(bytes_.tobytes()).decode(),
        )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Topic:
        """From the calibration's JSON. Raises ValueError with a sentence where it does not fit together."""
        bends = data.get("topic_bends") or {}
        return cls(
            tuple(float(each) for each in data["topic"]),
            float(data["topic_bias"]),
            tuple(float(each) for each in bends.get("strengths", ())),
            str(bends.get("directions", "")),
        )

    def written(self) -> dict[str, Any]:
        """For the calibration's JSON; `read` gives it back."""
        bends = {"strengths": self.strengths, "directions": self.directions}
        return {"topic": self.weights, "topic_bias": self.bias, "topic_bends": bends}

    def log_odds(self, vectors: Floats) -> Floats:
        """One number for each row of `vectors`."""
        straight, strengths = _numbers(self.weights), _numbers(self.strengths)
        found = vectors @ straight + np.float32(self.bias)
        if len(strengths):
            found = found + np.square(vectors @ _rows(self.directions, len(self.weights)).T) @ strengths
        odds: Floats = found
        return odds


@lru_cache(maxsize=16)
def _numbers(values: tuple[float, ...]) -> Floats:
    return np.asarray(values, dtype=np.float32)


@lru_cache(maxsize=8)
def _rows(directions: str, size: int) -> Floats:
    try:
        read = np.frombuffer(base64.b64decode(directions, validate=True), dtype=np.int8)
        return read.reshape(-1, max(1, size)).astype(np.float32)
    except (ValueError, binascii.Error) as error:
        raise ValueError(
            f"The directions of the calibration cannot be read ({error}). "
            "Run `python -m knowledge calibrate` to fit it anew."
        ) from error
