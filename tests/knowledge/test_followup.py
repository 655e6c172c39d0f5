"""Which questions lean on the one before."""

from __future__ import annotations

import pytest

from knowledge.followup import refers_back, with_context


@pytest.mark.parametrize(
    "question",
    ["and how long?", "why?", "is it painful", "what about children", "how do they do that", "more"],
)
def test_follow_ups_are_searched_with_what_they_follow(question: str) -> None:
    assert with_context(question, ["How are the cells given?"]) == [
        question,
        f"How are the cells given? {question}",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How do NK cells recognise cancer cells in the body?",
        "My mother had chemotherapy in spring, do clinics collect cells from patients like her?",
    ],
)
def test_whole_questions_stand_alone(question: str) -> None:
    assert not refers_back(question)
    assert with_context(question, ["How are the cells given?"]) == [question]


def test_the_first_question_has_nothing_to_lean_on() -> None:
    assert with_context("and how long?", []) == ["and how long?"]
