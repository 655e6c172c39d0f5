"""Who wants no person gets none, reads that it is cancelled, and is answered what they ask besides."""

from __future__ import annotations

from typing import Any

import pytest

from actions import words
from actions.enquiry_words import WITHDRAW
from tests.actions.calls import replied, said
from tests.actions.test_actions import ANSWER, Known, run

IN_LINE: list[dict[str, Any]] = [said("an advisor please", "ask_human"), replied("handoff", said="handoff")]
CALLED_OFF_BEFORE = [said("no advisor", "deny"), replied("smalltalk", said="no person")]


def waiting(text: str, intent: str = "question", **around: Any) -> dict[str, Any]:
    return {**said(text, intent), "metadata": {"waiting": True, **around}}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("never mind then", "cancel"),
        ("scrap that please", "cancel"),
        ("actually leave it", "deny"),
        ("please do not disturb anybody for me", "ask_human"),
        ("we don't want somebody to ring us back", "ask_human"),
        ("no phone calls please", "deny"),
        ("nobody needs to call", "deny"),
        ("get me out of the queue", "cancel"),
        ("cancel the advisor", "ask_human"),
        ("I changed my mind, I need no advisor", "ask_human"),
        ("hm, is anyone there? no? then don't bother anyone. I said no person", "ask_human"),
        ("so no calls, ok?", "question"),
    ],
)
def test_while_waiting_the_wait_ends_and_the_patient_reads_it(text: str, intent: str) -> None:
    known = Known()
    for action in ("action_answer", "action_handoff", "action_cancel", "action_courtesy"):
        reply = run(known, action, *IN_LINE, waiting(text, intent))["custom"]
        assert reply["calls_off"] is True
        assert reply["text"] == words.CALLED_OFF
    assert known.asked == []


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("please don't phone, write me an e-mail", "ask_human"),
        ("don't call me, text me instead", "ask_human"),
        ("nobody called me", "ask_human"),
        ("is nobody there? I want a person", "ask_human"),
        ("I do not want to trouble anybody with this", "worry"),
        ("I don't want to see anyone any more", "worry"),
        ("I don't want a machine, I want a person", "ask_human"),
        ("do not call an ambulance he says, should I", "question"),
        ("people do not call it a cure, right?", "question"),
        ("does nobody call the patients afterwards", "question"),
    ],
)
def test_what_only_sounds_like_it_calls_nobody_off(text: str, intent: str) -> None:
    action = {"ask_human": "action_handoff", "worry": "action_worry"}.get(intent, "action_answer")
    reply = run(Known(ANSWER), action, *IN_LINE, waiting(text, intent))["custom"]
    assert "calls_off" not in reply


def test_a_question_beside_it_is_answered_too() -> None:
    known = Known(ANSWER)
    text = "I told you I need no advisor, leave them out of it. how long does one infusion take?"
    reply = run(known, "action_answer", *IN_LINE, waiting(text))["custom"]
    assert [question for question, _ in known.asked] == ["how long does one infusion take?"]
    assert reply["text"] == f"{words.CALLED_OFF}\n\n{ANSWER.text}"
    assert (reply["kind"], reply["calls_off"]) == ("answer", True)


@pytest.mark.parametrize(
    "text",
    ["so nobody is coming, correct?", "is it really cancelled now?", "did you cancel it", "no calls, right?"],
)
def test_who_makes_sure_hears_yes(text: str) -> None:
    reply = run(Known(), "action_answer", *CALLED_OFF_BEFORE, said(text))["custom"]
    assert reply["text"] == words.NOBODY_WILL


def test_a_call_back_goes_with_it_and_an_enquiry_stays_and_says_how_to_take_it_back() -> None:
    message = waiting("no calls please", left={"callback": ["phone"], "enquiry": ["email"]})
    reply = run(Known(), "action_answer", *IN_LINE, message)["custom"]
    assert words.CALL_BACK_OFF in reply["text"]
    assert words.ENQUIRY_STAYS in reply["text"]
    assert reply["quick_replies"] == (WITHDRAW,)


def test_forget_it_is_no_call_off_where_nobody_waits_or_the_talk_went_on() -> None:
    went_on = [*IN_LINE, said("what are nk cells"), replied("answer")]
    for events in ([*went_on, waiting("forget it", "cancel")], [said("forget it", "cancel")]):
        reply = run(Known(), "action_cancel", *events)["custom"]
        assert "calls_off" not in reply
