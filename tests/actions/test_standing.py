"""Questions about what became of a request, and what a patient wants done with it."""

from __future__ import annotations

from typing import Any

import pytest

from actions import enquiry_words, leaving
from actions.asked import Asked
from actions.enquiry import FORM, Enquiry
from bot.conversations import model
from tests.actions.test_leaving import CALLBACK, ENQUIRY, WAITING, turn

WITHDRAWN: dict[str, Any] = {"withdrawn": True}
COMPLETE = Enquiry(
    {"name": "Ida", "contact": "i@example.org", "country": "", "about": "lupus", "time": ""}, paused=True
).slots()


def test_the_place_of_what_is_noted_is_the_one_that_is_filled() -> None:
    assert enquiry_words.WHAT_IS_NOTED == model.WHAT_IS_NOTED


@pytest.mark.parametrize("intent", ["question", "cancel", "worry", "ask_human"])
@pytest.mark.parametrize(
    ("text", "around", "does", "says"),
    [
        ("is it all withdrawn now?", WITHDRAWN, "", "^Yes, it is withdrawn"),
        ("was my request cancelled, yes or no", WITHDRAWN, "", "^Yes, it is withdrawn"),
        ("do they still have my number?", WITHDRAWN, "", "^No, it is withdrawn"),
        ("is my enquiry really deleted?", ENQUIRY, "", "^No, it is still with"),
        ("could I take it back?", ENQUIRY, "", "Yes, you can take it back"),
        ("please delete my number", CALLBACK, "withdraws", "it is withdrawn"),
        ("cancel everything, and remove my details", ENQUIRY, "withdraws", "it is withdrawn"),
        ("can you take my enquiry back", ENQUIRY, "withdraws", "it is withdrawn"),
        ("changed my mind again, do ring me after all", WITHDRAWN, "takes_up_again", "noted again"),
        ("please call anyway, same number", WITHDRAWN, "takes_up_again", "noted again"),
        ("what exactly did you write down?", CALLBACK, "reads_back", "This is what is noted"),
        ("did you note afternoons and my son's name?", ENQUIRY, "reads_back", "This is what is noted"),
        ("can I still correct the phone number?", ENQUIRY, "", "Please write the new"),
        ("the mail was wrong, it's ida.b@example.org", ENQUIRY, "corrects", "I have changed it"),
    ],
)
def test_it_is_done_or_said_as_it_is(
    text: str, around: dict[str, Any], does: str, says: str, intent: str
) -> None:
    (reply,), then, known = turn(text, intent, around)
    assert says.removeprefix("^") in reply["text"]
    assert not says.startswith("^") or reply["text"].startswith(says[1:])
    done = {each for each in ("withdraws", "takes_up_again", "reads_back", "corrects") if reply.get(each)}
    assert done - {"reads_back"} == {does} - {"reads_back", ""}
    assert ("reads_back" in done) == (enquiry_words.WHAT_IS_NOTED in reply["text"])
    assert (then, known.asked) == ("action_listen", [])


@pytest.mark.parametrize("around", [WITHDRAWN, CALLBACK, ENQUIRY, WAITING, {}])
@pytest.mark.parametrize(
    "text",
    [
        "can the therapy be taken back?",
        "will the cancer come back again?",
        "is the tumour gone after that?",
        "what did the study note?",
        "can I change my medicine?",
        "how are donor cells removed?",
        "do they call it remission?",
        "can I cancel the flight?",
    ],
)
def test_other_questions_are_searched_for(text: str, around: dict[str, Any]) -> None:
    assert leaving.read(Asked(text, **around)).deed is None


@pytest.mark.parametrize("text", ["just send it then", "send my enquiry please", "is my number with them?"])
def test_a_complete_enquiry_that_waits_shows_its_summary(text: str) -> None:
    _, then, known = turn(text, slots=COMPLETE)
    assert (then, known.asked) == (FORM, [])


def test_what_waits_is_read_back() -> None:
    (reply,), _, _ = turn("what did you write down?", slots=COMPLETE)
    assert "i@example.org" in reply["text"]
    assert enquiry_words.GO_ON in reply["quick_replies"]


@pytest.mark.parametrize(
    ("text", "name", "about", "time"),
    [
        (
            "can somebody phone us, +351 910 555 012 rui, weekend mornings, it's for my aunt, she has myeloma",
            "Rui",
            "my aunt, she has myeloma",
            "weekend mornings",
        ),
        ("tom, tom@example.org, evenings", "Tom", "", "evenings"),
        ("ring me on 079 555 01 23 thanks, after 6pm", "", "", "after 6pm"),
    ],
)
def test_a_call_back_keeps_and_reads_back_all_that_was_said(
    text: str, name: str, about: str, time: str
) -> None:
    (reply,), _, _ = turn(text, "ask_human", WAITING)
    left = reply["leaves"]
    assert (left["name"], left["about"], left["best_time"]) == (name, about, time)
    for each in (name, about, time):
        assert each in reply["text"]


@pytest.mark.parametrize("intent", ["question", "ask_cost"])
@pytest.mark.parametrize(
    "text",
    [
        "I want a price please. name olga. no calls. my brother has melanoma",
        "how much is it and may I give you my number?",
        "price pls, my name is Ola, leukaemia",
    ],
)
def test_a_price_with_a_name_or_a_number_begins_the_enquiry(text: str, intent: str) -> None:
    replies, then, _ = turn(text, intent)
    assert then == FORM
    assert "unless you agree" in replies[0]["text"]


@pytest.mark.parametrize(
    "text", ["what does it cost?", "how much do studies pay?", "can I give my number at the desk?"]
)
def test_a_price_alone_begins_none(text: str) -> None:
    assert not leaving.read(Asked(text)).begins
