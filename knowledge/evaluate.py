"""Measures retrieval: is the sentence that answers a question inside the first hits?

A development question names *gold spans*: verbatim sentences of a source file that answer it. A hit is
right when its passage contains one of them. Compared are the search that serves patients and, beside
it, word search alone and vector search alone, over the very same passages.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpus import Corpus, SentenceEncoder
from knowledge.model import Passage
from knowledge.search import Searcher, Weights

DEPTHS = (1, 3, 5)
VARIANTS: dict[str, Weights] = {
    "hybrid (as served)": Weights(),
    "words alone (BM25)": Weights(
        question=0, sentence=0, passage=0, heading=0, late=0, lexical=1, sense=0, match=0
    ),
    "vectors alone": Weights(
        question=0, sentence=0, passage=1, heading=0, late=0, lexical=0, sense=0, match=0
    ),
}


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question and the spans (slug of the document, verbatim text) any of which answers it."""

    id: str
    text: str
    spans: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SpanReport:
    """`hits[variant][k]` is the share of questions whose span is in the first k hits."""

    questions: int
    passages: int
    hits: dict[str, dict[int, float]]
    missed: tuple[tuple[str, str, str], ...]
    """Questions not answered within the first three: (id, question, heading of the first hit)."""


def letters(text: str) -> str:
    """Only the letters and digits of a text, so that line breaks, list marks and quotes do not matter."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def read_span_questions(path: Path) -> list[SpanQuestion]:
    """Questions with gold spans from a JSON-lines file with rows {"id", "question", "gold": [{"source", "span"}]}.

    Raises ValueError with the line number where a line is not such a row.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            spans = tuple((gold["source"], gold["span"]) for gold in row.get("gold", ()))
            if spans:
                found.append(SpanQuestion(str(row["id"]), str(row["question"]), spans))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f'{path}, line {number}: expected an object with "id", "question" and "gold"; {error!r}.'
            ) from error
    return found


def contains(passage: Passage, spans: Sequence[tuple[str, str]]) -> bool:
    """Whether the passage, with its headings, holds one of the spans."""
    text = letters("\n".join((*passage.path, passage.text)))
    return any(letters(span) in text for _, span in spans)


def evaluate_spans(
    questions: Sequence[SpanQuestion], build: Callable[[], Corpus], encoder: SentenceEncoder
) -> SpanReport:
    """Search every question in the corpus that `build` returns, with each variant of `VARIANTS`."""
    corpus = build()
    hits: dict[str, dict[int, float]] = {}
    missed: list[tuple[str, str, str]] = []
    for name, weights in VARIANTS.items():
        searcher = Searcher(corpus, encoder, weights)
        found = dict.fromkeys(DEPTHS, 0)
        for question in questions:
            ranked = [hit.passage for hit in searcher.search(question.text, limit=max(DEPTHS))]
            right = [contains(passage, question.spans) for passage in ranked]
            for depth in DEPTHS:
                found[depth] += any(right[:depth])
            if weights == VARIANTS["hybrid (as served)"] and not any(right[:3]):
                heading = ranked[0].heading if ranked else "(nothing)"
                missed.append((question.id, question.text, heading))
        total = max(1, len(questions))
        hits[name] = {depth: count / total for depth, count in found.items()}
    return SpanReport(len(questions), len(corpus.passages), hits, tuple(missed))
