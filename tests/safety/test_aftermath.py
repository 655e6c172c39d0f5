"""After an alarm a message is read as what it is: a denial, a call made, help that came, a doubt, or a new danger."""

from __future__ import annotations

import re

import pytest

from bot.safety import Afterwords, Category, LastAlarm, Meaning, RedFlag, RedFlagScreen
from tests.safety.after_alarm import BODY, DESPAIR, after

WEAK = 0.6
"""What the classifier says of a message in which it sees shadows."""


@pytest.fixture(scope="module")
def phrases() -> RedFlagScreen:
    return RedFlagScreen.load()


@pytest.mark.parametrize("category", [BODY, DESPAIR])
@pytest.mark.parametrize(
    "text",
    [
        "I'm not suicidal",
        "nobody here is suicidal",
        "no no, I didn't mean that",
        "nothing bad is going on, it was only a question",
        "nobody has a fever",
        "what? nobody is confused",
        "no one wants to die, relax",
        "that's not what I asked",
        "you misunderstood me completely",
        "false alarm",
    ],
)
def test_a_denial_gets_an_apology_and_never_the_alarm_again(
    afterwords: Afterwords, category: Category, text: str
) -> None:
    word = after(afterwords, text, category, flag=RedFlag(DESPAIR, WEAK))
    assert word is not None
    assert word.text.startswith("I am sorry")
    assert not word.urgent
    assert not re.search(r"call|\d", word.text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("what?? I'm not suicidal. I just asked how much it costs", "I just asked how much it costs"),
        (
            "No no, nobody is suicidal. My aunt has lung cancer. Can you help her?",
            "My aunt has lung cancer. Can you help her?",
        ),
        ("false alarm! Where are the cells made?", "Where are the cells made?"),
        ("I'm not suicidal lol, tell me about donor cells", "tell me about donor cells"),
    ],
)
def test_what_is_asked_besides_a_denial_is_answered(afterwords: Afterwords, text: str, rest: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.goes_on
    assert afterwords.left(text) == rest
    assert "What would you like to know" not in word.text


def test_an_apology_is_made_once(afterwords: Afterwords) -> None:
    word = after(afterwords, "please stop, that is not what I asked", meaning=Meaning.DENIED)
    assert word is not None
    assert word.text == ""


@pytest.mark.parametrize("category", [BODY, DESPAIR])
@pytest.mark.parametrize(
    "text",
    [
        "I'm fine, I just can't breathe",
        "false alarm with the fever, but now his face is drooping",
        "I'm not suicidal, I just want to die",
        "im really suicidal",
        "no emergency. he collapsed and does not breathe",
        "thank you but I have the pills lined up",
        "she is better now. but I want to kill myself",
    ],
)
def test_a_denial_with_a_plain_danger_in_it_still_alarms(
    afterwords: Afterwords, phrases: RedFlagScreen, category: Category, text: str
) -> None:
    flag = phrases.screen(text)
    assert flag is not None
    assert after(afterwords, text, category, flag=flag) is None


def test_a_classifier_that_is_very_sure_is_believed_against_a_denial(afterwords: Afterwords) -> None:
    text = "I'm fine, his lips are just a bit lilac"
    assert after(afterwords, text, flag=RedFlag(BODY, 0.97)) is None
    assert after(afterwords, text, flag=RedFlag(BODY, WEAK)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I called, they're on their way",
        "ambulance said 12 minutes, what do I do",
        "I rang the ward, they are sending us in",
        "ok calling now",
        "we have called 112",
        "the paramedics are on the way",
        "neighbor calls now",
    ],
)
def test_who_has_called_is_told_to_stay_on_the_line_and_what_to_say(
    afterwords: Afterwords, text: str
) -> None:
    word = after(afterwords, text, flag=RedFlag(BODY, WEAK))
    assert word is not None
    assert word.text.startswith("Good that you called")
    assert "cell treatment" in word.text
    assert "If it gets worse, call 112 again" in word.text
    assert not word.urgent


@pytest.mark.parametrize("text", ["does he sit or lie down", "should I give her water", "can he lie flat"])
def test_what_to_do_until_help_comes_is_for_those_on_the_line_to_say(
    afterwords: Afterwords, text: str
) -> None:
    word = after(afterwords, text, meaning=Meaning.COMING, flag=RedFlag(DESPAIR, WEAK))
    assert word is not None
    assert "stay on the line, or call 112 now and ask" in word.text
    assert after(afterwords, text) is None, "nobody has called yet, or it was no emergency"


def test_new_danger_while_help_is_on_its_way_asks_for_another_call(
    afterwords: Afterwords, phrases: RedFlagScreen
) -> None:
    text = "they are on the way but he stopped breathing"
    word = after(afterwords, text, flag=phrases.screen(text))
    assert word is not None
    assert word.urgent
    assert "please call 112 again now" in word.text


@pytest.mark.parametrize(
    "text",
    [
        "theyve got him now",
        "paramedic is here, thank you",
        "we are at the hospital",
        "they have taken her to the hospital",
        "I told the nurse and they stopped the drip",
        "he's talking again, thank you",
        "she's stable",
        "the fever has gone down",
    ],
)
def test_when_help_is_there_or_it_is_better_the_bot_is_glad(afterwords: Afterwords, text: str) -> None:
    for since in (0, 3):
        word = after(afterwords, text, since=since, flag=RedFlag(BODY, WEAK))
        assert word is not None
        assert "glad" in word.text
        assert not word.urgent
        assert not word.goes_on


def test_a_question_beside_good_news_is_answered(afterwords: Afterwords) -> None:
    word = after(afterwords, "the paramedics are here. Can I still have my second infusion?")
    assert word is not None
    assert word.goes_on


def test_three_months_given_by_doctors_are_no_good_news(afterwords: Afterwords) -> None:
    assert after(afterwords, "they gave him three months") is None


def test_a_question_about_fever_while_the_father_is_in_hospital_is_no_new_alarm(
    afterwords: Afterwords,
) -> None:
    fever = RedFlag(Category.FEVER_AFTER_CELLS)
    word = after(afterwords, "fever of 39.6, is that frequent?", meaning=Meaning.HERE, flag=fever)
    assert word is not None
    assert word.goes_on
    assert "tell the people who are with you at once" in word.text
    assert after(afterwords, "fever of 39.6, is that frequent?", meaning=Meaning.DENIED, flag=fever) is None


@pytest.mark.parametrize(
    "text",
    [
        "is that really necessary?",
        "can it wait till morning",
        "he doesn't want an ambulance",
        "she refuses to go to hospital",
        "do I really have to",
        "it is probably just tiredness",
        "I don't want to be making a fuss",
    ],
)
def test_a_doubt_gets_a_clear_yes_with_the_number(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.urgent
    assert word.text.startswith("Yes. **Please call 112 now,**")


@pytest.mark.parametrize("text", ["should I tell the nurse?", "there is a nurse here, should i tell her"])
def test_who_sits_beside_a_nurse_is_sent_to_her_first(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.text.index("Tell the nurse") < word.text.index("112")


def test_who_reaches_nobody_is_told_to_go_on(afterwords: Afterwords) -> None:
    word = after(afterwords, "I called the ward but nobody picks up")
    assert word is not None
    assert word.urgent
    assert "Please call 112 now" in word.text


@pytest.mark.parametrize("country", ["", "GB", "DE"])
@pytest.mark.parametrize(
    "text", ["thank you", "maybe I just talk to someone here", "is someone coming? im alone"]
)
def test_who_stays_after_words_of_despair_is_not_left_alone(
    afterwords: Afterwords, text: str, country: str
) -> None:
    word = afterwords.reply(text, LastAlarm(DESPAIR, 0), None, country)
    assert word is not None
    assert "116 123" in word.text
    assert "I cannot promise that one of them is there now" in word.text
    assert after(afterwords, text, BODY) is None


@pytest.mark.parametrize(
    "text",
    ["what do the cells cost", "why are my own cells not used", "i have blond hair", "how are they made?"],
)
def test_other_messages_after_an_alarm_are_nothing_special(afterwords: Afterwords, text: str) -> None:
    assert after(afterwords, text) is None
    assert after(afterwords, text, DESPAIR) is None
    assert afterwords.left(text) == text


def test_later_the_same_words_mean_something_else(afterwords: Afterwords) -> None:
    for text in ("I'm fine", "can it wait till monday", "thank you"):
        assert after(afterwords, text, since=2) is None
        assert after(afterwords, text, DESPAIR, since=2) is None
