"""Decides whether the best hit is good enough to be an answer. Searching is done; this only judges.

A small logistic model turns a few readable numbers into the probability that the best hit answers the
question; below the threshold the bot abstains. Weights and threshold are fitted on questions of our own
(`knowledge.calibrate`), kept in `calibration/decision.json` where a person can read them, and stored with every
publication. A wrong answer is worse than none, so the threshold is set by the share of wrong answers
that is tolerated, not by accuracy.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.corpus import Corpus
from knowledge.lexical import terms
from knowledge.model import Hit
from knowledge.search import coverage

FEATURES = ("question", "dense", "lexical", "coverage", "margin", "agreement", "short")
SHIPPED = Path(__file__).with_name("calibration") / "decision.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model: one weight per name in `FEATURES`, a bias, and the probability to answer from."""

    weights: dict[str, float]
    bias: float
    threshold: float

    @classmethod
    def shipped(cls) -> Calibration:
        """The calibration that comes with the code."""
        return cls.from_json(SHIPPED.read_text(encoding="utf-8"))

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Raises ValueError with a sentence where weights are missing or unknown."""
        data = json.loads(text)
        weights = {str(name): float(value) for name, value in data["weights"].items()}
        if set(weights) != set(FEATURES):
            raise ValueError(
                f"The calibration names the features {sorted(weights)}, but this version uses "
                f"{sorted(FEATURES)}. Run `python -m knowledge calibrate` to fit it anew."
            )
        return cls(weights, float(data["bias"]), float(data["threshold"]))

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True, slots=True)
class Decision:
    """`answer` says whether to answer; `probability` and `features` say why."""

    answer: bool
    probability: float
    threshold: float
    features: dict[str, float]


def features(question: str, hits: Sequence[Hit], corpus: Corpus) -> dict[str, float]:
    """The numbers the decision looks at, each roughly 0…1.

    `question`, `dense`, `lexical`: of the best hit. `coverage`: how much of the question's rare words it
    knows. `margin`: its lead over the best hit under another heading. `agreement`: share of the first
    hits that come from the same document. `short`: 1 for a question of at most one content word.
    """
    best = hits[0]
    others = [hit.score for hit in hits[1:] if hit.passage.path != best.passage.path]
    return {
        "question": best.question,
        "dense": best.dense,
        "lexical": best.lexical,
        "coverage": coverage(question, best, corpus),
        "margin": best.score - max(others, default=0.0),
        "agreement": sum(hit.passage.document == best.passage.document for hit in hits) / len(hits),
        "short": float(len(set(terms(question))) <= 1),
    }


def decide(question: str, hits: Sequence[Hit], corpus: Corpus, calibration: Calibration) -> Decision:
    """Whether the best hit answers the question. No hits: never."""
    if not hits:
        return Decision(False, 0.0, calibration.threshold, {})
    numbers = features(question, hits, corpus)
    total = calibration.bias + sum(calibration.weights[name] * value for name, value in numbers.items())
    probability = 1 / (1 + math.exp(-total))
    return Decision(probability >= calibration.threshold, probability, calibration.threshold, numbers)
