"""The fields of an enquiry hold what belongs there, and what was said before is taken up."""

from __future__ import annotations

from typing import Any

import pytest

from actions import enquiry_words as said_words
from actions.enquiry import SUBJECT_OF_A_CALL, Enquiry, slot
from tests.actions.test_actions import ANSWER
from tests.actions.test_enquiry import Form
from tests.actions.test_enquiry_whole import asked_for, at_summary, held

# No sentence in a field


@pytest.mark.parametrize(
    ("step", "given", "text"),
    [
        (
            "time",
            {"name": "Ida", "contact": "i@example.org", "country": "", "about": "lupus"},
            "you never answered me",
        ),
        (
            "time",
            {"name": "Ida", "contact": "i@example.org", "country": "", "about": "lupus"},
            "hm dunno really",
        ),
        ("about", {"name": "Ida", "contact": "i@example.org", "country": ""}, "I wrote that already"),
        ("about", {"name": "Ida", "contact": "i@example.org", "country": ""}, "ask for a price"),
        ("about", {"name": "Ida", "contact": "i@example.org", "country": ""}, "ok ok"),
        ("name", {}, "get me a quote"),
        ("country", {"name": "Ida", "contact": "i@example.org"}, "actually how long is one infusion"),
    ],
)
def test_a_reproach_a_question_or_a_command_is_no_value(step: str, given: dict[str, str], text: str) -> None:
    form = asked_for(step, **given)
    form.say(text)
    assert held(form) == given
    assert form.slots["requested_slot"] == slot(step)


def test_what_was_not_answered_is_searched_for_again_and_the_step_asked_again() -> None:
    form = asked_for("time", name="Ida", contact="i@example.org", country="", about="lupus")
    answer = form.say("u didn't answer about the fasting")
    assert answer.startswith(said_words.NOT_ANSWERED)
    assert form.known.asked[-1][0] == "the fasting"
    assert said_words.ASK_AGAIN["time"] in answer


def test_an_answer_beside_a_reproach_is_kept_without_it() -> None:
    form = asked_for("about", name="Ida", contact="i@example.org", country="")
    answer = form.say("my husband has melanoma, i said that in my first message. why dont you remember")
    assert said_words.TWICE in answer
    assert held(form)["about"] == "my husband has melanoma"


@pytest.mark.parametrize(
    ("step", "text", "values"),
    [
        ("about", "from Romania. morning calls are best", {"country": "Romania", "time": "morning"}),
        ("about", "yes Romania. evening call is good", {"country": "Romania", "time": "evening"}),
        ("time", "I say afternoons", {"time": "afternoons"}),
        ("time", "I live in Romania, afternoons", {"time": "I live in Romania, afternoons"}),
        ("time", "Romania, afternoons", {"country": "Romania", "time": "afternoons"}),
        ("time", "I don't mind", {"time": "I don't mind"}),
        ("time", "once the kids are in school", {"time": "once the kids are in school"}),
        ("time", "for my wife, leukaemia. tuesdays", {"about": "my wife, leukaemia", "time": "tuesdays"}),
        ("name", "MILAN", {"name": "Milan"}),
        ("name", "sanna virtanen", {"name": "Sanna Virtanen"}),
    ],
)
def test_each_detail_goes_where_it_belongs(step: str, text: str, values: dict[str, str]) -> None:
    form = asked_for(step, contact="i@example.org", **({"country": ""} if step == "x" else {}))
    form.slots |= {slot(each): "" for each in ("name",) if step != "name"}
    form.say(text)
    assert {name: value for name, value in held(form).items() if name in values} == values


def test_a_step_that_is_missed_twice_is_left_out_with_a_word() -> None:
    form = asked_for("name", contact="i@example.org")
    assert form.say("hm hm") == said_words.NOT_UNDERSTOOD["name"]
    answer = form.say("what what")
    form.say("hm")
    assert said_words.LEFT_OUT in answer or held(form).get("name") == ""


# Corrections at every step and at the summary


@pytest.mark.parametrize("step", ["country", "about", "time", "consent"])
def test_a_name_is_taken_out_at_every_step(step: str) -> None:
    given = {"name": "Zora", "contact": "z@example.org", "country": "Chile", "about": "lupus", "time": "noon"}
    order = ["name", "contact", "country", "about", "time", "consent"]
    form = asked_for(step, **{each: given[each] for each in order[: order.index(step)]})
    answer = form.say("can you take the name out again please")
    assert held(form)["name"] == ""
    assert f"{said_words.TAKEN_OUT} the name" in answer
    assert form.slots["requested_slot"] == slot(step)


def test_several_corrections_are_taken_and_named() -> None:
    form = at_summary(about="my sons leukaemia")
    answer = form.say("it's my nephew not my son. and the country should be Oman, ok send")
    assert held(form)["about"] == "my nephews leukaemia"
    assert held(form)["country"] == "Oman"
    assert f"{said_words.CORRECTED} the country and what it is about" in answer
    assert said_words.ASK_CONSENT in answer
    assert form.enquiry is None
    form.say("Yes, send it")
    assert form.enquiry is not None


def test_a_pause_takes_the_correction_beside_it() -> None:
    form = at_summary()
    answer = form.say("Name: leave blank. I need to talk to my sister first")
    assert held(form)["name"] == ""
    assert said_words.TAKEN_OUT in answer
    assert said_words.LATER in answer


@pytest.mark.parametrize("button", said_words.CHANGE)
def test_each_detail_has_a_button_to_change_it(button: str) -> None:
    form = at_summary()
    form.say(said_words.CHANGE_SOMETHING)
    answer = form.say(button)
    assert answer in said_words.ASK_CHANGE.values()
    assert answer != said_words.ASK_CHANGE[None]


def test_who_checks_a_correction_sees_it() -> None:
    form = at_summary(about="my uncles lymphoma")
    for text in ("so does it say uncle now?", "UNCLE"):
        answer = form.say(text)
        assert "my uncles lymphoma" in answer
        assert said_words.ASK_CONSENT in answer
    assert form.known.asked == []


def test_a_question_about_the_illness_at_the_summary_stays_one() -> None:
    form = at_summary(about="my uncles lymphoma")
    assert ANSWER.text in form.say("is lymphoma often treated with donor cells?")


def test_the_only_way_to_be_reached_is_noted_and_sent() -> None:
    form = asked_for("time", name="Ida", contact="i@example.org", country="", about="lupus")
    answer = form.say("mornings, but please no phone calls")
    assert said_words.HOW_NOTED["email"] in answer
    assert said_words.HOW["email"] in answer
    form.say("Yes, send it")
    assert form.enquiry is not None
    assert form.enquiry["best_time"] == f"mornings; {said_words.HOW['email']}"


# What was said before


def opened(text: str, *before: str, **more: Any) -> Form:
    form = Form(*(ANSWER,) * 4)
    form.earlier = before
    form.answer = form.say(text, **more)
    return form


@pytest.mark.parametrize(
    ("before", "values"),
    [
        (
            ("my wife has ovarian cancer. does it help?", "we live in Bulgaria"),
            ("ovarian cancer", "Bulgaria"),
        ),
        (("I'm from Ghana and my son has leukaemia",), ("leukaemia", "Ghana")),
    ],
)
def test_what_was_told_before_is_filled_in_and_not_asked_again(
    before: tuple[str, ...], values: tuple[str, str]
) -> None:
    form = opened("Ask for a price", *before, intent="request_enquiry")
    assert said_words.TAKEN_FROM_BEFORE in form.answer
    assert all(value in form.answer for value in values)
    form.say("Ana")
    form.say("ana@example.org")
    assert form.slots["requested_slot"] == slot("time")


@pytest.mark.parametrize(
    "before",
    [
        "are there trials in Germany?",
        "does it help against lung cancer?",
        "can I fly to Austria?",
        "my dad has no cancer",
    ],
)
def test_what_was_only_asked_about_is_not_filled_in(before: str) -> None:
    form = opened("Ask for a price", before, intent="request_enquiry")
    assert held(form) == {}
    assert said_words.TAKEN_FROM_BEFORE not in form.answer


def test_whom_it_is_for_is_kept_and_only_the_illness_asked() -> None:
    form = opened("price please for my mother. Ines, ines@example.org, Peru", intent="request_enquiry")
    assert said_words.ASK_ILLNESS in form.answer
    form.say("lupus")
    assert held(form)["about"] == "lupus (my mother)"


def test_a_price_a_name_and_no_number_in_the_first_message() -> None:
    form = opened("a price pls. name olu. i wont give my number, sorry: don't want calls. husband, lymphoma")
    assert held(form) == {"name": "Olu", "about": "husband, lymphoma"}
    assert said_words.ASK_EMAIL in form.answer


@pytest.mark.parametrize("intent", ["request_enquiry", "give_details", "affirm"])
def test_every_opening_says_that_nothing_is_sent_without_a_yes(intent: str) -> None:
    form = opened("I'm Ines, ines@example.org, Peru, lupus", intent=intent)
    assert "unless you agree" in form.answer
    assert "unless you agree" in opened("yes", intent="affirm").answer


def test_who_wants_a_call_reads_nothing_of_a_price() -> None:
    form = opened("please call me back, Ines, +51 1 555 0199, Peru, any time", intent="ask_human")
    answer = form.say("skip")
    assert "price" not in form.answer + answer
    form.say("Yes, send it")
    assert form.enquiry is not None
    assert form.enquiry["about"] == SUBJECT_OF_A_CALL


# After an alarm


@pytest.mark.parametrize("text", ["just send it then", "ok, please send it", "is my request sent?"])
def test_a_complete_enquiry_is_there_after_an_alarm(text: str) -> None:
    form = at_summary()
    answer = form.say(text, metadata={"interrupted": True})
    assert said_words.ASK_CONSENT in answer
    assert form.enquiry is None
    assert Enquiry.of(form.slots).given["contact"]
    form.say("Yes, send it")
    assert form.enquiry is not None
