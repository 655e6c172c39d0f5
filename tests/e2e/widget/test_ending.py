"""The end of a conversation: by whom, the rating, a new beginning; and the patient's own copy, or nothing left."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.widget.chat_page import ask, choose, conversation_of, talking
from tests.support.desk import Desk
from tests.support.web_process import WebProcess

__all__ = ["talking"]

pytestmark = pytest.mark.browser


def test_the_end_the_rating_and_a_new_beginning(talking: Page, desk: Desk, folder: Path) -> None:
    conversation = conversation_of(talking)
    choose(talking, "End this chat")
    expect(talking.get_by_role("button", name="Go on")).to_be_focused()
    talking.get_by_role("button", name="End it").click()
    ending = talking.get_by_role("region", name="This conversation has ended")
    expect(ending).to_be_focused()
    expect(talking.get_by_label("Your message")).to_be_hidden()
    expect(ending.get_by_role("button", name="Send my rating")).to_be_hidden()  # nothing to send yet
    ending.get_by_role("radio", name="4").check()
    ending.get_by_label("What could be better?").fill("Shorter answers, please.")
    ending.get_by_role("button", name="Send my rating").click()
    expect(ending.get_by_role("status")).to_have_text("Thank you for your rating.")
    expect(ending.get_by_role("radio", name="4")).to_be_hidden()
    with sqlite3.connect(folder / "conversations.sqlite3") as database:
        rows = database.execute(
            "select rating, rating_comment from conversations where id = ?", [conversation]
        ).fetchall()
    assert rows == [(4, "Shorter answers, please.")]
    talking.reload()
    expect(ending).to_contain_text("Thank you for your rating.")
    ending.get_by_role("button", name="Start a new conversation").click()
    expect(ending).to_be_hidden()
    expect(talking.get_by_label("Your message")).to_be_focused()
    ask(talking, "what are nk cells")
    expect(talking.locator(".message-answer")).to_have_count(1)
    assert conversation_of(talking) != conversation


def test_a_rating_that_could_not_be_sent_says_so_and_can_be_sent_again(talking: Page) -> None:
    choose(talking, "End this chat")
    talking.get_by_role("button", name="End it").click()
    talking.get_by_role("radio", name="5").check()
    talking.context.set_offline(True)
    talking.get_by_role("button", name="Send my rating").click()
    told = talking.locator("#rating-told")
    expect(told).to_contain_text("Your rating was not sent")
    talking.context.set_offline(False)
    talking.get_by_role("button", name="Send my rating").click()
    expect(told).to_have_text("Thank you for your rating.")


def test_an_advisor_who_ends_the_conversation_ends_it_on_the_page(talking: Page, desk: Desk) -> None:
    conversation = conversation_of(talking)
    talking.get_by_label("Your message").focus()
    desk.take(conversation)
    desk.end(conversation)
    expect(talking.get_by_role("region", name="This conversation has ended")).to_be_focused()
    expect(talking.locator(".message-closed")).to_contain_text("Maria Keller has ended this conversation")


def test_whoever_begins_anew_keeps_nobody_waiting(talking: Page, desk: Desk) -> None:
    conversation = conversation_of(talking)
    desk.take(conversation)
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
    choose(talking, "Start a new conversation")
    with talking.expect_response("**/close"):
        talking.get_by_role("button", name="Start new").click()
    expect(talking.locator(".message")).to_have_count(1)
    assert desk.log.state(conversation).status == "closed"


def test_the_conversation_is_saved_as_a_text_file(talking: Page, desk: Desk) -> None:
    conversation = conversation_of(talking)
    ask(talking, "what is the difference to stem cells")
    expect(talking.locator(".message-answer")).to_have_count(2)
    desk.take(conversation)
    desk.write(conversation, "Good question, مرحبا.")
    expect(talking.locator(".message-advisor .who")).to_have_text("Maria Keller")
    with talking.expect_download() as download:
        choose(talking, "Save as a text file")
    assert download.value.suggested_filename == "conversation.txt"
    text = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    for line in (
        "You, ",
        "what is the difference to stem cells",
        "Automated assistant, ",
        "They are two different kinds of cells:",  # without the marks for bold
        "Source: NK cells and stem cells (US National Cancer Institute dictionary)",
        "“NK cells find and destroy sick cells.”",
        "Maria Keller, advisor, ",
        "Good question, مرحبا.",
    ):
        assert line in text
    assert text.index("what are nk cells") < text.index("the difference") < text.index("Good question")


def test_a_deleted_conversation_is_gone_everywhere(talking: Page, desk: Desk, web: WebProcess) -> None:
    conversation = conversation_of(talking)
    token = talking.evaluate("JSON.parse(localStorage['nkbot.conversation']).token")
    other = talking.context.new_page()
    other.goto(talking.url)
    expect(other.locator(".message-answer")).to_have_count(1)
    choose(talking, "Delete this conversation")
    question = talking.get_by_role("dialog")
    expect(question).to_have_accessible_description("It is deleted here and at the clinic, for good. Nobody "
        "can read it any more, and a call-back you asked for is deleted with it.")  # fmt: skip
    talking.context.set_offline(True)
    question.get_by_role("button", name="Delete it").click()
    expect(question.get_by_role("alert")).to_contain_text("That did not work")
    talking.context.set_offline(False)
    question.get_by_role("button", name="Delete it").click()
    expect(question).to_be_hidden()
    expect(talking.get_by_role("status").first).to_contain_text("has been deleted")
    expect(talking.get_by_label("Your message")).to_be_focused()
    for page in (talking, other):
        expect(page.locator(".message-patient")).to_have_count(0)
        expect(page.locator(".message")).to_have_count(1)
    answer = httpx.get(
        f"{web.url}/api/conversations/{conversation}/messages", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 404
    assert token not in talking.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
