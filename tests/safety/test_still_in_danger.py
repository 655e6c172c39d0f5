"""In doubt the danger is not over: what nobody said is not taken for said, and the way to help stays open."""

from __future__ import annotations

import pytest

from bot.safety import Afterwords, Category, LastAlarm, Meaning, RedFlag
from tests.safety.after_alarm import BODY, DESPAIR, after


@pytest.mark.parametrize(
    "text",
    [
        "i told him to lie down",
        "he says it started twenty minutes ago",
        "is it better to wait",
        "its better if I drive him?",
        "there is a rash, it all over his body",
        "it is over 39 now",
        "please stop it hurts so much",
        "can he be taken to the hospital tomorrow",
        "is the doctor here tonight",
        "they are not here yet",
        "the ambulance is not coming",
        "nobody is coming",
        "he is awake but he doesnt know me",
        "she isnt talking again",
        "he is not ok",
        "if the ambulance is here, do i go with him",
        "they gave him an injection yesterday",
        "the nurse is here tomorrow",
        "on my way home now",
        "they have him on oxygen at home usually",
        "im calling because of my father",
        "she calls it a migraine",
        "he calls them his bad days",
        "what if she calls an ambulance",
        "who pays if he calls 112",
        "nobody calls now",
    ],
)
def test_nobody_is_told_that_all_is_well_who_has_not_said_so(afterwords: Afterwords, text: str) -> None:
    """A question, a condition, a denial, another day, or words with two meanings: in doubt it is still an emergency."""
    word = after(afterwords, text)
    assert word is None or word.urgent or word.meaning is Meaning.HOW


@pytest.mark.parametrize(
    "text",
    [
        "I called my sister, she says wait",
        "ive called my mum but she is at work",
        "just called my husband he comes home",
        "we phoned a friend and she said to rest",
    ],
)
def test_who_has_called_somebody_else_is_told_to_call_for_help(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.urgent
    assert "call 112 now" in word.text


@pytest.mark.parametrize(
    "text",
    [
        "i cant call there is no credit on it",
        "no reception up here only the wifi",
        "i do not speak german how can i call",
        "my phone is almost dead",
    ],
)
def test_who_cannot_call_is_told_how_help_comes_all_the_same(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.urgent
    assert word.meaning is Meaning.CANNOT_CALL
    assert "get somebody to call" in word.text
    assert "112" in word.text
    despair = after(afterwords, "i can't call anyone", DESPAIR)
    assert despair is not None
    assert despair.meaning is Meaning.COMPANY


@pytest.mark.parametrize("category", [BODY, DESPAIR])
def test_what_nobody_understands_after_an_alarm_keeps_the_way_open(
    afterwords: Afterwords, category: Category
) -> None:
    word = afterwords.not_understood(LastAlarm(category, 0), "GB")
    assert word is not None
    assert "999" in word.text
    assert "misread you" in word.text
    assert ("116 123" in word.text) is (category is DESPAIR)


@pytest.mark.parametrize(
    "last",
    [
        LastAlarm(BODY, 0, Meaning.HERE),
        LastAlarm(BODY, 0, Meaning.DENIED),
        LastAlarm(BODY, 0, Meaning.UNCLEAR),
        LastAlarm(BODY, 1),
    ],
)
def test_once_the_alarm_is_over_or_that_was_said_it_is_not_said(
    afterwords: Afterwords, last: LastAlarm
) -> None:
    assert afterwords.not_understood(last, "GB") is None


@pytest.mark.parametrize(
    "text",
    [
        "she has come round and drinks tea, must we still call",
        "he is talking again. do I still have to ring them?",
        "111",
    ],
)
def test_who_is_better_should_still_be_seen(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text)
    assert word is not None
    assert word.meaning is Meaning.DOUBT
    better = after(afterwords, "he is talking again")
    assert better is not None
    assert better.meaning is Meaning.BETTER
    assert "still be looked at" in better.text


@pytest.mark.parametrize(
    "text",
    [
        "the medics are lifting her onto the stretcher",
        "my cousin rang 112 and they sent a car",
        "night nurse comes and has measured him, she called the ward doctor",
        "i see the blue lights in our street",
    ],
)
def test_who_names_helpers_reads_what_is_right_whether_they_are_there_or_not(
    afterwords: Afterwords, text: str
) -> None:
    assert afterwords.concerns(text)
    word = after(afterwords, text, flag=RedFlag(BODY, 0.6))
    assert word is not None
    assert "112" in word.text
    assert word.meaning in {Meaning.HELPED, Meaning.COMING, Meaning.HERE}


@pytest.mark.parametrize(
    "text",
    [
        "there is no ambulance in our valley",
        "if the nurse comes tomorrow i can ask her",
        "should the doctor be called",
        "my chest hurts now",
    ],
)
def test_helpers_who_are_not_there_end_no_alarm(afterwords: Afterwords, text: str) -> None:
    word = after(afterwords, text, flag=RedFlag(BODY, 0.6))
    assert word is None or word.urgent


def test_when_the_crew_has_looked_and_left_nobody_is_told_to_call_now(afterwords: Afterwords) -> None:
    word = after(afterwords, "the paramedics left again, they say it's just a cold")
    assert word is not None
    assert word.meaning is Meaning.BETTER


def test_what_to_tell_the_crew_is_no_question_for_a_nurse(afterwords: Afterwords) -> None:
    word = after(afterwords, "the ambulance is coming. what do i tell them about her tablets")
    assert word is not None
    assert "nurse" not in word.text
    assert "Tell the crew" in word.text


def test_words_about_sleep_after_despair_are_despair_and_danger_to_the_body_stays_danger(
    afterwords: Afterwords,
) -> None:
    asleep, last = RedFlag(Category.UNCONSCIOUS_OTHER, 0.7), LastAlarm(DESPAIR, 1)
    assert afterwords.kind(asleep, "i wish i would sleep and not wake up", last).category is DESPAIR
    assert afterwords.kind(asleep, "she is unconscious now and does not breathe", last) is asleep
    assert afterwords.kind(asleep, "i wish i would sleep", LastAlarm(BODY, 0)) is asleep


def test_who_takes_words_of_despair_back_is_not_told_that_they_were_misread(afterwords: Afterwords) -> None:
    word = after(afterwords, "I won't hurt myself, I am not going to do anything", DESPAIR)
    assert word is not None
    assert word.text.startswith("Thank you for telling me")
    assert "numbers above" in word.text
    assert "it is not one" not in word.text
