"""What the patient sees on the way to a person and back: waiting, joined, handed back, called back, the end."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.conversations.model import Advisor
from bot.conversations.work_items import WorkItems
from tests.e2e.conftest import NewPage
from tests.support.desk import MARIA, Desk
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
PETER = Advisor(2, "Peter Novak")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def choose(page: Page, item: str) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name=item).click()


def conversation_of(page: Page) -> str:
    return str(page.evaluate("JSON.parse(localStorage['nkbot.conversation']).id"))


@pytest.fixture
def talking(new_page: NewPage) -> Page:
    """A page on which a first question has been answered."""
    page = new_page(viewport=PHONE)
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    return page


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


def test_the_call_back_form_says_beside_each_field_what_is_missing(talking: Page, desk: Desk) -> None:
    desk.empty()
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    talking.get_by_role("button", name="Call me back").click()
    form = talking.get_by_role("dialog", name="Ask to be called back")
    name, contact = form.get_by_label("Your name"), form.get_by_label("E-mail address or phone number")
    expect(name).to_be_focused()
    form.get_by_role("button", name="Send").click()
    for field, sentence in (
        (name, "Please tell us your name."),
        (contact, "Please give an e-mail address or a phone number."),
        (form.get_by_role("checkbox"), "Without your consent we may not keep your details."),
    ):
        expect(field).to_have_accessible_description(sentence)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("Ada")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    contact.fill("call me maybe")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()
    expect(contact).to_be_focused()
    expect(contact).to_have_accessible_description(
        "Please check this: an e-mail address such as name@example.org, or a phone number with its area code."
    )
    # What was written is there again after a look at the conversation, also after a reload.
    form.get_by_role("button", name="Not now").click()
    expect(talking.get_by_role("button", name="Call me back")).to_be_focused()
    talking.reload()
    talking.get_by_role("button", name="Call me back").click()
    expect(name).to_have_value("Ada")


def test_a_call_back_is_noted_for_the_advisors(talking: Page, desk: Desk) -> None:
    desk.empty()
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    fill_in(talking, "Zoë", "+41 44 123 45 67")
    expect(talking.get_by_role("dialog")).to_be_hidden()
    expect(talking.get_by_role("log")).to_be_focused()
    expect(talking.locator(".message-callback_noted")).to_contain_text("get back to you")
    expect(talking.get_by_role("region", name="Waiting for a person")).to_be_hidden()
    assert noted(desk, talking) == [("Zoë", "+41 44 123 45 67", "mornings")]
    assert "Zoë" not in talking.evaluate("JSON.stringify({...localStorage})"), "it is kept longer than needed"


def test_a_call_back_asked_for_offline_is_sent_once_when_the_network_is_back(
    talking: Page, desk: Desk
) -> None:
    desk.empty()
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    talking.context.set_offline(True)
    fill_in(talking, "Ada", "ada@example.org")
    form = talking.get_by_role("dialog")
    expect(form.get_by_role("alert")).to_contain_text("Your request is kept here")
    form.get_by_role("button", name="Not now").click()
    waiting = talking.get_by_role("region", name="Waiting for a person")
    expect(waiting).to_contain_text("is sent when the connection is back")
    talking.context.set_offline(False)
    expect(talking.locator(".message-callback_noted")).to_have_count(1)
    assert noted(desk, talking) == [("Ada", "ada@example.org", "mornings")]


def test_a_call_back_whose_confirmation_got_lost_is_not_noted_twice(talking: Page, desk: Desk) -> None:
    desk.empty()
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    talking.route("**/callback", lambda route: (route.fetch(), route.abort()))
    fill_in(talking, "Ada", "ada@example.org")
    expect(talking.locator(".message-callback_noted")).to_have_count(1)
    expect(talking.get_by_role("dialog")).to_be_hidden()
    talking.unroute("**/callback")
    talking.reload()
    expect(talking.locator(".message-callback_noted")).to_have_count(1)
    assert len(noted(desk, talking)) == 1


def fill_in(page: Page, name: str, contact: str) -> None:
    page.get_by_role("button", name="Call me back").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Your name").fill(name)
    form.get_by_label("E-mail address or phone number").fill(contact)
    form.get_by_label("When is a good time?").fill("mornings")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()


def noted(desk: Desk, page: Page) -> list[tuple[str, str, str]]:
    """Name, contact and time of the requests that advisors see for this conversation."""
    mine = [each for each in WorkItems(desk.database).list() if each.conversation_id == conversation_of(page)]
    return [(each.name, each.contact, each.best_time) for each in mine]


@pytest.fixture
def closed_office(tmp_path: Path, rasa: FakeRasa) -> Iterator[WebProcess]:
    """A clinic whose advisors work on one day of the week only, which is not today."""
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%a")
    process = WebProcess(tmp_path, rasa.url, NKBOT_OFFICE_HOURS=f"{day} 09:00-10:00").start()
    yield process
    process.stop()


def test_outside_office_hours_the_patient_reads_when_somebody_is_back(
    new_page: NewPage, closed_office: WebProcess
) -> None:
    page = new_page(closed_office.url, timezone_id="Europe/Zurich", locale="en-GB")
    page.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    waiting = page.get_by_role("region", name="Waiting for a person")
    weekday = (datetime.now(UTC) + timedelta(days=3)).strftime("%A")
    # 09:00 UTC in the patient's own time; which of the two depends on the season.
    expect(waiting).to_contain_text(f"They are back on {weekday}")
    expect(waiting.locator("#standing-more")).to_have_text(re.compile(r"at (10|11):00 \(your time\)\."))
    expect(waiting.get_by_role("button", name="Call me back")).to_be_visible()


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


def test_an_emergency_while_an_advisor_is_there_stands_out(talking: Page, desk: Desk) -> None:
    desk.take(conversation_of(talking))
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")
    ask(talking, "I can't breathe and my chest hurts")
    urgent = talking.locator(".message-emergency")
    expect(urgent).to_contain_text("This may need help right away")
    expect(talking.get_by_role("banner")).to_contain_text("Maria Keller")


def test_right_to_left_text_stands_as_it_is_written(talking: Page, desk: Desk) -> None:
    ask(talking, "ما هي الخلايا؟")
    own = talking.locator(".message-patient .bubble").last
    expect(own).to_have_text("ما هي الخلايا؟")
    expect(own).to_have_css(
        "direction", "rtl"
    )  # looks again when the bubble that waits makes way for the sent one
    box = talking.get_by_label("Your message")
    box.fill("شكرا")
    expect(box).to_have_css("direction", "rtl")
    conversation = conversation_of(talking)
    arab = Advisor(3, "سارة")
    desk.take(conversation, arab)
    expect(talking.locator("#who bdi")).to_have_text("سارة")
    desk.empty(arab)


@pytest.mark.parametrize("size", [(320, 640), (640, 320), (320, 256), (1280, 720)], ids=str)
def test_in_no_state_and_on_no_screen_anything_is_out_of_reach(
    new_page: NewPage, desk: Desk, size: tuple[int, int]
) -> None:
    """320 by 256 is a screen of 1280 by 1024 at 400 %."""
    width, height = size
    page = new_page(viewport={"width": width, "height": height})
    desk.empty()

    def fits(state: str) -> None:
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state}: sideways"
        for node in page.locator("button:visible, input:visible, textarea:visible").all():
            if node.evaluate("node => node.closest('.log, .scroll, .newest')"):
                continue
            node.scroll_into_view_if_needed()
            box = node.bounding_box()
            assert box is not None
            assert box["x"] >= -1 and box["x"] + box["width"] <= width + 1, f"{state}: {node}"
            assert box["y"] >= -1 and box["y"] + box["height"] <= height + 1, f"{state}: {node}"

    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    fits("answered")
    page.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_role("region", name="Waiting for a person")).to_be_visible()
    fits("waiting")
    assert page.locator("#scroll").evaluate("node => node.clientHeight") >= 60, "no room for the conversation"
    page.get_by_role("button", name="Call me back").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    fits("call-back")
    page.get_by_role("button", name="Not now").click()
    desk.take(conversation_of(page), Advisor(4, "Dr. Wolfeschlegelsteinhausenbergerdorff-Hubert"))
    expect(page.get_by_role("banner")).to_contain_text("Wolfe")
    fits("advisor")
    page.get_by_role("button", name="More").click()
    fits("menu")
    page.get_by_role("button", name="End this chat").click()
    fits("question")
    page.get_by_role("button", name="End it").click()
    page.get_by_role("radio", name="3").check()
    fits("rating")
    desk.empty(Advisor(4, ""))


def test_reduced_motion_moves_nothing(new_page: NewPage, rasa: FakeRasa) -> None:
    page = new_page(reduced_motion="reduce")
    rasa.hang()
    ask(page, "a hard question")
    expect(page.locator("#typing")).to_be_visible()
    names = page.eval_on_selector_all(
        "*", "nodes => [...new Set(nodes.map(node => getComputedStyle(node).animationName))]"
    )
    rasa.go_on.set()
    assert names == ["none"]


def test_a_panel_that_takes_room_does_not_hide_what_was_said_last(talking: Page, desk: Desk) -> None:
    talking.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    desk.take(conversation_of(talking))
    desk.write(conversation_of(talking), "The last word.")
    expect(talking.get_by_text("The last word.")).to_be_in_viewport()
    choose(talking, "End this chat")
    talking.get_by_role("button", name="End it").click()
    expect(talking.locator(".message-closed")).to_be_in_viewport()
    expect(talking.get_by_role("button", name="New message")).to_be_hidden()
    talking.get_by_role("radio", name="4").check()
    expect(talking.locator(".message-closed")).to_be_in_viewport()
