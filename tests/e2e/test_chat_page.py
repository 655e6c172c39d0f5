"""The chat page in a real browser, as a patient on a phone uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import NewPage
from tests.support.fake_rasa import CITATION, FakeRasa
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

PAYLOADS = [
    "<script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "<svg onload=window.hacked=1>",
    '"><iframe srcdoc="<script>parent.hacked=1</script>">',
    "javascript:window.hacked=1",
    "[click](javascript:window.hacked=1)",
    "**<b onmouseover=window.hacked=1>bold</b>**",
    "| <img src=x onerror=window.hacked=1> | b |\n|---|---|\n| <script>window.hacked=1</script> | d |",
    "- <details open ontoggle=window.hacked=1>",
    "{{constructor.constructor('window.hacked=1')()}}",
    "<style>body{display:none}</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hacked=1>",
]


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def choose(page: Page, item: str) -> None:
    """Takes something from the menu."""
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name=item).click()


def messages(page: Page) -> list[tuple[str, str]]:
    """Who wrote each message on the page, and its text, in order."""
    found = page.locator(".message").all()
    return [(m.locator(".who").inner_text(), m.locator(".bubble").inner_text()) for m in found]


def answers(page: Page) -> int:
    return page.locator(".message-answer").count()


def test_before_the_first_word_the_page_says_that_a_machine_answers(
    new_page: NewPage, rasa: FakeRasa
) -> None:
    page = new_page()
    expect(page.get_by_role("banner")).to_contain_text("Automated assistant, not a doctor")
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_contain_text("automated assistant of the Lake Clinic")
    expect(log).to_contain_text("not a doctor")
    expect(page.get_by_text("In an emergency, do not wait for an answer here")).to_be_visible()
    expect(page.get_by_role("button", name="Talk to a person")).to_be_visible()
    page.wait_for_timeout(200)
    assert rasa.requests == []


def test_a_question_gets_an_answer_and_its_source(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    answer = page.locator(".message-answer")
    expect(answer.locator(".who")).to_have_text("Automated assistant")
    expect(answer).to_contain_text("NK cells are white blood cells")
    card = answer.locator(".source")
    expect(card).to_contain_text("NK cells and stem cells")
    expect(card).to_contain_text("Clinical review pending")
    expect(card.get_by_text(str(CITATION["quote"]))).to_be_hidden()
    card.locator("summary").click()
    expect(card.get_by_text(str(CITATION["quote"]))).to_be_visible()
    expect(card).to_contain_text(str(CITATION["source"]))
    link = card.get_by_role("link", name="Open the source")
    expect(link).to_have_attribute("href", str(CITATION["url"]))
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert [who for who, _ in messages(page)] == ["Automated assistant", "You", "Automated assistant"]


def test_a_table_is_a_table_that_scrolls_and_steps_are_steps(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    ask(page, "what is the difference to stem cells")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["NK cells", "Stem cells"])
    expect(table.get_by_role("row")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    frame = page.get_by_role("region", name="Table")
    assert frame.evaluate("node => node.scrollWidth > node.clientWidth")
    page.get_by_role("button", name="How are they made?").click()
    steps = page.locator(".message-answer").last.get_by_role("listitem")
    expect(steps).to_have_count(6)
    expect(steps.first.locator("strong")).to_have_text("Collect.")
    expect(page.locator(".message-answer").last).to_contain_text(re.compile(r"Reviewed on .*2026"))


def test_a_long_answer_begins_short(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "tell me something long")
    bubble = page.locator(".message-answer .bubble")
    more = page.get_by_role("button", name="Show more")
    expect(more).to_have_attribute("aria-expanded", "false")
    short = bubble.evaluate("node => node.clientHeight")
    more.click()
    assert bubble.evaluate("node => node.clientHeight") > short
    expect(page.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")


def test_a_reload_keeps_the_conversation_and_no_address_holds_the_token(
    new_page: NewPage, web: WebProcess
) -> None:
    page = new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    before = messages(page)
    token = page.evaluate("JSON.parse(localStorage['nkbot.conversation']).token")
    page.reload()
    expect(page.locator(".message-answer")).to_have_count(1)
    assert messages(page) == before
    ask(page, "and what is the difference")
    expect(page.locator(".message-answer")).to_have_count(2)
    assert token
    assert not any(token in address for address in addresses)
    assert token not in web.log()


def test_markup_in_texts_runs_nowhere(new_page: NewPage, rasa: FakeRasa) -> None:
    page = new_page()
    for payload in PAYLOADS:
        ask(page, f"echo {payload}")
    expect(page.locator(".message-smalltalk")).to_have_count(len(PAYLOADS) + 1)
    said = [text for who, text in messages(page) if who == "You"]
    assert said == [f"echo {payload}" for payload in PAYLOADS]
    page.reload()
    expect(page.locator(".message-smalltalk")).to_have_count(len(PAYLOADS) + 1)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#log :is(script, img, iframe, style, math, a, details)").count() == 0
    expect(page.locator("#log table")).to_have_count(1)  # the table is drawn, what is in it is text


def test_a_message_without_a_network_waits_visibly_and_is_sent_once(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    page.context.set_offline(True)
    ask(page, "are you still there?")
    ask(page, "hello?")
    expect(page.locator(".message-waiting")).to_have_count(2)
    expect(page.locator(".message-waiting").first).to_contain_text("Not sent yet")
    expect(page.get_by_role("status").first).to_contain_text("No connection")
    page.context.set_offline(False)
    expect(page.locator(".message-answer")).to_have_count(3)
    expect(page.locator(".message-waiting")).to_have_count(0)
    said = [text for who, text in messages(page) if who == "You"]
    assert said == ["what are nk cells", "are you still there?", "hello?"]
    expect(page.get_by_role("status").first).to_be_hidden()


def test_a_message_that_waits_survives_a_reload(new_page: NewPage, web: WebProcess) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    page.route("**/messages", lambda route: route.abort())
    ask(page, "this one waits")
    expect(page.locator(".message-waiting")).to_have_count(1)
    page.unroute("**/messages")
    page.reload()
    expect(page.locator(".message-answer")).to_have_count(2)
    assert [text for who, text in messages(page) if who == "You"] == ["what are nk cells", "this one waits"]


def test_a_confirmation_that_got_lost_doubles_nothing(new_page: NewPage, rasa: FakeRasa) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    lost = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # the server has it, the page does not hear of it
            route.abort()

    page.route("**/messages", lose_the_first_answer)
    ask(page, "said once")
    expect(page.locator(".message-answer")).to_have_count(2)
    expect(page.locator(".message-waiting")).to_have_count(0)
    page.reload()
    expect(page.locator(".message-answer")).to_have_count(2)
    assert lost == [201]
    assert [text for who, text in messages(page) if who == "You"] == ["what are nk cells", "said once"]
    assert rasa.texts() == ["what are nk cells", "said once"]


def test_a_stream_that_breaks_again_and_again_loses_and_doubles_nothing(new_page: NewPage) -> None:
    page = new_page()
    for number in range(6):
        ask(page, f"question {number}")
        expect(page.locator(".message-answer")).to_have_count(number + 1)
        page.context.set_offline(True)
        page.context.set_offline(False)
    sequence = page.eval_on_selector_all(".message", "nodes => nodes.map(node => Number(node.dataset.seq))")
    assert sequence == list(range(1, 14))


def test_the_page_shows_that_the_assistant_is_writing(new_page: NewPage, rasa: FakeRasa) -> None:
    page = new_page()
    rasa.hang()
    ask(page, "a hard question")
    expect(page.get_by_text("The assistant is writing")).to_be_attached()
    expect(page.locator("#typing")).to_be_visible()
    rasa.go_on.set()
    expect(page.locator(".message-answer")).to_have_count(1)
    expect(page.locator("#typing")).to_be_hidden()


def test_when_nothing_can_be_answered_the_page_says_so(new_page: NewPage, rasa: FakeRasa) -> None:
    rasa.fail_next = 9
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-abstain")).to_contain_text("I cannot answer just now")


def test_an_emergency_stands_out_and_stays_calm(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "I can't breathe and my chest hurts")
    urgent = page.locator(".message-emergency")
    expect(urgent).to_contain_text("This may need help right away")
    ordinary = page.locator(".message-smalltalk .bubble").first
    look = "node => getComputedStyle(node).backgroundColor"
    assert urgent.locator(".bubble").evaluate(look) != ordinary.evaluate(look)
    page.wait_for_timeout(600)
    expect(page.locator("#typing")).to_be_hidden()  # nothing more will come


def test_a_person_is_one_tap_away(new_page: NewPage) -> None:
    page = new_page()
    page.locator("#person").click()
    expect(page.locator(".message-handoff")).to_contain_text("you would like to talk to a person")
    waiting = page.get_by_role("region", name="Waiting for a person")
    expect(waiting).to_contain_text("in line")
    expect(waiting).to_be_focused()  # the button that had the focus is gone
    expect(page.locator("#person")).to_be_hidden()
    ask(page, "and what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)  # the assistant goes on answering
    waiting.get_by_role("button", name="Back to the assistant").click()
    expect(waiting).to_be_hidden()
    expect(page.locator("#person")).to_be_visible()


def test_a_rating_is_kept(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    page.get_by_role("button", name="Yes, this helped").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you")
    page.reload()
    yes = page.get_by_role("button", name="Yes, this helped")
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="No, this did not help")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_too_much_text_is_counted_and_not_sent(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "🧬" * 1001)
    expect(page.locator("#counter")).to_have_text("1 characters too many")
    expect(page.locator(".message-patient")).to_have_count(0)
    ask(page, "🧬" * 1000)
    expect(page.locator(".message-answer")).to_have_count(1)


def test_a_conversation_that_is_gone_is_replaced_and_the_message_arrives(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    page.evaluate(
        "localStorage['nkbot.conversation'] = JSON.stringify("
        "{...JSON.parse(localStorage['nkbot.conversation']), id: 'gone', usedAt: Date.now()})"
    )
    page.reload()
    expect(page.get_by_role("status").first).to_contain_text("no longer available")
    ask(page, "can we go on?")
    expect(page.locator(".message-answer")).to_have_count(1)


def test_a_new_conversation_can_be_begun(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "something private")
    expect(page.locator(".message-answer")).to_have_count(1)
    choose(page, "Start a new conversation")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".message-answer")).to_have_count(1)
    choose(page, "Start a new conversation")
    page.get_by_role("button", name="Start new").click()
    expect(page.locator(".message")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_be_focused()
    assert "private" not in page.evaluate("JSON.stringify({...localStorage})")
    page.reload()
    expect(page.locator(".message")).to_have_count(1)


def test_everything_is_reached_with_the_keyboard(new_page: NewPage) -> None:
    page = new_page()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the message box")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("what are nk cells")
    page.keyboard.press("Enter")
    expect(page.locator(".message-answer")).to_have_count(1)
    box = page.get_by_label("Your message")
    expect(box).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent").startswith("What is the difference"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".message-answer")).to_have_count(2)
    assert page.evaluate("document.activeElement !== document.body"), "the focus got lost with the suggestion"


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_any_screen(new_page: NewPage, width: int, scheme: str) -> None:
    page = new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
    ask(page, "what is the difference to stem cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page itself scrolls"
    for name in ("Talk to a person", "Send"):
        box = page.get_by_role("button", name=name).first.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_without_javascript_the_page_says_what_to_do(browser: Browser, web: WebProcess) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(web.url)
    expect(page.get_by_text("This chat needs JavaScript")).to_be_visible()
    context.close()
