"""How answers are read: short first, and no "yes" to what the passage does not answer."""

from __future__ import annotations

import pytest

from knowledge.reading import asks_yes_or_no, fold, same_yes, says_yes_or_no, without_yes
from tests.knowledge.articles import passages

SENTENCE = "This sentence has exactly ten words in it, no more. "


def test_a_short_answer_is_not_folded() -> None:
    assert fold("NK cells are white blood cells.\n\nThey are part of the first defence.") is None


def test_a_long_answer_is_folded_after_the_paragraph_that_is_enough() -> None:
    first, rest = (SENTENCE * 5).strip(), (SENTENCE * 4).strip()
    at = fold(f"{first}\n\n{rest}")
    assert at == len(first)


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    opening = (SENTENCE * 5).strip() + " They do this:"
    steps = "\n".join(f"- {SENTENCE.strip()}" for _ in range(3))
    text = f"{opening}\n\n{steps}\n\n{(SENTENCE * 4).strip()}"
    at = fold(text)
    assert at is not None
    assert text[:at].endswith(steps)


def test_a_single_long_paragraph_is_folded_after_a_sentence() -> None:
    text = (SENTENCE * 12).strip()
    at = fold(text)
    assert at is not None
    assert text[:at].endswith("no more.")


def test_what_tells_somebody_to_get_help_is_never_folded_away() -> None:
    assert fold(f"{SENTENCE * 6}\n\n{SENTENCE * 3} Call your local emergency number at once.") is None


def test_folding_loses_nothing_and_leaves_something_to_read() -> None:
    folded = [(passage.text, at) for passage in passages() if (at := fold(passage.text)) is not None]
    assert len(folded) > 20
    for text, at in folded:
        assert len(text[:at].split()) >= 40
        assert len(text[at:].split()) >= 25


@pytest.mark.parametrize(
    "question",
    [
        "is it safe",
        "My mum is 80. Can she fly home?",
        "so do they kill cancer",
        "please, are NK cells white blood cells",
        "stem cells kill cancer also?",
    ],
)
def test_questions_that_yes_answers(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    ["what is the risk", "contamination?", "how do they do it", "which cells are these, can you say"],
)
def test_questions_that_yes_does_not_answer(question: str) -> None:
    assert not asks_yes_or_no(question)


def test_a_yes_is_not_carried_over_to_a_question_that_denies() -> None:
    heading = "Can NK cells be contaminated?"
    assert says_yes_or_no("**Yes**, germs were found.")
    assert not says_yes_or_no("Yesterday it rained.")
    assert same_yes("can the cells be contaminated", heading)
    assert not same_yes("can't they be contaminated", heading)
    assert not same_yes("what about contamination", heading)


def test_a_yes_is_left_out_where_the_rest_stands_by_itself() -> None:
    assert without_yes("Yes, germs have been found.\n\nMore.") == "Germs have been found.\n\nMore."
    assert without_yes("**No**: stem cells repair.") == "Stem cells repair."
    assert without_yes("No, cGMP is about making.") == "cGMP is about making."
    assert without_yes("Yes, they can: studies say so.") is None
    assert without_yes("Nobody knows.") is None
