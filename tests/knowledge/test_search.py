"""Search over the articles that ship, with the real encoder: what a patient asks finds its section."""

from __future__ import annotations

import pytest

from knowledge.encoder import Encoder
from knowledge.memory import build_corpus
from knowledge.search import Searcher


@pytest.fixture
def searcher(article_searcher: Searcher) -> Searcher:
    return article_searcher


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("my doctor said somthing about killer cells, what even is that", "what-nk-cells-are"),
        ("wats the diffrence to stem cells", "nk-cells-and-stem-cells"),
        ("from the donor to my arm, what is done with the cells?", "how-the-cells-are-prepared"),
        ("GVHD", "risks-and-side-effects"),
        ("is an NK product licensed by the american authority", "what-is-proven-and-what-is-not"),
        ("amphiregulin?", "tissue-repair"),
    ],
)
def test_the_first_hit_is_from_the_right_article(searcher: Searcher, question: str, document: str) -> None:
    assert searcher.search(question)[0].passage.document == document


def test_scores_fall_and_quotes_are_verbatim(searcher: Searcher) -> None:
    hits = searcher.search("How are the cells frozen and thawed?", limit=10)
    assert len(hits) == 10
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.quote in hit.passage.text for hit in hits)


def test_a_follow_up_is_understood_with_what_it_follows(searcher: Searcher) -> None:
    alone = searcher.search("and how is it done?")
    after = searcher.search("and how is it done?", ["Step 5: How are the cells frozen and stored?"])
    assert after[0].passage.heading == "Step 5: How are the cells frozen and stored?"
    assert alone[0].passage.heading != after[0].passage.heading


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_nothing_asked_finds_nothing(searcher: Searcher, question: str) -> None:
    assert searcher.search(question) == []


@pytest.mark.parametrize("question", ["🙂", "?!?!", "\x00", "\ud800", "a" * 1000, "الخلايا", "' OR 1=1 --"])
def test_odd_questions_do_no_harm(searcher: Searcher, question: str) -> None:
    assert isinstance(searcher.search(question), list)


def test_an_empty_knowledge_base_finds_nothing(encoder: Encoder) -> None:
    assert Searcher(build_corpus((), encoder), encoder).search("what are nk cells") == []
