"""What each action says, whatever the knowledge base answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from actions import enquiry_words, words
from actions.saying import as_json
from actions.server import Executor
from knowledge.live import NotReady
from knowledge.model import Citation, Reply
from knowledge.replies import TALK_TO_A_PERSON
from tests.actions.calls import call, replied, said

CITATION = Citation("cost", 1, "Cost: What decides it?", "A source", "", "", "key", "It depends.")
SURE = {"probability": 0.55}
ANSWER = Reply("answer", "It depends.", (CITATION,), ("What is included?",), SURE)
COST = Reply("cost", "Insurance rarely pays.", (CITATION,), (TALK_TO_A_PERSON,), SURE)
ABSTAIN = Reply("abstain", "I could not find it.", (), (TALK_TO_A_PERSON,), {"probability": 0.1})


class Known:
    """A knowledge base with given replies; remembers what it was asked. The real one: test_server."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[str, list[str]]] = []
        self.shown: list[set[str]] = []

    def answer(self, question: str, context: Sequence[str] = (), shown: Collection[str] = ()) -> Reply:
        self.asked.append((question, list(context)))
        self.shown.append(set(shown))
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def speaks_of(self, pattern: str) -> bool:
        return True

    def status(self) -> dict[str, object]:
        return {"ready": True}


def run(known: Known, action: str, *events: dict[str, Any]) -> dict[str, Any]:
    """The one response of an action."""
    result = asyncio.run(Executor(known).run(call(action, *events)))
    assert result is not None
    (response,) = result.responses
    if response["custom"]:
        assert result.events == [{"event": "followup", "timestamp": None, "name": "action_listen"}]
    return dict(response)


def test_an_answer_is_passed_on_whole() -> None:
    reply = run(Known(ANSWER), "action_answer", said("what decides the price?"))["custom"]
    assert reply["kind"] == "answer"
    assert reply["text"] == "It depends."
    assert (reply["question"], reply["passages"]) == ("what decides the price?", ["key"])
    assert reply["citations"][0]["quote"] == "It depends."
    assert list(reply["quick_replies"]) == ["What is included?"]
    assert reply["evidence"] == SURE


def test_a_follow_up_is_asked_with_the_questions_before_it() -> None:
    known = Known(ANSWER)
    run(
        known,
        "action_answer",
        said("one?"),
        said("hello", "greet"),
        said("two?"),
        said("two?", message="again"),
        said("what does it cost", "ask_cost"),
        said("thanks", "thanks"),
        said("should I stop my pills", "medical_advice"),
        said("and then?"),
    )
    assert known.asked == [("and then?", ["two?", "what does it cost", "should I stop my pills"])]


def test_a_turn_that_is_sent_again_is_not_its_own_context() -> None:
    known = Known(ANSWER)
    run(
        known,
        "action_answer",
        said("one?", message="1"),
        said("two?", message="2"),
        said("two?", message="2"),
    )
    assert known.asked == [("two?", ["one?"])]


def test_without_a_knowledge_base_there_is_no_answer() -> None:
    with pytest.raises(NotReady):
        run(Known(NotReady("Nothing is published yet.")), "action_answer", said("what are nk cells?"))


def test_cost_takes_the_section_about_money_that_fits() -> None:
    known = Known(COST)
    reply = run(known, "action_cost", said("does insurance pay?", "ask_cost"))["custom"]
    assert reply["kind"] == "cost"
    assert reply["text"].startswith("Insurance rarely pays.")
    assert words.COST_NO_FIGURE in reply["text"]
    assert reply["quick_replies"] == (enquiry_words.START, TALK_TO_A_PERSON)
    assert len(reply["citations"]) == 1
    assert [question for question, _ in known.asked] == ["does insurance pay?"]


def test_a_question_about_money_is_first_asked_without_what_came_before() -> None:
    known = Known(COST)
    before = said("how are the cells made")
    run(known, "action_cost", before, replied("answer"), said("how much does the flight cost", "ask_cost"))
    assert known.asked == [("how much does the flight cost", [])]


@pytest.mark.parametrize("text", ["fees?", "how much is it", "so what does this therapy cost please"])
def test_who_asks_for_the_price_and_nothing_else_gets_what_decides_it(text: str) -> None:
    known = Known(COST)
    reply = run(known, "action_cost", said("is it safe"), replied("answer"), said(text, "ask_cost"))["custom"]
    assert known.asked == [(words.COST_WHOLE_QUESTION, [])]
    assert reply["text"] == f"{COST.text}\n\n{enquiry_words.OFFER}"


def test_that_there_is_no_price_is_said_once_and_what_decides_it_too() -> None:
    told = replace(COST, text="We cannot tell you what it costs, because none of our sources states a price.")
    reply = run(Known(told), "action_cost", said("how expensive is it for two people", "ask_cost"))["custom"]
    assert words.COST_NO_FIGURE not in reply["text"]
    assert enquiry_words.OFFER in reply["text"]
    before = replied("cost", passages=["key"], question="what does it cost")
    again = said("you hide the price", "ask_cost")
    reply = run(Known(COST), "action_cost", said("what does it cost", "ask_cost"), before, again)["custom"]
    assert COST.text not in reply["text"]
    assert words.COST_AGAIN in reply["text"]


def test_a_story_around_a_general_question_gets_the_general_answer() -> None:
    sure = replace(ANSWER, evidence={"probability": 0.95})
    story = said("I am 70. What do NK cells do?", "medical_advice", confidence=0.7)
    assert run(Known(sure), "action_medical_advice", story)["custom"]["kind"] == "answer"
    advice = said("should I stop my tablets?", "medical_advice", confidence=0.97)
    assert run(Known(sure), "action_medical_advice", advice)["custom"]["kind"] == "medical_advice"


@pytest.mark.parametrize(("action", "confidence"), [("action_medical_advice", 0.5), ("action_answer", 0.9)])
def test_wording_that_leaves_no_doubt_is_never_answered(action: str, confidence: float) -> None:
    sure = replace(ANSWER, evidence={"probability": 0.99})
    asked = said("shall i stop my prednison before the infusion", "question", confidence=confidence)
    assert run(Known(sure), action, asked)["custom"]["kind"] == "medical_advice"


@pytest.mark.parametrize("first", [ANSWER, ABSTAIN])
def test_cost_falls_back_to_what_decides_the_price(first: Reply) -> None:
    known = Known(first, COST)
    reply = run(known, "action_cost", said("how much for three test rounds", "ask_cost"))["custom"]
    assert reply["text"].startswith("Insurance rarely pays.")
    assert known.asked[1] == (words.COST_QUESTION, [])


@pytest.mark.parametrize("replies", [(ABSTAIN, ABSTAIN), (NotReady("Not yet."),)])
def test_cost_without_an_article_names_no_price_and_offers_a_person(replies: Any) -> None:
    reply = run(Known(*replies), "action_cost", said("how much", "ask_cost"))["custom"]
    assert reply["kind"] == "cost"
    assert reply["citations"] == ()
    assert TALK_TO_A_PERSON in reply["quick_replies"]
    assert not re.search(r"\d", reply["text"])


@pytest.mark.parametrize("found", [ANSWER, ABSTAIN, COST, NotReady("Not yet.")])
def test_personal_advice_is_declined_whatever_is_found(found: Any) -> None:
    reply = run(Known(found), "action_medical_advice", said("am i too old for it?", "medical_advice"))[
        "custom"
    ]
    assert reply["kind"] == "medical_advice"
    assert "I am only an automated assistant" in reply["text"]
    assert "Would you like that?" in reply["text"]
    assert reply["quick_replies"] == (TALK_TO_A_PERSON,)
    fits = isinstance(found, Reply) and found.kind == "answer"
    assert (ANSWER.text in reply["text"]) == fits
    assert len(reply["citations"]) == int(fits)


def test_what_nobody_knows_is_said_to_who_asks_for_advice_too() -> None:
    unknown = replace(ABSTAIN, text="Our sources do not say.", citations=(CITATION,))
    reply = run(Known(unknown), "action_medical_advice", said("am i allowed wine", "medical_advice"))[
        "custom"
    ]
    assert (reply["kind"], reply["citations"] != ()) == ("medical_advice", True)
    assert "Our sources do not say." in reply["text"]


@pytest.mark.parametrize(
    "text", ["should I stop my pills", "shall he take ibuprofen", "can i skip my chemo for it"]
)
def test_nothing_general_is_said_that_could_be_taken_for_leave_to_change_a_medicine(text: str) -> None:
    reply = run(Known(ANSWER), "action_medical_advice", said(text, "medical_advice"))["custom"]
    assert reply["text"].startswith(words.MEDICINE)
    assert ANSWER.text not in reply["text"]
    assert CITATION.title in reply["text"]
    assert len(reply["citations"]) == 1


def test_only_the_opening_of_a_long_passage_is_said_in_general() -> None:
    text = "\n\n".join(("Signs are:", "- a rash", "Call your team. " * 12, "More of it."))
    long = replace(ANSWER, text=text)
    told = run(Known(long), "action_medical_advice", said("am i too ill", "medical_advice"))["custom"]["text"]
    assert "- a rash" in told
    assert "Call your team." in told
    assert "More of it." not in told


def test_who_did_not_follow_and_asks_again_reads_the_one_sentence_that_answers() -> None:
    told = said("how do they work"), replied("answer", passages=[CITATION.passage])
    asked = said("I don't follow. How do NK cells find a sick cell?")
    reply = run(Known(ANSWER), "action_answer", *told, asked)["custom"]
    assert reply["text"].startswith(words.IN_SHORT)
    fresh = run(Known(ANSWER), "action_answer", asked)["custom"]
    assert fresh["text"] == ANSWER.text


def test_asking_for_a_person_is_a_handoff() -> None:
    reply = run(Known(), "action_handoff", said("a person please", "ask_human"))["custom"]
    assert reply["kind"] == "handoff"


@pytest.mark.parametrize(
    ("text", "withdraws"),
    [
        ("Withdraw my enquiry", True),
        ("cancel my request please", True),
        ("don't contact me", True),
        ("nobody should call me", True),
        ("delete my data", True),
        ("never mind", False),
        ("stop", False),
        ("forget it", False),
        ("is my email deleted now?", False),
    ],
)
def test_cancelling_takes_back_what_was_sent_only_if_it_is_spoken_of(text: str, withdraws: bool) -> None:
    reply = run(Known(), "action_cancel", said(text, "cancel"))["custom"]
    assert reply.get("withdraws", False) is withdraws
    assert ("withdrawn" in reply["text"]) is withdraws
    assert reply["quick_replies"] == (() if withdraws else ("Withdraw my enquiry",))


@pytest.mark.parametrize(
    ("before", "handoff"),
    [
        (replied("abstain"), True),
        (replied("cost", TALK_TO_A_PERSON, "What is included?"), True),
        (replied("medical_advice", TALK_TO_A_PERSON), True),
        (replied("smalltalk", TALK_TO_A_PERSON), True),
        (replied("smalltalk", "What are NK cells?", TALK_TO_A_PERSON), False),
        (replied("answer", "What is included?"), False),
        (replied("smalltalk"), False),
        (None, False),
    ],
)
def test_yes_takes_up_the_offer_that_was_made(before: dict[str, Any] | None, handoff: bool) -> None:
    earlier = [said("hm"), replied("abstain"), said("hm"), before] if before else []
    response = run(Known(), "action_affirm", *earlier, said("yes please", "affirm"))
    if handoff:
        assert response["custom"]["kind"] == "handoff"
    else:
        assert response["response"] == "utter_acknowledge" or response["custom"]["kind"] == "smalltalk"


def test_nothing_of_a_reply_is_left_out() -> None:
    reply = Reply("answer", "It depends.", (CITATION, CITATION), ("More?",), {"hits": [{"score": 0.5}]})
    assert as_json(reply) == asdict(reply)


def test_a_question_about_money_that_no_source_answers_gets_the_section_that_says_so() -> None:
    unknown = replace(ANSWER, kind="abstain", text="We know of no fund.")
    known = Known(unknown)
    reply = run(known, "action_cost", said("is there a fund for people without money", "ask_cost"))["custom"]
    assert (reply["kind"], reply["text"]) == ("abstain", "We know of no fund.")
    assert len(known.asked) == 1
