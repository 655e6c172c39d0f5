"""What a person in danger reads: first the call, with the right number, and nothing that costs time."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from bot.safety import Category, RedFlag

COUNTRIES = ["", "GB", "US", "DE", "FR", "IE", "AU", "NZ", "IN", "CH", "CA", "RS", "zz"]


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999"), ("us", "911"), ("DE", "112"), ("IE", "112"), ("AU", "000"), ("NZ", "111"), ("IN", "112")],
)
@pytest.mark.parametrize("category", Category)
def test_the_country_names_the_number(category: Category, country: str, number: str) -> None:
    text = RedFlag(category).reply_text(country)
    assert f"call {number} now" in text
    assert "local emergency number" not in text


@pytest.mark.parametrize("country", ["", "CH", "CA", "RS", "??"])
@pytest.mark.parametrize("category", Category)
def test_elsewhere_it_is_the_local_number(category: Category, country: str) -> None:
    text = RedFlag(category).reply_text(country)
    assert "call your local emergency number (112 in the EU, 999 in the UK, 911 in the US) now" in text


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", Category)
def test_the_text_is_short_says_the_call_early_and_mentions_cell_therapy(
    category: Category, country: str
) -> None:
    text = RedFlag(category).reply_text(country)
    assert re.search(r"please call [^.]* now", text[:330], re.IGNORECASE)
    assert "cell therapy" in text
    assert len(text.split()) <= 125
    assert max(len(sentence.split()) for sentence in re.split(r"[.:!?]\s|\n", text)) <= 30


@pytest.mark.parametrize("category", Category)
def test_beside_nurses_the_first_step_is_to_tell_them(category: Category) -> None:
    for text in (
        RedFlag(category).reply_text("GB", with_staff=True),
        RedFlag(Category.INFUSION_REACTION).reply_text("GB"),
    ):
        assert "call 999 now" in text or category is Category.SELF_HARM
        if category is not Category.SELF_HARM:
            assert text.lower().index("nurse") < text.index("999")


def test_a_knock_on_the_head_is_not_told_of_bleeding_alone() -> None:
    assert "knock on the head" in RedFlag(Category.BLEEDING).reply_text()


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", Category)
def test_it_never_tells_anyone_to_wait_to_ask_the_clinic_or_to_take_something(
    category: Category, country: str
) -> None:
    text = RedFlag(category).reply_text(country).lower()
    for word in (
        "wait",
        "clinic",
        "paracetamol",
        "aspirin",
        "ibuprofen",
        "take a",
        "tablet",
        "dose",
        "don't worry",
    ):
        assert word not in text


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("US", "988"),
        ("CA", "988"),
        ("GB", "116 123"),
        ("IE", "116 123"),
        ("AU", "13 11 14"),
        ("NZ", "1737"),
        ("IN", "14416"),
        ("FR", "3114"),
        ("CH", "143"),
    ],
)
def test_self_harm_names_the_crisis_line_of_the_country_after_the_emergency_number(
    country: str, line: str
) -> None:
    text = RedFlag(Category.SELF_HARM).reply_text(country)
    assert line in text
    assert text.lower().index("please call") < text.index(line)


def test_self_harm_without_a_known_country_names_several_lines() -> None:
    for country in ("", "DE"):
        text = RedFlag(Category.SELF_HARM).reply_text(country)
        assert all(line in text for line in ("988", "116 123", "13 11 14", "1737", "14416"))


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", Category)
def test_said_again_it_is_short_new_and_still_has_the_number(category: Category, country: str) -> None:
    texts = [RedFlag(category).reply_text(country, said_before) for said_before in range(4)]
    assert all(one != two for one, two in pairwise(texts))
    for text in texts:
        assert re.search(r"please call [^.]* now", text[:330], re.IGNORECASE)
        assert "cell therapy" in text
        assert not any(
            word in text.lower() for word in ("wait", "clinic", "paracetamol", "dose", "don't worry")
        )
    if category is not Category.SELF_HARM:
        assert all(len(text) < len(texts[0]) for text in texts[1:])


@pytest.mark.parametrize(("country", "line"), [("US", "988"), ("GB", "116 123"), ("", "13 11 14")])
def test_said_again_self_harm_still_has_the_crisis_line(country: str, line: str) -> None:
    assert all(line in RedFlag(Category.SELF_HARM).reply_text(country, times) for times in (1, 2, 3))
