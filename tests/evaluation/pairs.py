"""Question matching on public pairs: does the encoder put questions that mean the same closer together?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.shares import Share
from knowledge.corpus import SentenceEncoder


@dataclass(frozen=True, slots=True)
class Matching:
    """AUC, and how many pairs are judged right at the cosine that was best on the other half of the set."""

    pairs: int
    auc: float
    right: Share


def match(file: Path, encoder: SentenceEncoder) -> Matching:
    """Measure one file of rows {"q1", "q2", "label"}."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    one, other = (encoder.encode([row[name] for row in rows]) for name in ("q1", "q2"))
    cosines = (one * other).sum(axis=1)
    same = np.asarray([bool(row["label"]) for row in rows])
    # Rows of one first question stand together: halves are cut between them, not through them.
    first = list(dict.fromkeys(row["q1"] for row in rows))
    half = np.asarray([first.index(row["q1"]) % 2 for row in rows])
    right: list[bool] = []
    for tested in (0, 1):
        cut = _best_cut(cosines[half != tested], same[half != tested].tolist())
        right += ((cosines[half == tested] >= cut) == same[half == tested]).tolist()
    return Matching(len(rows), float(roc_auc_score(same, cosines)), Share.of(right))


def _best_cut(cosines: np.ndarray, same: Sequence[bool]) -> float:
    cuts = np.linspace(0, 1, 101)
    hits = [float(((cosines >= cut) == np.asarray(same)).mean()) for cut in cuts]
    return float(cuts[int(np.argmax(hits))])
