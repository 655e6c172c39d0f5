"""Personal advice is declined only where it was asked for, and whoever asks to stop a medicine is told plainly."""

from __future__ import annotations

import pytest

from actions import advice, words
from tests.actions.calls import replied, said
from tests.actions.test_actions import ABSTAIN, ANSWER, Known, run


@pytest.mark.parametrize(
    "text",
    [
        "should dad stop osimertinib before the cells",
        "may I skip my evening pembrolizumab",
        "would she have to stop these?",
        "what happens if I pause my letrozole",
        "is it better to stop olaparib first?",
    ],
)
def test_who_asks_to_stop_a_medicine_is_told_plainly_not_to_on_their_own(text: str) -> None:
    assert advice.changes_treatment(text)
    reply = run(Known(ANSWER), "action_medical_advice", said(text, "medical_advice"))["custom"]
    assert "Please do not start, stop or change a medicine" in reply["text"]


@pytest.mark.parametrize(
    "text",
    [
        "why do they have to lower my white cells?",
        "can the cells stop my cancer",
        "should I stop eating before",
    ],
)
def test_nobody_is_warned_who_asked_for_no_change(text: str) -> None:
    assert not advice.changes_treatment(text)


@pytest.mark.parametrize(
    "text",
    [
        "just how is it given?",
        "what can I ask her doctors?",
        "why do they lower my lymphocytes?",
        "can you eat nuts with it",
    ],
)
def test_a_general_question_after_a_refusal_is_answered(text: str) -> None:
    before = replied("medical_advice", text=words.MEDICAL_ADVICE)
    for action in ("action_answer", "action_medical_advice"):
        reply = run(Known(ANSWER), action, said("x"), before, said(text, "medical_advice"))["custom"]
        assert (reply["kind"], reply["text"]) == ("answer", ANSWER.text)


def test_the_same_refusal_is_never_said_twice_in_a_row() -> None:
    last, events = "", []
    for text in (
        "what would you do with my scan",
        "tell me about my scan",
        "I need to know",
        "decide for me",
    ):
        events.append(said(text, "medical_advice"))
        reply = run(Known(ABSTAIN), "action_medical_advice", *events)["custom"]
        assert reply["text"] != last
        last = reply["text"]
        events.append(replied("medical_advice", text=last))


def test_who_asks_whether_one_may_hope_gets_warm_words() -> None:
    for text in ("is it foolish to hope?", "may we still hope"):
        reply = run(Known(), "action_answer", said(text))["custom"]
        assert reply["text"].startswith(words.HOPING)
