"""Grief, fear, being alone and good news are heard as what they are; figures of speech and laughing are none of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions import comfort_words, feelings, words
from knowledge.replies import TALK_TO_A_PERSON
from tests.actions.calls import replied, said
from tests.actions.test_actions import ANSWER, Known, run

GRIEVED = [said("my brother died in the autumn", "worry"), replied("smalltalk", said="listening")]
ASKED = [said("what are nk cells"), replied("answer")]
FRIGHTFUL = replace(
    ANSWER, quick_replies=("Has anyone died after it?", "What are the serious risks?", "What is included?")
)


@pytest.mark.parametrize(
    "text", ["I am so afraid of it. how is it given?", "we lost our son. what is in the drip?"]
)
def test_below_grief_and_fear_is_no_button_but_a_person(text: str) -> None:
    reply = run(Known(FRIGHTFUL), "action_answer", said(text))["custom"]
    assert ANSWER.text in reply["text"]
    assert reply["quick_replies"] == (TALK_TO_A_PERSON,)
    assert reply["text"].startswith(("It is all right to be scared", "I am so sorry"))


@pytest.mark.parametrize("before", [GRIEVED, [said("my aunt has leukaemia"), replied("answer")]])
def test_buttons_on_death_and_danger_stay_away_for_a_while(before: list[dict[str, Any]]) -> None:
    text = "how is it given?" if before is GRIEVED else "my aunt has leukaemia, how is it given?"
    reply = run(Known(FRIGHTFUL), "action_answer", *before, said(text))["custom"]
    assert reply["quick_replies"] == ("What is included?",)
    later = run(Known(FRIGHTFUL), "action_answer", said("how is it given?"))["custom"]
    assert len(later["quick_replies"]) == 3, "who is not hurt may tap on anything"


@pytest.mark.parametrize(
    "text",
    [
        "that really hurt me",
        "ouch, that was cruel",
        "how could you say that",
        "why did you show me something about dead people",
        "why on earth would you ask me that",
        "it was so insensitive",
    ],
)
def test_who_was_hurt_hears_a_plain_sorry(text: str) -> None:
    for action in ("action_answer", "action_courtesy"):
        reply = run(Known(), action, *GRIEVED, said(text))["custom"]
        assert reply["text"].startswith("I am so sorry")
        assert reply["quick_replies"] == (TALK_TO_A_PERSON,)


@pytest.mark.parametrize(
    "text", ["does the needle hurt?", "my arm hurts when I move it", "why would you need chemo"]
)
def test_pain_of_the_body_is_a_question(text: str) -> None:
    assert ANSWER.text in run(Known(ANSWER), "action_answer", *ASKED, said(text))["custom"]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "thank you. the evenings are so long without him",
        "the flat is too quiet now",
        "I have no one to talk to",
        "since then I have nobody",
    ],
)
def test_being_alone_is_listened_to(text: str) -> None:
    for intent, action in (
        ("thanks", "action_thanks"),
        ("question", "action_answer"),
        ("worry", "action_worry"),
    ):
        response = run(Known(), action, *GRIEVED, said(text, intent))
        assert response["custom"]["quick_replies"] == (TALK_TO_A_PERSON,)
        assert response["custom"]["said"] in ("lonely", "listening")


def test_who_tells_in_single_words_is_taken_up_each_time() -> None:
    events: list[dict[str, Any]] = []
    heard = []
    for text, intent in (("frightened", "worry"), ("my wife", "worry"), ("ovarian cancer", "question")):
        events.append(said(text, intent))
        action = "action_worry" if intent == "worry" else "action_answer"
        reply = run(Known(), action, *events)["custom"]
        heard.append(reply["text"])
        events.append(replied("smalltalk", said=reply["said"]))
    assert "your wife" in heard[1]
    assert "your wife" in heard[2]
    assert "ovarian cancer" in heard[2]
    assert len(set(heard)) == len(heard)


def test_an_illness_in_a_word_after_an_answer_is_searched_for() -> None:
    assert (
        ANSWER.text in run(Known(ANSWER), "action_answer", *ASKED, said("ovarian cancer"))["custom"]["text"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "please tell me everything will be fine",
        "I only need to hear that we will be ok",
        "will it all be alright?",
    ],
)
def test_who_wants_to_hear_that_all_will_be_well_gets_warm_honest_words(text: str) -> None:
    reply = run(Known(), "action_worry", said(text, "worry"))["custom"]
    assert reply["text"] in comfort_words.WILL_BE_OK


@pytest.mark.parametrize(
    "text", ["promise me she lives until Christmas", "can you swear to me that it helps", "just promise"]
)
def test_nothing_is_promised_and_that_is_said_warmly(text: str) -> None:
    reply = run(Known(), "action_medical_advice", said(text, "medical_advice"))["custom"]
    assert "nobody honestly can" in reply["text"]


@pytest.mark.parametrize(
    "text", ["what results does the clinic promise", "is it a promising therapy", "they promised us a cure"]
)
def test_a_promise_of_others_is_a_question(text: str) -> None:
    assert run(Known(ANSWER), "action_answer", said(text))["custom"]["text"] == ANSWER.text


FIGURES = [
    "I'm dying to hear how it is made",
    "bored to death here, what is a donor",
    "my laptop died, where were we",
    "the suspense is killing me, tell me about donors",
    "I nearly died laughing, what is CD16",
]


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_of_speech_is_no_grief(text: str) -> None:
    assert not feelings.hurts(text)
    assert run(Known(ANSWER), "action_answer", said(text))["custom"]["text"] == ANSWER.text


@pytest.mark.parametrize(
    "text",
    [
        "I am scared to death",
        "my mum is dying",
        "she is dying of cancer",
        "he died laughing at me? no, he died in May",
    ],
)
def test_real_grief_is_no_figure_of_speech(text: str) -> None:
    assert feelings.hurts(text) or feelings.loses(text)


@pytest.mark.parametrize("text", ["haha", "lol 😂", "so they go on holiday 🤣"])
def test_laughing_is_not_sadness(text: str) -> None:
    reply = run(Known(), "action_worry", *ASKED, said(text, "worry"))["custom"]
    assert reply["text"] in comfort_words.LIGHT
    nervous = run(Known(), "action_worry", said("haha I am so scared", "worry"))["custom"]
    assert nervous["text"] in comfort_words.FIRST


def test_who_did_not_mean_it_sadly_hears_sorry_and_gets_the_answer() -> None:
    known = Known(ANSWER)
    text = "no no, I'm laughing, not crying. what is a donor?"
    reply = run(known, "action_worry", *GRIEVED, said(text, "worry"))["custom"]
    assert reply["text"] == f"{comfort_words.TOO_HARD[0]}\n\n{ANSWER.text}"
    jest = run(Known(), "action_thanks", *ASKED, said("you scared me to death lol", "thanks"))["custom"]
    assert jest["text"] in comfort_words.FRIGHT


GOOD = [
    "thank god, he is stable",
    "she's out of danger now",
    "my son is in remission!",
    "the scan came back clear",
    "mum is home again",
    "my wife is feeling much better, thanks",
]
NOT_GOOD = [
    "is he stable?",
    "I hope she is better soon",
    "he was better but it came back",
    "she is not ok",
    "what is remission",
    "I'm fine thanks",
    "when will she be home",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_news_gets_gladness(text: str) -> None:
    for action in ("action_worry", "action_thanks", "action_answer"):
        reply = run(Known(), action, *GRIEVED, said(text))["custom"]
        assert reply["text"] in comfort_words.GLAD


@pytest.mark.parametrize("text", NOT_GOOD)
def test_a_wish_or_a_question_is_no_good_news(text: str) -> None:
    assert not feelings.good_news(text)


def test_good_news_with_an_illness_is_not_pitied() -> None:
    text = "my dad has lymphoma and he is in remission. how long does it last?"
    assert run(Known(ANSWER), "action_answer", said(text))["custom"]["text"].startswith(words.KIND_GLAD)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("it was my cousin who died, Paul is alive", "your cousin"),
        ("no, he hasn't died", "sorry"),
        ("my wife is still here, you mixed that up", "sorry"),
    ],
)
def test_who_puts_a_loss_right_hears_sorry_and_no_second_condolence(text: str, named: str) -> None:
    before = [said("my cousin died of it, is it something for Paul"), replied("answer")]
    reply = run(Known(), "action_answer", *before, said(text))["custom"]
    assert "sorry" in reply["text"]
    assert named in reply["text"]
    assert words.KIND_LOSS not in reply["text"]


def test_a_loss_is_condoled_once() -> None:
    reply = run(Known(), "action_worry", *GRIEVED, said("my brother died, he was so young", "worry"))[
        "custom"
    ]
    assert words.KIND_LOSS not in reply["text"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I am scared of drips, how is it done", "I am scared of drips, how is it done"),
        ("her test was good in June and we are happy; I read how NK cells differ from T cells", None),
        ("he lost his wife last year, do the cells help with grief", None),
        ("I take it while pregnant, is the baby fine", None),
        ("is it for people if I'm not ill", None),
    ],
)
def test_a_question_beside_a_feeling_is_answered(text: str, asked: str | None) -> None:
    known = Known(ANSWER)
    run(known, "action_answer", *ASKED, said(text))
    assert [question for question, _ in known.asked] == [asked or text]


def test_who_is_lost_in_an_answer_is_not_grieving() -> None:
    reply = run(Known(ANSWER), "action_answer", *ASKED, said("sorry, I'm lost"))["custom"]
    assert reply.get("said") is None
