"""Replies: in the passage's own words, with their source; an honest abstention where nothing fits."""

from __future__ import annotations

import pytest

from knowledge.answer import answer, readable, readings, spoken
from knowledge.model import EvidenceKind, Passage, Source
from knowledge.search import Searcher
from tests.knowledge.articles import passages


@pytest.fixture
def searcher(article_searcher: Searcher) -> Searcher:
    return article_searcher


def test_an_answer_is_the_passage_with_a_citation(searcher: Searcher) -> None:
    reply = answer("What are natural killer cells?", (), searcher)
    assert reply.kind == "answer"
    citation = reply.citations[0]
    cited = next(passage for passage in passages() if passage.key == citation.passage)
    assert reply.text == cited.text
    assert citation.quote in cited.text
    assert citation.quote
    assert citation.document == "what-nk-cells-are"
    assert citation.source


def test_the_comparison_comes_as_one_table(searcher: Searcher) -> None:
    reply = answer("show me a table of nk cells compared with stem cells", (), searcher)
    assert reply.text.count("\n|") >= 9


def test_the_six_steps_come_as_steps(searcher: Searcher) -> None:
    reply = answer("how are the cells made", (), searcher)
    assert [line[:2] for line in reply.text.split("\n") if line[:1].isdigit()] == [
        f"{n}." for n in range(1, 7)
    ]


@pytest.mark.parametrize(
    "question",
    [
        "who will win the election",
        "how do i bake sourdough bread",
        "my cat has fleas",
        "best laptop for gaming",
    ],
)
def test_what_no_article_answers_is_abstained_from(searcher: Searcher, question: str) -> None:
    reply = answer(question, (), searcher)
    assert reply.kind == "abstain"
    assert reply.citations == ()
    assert "Talk to a person" in reply.quick_replies


def test_money_questions_are_part_of_the_cost_enquiry_and_name_no_amount(searcher: Searcher) -> None:
    reply = answer("What decides the cost of NK cell therapy?", (), searcher)
    assert reply.kind == "cost"
    assert not any(sign in reply.text for sign in "$€£")


def test_what_the_sources_do_not_tell_is_said_plainly(searcher: Searcher) -> None:
    reply = answer("do i have to stay overnight after the infusion", (), searcher)
    assert reply.kind == "abstain"
    assert "Talk to a person" in reply.quick_replies


def test_related_questions_are_answered_when_tapped(searcher: Searcher) -> None:
    reply = answer("What are natural killer cells?", (), searcher)
    assert reply.quick_replies
    for question in reply.quick_replies:
        assert answer(question, (), searcher).kind == "answer"


def test_a_claim_without_a_name_is_introduced_as_a_claim() -> None:
    source = Source("x", "Example Clinic, web page")
    claim = Passage("k", "d", 1, "T", ("H",), "Our cells are strong.", (), EvidenceKind.CLAIM, (source,))
    assert "Example Clinic" in spoken(claim)
    assert "claim" in spoken(claim)
    attributed = Passage(
        "k", "d", 1, "T", ("H",), "Example Clinic states that its cells are strong.", (), EvidenceKind.CLAIM
    )
    assert spoken(attributed) == attributed.text


def test_pasted_markup_is_read_as_words() -> None:
    assert readable("<b>what</b> are&nbsp;<i>NK</i> cells<script>x</script>?") == "what are NK cells x ?"


def test_every_claim_in_the_articles_names_who_claims_it() -> None:
    unnamed = [p.heading for p in passages() if p.evidence is EvidenceKind.CLAIM and spoken(p) != p.text]
    assert unnamed == []


def test_the_question_behind_a_story_is_answered(searcher: Searcher) -> None:
    story = "Sorry, my dog barked and I lost the thread, it has been a long day. What is amphiregulin?"
    assert readings(story) == [story, "What is amphiregulin?"]
    assert answer(story, (), searcher).citations[0].title.endswith("What is amphiregulin?")
