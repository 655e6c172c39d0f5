"""Decides whether the best hit is good enough to be an answer. Searching is done; this only judges.

Two small logistic models, fitted on questions of our own (`knowledge.calibrate`):

- *topic*: how much the question, as a vector, is like questions that the articles answer and unlike ones
  that nothing answers (`knowledge.topic`);
- *decision*: turns the topic and a few readable numbers of the search into the probability that the best
  hit answers the question. Below the threshold the bot abstains.

Both are kept in `calibration/decision.json` and stored with every publication. A wrong answer is worse
than none, so the threshold is set by the share of wrong answers that is tolerated, not by accuracy.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus
from knowledge.encoder import DIMENSION
from knowledge.lexical import terms
from knowledge.search import AS_WRITTEN, Found, coverage
from knowledge.topic import Topic

HITS_NEEDED = 6
"""How many hits the decision wants to see."""
NEAR_ENOUGH = 0.34
"""A hit that is less like the question, by its meaning, a listed question's or its words, answers nothing, however
much the question looks like one that is answered. Of 613 answers to questions for fitting, choosing and looking at
errors, no right one lies below 0.35."""
FEATURES = (
    "question",
    "dense",
    "lexical",
    "late",
    "weakest",
    "coverage",
    "known",
    "sense",
    "lead",
    "margin",
    "spread",
    "topic",
)
SHIPPED = Path(__file__).with_name("calibration") / "decision.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted models: one weight per name in `FEATURES`, a bias, the probability to answer from, and
    the topic model.
    """

    weights: dict[str, float]
    bias: float
    threshold: float
    topic: Topic

    @classmethod
    def shipped(cls) -> Calibration:
        """The calibration that comes with the code."""
        return _shipped()

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Raises ValueError with a sentence where weights are missing, unknown, or of another encoder."""
        data = json.loads(text)
        weights = {str(name): float(value) for name, value in data["weights"].items()}
        if set(weights) != set(FEATURES) or "topic" not in data:
            raise ValueError(
                f"The calibration names the features {sorted(weights)}, but this version uses "
                f"{sorted(FEATURES)}. Run `python -m knowledge calibrate` to fit it anew."
            )
        topic = Topic.read(data)
        if len(topic.weights) != DIMENSION:
            raise ValueError(
                f"The calibration is for vectors of {len(topic.weights)} numbers, but this version's have "
                f"{DIMENSION}. Run `python -m knowledge calibrate` to fit it anew."
            )
        return cls(weights, float(data["bias"]), float(data["threshold"]), topic)

    def to_json(self) -> str:
        """The calibration as text; `from_json` gives it back."""
        data = {
            "weights": self.weights,
            "bias": self.bias,
            "threshold": self.threshold,
            **self.topic.written(),
        }
        return json.dumps(data, sort_keys=True) + "\n"

    def topic_of(self, vector: NDArray[np.float32]) -> float:
        """The topic model's log-odds for a question's vector, divided by 4 to lie about −1…1."""
        return float(self.topic.log_odds(vector)) / 4


@cache
def _shipped() -> Calibration:
    return Calibration.from_json(SHIPPED.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Decision:
    """`answer` says whether to answer; `probability` and `features` say why."""

    answer: bool
    probability: float
    threshold: float
    features: dict[str, float]


def features(found: Found, corpus: Corpus, topic: float) -> dict[str, float]:
    """The numbers the decision looks at, each about 0…1 (topic: −1…1).

    `question`, `dense`, `lexical`, `late`, `weakest`, `sense`: of the best hit. `coverage`: how much of the
    question's rare words the best hit knows; `known`: what share of its words any article knows. `margin`:
    the lead of its score over the best hit under another heading, `lead`: that of its sense; `spread`: the
    lead over the last of `HITS_NEEDED` hits.
    """
    hits = found.hits
    best = hits[0]
    wanted = set(terms(found.query))
    others = [hit for hit in hits[1:HITS_NEEDED] if hit.passage.path != best.passage.path]
    return {
        "question": best.question,
        "dense": best.dense,
        "lexical": best.lexical,
        "late": best.late,
        "weakest": best.weakest,
        "sense": best.sense,
        "lead": best.sense - max((hit.sense for hit in others), default=0.0),
        "coverage": coverage(found.query, best, corpus),
        "known": sum(corpus.lexical.knows(term) for term in wanted) / len(wanted) if wanted else 0.0,
        "margin": best.score - max((hit.score for hit in others), default=0.0),
        "spread": best.score - hits[:HITS_NEEDED][-1].score,
        "topic": topic,
    }


def decide(found: Found, corpus: Corpus, calibration: Calibration) -> Decision:
    """Whether the best hit answers the question. No hits, or none that is near: never; listed as asked: always."""
    if not found.hits:
        return Decision(False, 0.0, calibration.threshold, {})
    numbers = features(found, corpus, calibration.topic_of(found.vector))
    if max(numbers["question"], numbers["dense"], numbers["lexical"]) < NEAR_ENOUGH:
        return Decision(False, 0.0, calibration.threshold, numbers)
    total = calibration.bias + sum(calibration.weights[name] * value for name, value in numbers.items())
    probability = 1 / (1 + math.exp(-total))
    if numbers["question"] >= AS_WRITTEN:
        # Its editor said that the section answers it; where there are few sections no lead over others would say so.
        probability = max(probability, calibration.threshold)
    return Decision(probability >= calibration.threshold, probability, calibration.threshold, numbers)
