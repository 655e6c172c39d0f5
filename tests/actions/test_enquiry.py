"""The form for an enquiry, step by step, as Rasa asks for it; with the real Rasa: tests/dialogue."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from actions import enquiry_words as said_words
from actions.enquiry import FORM, STEPS, Enquiry, slot
from actions.server import Executor
from bot.conversations import contact
from bot.web import replies
from knowledge.model import Reply
from tests.actions.calls import call, replied, said
from tests.actions.test_actions import ANSWER, Known

NOTHING = Reply("abstain", "I could not find it.", (), (), {"probability": 0.1})


class Form:
    """Plays Rasa: keeps the slots, and passes every message on while the form is under way."""

    def __init__(self, *answers: Reply) -> None:
        self.known = Known(*answers)
        self.slots: dict[str, Any] = {}
        self.open = True
        self.enquiry: dict[str, str] | None = None
        self.earlier: tuple[str, ...] = ()
        """What the patient wrote before the enquiry."""
        self.answer = ""

    def say(self, text: str, intent: str = "question", confidence: float = 0.9, **event: Any) -> str:
        """Everything that comes back, as one text."""
        message = {**said(text, intent, confidence=confidence), **event}
        before = replied("cost", said_words.START)
        body = call(
            f"validate_{FORM}",
            *map(said, self.earlier),
            said("price?"),
            before,
            message,
            slots=self.slots,
            form=FORM,
        )
        result = asyncio.run(Executor(self.known).run(body))
        assert result is not None
        for event_ in result.events:
            if event_["event"] == "reset_slots":
                self.slots = {}
            elif event_["event"] == "slot":
                self.slots[event_["name"]] = event_["value"]
        assert result.events[-1] == {"event": "followup", "timestamp": None, "name": "action_listen"}
        self.open = self.slots.get("requested_slot") is not None
        self.kinds = [
            response["custom"].get("kind", response.get("response")) for response in result.responses
        ]
        for response in result.responses:
            custom = response["custom"]
            assert not custom or custom["private"], "Rasa would keep the patient's words"
            self.enquiry = custom.get("enquiry", self.enquiry)
            if "enquiry" in custom:
                replies.parse({"messages": [{**json.loads(json.dumps(custom)), "evidence": {}}]})
        return "\n".join(str(response["custom"].get("text")) for response in result.responses)


@pytest.fixture
def form() -> Form:
    return Form(ANSWER, ANSWER, ANSWER, ANSWER)


def filled(form: Form) -> Form:
    form.say("yes", "affirm")
    form.say("Ana Lima, ana@example.org, Portugal, my mother's breast cancer, mornings")
    assert form.slots["requested_slot"] == slot("consent")
    return form


def test_one_thing_after_the_other(form: Form) -> None:
    assert said_words.ASK["name"] in form.say("yes please", "affirm")
    assert said_words.ASK["contact"] in form.say("Ana Lima")
    assert said_words.ASK["country"] in form.say("ana@example.org")
    assert said_words.ASK["about"] in form.say("portugal")
    assert said_words.ASK["time"] in form.say("my mother has breast cancer")
    summary = form.say("in the mornings")
    for each in ("Ana Lima", "ana@example.org", "Portugal", "my mother has breast cancer", "in the mornings"):
        assert each in summary
    assert form.enquiry is None
    assert "passed your enquiry on" in form.say("yes", "affirm")
    assert form.enquiry == {
        "name": "Ana Lima",
        "contact": "ana@example.org",
        "country": "Portugal",
        "about": "my mother has breast cancer",
        "best_time": "in the mornings",
    }
    assert not form.open
    assert Enquiry.of(form.slots) == Enquiry()


def test_everything_at_once(form: Form) -> None:
    assert filled(form).enquiry is None
    form.say("Yes, send it")
    assert form.enquiry is not None


def test_both_ways_to_answer_are_kept_and_each_is_corrected_alone(form: Form) -> None:
    form.say("I'm Rui, rui@example.pt", "give_details")
    form.say("my number is +351 910 555 012")
    assert form.slots[slot("contact")] == "rui@example.pt, +351 910 555 012"
    form.say("change the phone number")
    form.say("+351 910 555 999")
    form.say("no my email is rui.alves@example.pt")
    ways = form.slots[slot("contact")]
    assert ways == "rui.alves@example.pt, +351 910 555 999"
    assert contact.checked(ways) == ways


def test_nothing_is_sent_without_an_explicit_yes(form: Form) -> None:
    filled(form)
    for text, intent in (
        ("hm", "acknowledge"),
        ("no", "deny"),
        ("maybe later", "deny"),
        ("why?", "question"),
        ("my name is Anna", "give_details"),
        ("yes but change my name", "affirm"),
        ("is it safe?", "question"),
    ):
        form.say(text, intent)
        assert form.enquiry is None, text


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(form: Form) -> None:
    form.say("yes", "affirm")
    text = form.say("how long does it take?")
    assert ANSWER.text in text
    assert said_words.ASK_AGAIN["name"] in text
    assert form.kinds == ["answer", "cost"]
    assert form.slots["requested_slot"] == slot("name")
    text = form.say("I'm Ana. Is it safe?")
    assert ANSWER.text in text
    assert said_words.ASK_AGAIN["contact"] in text
    assert form.known.asked[-1][0] == "Is it safe?"


def test_who_keeps_asking_something_else_is_left_in_peace_and_may_come_back(form: Form) -> None:
    form.say("I'm Ana", "give_details")
    for _ in range(3):
        assert form.open
        text = form.say("how does that work?")
    assert said_words.PAUSED in text
    assert not form.open
    text = form.say("go on with my enquiry", "request_enquiry")
    assert text.startswith(said_words.RESUME)
    assert said_words.ASK["contact"] in text


@pytest.mark.parametrize(
    "text", ["cancel", "never mind", "stop", "please stop asking", "I changed my mind", "forget it"]
)
@pytest.mark.parametrize("ready", [False, True])
def test_cancelling_drops_everything(form: Form, text: str, ready: bool) -> None:
    if ready:
        filled(form)
    else:
        form.say("I'm Ana", "give_details")
    assert form.say(text, "deny") == said_words.CANCELLED
    assert not form.open
    assert form.enquiry is None
    assert not Enquiry.of(form.slots).begun


def test_a_tablet_that_should_be_stopped_is_no_cancelling(form: Form) -> None:
    form.say("yes", "affirm")
    form.say("should I stop my prednisone?", "medical_advice")
    assert form.kinds == ["medical_advice", "cost"]
    assert form.open


@pytest.mark.parametrize("text", ["why do you need that?", "what for", "Why do you ask?", "who sees this?"])
def test_why_is_answered_and_asked_again(form: Form, text: str) -> None:
    form.say("I'm Ana", "give_details")
    answer = form.say(text)
    assert said_words.ASK_AGAIN["contact"] in answer
    assert answer.startswith((said_words.WHY_NEEDED["contact"], said_words.PRIVACY))
    assert form.slots["requested_slot"] == slot("contact")


def test_details_may_be_refused_all_but_the_way_to_answer(form: Form) -> None:
    form.say("yes", "affirm")
    assert said_words.ASK["contact"] in form.say("I'd rather not say")
    assert form.say("none of your business") == said_words.CONTACT_REFUSED
    assert form.open
    form.say("ok, 079 555 01 23")
    for text in ("skip", "I don't want to tell you", "Skip this"):
        form.say(text)
    assert form.slots["requested_slot"] == slot("consent")
    form.say("yes", "affirm")
    assert form.enquiry is not None
    assert form.enquiry["contact"] == "079 555 01 23"
    assert form.enquiry["name"] == ""


def test_after_an_emergency_nothing_is_taken_for_an_answer(form: Form) -> None:
    form.say("yes", "affirm")
    text = form.say("you still there?", metadata={"interrupted": True})
    assert form.kinds == ["smalltalk"]
    assert not re.search(r"your (name|e-mail|phone)", text)
    assert not form.open
    assert Enquiry.of(form.slots).paused


def test_a_wish_for_a_person_leaves_the_form(form: Form) -> None:
    form.say("I'm Ana", "give_details")
    form.say("let me talk to a person", "ask_human")
    assert form.kinds == ["handoff"]
    assert not form.open
    assert Enquiry.of(form.slots).given == {"name": "Ana"}


@pytest.mark.parametrize("intent", ["worry", "goodbye", "anger"])
def test_who_is_sad_or_leaves_is_not_asked_for_a_number(form: Form, intent: str) -> None:
    form.say("yes", "affirm")
    form.say("…", intent)
    assert form.kinds == [f"utter_{intent}", "cost"]
    assert not form.open


def test_what_is_not_understood_is_asked_in_other_words_with_a_way_out(form: Form) -> None:
    form.say("I'm Ana", "give_details")
    assert form.say("hm hm") == said_words.NOT_UNDERSTOOD["contact"]
    form.say("hm hm")
    assert Enquiry.of(form.slots).misses == 2
    assert said_words.WRONG["email"] in form.say("ana@example")
    assert said_words.ASK["country"] in form.say("ana@example.org")
    assert Enquiry.of(form.slots).misses == 0


def test_a_step_names_no_price_and_the_slots_are_those_of_the_domain(form: Form) -> None:
    texts = [form.say("yes", "affirm"), form.say("Ana"), form.say("ana@example.org"), form.say("skip")]
    assert not re.search(r"[€$£]|\d+ ?(euro|dollar)", " ".join(texts))
    assert {*map(slot, STEPS), "enquiry_progress", "requested_slot"} >= set(form.slots)


@pytest.mark.parametrize(("offered", "begins"), [(True, True), (False, False)])
def test_a_name_after_the_offer_begins_the_enquiry_even_as_a_greeting(offered: bool, begins: bool) -> None:
    before = replied("cost", *([said_words.START] if offered else []))
    body = call("action_greet", said("price?", "ask_cost"), before, said("I am Noor", "greet"))
    result = asyncio.run(Executor(Known()).run(body))
    assert result is not None
    assert ([event["name"] for event in result.events] == [FORM]) == begins
    assert [response["response"] for response in result.responses] == ([] if begins else ["utter_greet"])
