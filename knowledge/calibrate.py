"""Fits the decision between answer and abstention on questions of our own.

Three kinds of questions are asked of the articles:

- each section's listed questions, in folds: a fifth of them is taken out of the index and then asked;
- development questions in other words (`calibration/answerable.jsonl`), each with the headings that answer it;
- questions that nothing answers (`calibration/unanswerable.txt`).

The first two count as right only where the best hit is a section that answers them. A logistic
regression on `knowledge.decide.FEATURES` is fitted; the threshold is the lowest one at which, in
cross-validation, at most a given share of the unanswerable questions would be answered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from knowledge.corpus import SentenceEncoder
from knowledge.decide import FEATURES, Calibration, features
from knowledge.memory import build_corpus
from knowledge.model import Passage
from knowledge.search import Searcher

FOLDS = 5
FOLDER = Path(__file__).with_name("calibration")


@dataclass(frozen=True, slots=True)
class Example:
    """A question as the decision saw it: its features, and whether answering would have been right."""

    question: str
    group: str
    numbers: tuple[float, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration and what it does in cross-validation, as shares of the questions of each group."""

    calibration: Calibration
    answered_right: dict[str, float]
    false_answers: float
    examples: tuple[Example, ...]
    probabilities: NDArray[np.float64]


def read_unanswerable(path: Path = FOLDER / "unanswerable.txt") -> list[str]:
    """The questions of the file, comments and blank lines left out."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def read_answerable(path: Path = FOLDER / "answerable.jsonl") -> list[tuple[str, frozenset[str]]]:
    """Pairs of question and the headings ("slug#heading") that answer it; empty where there is no file."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(str(row["question"]), frozenset(row["sections"])) for row in rows]


def place(passage: Passage) -> str:
    """The name of a passage's section: "slug#heading"."""
    return f"{passage.document}#{passage.heading}"


def _example(searcher: Searcher, group: str, question: str, right: frozenset[str]) -> Example:
    hits = searcher.search(question)
    if not hits:
        return Example(question, group, tuple(0.0 for _ in FEATURES), False)
    numbers = features(question, hits, searcher.corpus)
    return Example(
        question, group, tuple(numbers[name] for name in FEATURES), place(hits[0].passage) in right
    )


def _without_fold(passages: Sequence[Passage], fold: int) -> list[Passage]:
    return [
        replace(p, questions=tuple(q for n, q in enumerate(p.questions) if n % FOLDS != fold))
        for p in passages
    ]


def gather(passages: Sequence[Passage], encoder: SentenceEncoder) -> list[Example]:
    """Ask all three kinds of questions."""
    examples: list[Example] = []
    for fold in range(FOLDS):
        searcher = Searcher(build_corpus(_without_fold(passages, fold), encoder), encoder)
        for passage in passages:
            for question in passage.questions[fold::FOLDS]:
                examples.append(_example(searcher, "listed", question, frozenset({place(passage)})))
    searcher = Searcher(build_corpus(passages, encoder), encoder)
    for question, sections in read_answerable():
        examples.append(_example(searcher, "development", question, sections))
    for question in read_unanswerable():
        examples.append(_example(searcher, "unanswerable", question, frozenset()))
    return examples


def fit(examples: Sequence[Example], false_answers: float = 0.04) -> Fit:
    """Fit the model; `false_answers` is the tolerated share of answered unanswerable questions.

    Raises ValueError where there are not both kinds of examples.
    """
    right = np.asarray([example.right for example in examples])
    if right.all() or not right.any():
        raise ValueError("Calibration needs questions that are answered and ones that are not; add some.")
    numbers = np.asarray([example.numbers for example in examples])
    groups = np.asarray([example.group for example in examples])
    share = {name: float((groups == name).mean()) for name in set(groups.tolist())}
    # Each group counts alike, however many questions it has: the listed ones are many and easy.
    counts = np.asarray([1 / share[name] for name in groups.tolist()])
    model = LogisticRegression(C=3.0, max_iter=2000)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    probabilities = cross_val_predict(
        model, numbers, right, cv=folds, method="predict_proba", params={"sample_weight": counts}
    )[:, 1]
    unanswerable = np.sort(probabilities[groups == "unanswerable"])[::-1]
    tolerated = int(false_answers * len(unanswerable))
    threshold = float(unanswerable[tolerated]) + 1e-6 if len(unanswerable) else 0.5
    model.fit(numbers, right, sample_weight=counts)
    weights = {name: round(float(w), 4) for name, w in zip(FEATURES, model.coef_[0], strict=True)}
    calibration = Calibration(weights, round(float(model.intercept_[0]), 4), round(threshold, 4))
    answered = probabilities >= threshold
    return Fit(
        calibration,
        {
            name: float((answered & right)[groups == name].mean())
            for name in ("listed", "development")
            if name in share
        },
        float(answered[groups == "unanswerable"].mean()),
        tuple(examples),
        probabilities,
    )


