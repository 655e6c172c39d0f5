"""The form reads whole messages: an answer and a wish, a correction, a question about the form itself."""

from __future__ import annotations

from typing import Any

import pytest

from actions import enquiry_words as said_words
from actions.enquiry import Enquiry, slot
from tests.actions.test_actions import ANSWER
from tests.actions.test_enquiry import Form

GIVEN = {
    "name": "Zoë Lind",
    "contact": "+92 300 1234567",
    "country": "Pakistan",
    "about": "my son's leukaemia",
    "time": "evenings",
}


def asked_for(step: str, **given: str) -> Form:
    """The form as it asks for a step, with what is given."""
    form = Form(*(ANSWER,) * 6)
    form.slots = Enquiry(given).slots() | {"requested_slot": slot(step)}
    return form


def at_summary(**other: str) -> Form:
    return asked_for("consent", **(GIVEN | other))


def held(form: Form) -> dict[str, Any]:
    return dict(Enquiry.of(form.slots).given)


# Two things in one message


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Germany. forget it actually, I need to think first", True),
        ("never mind, I have to sleep on it", True),
        ("I need to talk to my husband first", True),
        ("Germany, but let me think about it", True),
        ("forget it actually", False),
        ("cancel all this, it doesn't understand me", False),
        ("please stop, this is too much", False),
        ("cancel, I don't want a price", False),
    ],
)
def test_who_breaks_off_is_let_go_at_once(text: str, kept: bool) -> None:
    form = asked_for("country", name="Tom", contact="tom@example.org")
    answer = form.say(text)
    assert not form.open
    assert answer == (said_words.LATER if kept else said_words.CANCELLED)
    assert (held(form).get("name") == "Tom") == kept
    assert held(form).get("country") == ("Germany" if text.startswith("Germany") else None)


def test_who_breaks_off_with_a_question_gets_the_answer() -> None:
    form = asked_for("name")
    answer = form.say("cancel, I don't want that. What is known about vaccines after it?")
    assert answer.startswith(said_words.CANCELLED)
    assert ANSWER.text in answer
    assert form.known.asked[-1][0] == "What is known about vaccines after it?"


@pytest.mark.parametrize(
    ("step", "text", "values"),
    [
        (
            "contact",
            "ok use li.chen88@gmail.com. Singapore. skip the rest",
            {"contact": "li.chen88@gmail.com", "country": "Singapore", "about": "", "time": ""},
        ),
        ("about", "I said it: brain tumour, for me. just send it", {"about": "brain tumour, for me"}),
        ("about", "kidney cancer, no more questions please", {"about": "kidney cancer"}),
        (
            "about",
            "lymphoma, for myself. best in the evening, and yes I agree you may send it",
            {"about": "lymphoma, for myself", "time": "best in the evening"},
        ),
        ("country", "Oman. that's all", {"country": "Oman", "about": ""}),
        ("time", "mornings. ok send", {"time": "mornings"}),
    ],
)
def test_who_wants_to_be_done_sees_the_summary_and_is_asked(
    step: str, text: str, values: dict[str, str]
) -> None:
    before = {"name": "Li", "contact": "+41 79 555 01 23", "country": "Chile", "about": "lupus"}
    order = list(Enquiry({}).slots())
    given = {
        each: value for each, value in before.items() if order.index(slot(each)) < order.index(slot(step))
    }
    form = asked_for(step, **given)
    answer = form.say(text)
    assert said_words.ASK_CONSENT in answer
    assert form.enquiry is None
    assert held(form) == held(form) | values
    form.say("Yes, send it")
    assert form.enquiry is not None


def test_why_keeps_the_answer_beside_it() -> None:
    form = asked_for("about", name="Ida", contact="ida@example.org", country="")
    answer = form.say("brain tumour, it's for me. why do you need to know that?")
    assert said_words.WHY_NEEDED["about"] in answer
    assert said_words.SORRY in answer
    assert said_words.ASK["time"] in answer
    assert held(form)["about"] == "brain tumour, it's for me"


def test_a_step_is_skipped_and_the_way_to_answer_changed_in_one_message() -> None:
    form = asked_for("country", name="Sandra", contact="sandra@example.org")
    answer = form.say("skip. can I have it by phone instead of email actually? 07911 123456")
    assert held(form) == {"name": "Sandra", "country": "", "contact": "07911 123456"}
    assert said_words.ASK["about"] in answer


def test_another_way_without_the_number_is_asked_for() -> None:
    form = asked_for("country", name="Sandra", contact="sandra@example.org")
    assert said_words.ASK_CHANGE["phone"] in form.say("can you do it by phone instead?")
    form.say("07911 123456")
    assert "07911 123456" in held(form)["contact"]


def test_a_declined_step_beside_a_question_is_not_asked_again() -> None:
    form = asked_for("country", name="Pia", contact="pia@example.org")
    answer = form.say("no thanks. am I going to be pressured to buy?")
    assert ANSWER.text in answer
    assert said_words.ASK_AGAIN["about"] in answer


def test_a_name_that_is_skipped_and_all_the_rest() -> None:
    form = asked_for("name")
    answer = form.say(
        "Skip the name. I don't want a price, just an advisor to ring me about lupus: 0049 151 5550199, "
        "Germany, evenings"
    )
    assert said_words.ASK_CONSENT in answer
    assert held(form) == {
        "name": "",
        "contact": "0049 151 5550199",
        "country": "Germany",
        "about": "lupus",
        "time": "evenings",
    }


# Corrections


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("wait, the number is wrong, it's 300 1234576 at the end", "+92 300 1234576"),
        ("sorry, number ends with 4568 not 4567", "+92 300 1234568"),
        ("the last three digits are 999", "+92 300 1234999"),
        ("the phone is wrong, should be 0300 1234576", "+92 300 1234576"),
        ("not 1234567 but 1234765", "+92 300 1234765"),
        ("my number is +41 79 555 01 23", "+41 79 555 01 23"),
    ],
)
def test_a_corrected_number_is_the_number(text: str, number: str) -> None:
    form = at_summary()
    answer = form.say(text)
    assert held(form) == GIVEN | {"contact": number}
    assert said_words.CORRECTED in answer
    assert number in answer


def test_a_correction_beside_an_answer_goes_where_it_belongs() -> None:
    form = asked_for(
        "time", name="Dan", contact="+234 803 555 0147", country="Nigeria", about="my mum's knee"
    )
    answer = form.say("mornings are good. sorry, number ends with 0174 not 0147")
    assert held(form)["contact"] == "+234 803 555 0174"
    assert held(form)["time"] == "mornings are good"
    assert said_words.CORRECTED in answer


def test_instead_takes_the_other_way_out() -> None:
    form = at_summary()
    form.say("the phone is my work one, better use john.w@proton.me instead")
    assert held(form)["contact"] == "john.w@proton.me"
    form = at_summary()
    form.say("my e-mail is john.w@proton.me")
    assert held(form)["contact"] == "john.w@proton.me, +92 300 1234567"


def test_a_part_and_a_way_are_taken_out_in_one_message() -> None:
    form = at_summary(about="liver cancer. I was cut short")
    form.say(
        "you wrote 'I was cut short' in the about, please take that out. and the phone is my work one, better "
        "use john.w@proton.me instead"
    )
    assert held(form) == GIVEN | {"about": "liver cancer", "contact": "john.w@proton.me"}


def test_a_domain_is_put_right() -> None:
    form = at_summary(contact="pete@hotmial.com")
    answer = form.say("oh I typed hotmail wrong, should be hotmail, then send", "ask_human")
    assert held(form)["contact"] == "pete@hotmail.com"
    assert said_words.CORRECTED in answer
    assert form.enquiry is None


def test_a_slip_in_the_address_is_asked_about_once() -> None:
    form = asked_for("contact", name="Pete")
    answer = form.say("pete@gmial.com")
    assert "Did you mean pete@gmail.com?" in answer
    assert said_words.ASK["country"] not in answer
    assert said_words.ASK["country"] in form.say("Yes, gmail.com")
    assert held(form)["contact"] == "pete@gmail.com"

    form = asked_for("contact", name="Pete")
    form.say("pete@gmial.com")
    assert said_words.ASK["country"] in form.say("no")
    assert held(form)["contact"] == "pete@gmial.com"
    assert "Did you mean" not in form.say("Portugal")

    form = asked_for("contact", name="Pete")
    form.say("pete@gmial.com")
    form.say("no, pete@gmail.com")
    assert held(form)["contact"] == "pete@gmail.com"


@pytest.mark.parametrize(
    "address", ["a@gmail.com", "a@hotmail.de", "a@mail.com", "a@clinic.example", "a@ymail.com"]
)
def test_an_address_that_looks_right_is_not_doubted(address: str) -> None:
    form = asked_for("contact", name="Pete")
    assert said_words.ASK["country"] in form.say(address)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("you wrote 'third time now' in the about, please take that out", "leukaemia"),
        ("please remove what it is about", ""),
        ("take the illness out", ""),
    ],
)
def test_what_shall_not_be_in_it_is_taken_out(text: str, about: str) -> None:
    form = at_summary(about="leukaemia, third time now")
    answer = form.say(text)
    assert held(form)["about"] == about
    assert said_words.TAKEN_OUT in answer


def test_the_only_way_to_answer_is_not_taken_out_but_asked_for() -> None:
    form = at_summary()
    assert said_words.ASK_CHANGE["phone"] in form.say("please delete my phone number")
    assert said_words.CORRECTED not in form.say("hm", "acknowledge")


def test_nothing_is_called_changed_that_is_the_same() -> None:
    form = at_summary()
    assert said_words.CORRECTED not in form.say("my number is +92 300 1234567")
    assert said_words.CORRECTED in form.say("my number is +92 300 7654321")


# Questions about the form


@pytest.mark.parametrize(
    "text",
    [
        "what do you have so far?",
        "no I mean my details, what did you write down?",
        "did you put down the number?",
        "did you save my email or not",
        "have you got my number",
        "did you lose the +92?",
        "you forgot my number!",
        "can you read it back?",
    ],
)
def test_the_form_says_what_it_holds_and_goes_on(text: str) -> None:
    form = asked_for("about", name="Dmitri", contact="+92 300 1234567", country="Cyprus")
    answer = form.say(text)
    for each in ("Dmitri", "+92 300 1234567", "Cyprus", said_words.ASK_AGAIN["about"]):
        assert each in answer
    assert form.known.asked == []
    assert "about" not in held(form)


def test_a_number_in_the_question_whether_it_is_kept_is_kept() -> None:
    form = asked_for("country", name="Sandra", contact="sandra@example.org")
    assert "07911 123456" in form.say("did you put down the phone number 07911 123456 ?")
    assert held(form)["contact"] == "sandra@example.org, 07911 123456"


@pytest.mark.parametrize("text", ["was it sent?", "did it go through?", "so did you send something or not"])
def test_whether_it_was_sent_is_said_plainly(text: str) -> None:
    assert form_says(text).startswith(said_words.NOT_SENT)


@pytest.mark.parametrize("text", ["what is consent?", "What is meaning consent?", "agree to what?"])
def test_consent_is_explained(text: str) -> None:
    assert said_words.CONSENT_MEANS in form_says(text)


def form_says(text: str) -> str:
    form = asked_for("country", name="Ida", contact="ida@example.org")
    answer = form.say(text)
    assert said_words.ASK_AGAIN["country"] in answer
    assert form.known.asked == []
    return answer


@pytest.mark.parametrize(
    "text",
    [
        "what do you have on lymphoma?",
        "do you have data on donors?",
        "is informed consent needed in a trial?",
        "how are the cells kept and sent?",
    ],
)
def test_a_question_about_the_therapy_stays_one(text: str) -> None:
    form = asked_for("country", name="Ida", contact="ida@example.org")
    assert ANSWER.text in form.say(text)


# Names, subjects, kindness


@pytest.mark.parametrize(
    "text", ["I said. Ahmed", "I said Ahmed", "Ahmed, as I said", "I just told you: Ahmed", "name Ahmed"]
)
def test_who_says_a_name_again_is_heard(text: str) -> None:
    form = asked_for("name")
    assert said_words.ASK["contact"] in form.say(text)
    assert held(form) == {"name": "Ahmed"}


@pytest.mark.parametrize(
    "text", ["ovarian cancer, for my mum", "my wife has lymphoma", "it's for me, melanoma"]
)
def test_an_illness_is_answered_with_a_kind_word(text: str) -> None:
    form = asked_for("about", name="Ida", contact="ida@example.org", country="")
    assert said_words.SORRY in form.say(text)
    assert held(form)["about"] in text or held(form)["about"] == text


def test_an_illness_told_with_the_first_wish_is_kept() -> None:
    form = Form()
    answer = form.say("price please, my wife has liver cancer", "request_enquiry")
    assert said_words.SORRY in answer
    assert said_words.ASK["name"] in answer
    assert held(form) == {"about": "my wife has liver cancer"}


# After an alarm


def test_what_is_asked_after_an_alarm_is_answered_without_a_yes() -> None:
    form = at_summary()
    answer = form.say(
        "ok I called the ward, they are sending us in. was my enquiry sent?", metadata={"interrupted": True}
    )
    assert answer.startswith(said_words.NOT_SENT)
    assert not form.open


def test_the_button_after_an_alarm_shows_the_summary_once_more() -> None:
    form = at_summary()
    answer = form.say("Yes, send it", metadata={"interrupted": True})
    assert said_words.ASK_CONSENT in answer
    assert form.enquiry is None
    form.say("Yes, send it")
    assert form.enquiry is not None
