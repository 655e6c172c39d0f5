"""Retrieval on a public set with graded judgements, in BEIR's layout: ours against each half alone.

Every document becomes one passage, its listed question is the one it came with. What is embedded is kept in the
database given, as embedding some 2,000 documents takes many minutes.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.encoder import Encoder
from knowledge.evaluate import VARIANTS
from knowledge.memory import build_corpus_with
from knowledge.model import Passage
from knowledge.search import Searcher
from knowledge.store import KnowledgeStore

DEPTH = 10
_PARTS = re.compile(r"Question:\s*(.*?)\nURL:.*?\nAnswer:\s*(.*)\Z", re.S)


@dataclass(frozen=True, slots=True)
class Judged:
    """A corpus, its queries, and for each query the graded relevance of documents."""

    passages: tuple[Passage, ...]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


def read_beir(folder: Path) -> Judged:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`."""
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    queries = [
        json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    grades: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            grades.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return Judged(
        tuple(_passage(row["_id"], row["text"]) for row in rows),
        {q["_id"]: q["text"] for q in queries},
        grades,
    )


def _passage(key: str, text: str) -> Passage:
    parts = _PARTS.search(text)
    question, body = (parts.group(1).strip(), parts.group(2).strip()) if parts else ("", text)
    title = question or key
    return Passage(key, key, 1, title, (), body or title, (question,) if question else ())


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Gain 2^grade − 1, discounted by the logarithm of the rank, over the best possible."""
    gains = [2 ** grades.get(key, 0) - 1 for key in ranked[:depth]]
    best = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:depth]
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains)) / ideal if ideal else 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """nDCG and hits per query, for each variant of the search."""

    ndcg: dict[str, list[float]]
    hits: dict[str, dict[int, list[bool]]]


def rank(judged: Judged, encoder: Encoder, store: KnowledgeStore) -> Ranking:
    """Search every query that has a relevant document, with each variant."""
    corpus = build_corpus_with(store, judged.passages, encoder)
    asked = {key: text for key, text in judged.queries.items() if any(judged.grades.get(key, {}).values())}
    scores: dict[str, list[float]] = {}
    hits: dict[str, dict[int, list[bool]]] = {}
    for name, weights in VARIANTS.items():
        searcher = Searcher(corpus, encoder, weights)
        scores[name], hits[name] = [], {1: [], 3: [], 10: []}
        for key, text in asked.items():
            found = [hit.passage.key for hit in searcher.search(text, limit=DEPTH)]
            scores[name].append(ndcg(found, judged.grades[key]))
            for depth, kept in hits[name].items():
                kept.append(any(judged.grades[key].get(each, 0) > 0 for each in found[:depth]))
    return Ranking(scores, hits)
