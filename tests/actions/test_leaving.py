"""An address or a number that is typed outside the enquiry form, and questions about what became of it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from actions import enquiry_words, leaving
from actions.asked import Asked
from actions.enquiry import FORM
from actions.server import Executor
from bot.web import replies
from tests.actions.calls import call, said
from tests.actions.test_actions import ANSWER, Known

WAITING: dict[str, Any] = {"waiting": True}
CALLBACK: dict[str, Any] = {"left": {"callback": ["phone"]}}
ENQUIRY: dict[str, Any] = {"left": {"enquiry": ["phone"]}}
DOORS = {
    "give_details": "action_give_details",
    "ask_human": "action_handoff",
    "cancel": "action_cancel",
    "greet": "action_greet",
    "affirm": "action_affirm",
    "worry": "action_worry",
    "question": "action_answer",
    "ask_cost": "action_cost",
    "medical_advice": "action_medical_advice",
}


def turn(
    text: str,
    intent: str = "question",
    around: dict[str, Any] | None = None,
    slots: dict[str, Any] | None = None,
) -> tuple[list[dict[str, Any]], str, Known]:
    """What is said to a message, by the actions one after the other as Rasa runs them; and the last that follows."""
    known = Known(ANSWER, ANSWER)
    message = {**said(text, intent), "metadata": around or {}}
    action, said_ = DOORS[intent], []
    while action in DOORS.values():
        result = asyncio.run(Executor(known).run(call(action, message, slots=slots)))
        assert result is not None
        said_ += [response["custom"] for response in result.responses]
        action = result.events[-1]["name"]
    return said_, action, known


@pytest.mark.parametrize(
    "intent", ["give_details", "question", "ask_human", "medical_advice", "greet", "cancel"]
)
@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("sorry hit enter too soon, 0171 5550 123", "0171 5550 123"),
        ("fine, you can call me, +44 7700 900123", "+44 7700 900123"),
        ("sandra.w@example.com", "sandra.w@example.com"),
        ("ok my email is ana.r@example.com, we live in Portugal", "ana.r@example.com"),
        ("can you call me on 0171 5550123?", "0171 5550123"),
    ],
)
def test_who_waits_for_a_person_leaves_a_way_to_be_called_back(text: str, contact: str, intent: str) -> None:
    (reply,), then, known = turn(text, intent, WAITING)
    assert contact in reply["text"]
    assert "cannot promise when" in reply["text"]
    assert "withdraw" in reply["text"]
    assert reply["leaves"]["contact"] == contact
    assert reply["private"], "Rasa would keep the number"
    assert (then, known.asked) == ("action_listen", [])
    (parsed,) = replies.parse({"messages": [{**json.loads(json.dumps(reply)), "evidence": {}}]})
    assert parsed.leaves is not None


def test_a_question_beside_the_address_is_answered_too() -> None:
    for text in (
        "My mail is k@example.org. Is the lab certified?",
        "my mail is k@example.org, I'd like to know who checks the lab",
    ):
        (noted, answer), _, known = turn(text, around=WAITING)
        assert "k@example.org" in noted["text"]
        assert answer["text"] == ANSWER.text
        assert answer["private"]
        assert "k@example.org" not in known.asked[0][0]


@pytest.mark.parametrize("text", ["ok my number is 0171 55", "0171 55", "you can call me on 0171 55"])
def test_a_number_that_is_too_short_is_asked_for_again(text: str) -> None:
    (reply,), _, known = turn(text, "give_details", WAITING)
    assert reply["text"] == enquiry_words.WRONG["phone"]
    assert "leaves" not in reply
    assert known.asked == []


def test_a_second_one_adds_or_replaces() -> None:
    (added,), _, _ = turn("please also my mail: ana@example.org", "give_details", CALLBACK)
    (changed,), _, _ = turn("no, it is +44 7700 900123", "give_details", CALLBACK)
    assert (added["leaves"]["contact"], changed["leaves"]["contact"]) == (
        "ana@example.org",
        "+44 7700 900123",
    )
    assert "replaces" in changed["text"]
    assert "replaces" not in added["text"]


@pytest.mark.parametrize(
    "text",
    [
        "are 1 000 000 000 cells a normal dose?",
        "was the 2020-2021 study any good?",
        "is info@example.com a scam?",
        "please don't call me on 0171 5550123",
        "I wrote to info@example.org and got no answer",
    ],
)
@pytest.mark.parametrize("around", [WAITING, {}])
def test_what_nobody_means_to_leave_is_not_left(text: str, around: dict[str, Any]) -> None:
    said_, then, _ = turn(text, around=around)
    assert not any("leaves" in each for each in said_)
    assert then == "action_listen"


@pytest.mark.parametrize("intent", ["give_details", "question", "ask_human", "worry", "ask_cost"])
@pytest.mark.parametrize(
    ("text", "around"),
    [
        (
            "Hello, I want a quote. Maria Lopez, maria.lopez@example.com, Spain, my mother's ovarian cancer",
            {},
        ),
        ("please have someone ring my wife on 00353 87 123 4567, mornings, Ireland", {}),
        ("Just call me. 0171 5550 123, Helga", {}),
        ("my email is bob@example.com", {}),
        ("I am Anna, can somebody call me?", {}),
        ("I moved, please call my husband instead: +92 321 7654321", ENQUIRY),
        ("actually please email instead: helga.b@example.de", ENQUIRY),
    ],
)
def test_a_wish_to_be_contacted_begins_the_enquiry(text: str, around: dict[str, Any], intent: str) -> None:
    (reply,), then, known = turn(text, intent, around)
    assert then == FORM
    assert "only if you agree" in reply["text"] or "unless you agree" in reply["text"]
    assert ("in its place" in reply["text"]) == bool(around)
    assert reply["private"]
    assert known.asked == []


def test_a_question_beside_the_wish_is_answered_before_the_enquiry_begins() -> None:
    (_, answer), then, _ = turn("Are there trials in Germany? Please write to anke@example.de")
    assert (answer["text"], then) == (ANSWER.text, FORM)


@pytest.mark.parametrize("intent", ["question", "cancel", "ask_human", "medical_advice"])
@pytest.mark.parametrize(
    ("text", "around", "says"),
    [
        ("did you save my number or not??", CALLBACK, "^Yes. For a call-back I have noted a phone number"),
        ("have you written down my number?", CALLBACK, "^Yes. For a call-back I have noted a phone number"),
        ("did you save my email?", CALLBACK, "not noted an e-mail address"),
        ("was my enquiry sent?", ENQUIRY, "^Yes. Your enquiry was sent"),
        ("was it really sent? and can they call before friday?", ENQUIRY, "^Yes.*cannot promise a day"),
        ("so will anybody contact me or not?", CALLBACK, "noted a phone number.*cannot promise a day"),
        ("so you won't pass my number on?", CALLBACK, "^For a call-back I have noted a phone number"),
        ("how long does it take until someone answers?", CALLBACK, "cannot promise a day"),
        ("did you note my number?", WAITING, "^No phone number"),
        ("your message said I can leave a phone number?!", WAITING, "write the number or the address here"),
        ("my number? do i have to leave it?", WAITING, "^No, you need not"),
        ("did it go through?", {}, "no enquiry and no call-back of yours is open"),
        ("was my enquiry sent?", {}, "no enquiry and no call-back of yours is open"),
    ],
)
def test_what_became_of_it_is_said_plainly(text: str, around: dict[str, Any], says: str, intent: str) -> None:

    (reply,), then, known = turn(text, intent, around)
    assert re.search(says, reply["text"]), reply["text"]
    assert (then, known.asked) == ("action_listen", [])


def test_an_enquiry_that_waits_was_not_sent() -> None:
    slots = {"cost_enquiry_name": "Ana", "enquiry_progress": {"paused": True}}
    (reply,), _, _ = turn("was my enquiry sent?", slots=slots)
    assert reply["text"] == enquiry_words.ENQUIRY_NOT_SENT
    assert enquiry_words.GO_ON in reply["quick_replies"]


@pytest.mark.parametrize("text", ["Withdraw", "withdraw", "please withdraw my number", "withdraw it."])
def test_what_was_left_is_withdrawn_with_one_word(text: str) -> None:
    (reply,), _, _ = turn(text, around=CALLBACK, slots={"cost_enquiry_name": "Ana"})
    assert reply["withdraws"] is True


@pytest.mark.parametrize(
    "text",
    [
        "do you save my data?",
        "what number do I call in an emergency?",
        "did the study get through phase 2?",
        "how long do NK cells live?",
        "Will they give me my phone back after the infusion?",
        "I have been sent to hospital, is it dangerous?",
        "what is the number of cells?",
        "does the enquiry cost anything?",
        "my name is Tom and I have diabetes, can I get the therapy?",
    ],
)
@pytest.mark.parametrize("around", [{}, WAITING, CALLBACK])
def test_other_questions_are_searched_for(text: str, around: dict[str, Any]) -> None:
    assert not leaving.read(Asked(text, **around)).concerns
