"""Golden questions: kept whole in a file, brought in once, and right for the articles that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.decide import Calibration
from knowledge.gate import Asking
from knowledge.golden import SHIPPED, Golden, bring_in_golden, parse_golden, render_golden
from knowledge.live import Serving
from knowledge.search import Searcher
from knowledge.store import GoldenQuestion
from tests.knowledge.articles import documents
from tests.knowledge.knowing import Home

RIGHT = 0.9


def shipped() -> tuple[Golden, ...]:
    return parse_golden(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)


def test_the_starting_set_names_sections_that_there_are() -> None:
    headings = {
        (each.slug, section.path[-1]) for each in documents() for section in each.sections if section.path
    }
    slugs = {each.slug for each in documents()}
    for golden in shipped():
        assert not golden.document or golden.document in slugs, golden
        assert not golden.section or (golden.document, golden.section) in headings, golden


def test_the_starting_set_asks_of_much_and_expects_abstentions_too() -> None:
    found = shipped()
    assert len(found) >= 60
    assert sum(each.expects == "abstain" for each in found) >= 10
    assert len({each.document for each in found}) >= 20


def test_the_articles_that_ship_answer_the_starting_set(article_searcher: Searcher) -> None:
    asking = Asking(Serving(0, article_searcher, Calibration.shipped(), ()))
    outcomes = [
        asking(GoldenQuestion(at, each.question, each.expects, each.document, each.section, "", 0, ""))
        for at, each in enumerate(shipped())
    ]
    assert sum(each.right for each in outcomes) >= RIGHT * len(outcomes)


def test_the_starting_set_comes_in_once_and_never_comes_back(any_home: Home, tmp_path: Path) -> None:
    store = any_home.store
    mine = store.golden.save("are nk cells the same thing as stem cells", expects="abstain", by="anna")
    assert bring_in_golden(store, by="set-up") == len(shipped()) - 1
    kept = {each.id: each for each in store.golden.all()}
    assert kept[mine].expects == "abstain"
    gone = next(each for each in kept.values() if each.question == "how much does it cost")
    store.golden.remove(gone.id)
    assert bring_in_golden(store, by="set-up") == 0
    assert "how much does it cost" not in {each.question for each in store.golden.all()}
    assert bring_in_golden(store, tmp_path / "nothing.yml") == 0


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
questions = texts.map(lambda text: " ".join(text.split())).filter(bool)
golden = st.builds(
    Golden,
    question=questions,
    expects=st.sampled_from(["answer", "abstain", "cost", "handoff", "smalltalk"]),
    document=st.sampled_from(["rest", "parking"]),
    section=texts.map(lambda text: " ".join(text.split())),
    note=texts.map(str.strip),
)


@given(st.lists(golden, unique_by=lambda each: each.question, max_size=8))
def test_a_file_holds_golden_questions_without_a_loss(found: list[Golden]) -> None:
    text = render_golden(found)
    again = parse_golden(text, "golden.yml")
    assert sorted(again, key=repr) == sorted(found, key=repr)
    assert render_golden(again) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("questions:\n  - expects: answer\n", "“question” is missing"),
        ("questions:\n  - question: a\n    expects: maybe\n", "line 3: “expects” must be one of"),
        ("questions:\n  - question: a\n    expects: answer\n    section: b\n", "line 4: name the document"),
        (
            "questions:\n  - question: a\n    expects: answer\n    colour: red\n",
            "line 4: “colour” is not a field",
        ),
        (
            "questions:\n  - {question: a, expects: answer}\n  - {question: a, expects: cost}\n",
            "stands here twice",
        ),
        ("- a\n", "fields are expected here"),
        ("questions: {a: b}\n", "must be a list"),
        ("\x00", "not allowed"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_golden(text, "golden.yml")
