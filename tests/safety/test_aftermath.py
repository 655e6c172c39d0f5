"""After an alarm a message is read as what it is: a denial, a call made, help that came, a doubt, or a new danger."""

from __future__ import annotations

import re

import pytest

from bot.safety import Afterwords, Category, LastAlarm, Meaning, RedFlag, RedFlagScreen
from bot.safety.aftermath import Afterword
from bot.safety.rules import Rules

BODY, DESPAIR = Category.STROKE_HEART_BREATHING, Category.SELF_HARM
WEAK = 0.6
"""What the classifier says of a message in which it sees shadows."""


@pytest.fixture(scope="module")
def afterwords() -> Afterwords:
    return Afterwords.load(Rules.load())


@pytest.fixture(scope="module")
def phrases() -> RedFlagScreen:
    return RedFlagScreen.load()


def after(
    afterwords: Afterwords,
    text: str,
    category: Category = BODY,
    *,
    meaning: Meaning | None = None,
    since: int = 0,
    flag: RedFlag | None = None,
) -> Afterword | None:
    return afterwords.reply(text, LastAlarm(category, since, meaning), flag, "DE")


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
