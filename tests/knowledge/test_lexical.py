"""Word search scores as BM25 does, also when the passages come in parts and some are not live any more."""

from __future__ import annotations

import bm25s
import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.lexical import LexicalIndex, Postings, terms
from knowledge.units import lexical_text
from tests.knowledge.articles import passages

QUESTIONS = (
    "what are nk cells and how are nk cells grown",
    "cytokine release syndrome danger",
    "GVHD",
    "how much does it cost, and who pays",
    "zebra zebra",
    "",
)


def by_the_book(texts: list[str], question: str) -> NDArray[np.float32]:
    """What `bm25s` says."""
    engine = bm25s.BM25(k1=1.2, b=0.6)
    engine.index([terms(text) for text in texts], show_progress=False)
    known = {term for text in texts for term in terms(text)}
    asked = [term for term in terms(question) if term in known]
    return np.asarray(engine.get_scores(asked) if asked else np.zeros(len(texts)), dtype=np.float32)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [lexical_text(passage) for passage in passages()][:150]


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_those_of_the_reference(texts: list[str], question: str) -> None:
    np.testing.assert_allclose(
        LexicalIndex.build(texts).scores(question), by_the_book(texts, question), atol=1e-5
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_parts_score_as_the_whole_and_what_is_not_live_counts_nowhere(
    texts: list[str], question: str
) -> None:
    live = np.random.default_rng(6).permutation(len(texts))[:100]
    numbers = np.full(len(texts), -1, dtype=np.int32)
    numbers[live] = np.arange(len(live))
    parts = [
        (Postings.of(texts[start:end]), numbers[start:end]) for start, end in ((0, 90), (90, 91), (91, 150))
    ]
    index = LexicalIndex(parts, len(live))
    left = [texts[number] for number in live]
    np.testing.assert_allclose(index.scores(question), by_the_book(left, question), atol=1e-5)
    whole = LexicalIndex.build(left)
    for term in terms(question):
        assert index.knows(term) == whole.knows(term)
        assert index.weight(term) == whole.weight(term)


def test_postings_come_back_from_columns(texts: list[str]) -> None:
    made = Postings.of(texts[:20])
    again = Postings.from_columns(made.columns())
    assert dict(again.terms) == dict(made.terms)
    for term in made.terms:
        one, other = made.find(term), again.find(term)
        assert one is not None
        assert other is not None
        assert (one[0].tolist(), one[1].tolist()) == (other[0].tolist(), other[1].tolist())


def test_no_texts_know_no_words() -> None:
    empty = LexicalIndex.build([])
    assert empty.scores("park").shape == (0,)
    assert not empty.knows("park")
    assert Postings.from_columns(Postings.of([]).columns()).find("") is None
