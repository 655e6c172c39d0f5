"""Replies: in the passage's own words, with their source; an honest abstention where nothing fits."""

from __future__ import annotations

import pytest

from knowledge import replies
from knowledge.answer import answer, prepare_offers, says_something, spoken
from knowledge.asking import attempts, leanings, readable, readings
from knowledge.decide import Calibration
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


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Can I drink a glass of wine after the cells?", "no rules for daily life"),
        ("may I go to the sauna a week later", "no rules for daily life"),
        ("is the product kosher", "do not list what is in the liquid"),
        ("could my brother give me his cells?", "whether a relative can be one"),
    ],
)
def test_what_nobody_knows_is_said_with_less_certainty_than_an_answer_needs(
    searcher: Searcher, question: str, said: str
) -> None:
    reply = answer(question, [], searcher)
    assert (reply.kind, said in reply.text) == ("abstain", True)
    assert reply.citations
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


def test_a_story_without_a_question_mark_ends_with_what_is_asked() -> None:
    story = "We sat at the hairdresser. She spoke of amphiregulin and never said what amphiregulin does"
    assert readings(story) == [story, "She spoke of amphiregulin and never said what amphiregulin does"]


def test_the_question_after_a_sentence_leans_on_it(searcher: Searcher) -> None:
    story = "A friend of ours is joining a study with these cells. How do they choose who may take part?"
    asked = "How do they choose who may take part?"
    assert (asked, ("A friend of ours is joining a study with these cells.",)) in [
        (text, tuple(before)) for text, before in attempts(story, (), searcher.knows)
    ]


def test_who_may_have_meant_something_near_is_offered_it(searcher: Searcher) -> None:
    reply = answer("how many hours may frozen cells travel", (), searcher)
    assert reply.kind == "abstain"
    person, *others = reply.quick_replies
    assert person == replies.TALK_TO_A_PERSON
    assert others
    for offered in others:
        assert answer(offered, (), searcher).kind == "answer"
    far = answer("who won the world cup in 1998", (), searcher)
    assert far.kind == "abstain"
    assert far.quick_replies == (replies.TALK_TO_A_PERSON,)


def test_they_are_the_cells_in_a_first_question_only() -> None:
    assert readings("do they sleep", alone=True) == ["do they sleep", "do NK cells sleep"]
    assert readings("do they sleep") == ["do they sleep"]


def test_a_passage_is_not_said_twice(searcher: Searcher) -> None:
    question = "What are natural killer cells?"
    first = answer(question, (), searcher)
    shown = [first.citations[0].passage]
    again = answer("what is a natural killer cell exactly?", (question,), searcher, shown=shown)
    assert again.text != first.text
    assert not {citation.passage for citation in again.citations} & set(shown)


def test_who_has_heard_it_all_is_told_so_and_offered_a_person(searcher: Searcher) -> None:
    question = "What is amphiregulin?"
    everything = [passage.key for passage in passages()]
    reply = answer("so what is amphiregulin", (question,), searcher, shown=everything)
    assert reply.text.startswith("In short: ")
    assert "they say no more" in reply.text
    assert len(reply.text) < len(answer(question, (), searcher).text)
    assert "Talk to a person" in reply.quick_replies


def test_who_comes_back_to_a_question_does_not_get_a_neighbour_of_its_section(searcher: Searcher) -> None:
    question = "Must my donor match me?"
    shown = [answer(question, (), searcher).citations[0].passage]
    for again in ("Do the cells have to match my body?", "do they need to match"):
        reply = answer(again, (question,), searcher, shown=shown)
        assert [citation.passage for citation in reply.citations] == shown


def test_a_scrap_of_a_list_is_no_answer() -> None:
    assert not says_something("the name of the laboratory")
    assert not says_something("Rash: 4.2 %")
    assert says_something("Each trial sets its own **age limit**.")


def test_another_question_about_the_same_passage_is_not_answered_with_the_whole_again(
    searcher: Searcher,
) -> None:
    risks = answer("What are the risks of NK cell therapy?", (), searcher)
    reply = answer(
        "do they know the late effects", (risks.text,), searcher, shown=[risks.citations[0].passage]
    )
    assert reply.kind == "answer"
    assert reply.text != risks.text


def test_a_yes_is_only_said_to_the_question_it_answers(searcher: Searcher) -> None:
    asked = answer("Can NK cells or other cell products be contaminated?", (), searcher)
    assert asked.text.startswith("Yes")
    loosely = answer("what about contamination of the cells", (), searcher)
    assert loosely.kind == "answer"
    assert not loosely.text.startswith(("Yes", "No"))
    assert not loosely.citations[0].quote.startswith(("Yes", "No"))
    cited = next(each for each in passages() if each.key == loosely.citations[0].passage)
    assert loosely.citations[0].quote in cited.text


def test_one_word_that_turns_a_question_round_gets_no_yes(searcher: Searcher) -> None:
    assert answer("will I lose my hair", (), searcher).text.startswith("Yes")
    assert not answer("can nk cells cause hair growth", (), searcher).text.startswith("Yes")


def test_what_was_just_asked_is_not_offered_again(searcher: Searcher) -> None:
    for question in ("What are cytokines?", "what are the risks", "how are the cells made"):
        reply = answer(question, (), searcher)
        heading = reply.citations[0].title.partition(": ")[2]
        assert heading not in reply.quick_replies
        for offered in reply.quick_replies:
            assert answer(offered, (), searcher).citations[0].title.endswith(offered)


def test_questions_to_offer_are_looked_up_before_they_are_needed(searcher: Searcher) -> None:
    mine = Searcher(searcher.corpus, searcher.encoder)
    prepare_offers(mine, Calibration.shipped())
    first = len(mine.answering)
    assert 0 < first < len(passages())
    prepare_offers(mine, Calibration.shipped())
    assert len(mine.answering) > first
    assert any(mine.answering.values())


def test_a_follow_up_that_means_itself_is_not_led_astray_by_what_was_asked_before(searcher: Searcher) -> None:
    before = ["do stem cells kill cancer cells?"]
    reply = answer("and the killer cells, what good is it that they react quickly?", before, searcher)
    assert reply.citations[0].title.endswith("How fast do NK cells act, and why does speed matter?")
    assert leanings("and why?", before, searcher.knows) == [before]
    made = answer(
        "how are the cells made", ["what are nk cells", "whats the differnce to stem cells"], searcher
    )
    assert "1. **Collection:**" in made.text


@pytest.mark.parametrize("text", ["restart", "/restart", "saturday"])
def test_what_no_article_has_a_word_of_is_no_follow_up(searcher: Searcher, text: str) -> None:
    for before in ("what are nk cells", "what are the risks"):
        assert answer(text, [before], searcher).kind == "abstain"
    assert answer("and the childrn?", ["what are the risks"], searcher).kind == "answer"


def test_a_wish_for_simple_words_is_no_reason_to_say_nothing(searcher: Searcher) -> None:
    plain = answer("what are nk cells", (), searcher)
    assert answer("what are nk cells in simple words", (), searcher).text == plain.text


def test_nothing_far_from_the_question_is_offered(searcher: Searcher) -> None:
    for question in ("do you have a press contact", "per kg or in all, ten to the eight?"):
        assert answer(question, (), searcher).quick_replies[1:] == ()
