"""How names and wishes are written does not change what is asked."""

from __future__ import annotations

import pytest

from knowledge.wording import canonical, with_subject, without_manner


@pytest.mark.parametrize(
    "name", ["natural killer cells", "nk-cells", "Killer cells", "NKs", "natural killer (NK) cells"]
)
def test_every_name_of_nk_cells_is_one(name: str) -> None:
    assert canonical(f"what do {name} do") == "what do NK cells do"


@pytest.mark.parametrize(
    "question",
    [
        "what is CAR-NK, in simple words",
        "what is CAR-NK in plain english",
        "what is CAR-NK like i'm five",
        "what is CAR-NK for dummies",
        "what is CAR-NK so that my mum can understand it",
        "what is CAR-NK in a few sentences",
    ],
)
def test_how_it_should_be_said_is_no_part_of_what_is_asked(question: str) -> None:
    assert without_manner(question) == "what is CAR-NK"


@pytest.mark.parametrize(
    "question", ["is it safe for a child?", "is it for kids with leukaemia too", "why simple words"]
)
def test_what_is_asked_stays(question: str) -> None:
    assert without_manner(question) == question


def test_nothing_but_a_wish_stays_as_it_is() -> None:
    assert without_manner("in simple words") == "in simple words"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("do they sit in one place", "do NK cells sit in one place"),
        ("what switches them on?", "what switches NK cells on?"),
        ("do stem cells kill before they heal", "do stem cells kill before they heal"),
        ("why do clinics say what they say", "why do clinics say what they say"),
        ("is it safe", "is it safe"),
    ],
)
def test_they_are_the_cells_where_nothing_else_is_named(question: str, meant: str) -> None:
    assert with_subject(question) == meant
