"""Fits the decision between answer and abstention on questions of our own.

Three kinds of questions are asked of the articles:

- each section's listed questions, in folds: a part of them is taken out of the index and then asked;
- development questions in other words (`calibration/answerable.jsonl`), each with the headings that answer it;
- questions that nothing answers (`calibration/unanswerable.txt`).

An answer is right where the best hit is a section that answers the question. Listed questions whose best
hit is another section are left out: several sections often answer one question, and only one of them lists it.

The threshold is the lowest one at which at most a given share of the unanswerable questions would be
answered: those above, in cross-validation, together with those of `calibration/choose.jsonl`, which the
models never see. Each question's topic comes from a model that was fitted without it.

Questions for testing are none of these files; they stand with the tests, and a test proves it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from knowledge.decide import FEATURES, HITS_NEEDED, Calibration, features
from knowledge.encoder import Encoder
from knowledge.memory import build_corpus_with
from knowledge.model import Passage
from knowledge.search import Searcher
from knowledge.store import KnowledgeStore
from knowledge.topic_fit import fit_topic

FOLDS = 5
ASKED = 2
"""So many fifths of the listed questions are asked; more say the same and take longer."""
TOLERATED = 0.10
"""Share of our unanswerable questions that may be answered. Nearly all of them are near misses, written to look
like ours; of what patients really ask and no article answers, about a third as much is answered."""
CHOOSING = "choosing"
FOLDER = Path(__file__).with_name("calibration")


@dataclass(frozen=True, slots=True)
class Example:
    """A question as the decision saw it (topic still 0): features, vector, whether answering is right."""

    question: str
    group: str
    numbers: tuple[float, ...]
    vector: NDArray[np.float32]
    right: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration and what it does in cross-validation, as shares of the questions of each group.

    `answered_right` and `answered_wrong` are by group; `false_answers` is the share of unanswerable
    questions that are answered. `probabilities` go with `examples`.
    """

    calibration: Calibration
    answered_right: dict[str, float]
    answered_wrong: dict[str, float]
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


def read_choosing(path: Path = FOLDER / "choose.jsonl") -> list[tuple[str, frozenset[str]]]:
    """The questions that only the threshold is chosen on; no sections where nothing answers."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(str(row["question"]), frozenset(row["sections"])) for row in rows]


def place(passage: Passage) -> str:
    """The name of a passage's section: "slug#heading"."""
    return f"{passage.document}#{passage.heading}"


def _example(searcher: Searcher, group: str, question: str, right: frozenset[str]) -> Example:
    found = searcher.find(question, limit=HITS_NEEDED)
    numbers = features(found, searcher.corpus, topic=0.0)
    return Example(
        question,
        group,
        tuple(numbers[name] for name in FEATURES),
        found.vector,
        place(found.hits[0].passage) in right,
    )


def _without_fold(passages: Sequence[Passage], fold: int) -> list[Passage]:
    return [
        replace(p, questions=tuple(q for n, q in enumerate(p.questions) if n % FOLDS != fold))
        for p in passages
    ]


def gather(
    passages: Sequence[Passage], encoder: Encoder, store: KnowledgeStore, folds: int = ASKED
) -> list[Example]:
    """Ask all three kinds of questions; of the listed ones, the first `folds` fifths. `store` keeps vectors."""
    # The encoder computes outside Python's lock, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="ask") as pool:
        examples: list[Example] = []
        for fold in range(folds):
            searcher = Searcher(build_corpus_with(store, _without_fold(passages, fold), encoder), encoder)
            asked = [
                ("listed", question, frozenset({place(passage)}))
                for passage in passages
                for question in passage.questions[fold::FOLDS]
            ]
            found = pool.map(partial(_example, searcher), *zip(*asked, strict=True)) if asked else ()
            examples += [example for example in found if example.right]
        searcher = Searcher(build_corpus_with(store, passages, encoder), encoder)
        others = [("development", *each) for each in read_answerable()]
        others += [("unanswerable", question, frozenset()) for question in read_unanswerable()]
        others += [
            (CHOOSING if sections else f"{CHOOSING}, unanswerable", question, sections)
            for question, sections in read_choosing()
        ]
        examples += pool.map(partial(_example, searcher), *zip(*others, strict=True))
    return examples


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=5000)


def _by_group(groups: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weights with which each group counts alike, however many questions it has."""
    names, counts = np.unique(groups, return_counts=True)
    share = dict(zip(names.tolist(), counts.tolist(), strict=True))
    mean = len(groups) / len(names)
    return np.asarray([mean / share[name] for name in groups.tolist()])


def fit(examples: Sequence[Example], false_answers: float = TOLERATED) -> Fit:
    """Fit both models; `false_answers` is the tolerated share of answered unanswerable questions.

    Raises ValueError where there are not both kinds of examples.
    """
    fitted = [example for example in examples if not example.group.startswith(CHOOSING)]
    chosen = [example for example in examples if example.group.startswith(CHOOSING)]
    right = np.asarray([example.right for example in fitted])
    if right.all() or not right.any():
        raise ValueError("Calibration needs questions that are answered and ones that are not; add some.")
    groups = np.asarray([example.group for example in fitted])
    counts = _by_group(groups)
    # The topic of the unanswerable weighs as much as that of both other groups together.
    topical = groups != "unanswerable"
    topic_counts = np.where(topical, counts, 2 * counts)
    vectors = np.stack([example.vector for example in fitted])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)

    topics = np.zeros(len(fitted))
    for known, unknown in folds.split(vectors, topical):
        model = fit_topic(vectors[known], topical[known], topic_counts[known])
        topics[unknown] = model.log_odds(vectors[unknown]) / 4
    numbers = np.asarray([example.numbers for example in fitted])
    numbers[:, FEATURES.index("topic")] = topics
    judged = cross_val_predict(
        _model(3.0), numbers, right, cv=folds, method="predict_proba", params={"sample_weight": counts}
    )
    probabilities = np.asarray(judged)[:, 1]

    topic = fit_topic(vectors, topical, topic_counts)
    decision = _model(3.0).fit(numbers, right, sample_weight=counts)
    if chosen:
        unseen = np.asarray([example.numbers for example in chosen])
        of = topic.log_odds(np.stack([example.vector for example in chosen])) / 4
        unseen[:, FEATURES.index("topic")] = of
        probabilities = np.concatenate([probabilities, decision.predict_proba(unseen)[:, 1]])
        right = np.concatenate([right, [example.right for example in chosen]])
        groups = np.concatenate([groups, [example.group for example in chosen]])
    nothing = np.asarray([name.endswith("unanswerable") for name in groups.tolist()])
    unanswerable = np.sort(probabilities[nothing])[::-1]
    threshold = float(unanswerable[int(false_answers * len(unanswerable))]) + 1e-6

    calibration = Calibration(
        {name: round(float(w), 4) for name, w in zip(FEATURES, decision.coef_[0], strict=True)},
        round(float(decision.intercept_[0]), 4),
        round(threshold, 4),
        topic,
    )
    answered = probabilities >= threshold
    asked = [name for name in ("listed", "development", CHOOSING) if (groups == name).any()]
    return Fit(
        calibration,
        {name: float((answered & right)[groups == name].mean()) for name in asked},
        {name: float((answered & ~right)[groups == name].mean()) for name in asked},
        float(answered[nothing].mean()),
        (*fitted, *chosen),
        probabilities,
    )
