"""The widget for people who do not see it, and for those who use no mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.widget.conftest import PHONE, Visit, Visitor
from tests.support.axe import assert_accessible, problems
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def phone(request: pytest.FixtureRequest, visit: Visit) -> Visitor:
    """A phone of 320 px, in both colour schemes."""
    return visit(viewport=PHONE, color_scheme=request.param)


def test_the_checker_finds_what_is_wrong(visit: Visit) -> None:
    visitor = visit()
    visitor.open()
    visitor.frame.evaluate("document.getElementById('text').previousElementSibling.remove()")
    visitor.page.evaluate(
        "document.querySelector('nkbot-widget').shadowRoot.querySelector('iframe').removeAttribute('title')"
    )
    found = "\n".join(problems(visitor.page))
    assert "frame-title" in found  # in the shadow of the clinic's page
    assert "label" in found  # inside the frame


def test_axe_finds_nothing_in_any_state(phone: Visitor, desk: Desk, rasa: FakeRasa) -> None:
    page, chat = phone.page, phone.chat
    check: Callable[[str], None] = lambda state: assert_accessible(page, state)  # noqa: E731
    check("closed")
    phone.open()
    check("open")

    rasa.hang()
    phone.ask("what is the difference to stem cells")
    expect(chat.locator("#typing")).to_be_visible()
    check("the assistant writes")
    rasa.go_on.set()
    expect(chat.locator(".message-answer")).to_have_count(1)
    chat.locator(".source summary").first.click()
    chat.get_by_role("button", name="Yes, this helped").click()
    check("answered, a source open")
    phone.ask("this is not known")
    expect(chat.locator(".message-abstain")).to_have_count(1)
    check("abstained")
    phone.ask("I can't breathe and my chest hurts")
    expect(chat.locator(".message-emergency")).to_have_count(1)
    expect(chat.get_by_role("region", name="Waiting for a person")).to_be_visible()
    check("emergency")

    page.context.set_offline(True)
    phone.ask("are you there")
    expect(chat.locator(".message-waiting")).to_have_count(1)
    check("offline")
    page.context.set_offline(False)
    expect(chat.locator(".message-waiting")).to_have_count(0)
    page.route(
        "**/messages",
        lambda route: route.fulfill(status=400, json={"error": {"code": "x", "message": "No."}}),
    )
    phone.ask("this is refused")
    expect(chat.get_by_role("alert").filter(has_text="Not sent")).to_be_visible()
    check("a message refused")
    page.unroute("**/messages")

    desk.empty()
    check("waiting, nobody there")
    chat.get_by_role("button", name="Call me back").click()
    check("the call-back form")
    chat.get_by_role("button", name="Send").last.click()
    check("the call-back form with mistakes")
    chat.get_by_label("Your name").fill("Ada")
    chat.get_by_label("E-mail address or phone number").fill("ada@example.org")
    chat.get_by_role("checkbox").check()
    chat.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(chat.locator(".message-callback_noted")).to_have_count(1)
    check("the call-back noted")

    desk.open()
    phone.ask_for_person()
    check("waiting, somebody there")
    desk.take(phone.conversation)
    desk.write(phone.conversation, "Hello, how can I help?")
    expect(chat.locator(".message-advisor")).to_have_count(1)
    check("an advisor is there")
    chat.get_by_role("button", name="Close the chat").click()
    desk.write(phone.conversation, "Are you still there?")
    expect(phone.launcher).to_have_accessible_name("Open the chat: 1 new message")
    check("closed, with a new message")
    phone.launcher.click()

    chat.get_by_role("button", name="More").click()
    check("the menu")
    chat.get_by_role("button", name="End this chat").click()
    check("a question before the end")
    chat.get_by_role("button", name="End it").click()
    expect(chat.get_by_role("region", name="This conversation has ended")).to_be_visible()
    check("ended")
    chat.get_by_role("radio", name="2").check()
    check("a rating")
    chat.get_by_role("button", name="Send my rating").click()
    expect(chat.locator("#rating-told")).to_have_text("Thank you for your rating.")
    check("rated")


class Keys:
    """Somebody who has only a keyboard, and knows where the focus is by what is read out."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.visitor = visitor.page, visitor

    def focused(self) -> str:
        """What has the focus now: its label or its text."""
        name = (
            "() => { let node = document.activeElement;"
            " while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;"
            " if (!node || node === document.body || node.tagName === 'IFRAME') return '';"
            " return node.ariaLabel || node.labels?.[0]?.textContent.trim() || node.textContent.trim(); }"
        )
        inside = ""
        if any(frame.url.endswith("/widget") for frame in self.page.frames):
            frame = self.visitor.frame
            inside = str(frame.evaluate(name)) if frame.evaluate("document.hasFocus()") else ""
        return inside or str(self.page.evaluate(name))

    def go_to(self, name: str, back: bool = False) -> None:
        """Presses Tab until the focus is there."""
        seen = []
        for _ in range(60):
            if self.focused().startswith(name):
                return
            seen.append(self.focused())
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{name} is not reached; on the way: {seen}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_the_whole_story_with_the_keyboard_alone(visit: Visit, desk: Desk) -> None:
    visitor = visit(viewport=PHONE)
    chat, keys = visitor.chat, Keys(visitor)
    desk.empty()
    keys.go_to("Ask a question")
    keys.press("Enter")
    expect(chat.get_by_label("Your message")).to_be_focused()
    keys.type("what are nk cells")
    keys.press("Enter")
    expect(chat.locator(".message-answer")).to_have_count(1)
    keys.go_to("Yes, this helped", back=True)
    keys.press("Enter")
    expect(chat.get_by_role("status").first).to_contain_text("Thank you")
    keys.go_to("Talk to a person", back=True)  # the suggestion below the answer, or the button in the bar
    keys.press("Enter")
    expect(chat.get_by_role("region", name="Waiting for a person")).to_be_visible()
    assert keys.focused(), "the focus got lost when the button went"

    keys.go_to("Call me back", back=True)
    keys.press("Enter")
    assert keys.focused() == "Your name"
    keys.press("Escape")  # not now
    assert keys.focused() == "Call me back"
    keys.press("Enter")
    keys.type("Ada")
    keys.go_to("E-mail address")
    keys.type("ada@example.org")
    keys.go_to("The Lake Clinic may keep")
    keys.press("Space")
    keys.go_to("Send")
    keys.press("Enter")
    expect(chat.locator(".message-callback_noted")).to_have_count(1)
    expect(chat.get_by_role("log")).to_be_focused()

    desk.take(visitor.conversation)
    desk.write(visitor.conversation, "Hello, how can I help?")
    expect(chat.locator(".message-advisor")).to_have_count(1)
    keys.go_to("Your message")
    keys.type("May I call you?")
    keys.press("Enter")
    expect(chat.locator(".message-patient").last).to_contain_text("May I call you?")
    desk.release(visitor.conversation)
    expect(chat.get_by_role("banner")).to_contain_text("Automated assistant")
    keys.type("what are the risks")
    keys.press("Enter")
    expect(chat.locator(".message-answer")).to_have_count(2)

    keys.go_to("More", back=True)
    keys.press("Enter", "ArrowDown", "ArrowDown")
    assert keys.focused() == "End this chat"
    keys.press("Enter")
    keys.go_to("End it")
    keys.press("Enter")
    expect(chat.get_by_role("region", name="This conversation has ended")).to_be_focused()
    keys.go_to("1")
    keys.press("ArrowRight", "ArrowRight", "ArrowRight")
    keys.go_to("What could be better?")
    keys.type("Nothing.")
    keys.go_to("Send my rating")
    keys.press("Enter")
    expect(chat.locator("#rating-told")).to_have_text("Thank you for your rating.")
    keys.go_to("Start a new conversation")
    keys.press("Enter")
    expect(chat.get_by_label("Your message")).to_be_focused()
    keys.press("Escape")
    expect(visitor.launcher).to_be_focused()


def test_a_screen_reader_hears_what_comes_and_not_what_was_there(visit: Visit, rasa: FakeRasa) -> None:
    visitor = visit()
    visitor.open()
    chat = visitor.chat
    log = chat.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    visitor.ask("what are nk cells")
    expect(chat.locator(".message-answer")).to_have_count(1)
    visitor.page.route("**/events", lambda route: route.abort())  # the log does not come back yet
    visitor.page.reload()
    expect(log).to_have_attribute("aria-live", "off")
    visitor.page.unroute("**/events")
    expect(chat.locator(".message-answer")).to_have_count(1)
    expect(log).to_have_attribute("aria-live", "polite")
    rasa.hang()
    visitor.ask("a hard question")
    expect(chat.get_by_role("status").filter(has_text="The assistant is writing")).to_be_visible()
    rasa.go_on.set()
    expect(chat.locator(".message-answer")).to_have_count(2)
