"""A complaint is heard and passed on, a booking is told plainly that it is none, and nothing is said twice."""

from __future__ import annotations

from typing import Any

import pytest

from actions import complaints, words
from tests.actions.calls import replied, said
from tests.actions.test_actions import ANSWER, Known, run

COMPLAINED = [said("nobody rang", "ask_human"), replied("handoff", said="complaint")]


@pytest.mark.parametrize(
    "text",
    [
        "no one has phoned me back since Monday, shame on you",
        "you lot still haven't called me back",
        "been waiting all week for your call, what a mess",
        "none of you ever picks up",
        "the call back you promised never came",
        "I rang twice and nobody answered my calls",
        "your office never replied",
    ],
)
def test_who_was_never_called_back_hears_that_one_is_sorry_and_it_is_passed_on(text: str) -> None:
    for action in ("action_handoff", "action_answer", "action_courtesy"):
        reply = run(Known(), action, said(text, "ask_human"))["custom"]
        assert reply["kind"] == "handoff", "it calls an advisor"
        assert reply["text"].startswith("I am sorry that nobody called you back.")
        assert "pass your complaint on" in reply["text"]


@pytest.mark.parametrize(
    "text",
    [
        "I want to complain about your adverts",
        "how do I file a complaint?",
        "we would like to make an official complaint",
        "which address for complaints?",
    ],
)
def test_a_complaint_is_never_met_with_of_course(text: str) -> None:
    reply = run(Known(), "action_handoff", said(text, "ask_human"))["custom"]
    assert reply["kind"] == "handoff"
    assert reply["text"].startswith(words.SORRY_COMPLAINT)


@pytest.mark.parametrize(
    "text",
    [
        "what if nobody picks up at night",
        "my GP never called me back about the blood test",
        "patients complained of chills",
        "her complaint was a sore knee",
        "the cells never came back",
        "do I have to wait for a call before the infusion",
    ],
)
def test_what_is_no_complaint_of_us_is_none(text: str) -> None:
    assert not complaints.complains(text)


def test_a_complaint_that_goes_on_is_told_where_it_stands_in_other_words_each_time() -> None:
    events: list[dict[str, Any]] = list(COMPLAINED)
    heard = []
    for text in ("and my complaint?", "I want an apology", "is my complaint sent or not"):
        reply = run(Known(), "action_answer", *events, said(text))["custom"]
        assert "passed on" in reply["text"]
        heard.append(reply["text"])
        events += [said(text), replied("handoff", said=reply["said"])]
    assert len(set(heard)) == len(heard)


def test_who_gave_a_number_before_need_not_give_it_again() -> None:
    message = {
        **said("I won't give my number again, I already left my number twice"),
        "metadata": {"waiting": True},
    }
    reply = run(Known(), "action_answer", message)["custom"]
    assert reply["text"].startswith("I am sorry. You need not leave anything again.")


def test_hard_news_beside_a_complaint_is_heard_first() -> None:
    reply = run(Known(), "action_answer", said("my mother is dying and no one called us back"))["custom"]
    assert reply["text"].startswith(words.KIND_HARD_NEWS)
    assert "every reason to be annoyed" not in reply["text"]


@pytest.mark.parametrize(
    "text",
    [
        "can you book me a slot on Friday",
        "please make an appointment for my wife",
        "I would like a video consultation",
        "could we have an appointment in May?",
        "move my appointment to the afternoon",
    ],
)
def test_who_wants_to_book_hears_that_nothing_is_booked(text: str) -> None:
    reply = run(Known(), "action_handoff", said(text, "ask_human"))["custom"]
    assert reply["kind"] == "handoff"
    assert "cannot book" in reply["text"]
    assert "nothing is booked" in reply["text"]


@pytest.mark.parametrize(
    "text",
    ["what should I bring to the appointment", "I have an appointment at my hospital", "is the visit long"],
)
def test_a_question_about_an_appointment_books_none(text: str) -> None:
    assert run(Known(ANSWER), "action_answer", said(text))["custom"]["kind"] == "answer"


def test_whether_the_day_is_free_nobody_here_knows() -> None:
    before = [said("book me in for Monday", "ask_human"), replied("handoff", said="booking")]
    for text in ("so is Monday free or not", "can it be by video", "what are your opening hours"):
        assert run(Known(), "action_answer", *before, said(text))["custom"]["text"] == words.CALENDAR


def test_who_asks_for_a_person_again_hears_how_it_stands() -> None:
    heard = []
    events: list[dict[str, Any]] = [said("a person", "ask_human"), replied("handoff", said="handoff")]
    for number in range(3):
        again = {
            **said("I want to talk to somebody", "ask_human", message=str(number)),
            "metadata": {"waiting": True},
        }
        reply = run(Known(), "action_handoff", *events, again)["custom"]
        heard.append(reply["text"])
        events += [again, replied("handoff", said=reply["said"])]
    assert words.HANDOFF not in heard
    assert len(set(heard)) == len(heard)
    left = {**said("a person please", "ask_human"), "metadata": {"left": {"callback": ["phone"]}}}
    assert run(Known(), "action_handoff", left)["custom"]["text"] == words.HAVE_CALL_BACK
