"""What the patient sees on the way to a person and back: waiting, joined, handed back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.conversations.model import Advisor
from tests.e2e.widget.chat_page import ask, choose, conversation_of, talking
from tests.support.desk import MARIA, Desk
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

__all__ = ["talking"]

pytestmark = pytest.mark.browser

PETER = Advisor(2, "Peter Novak")


def test_whoever_waits_sees_the_place_in_line_move(talking: Page, desk: Desk, web: WebProcess) -> None:
    desk.open()
    earlier = Patient(web.url)
    earlier.http.post(f"/api/conversations/{earlier.conversation}/handoff", headers=earlier.headers)
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    waiting = talking.get_by_role("region", name="Waiting for a person")
    place = waiting.locator("#place")
    expect(place).to_have_text("You are number 2 in line.")
    expect(waiting).to_contain_text("The assistant goes on answering until a person joins")
    expect(waiting.get_by_role("status")).to_contain_text("number 2")  # read aloud when it changes
    desk.take(earlier.conversation)
    expect(place).to_have_text("You are next in line.", timeout=12_000)
    earlier.http.close()


def test_an_advisor_who_joins_is_named_and_looks_different(talking: Page, desk: Desk) -> None:
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    conversation = conversation_of(talking)
    desk.take(conversation)
    desk.write(conversation, "Hello, how can **I** help?")
    bar = talking.get_by_role("banner")
    expect(bar).to_contain_text("Maria Keller, advisor")
    expect(bar).not_to_contain_text("Automated")
    expect(talking.get_by_role("region", name="Waiting for a person")).to_be_hidden()
    expect(talking.get_by_role("banner").get_by_role("button", name="Talk to a person")).to_be_hidden()
    message = talking.locator(".message-advisor")
    expect(message.locator(".who")).to_have_text("Maria Keller")
    expect(message.locator(".byline")).to_contain_text("a person")
    expect(talking.locator(".message-answer .who")).to_have_text("Automated assistant")
    look = "node => getComputedStyle(node).borderTopWidth + getComputedStyle(node).backgroundColor"
    bot = talking.locator(".message-answer > .bubble")
    assert message.locator(".bubble").evaluate(look) != bot.evaluate(look)
    expect(talking.get_by_placeholder("Write to the advisor")).to_be_visible()
    talking.reload()
    expect(message.locator(".who")).to_have_text("Maria Keller")


def test_each_advisor_keeps_the_own_name(talking: Page, desk: Desk) -> None:
    conversation = conversation_of(talking)
    desk.take(conversation)
    desk.write(conversation, "I am Maria.")
    expect(talking.locator(".message-advisor .who")).to_have_text(["Maria Keller"])
    desk.ownership.transfer(conversation, MARIA, None)
    desk.take(conversation, PETER)
    desk.write(conversation, "I am Peter.", PETER)
    expect(talking.locator(".message-advisor .who")).to_have_text(["Maria Keller", "Peter Novak"])
    talking.reload()
    expect(talking.locator(".message-advisor .who")).to_have_text(["Maria Keller", "Peter Novak"])
    desk.empty(PETER)


def test_handed_back_the_assistant_answers_again(talking: Page, desk: Desk) -> None:
    conversation = conversation_of(talking)
    desk.take(conversation)
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
    desk.release(conversation)
    expect(talking.get_by_role("banner")).to_contain_text("Automated assistant, not a doctor")
    expect(talking.get_by_role("banner").get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(talking.locator(".message-system").last).to_contain_text("automated assistant again")
    ask(talking, "and how are they made")
    expect(talking.locator(".message-answer")).to_have_count(2)


def test_the_patient_goes_back_to_the_assistant_by_choice(talking: Page, desk: Desk) -> None:
    desk.take(conversation_of(talking))
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
    choose(talking, "Back to the assistant")
    expect(talking.get_by_role("banner")).to_contain_text("Automated assistant")
    expect(talking.get_by_label("Your message")).to_be_focused()
    ask(talking, "what are the risks")
    expect(talking.locator(".message-answer")).to_have_count(2)


def test_an_emergency_while_an_advisor_is_there_stands_out(talking: Page, desk: Desk) -> None:
    desk.take(conversation_of(talking))
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
    ask(talking, "I can't breathe and my chest hurts")
    urgent = talking.locator(".message-emergency")
    expect(urgent).to_contain_text("This may need help right away")
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
