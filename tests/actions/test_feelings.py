"""Who tells of an illness, a loss or a fear hears a kind word first; a plain question about an illness needs none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from actions import advice, words
from actions.feelings import kind_sentence
from actions.server import Executor
from knowledge.replies import TALK_TO_A_PERSON
from tests.actions.calls import call, replied, said
from tests.actions.test_actions import ABSTAIN, ANSWER, COST, Known, run

TOLD = [
    ("my dad has lymphoma. what is CAR-NK", words.KIND_ILL),
    ("My doctor told me yesterday its stomach cancer", words.KIND_ILL),
    ("hi im 34, got breast cancer. what does it do", words.KIND_ILL),
    ("I was diagnosed with MS in May", words.KIND_ILL),
    ("My son is 6 and has neuroblastoma. Do you treat children?", words.KIND_ILL),
    ("doctors say 3 months", words.KIND_HARD_NEWS),
    ("my oncologist says there's nothing more to do", words.KIND_HARD_NEWS),
    ("thank you. we lost two pregnancies already", words.KIND_LOSS),
    ("my wife died in march", words.KIND_LOSS),
]
NOT_TOLD = [
    "does it help with lymphoma",
    "what if i have cancer",
    "I have a question about cancer",
    "my doctor told me it is good against cancer",
    "how many people died in the leukaemia trial",
    "I do not have cancer",
    "we lost the thread",
    "the nurses gave cells for 3 months",
]


@pytest.mark.parametrize(("text", "sentence"), [*TOLD, *((text, "") for text in NOT_TOLD)])
def test_what_is_told_gets_its_sentence_and_a_question_none(text: str, sentence: str) -> None:
    assert kind_sentence(text) == sentence
    listened_to = sentence in (words.KIND_LOSS, words.KIND_HARD_NEWS)
    for found in (ANSWER, ABSTAIN):
        reply = run(Known(found), "action_answer", said(text))["custom"]
        assert reply["text"].startswith(sentence or found.text)
        assert (found.text in reply["text"]) is not listened_to, "who tells of a loss reads no article"


def test_the_kind_sentence_is_said_once_in_a_talk_before_a_price_and_a_refusal_too() -> None:
    first = said("my mum has leukemia, what does it cost", "ask_cost")
    assert run(Known(COST), "action_cost", first)["custom"]["text"].startswith(words.KIND_ILL)
    later = said("my mum has leukemia, is it safe for her", "medical_advice")
    reply = run(Known(ANSWER), "action_medical_advice", first, replied("cost"), later)["custom"]
    assert words.KIND_ILL not in reply["text"]


HOPE = [
    "will i die",
    "is there any hope",
    "is he gonna die",
    "so there's no hope for me",
    "how long does she have",
]


@pytest.mark.parametrize("text", HOPE)
@pytest.mark.parametrize("action", ["action_answer", "action_medical_advice", "action_worry"])
def test_who_asks_for_hope_is_told_kindly_that_nobody_here_can_know(action: str, text: str) -> None:
    reply = run(Known(), action, said(text))["custom"]
    assert reply["kind"] == "medical_advice"
    assert "nobody here can know" in reply["text"]
    assert "stop" not in reply["text"]


@pytest.mark.parametrize(
    "text",
    [
        "do people die from it",
        "is there hope for people with AML",
        "can i live with others after",
        "has anyone died",
    ],
)
def test_a_general_question_about_dying_is_answered(text: str) -> None:
    assert not advice.asks_for_hope(text)


def test_a_look_back_is_no_matter_of_articles() -> None:
    for text in ("would it have saved her?", "did we do something wrong", "is it my fault"):
        assert run(Known(), "action_answer", said(text))["custom"]["text"] == words.LOOKING_BACK


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("thank you", None),
        ("thanks, you were very kind to me", None),
        ("thank you. I feel so guilty about the treatment", "action_worry"),
        ("thanks. how long does the infusion take", "action_answer"),
    ],
)
def test_thanks_do_not_swallow_what_follows_them(text: str, then: str | None) -> None:
    result = asyncio.run(Executor(Known()).run(call("action_thanks", said(text, "thanks"))))
    assert result is not None
    if then is None:
        assert [each["response"] for each in result.responses] == ["utter_thanks"]
    else:
        assert ([event["name"] for event in result.events], result.responses) == ([then], [])


def test_who_goes_on_telling_does_not_hear_the_same_words_again() -> None:
    events: list[Any] = []
    heard: list[str] = []
    for text in (
        "i am afraid",
        "everything is too much",
        "he slept all day",
        "i could not eat",
        "his coat is here",
    ):
        events.append(said(text, "worry"))
        reply = run(Known(), "action_worry", *events)["custom"]
        assert reply["quick_replies"] == (TALK_TO_A_PERSON,)
        heard.append(reply["text"])
        events.append(replied("smalltalk", said=reply["said"]))
    assert len(set(heard)) == len(heard)


def test_a_second_question_on_a_medicine_still_hears_not_to_stop_it() -> None:
    first = [said("is it ok for my mum", "medical_advice"), replied("medical_advice")]
    reply = run(Known(ANSWER), "action_answer", *first, said("should she stop it before the infusion?"))[
        "custom"
    ]
    assert "do not start, stop or change a medicine" in reply["text"]
    assert ANSWER.text not in reply["text"]
    assert reply["passages"] == [], "what was only named has not been read"
