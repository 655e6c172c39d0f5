"""Corrections of an enquiry as people write them, and what only looks like one."""

from __future__ import annotations

import pytest

from actions import enquiry_edits, reproaches
from actions.enquiry_edits import Edits

GIVEN = {
    "name": "Mirela",
    "contact": "mirela@example.org",
    "country": "Croatia",
    "about": "my brothers kidney cancer",
    "time": "after 6pm",
}


def read(text: str) -> Edits:
    return enquiry_edits.read(text, GIVEN)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("topic: melanoma. time: weekends", {"about": "melanoma", "time": "weekends"}),
        (
            "no that is not right. the topic should be lung cancer, my aunt, and the time before noon",
            {"about": "lung cancer, my aunt", "time": "before noon"},
        ),
        ("the country should be Slovenia", {"country": "Slovenia"}),
        ("country is at then ok send it", {}),
        ("change the time to sunday mornings", {"time": "sunday mornings"}),
        (
            "please change the country to Chile and the time to evenings",
            {"country": "Chile", "time": "evenings"},
        ),
        ("name = Rosa; time = weekends", {"name": "Rosa", "time": "weekends"}),
        ("his name should be Goran Babic", {"name": "Goran Babic"}),
        ("what it is about: lupus", {"about": "lupus"}),
        ("the illness is psoriasis", {"about": "psoriasis"}),
    ],
)
def test_details_are_written_anew_several_at_a_time(text: str, values: dict[str, str]) -> None:
    assert read(text).values == values


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("it's for my cousin, not my brother", {"about": "my cousins kidney cancer"}),
        ("not my brother but my cousin", {"about": "my cousins kidney cancer"}),
        ("please write cousin instead of brother", {"about": "my cousins kidney cancer"}),
        ("change brother to cousin", {"about": "my cousins kidney cancer"}),
        ("it still says brother!! COUSIN", {"about": "my cousins kidney cancer"}),
        ("my cousin", {"about": "my cousins kidney cancer"}),
        ("bladder cancer, not kidney cancer", {"about": "my brothers bladder cancer"}),
        ("I live in Serbia not Croatia", {"country": "Serbia"}),
    ],
)
def test_a_word_is_replaced_within_a_detail(text: str, swapped: dict[str, str]) -> None:
    edits = read(text)
    assert edits.swaps == swapped
    assert edits.rest == ""


@pytest.mark.parametrize(
    ("text", "removed"),
    [
        ("no name please", ("name",)),
        ("name: leave blank", ("name",)),
        ("could u take my name out again", ("name",)),
        ("take her name out, Mirela, thanks", ("name",)),
        ("leave the name out, and the country", ("name", "country")),
        ("please don't mention the illness", ("about",)),
        ("remove the country and the time", ("country", "time")),
        ("the time should be empty", ("time",)),
        ("my name is not Mirela", ("name",)),
    ],
)
def test_details_are_taken_out(text: str, removed: tuple[str, ...]) -> None:
    edits = read(text)
    assert edits.removed == removed
    assert "Mirela" not in edits.rest


@pytest.mark.parametrize(
    ("text", "how", "rest"),
    [
        ("only by e-mail please", "email", ""),
        ("email only, any day", "email", "any day"),
        ("please don't phone me", "email", ""),
        ("no calls. mornings", "email", "mornings"),
        ("I'd rather not give my number", "email", "I'd"),
        ("text me, no calls", "text", ""),
        ("you can text 07700 900444", "text", "07700 900444"),
        ("only by phone", "phone", ""),
        ("don't call before ten", "", "don't call before ten"),
        ("I don't want to give my number or my e-mail", "", "I don't want to give my number or my e-mail"),
        ("do not ring me on sundays", "", "do not ring me on sundays"),
        ("is it only by e-mail?", "", "is it only by e-mail?"),
        ("my e-mail is a@b.example", "", "my e-mail is a@b.example"),
    ],
)
def test_the_only_way_to_be_reached_is_heard(text: str, how: str, rest: str) -> None:
    edits = read(text)
    assert edits.how == how
    assert edits.rest == rest


@pytest.mark.parametrize(
    "text",
    [
        "what time is best?",
        "is my name needed?",
        "do you delete the name afterwards?",
        "which country is cheapest?",
        "her illness is getting worse",
        "we have no time for this",
        "they took out the tumour in May",
        "the time is not important",
        "lymphoma not leukaemia",
        "there is no name for it yet",
        "my number is +41 79 555 01 23",
        "she said not to worry",
        "evenings, not too late",
        "I am not sure about it",
    ],
)
def test_what_only_looks_like_a_correction_is_left_alone(text: str) -> None:
    edits = read(text)
    assert not edits
    assert edits.rest == text


@pytest.mark.parametrize(
    "text",
    [
        "I told you that already",
        "I have written that twice!",
        "you never answer",
        "u dont listen",
        "you did not answer my question",
        "why can't you remember anything",
        "why do I have to repeat it",
        "that's not what I asked",
        "I mentioned that in my first message",
        "you keep asking the same thing",
    ],
)
def test_a_reproach_is_no_detail(text: str) -> None:
    assert reproaches.reproached(text)
    assert len(reproaches.without(text).split()) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "it did not respond to chemo",
        "she never answered to the radiation",
        "he does not remember things any more",
        "my mother keeps asking for help",
        "why do you say it is not proven?",
        "they told me that it is lymphoma",
    ],
)
def test_a_story_is_no_reproach(text: str) -> None:
    assert reproaches.without(text) == text


@pytest.mark.parametrize(
    "text", ["ask for a price", "I want a quote please", "ok get me a price then", "send me an offer"]
)
def test_the_bare_wish_for_a_price_is_no_detail(text: str) -> None:
    assert reproaches.without_price_wish(text) == ""
    assert "lymphoma" in reproaches.without_price_wish(f"{text}. it is lymphoma")
