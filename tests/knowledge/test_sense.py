"""The discriminant: fitted where it helps, absent where too little is known."""

from __future__ import annotations

from dataclasses import replace

from knowledge.encoder import Encoder
from knowledge.memory import build_corpus
from knowledge.search import Searcher, Weights
from knowledge.sense import Sense
from tests.knowledge.articles import passages


def test_it_prefers_the_passage_whose_wordings_are_like_the_question(article_searcher: Searcher) -> None:
    corpus = article_searcher.corpus
    sense = Sense.of(corpus, [unit.kind.value for unit in corpus.units])
    assert sense is not None
    vector = article_searcher.encoder.encode(["do I need a donor who matches me for engineered cells"])[0]
    scores = sense.scores(vector, list(range(len(corpus.passages))))
    best = max(scores, key=lambda number: scores[number])
    assert "match" in corpus.passages[best].heading
    assert max(scores.values()) == 1
    assert min(scores.values()) >= 0


def test_it_does_not_guess_where_articles_list_hardly_any_questions(encoder: Encoder) -> None:
    bare = [replace(passage, questions=()) for passage in passages()[:12]]
    corpus = build_corpus(bare, encoder)
    assert Sense.of(corpus, [unit.kind.value for unit in corpus.units]) is None
    assert Searcher(corpus, encoder).search("what are NK cells")


def test_nothing_asked_gives_nothing(article_searcher: Searcher) -> None:
    corpus = article_searcher.corpus
    sense = Sense.of(corpus, [unit.kind.value for unit in corpus.units])
    assert sense is not None
    assert sense.scores(article_searcher.encoder.encode(["x"])[0], []) == {}
    assert Weights().sense > 0
