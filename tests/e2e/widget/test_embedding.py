"""The widget on a foreign site: who may embed it, how it opens and closes, and what the two tell each other."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from bot.operations.demo_site import DemoSite
from tests.e2e.widget.conftest import COLOR, OWN_SENTENCE, PHONE, SUGGESTIONS, Visit
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    """What a site may embed and store is decided by the browser around the page."""
    return whole_browser


def test_one_script_tag_brings_the_chat_to_a_strict_site(visit: Visit) -> None:
    visitor = visit()
    expect(visitor.launcher).to_have_accessible_name("Ask a question")
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    assert visitor.page.locator("iframe").count() == 0, "the chat is loaded before anybody wants it"
    visitor.open()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    expect(visitor.chat.get_by_label("Your message")).to_be_focused()
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_contain_text("white blood cells")


def test_the_clinic_s_name_words_and_colour_are_on_it(visit: Visit) -> None:
    visitor = visit()
    visitor.open()
    expect(visitor.page.get_by_role("dialog", name="Ask the Lake Clinic")).to_be_visible()
    expect(visitor.chat.get_by_role("heading", name="Ask the Lake Clinic")).to_be_visible()
    expect(visitor.chat.get_by_role("log")).to_contain_text(OWN_SENTENCE)
    expect(visitor.chat.locator(".quick button")).to_have_text(list(SUGGESTIONS))
    # Yellow cannot be read on white: it is darker in the light, and itself in the dark.
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    assert visitor.frame.evaluate(accent) != COLOR
    dark = visit(color_scheme="dark")
    dark.open()
    assert dark.frame.evaluate(accent) == COLOR


def test_a_site_that_is_not_on_the_list_shows_nothing_and_its_developer_reads_why(
    browser: Browser, stranger: DemoSite
) -> None:
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text))
    page.goto(stranger.url)
    page.wait_for_function("document.readyState === 'complete'")
    expect(page.locator("nkbot-widget")).to_have_count(0)
    assert any("NKBOT_SITES" in line and stranger.url in line for line in told)
    page.close()


def test_a_site_that_is_not_on_the_list_cannot_embed_the_page_by_itself(
    browser: Browser, web: WebProcess, site: DemoSite, stranger: DemoSite
) -> None:
    def embedded_in(address: str, path: str) -> bool:
        page = browser.new_page()
        page.goto(address)
        page.evaluate(
            """async address => {
              const frame = document.createElement('iframe');
              const loaded = new Promise(resolve => frame.addEventListener('load', resolve));
              frame.src = address;
              document.body.append(frame);
              await loaded;
            }""",
            web.url + path,
        )
        shown = any(each.locator("#chat").count() for each in page.frames[1:])
        page.close()
        return shown

    assert embedded_in(site.url, "/widget")
    assert not embedded_in(stranger.url, "/widget")
    assert not embedded_in(site.url, "/")
    assert not embedded_in(stranger.url, "/")


def test_only_the_widget_page_names_the_sites(web: WebProcess, site: DemoSite) -> None:
    widget, page = httpx.get(f"{web.url}/widget"), httpx.get(web.url)
    assert (
        f"frame-ancestors {site.url} http://localhost:{site.port}"
        in widget.headers["Content-Security-Policy"]
    )
    assert "X-Frame-Options" not in widget.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    for answer in (widget, page):
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text
        assert not re.search(r"<(script|style)(?![^>]*\bsrc=)", answer.text)


def test_without_sites_nobody_embeds_it(tmp_path: Path, rasa: FakeRasa) -> None:
    process = WebProcess(tmp_path, rasa.url).start()
    answer = httpx.get(f"{process.url}/widget")
    process.stop()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_it_is_opened_and_closed_with_the_keyboard_and_the_focus_comes_back(visit: Visit) -> None:
    visitor = visit()
    visitor.launcher.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.chat.get_by_label("Your message")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.chat.get_by_label("Your message")).to_be_focused()
    visitor.chat.get_by_role("button", name="Close the chat").click()
    expect(visitor.launcher).to_be_focused()


def test_escape_closes_first_what_lies_on_top(visit: Visit) -> None:
    visitor = visit()
    visitor.open()
    visitor.ask("what are nk cells")
    more = visitor.chat.get_by_role("button", name="More")
    more.click()
    item = visitor.chat.get_by_role("button", name="End this chat")
    visitor.page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    item.click()
    expect(visitor.chat.get_by_role("dialog")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.chat.get_by_role("dialog")).to_be_hidden()
    expect(visitor.page.get_by_role("dialog", name="Ask the Lake Clinic")).to_be_visible()


def test_a_link_of_the_site_opens_it(visit: Visit) -> None:
    visitor = visit()
    visitor.page.get_by_role("link", name="right here").click()
    expect(visitor.chat.get_by_label("Your message")).to_be_focused()


def test_it_survives_the_way_to_the_next_page(visit: Visit) -> None:
    visitor = visit()
    visitor.open()
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.chat.get_by_label("Your message").fill("half a sent")
    visitor.page.get_by_role("link", name="Treatment").click()
    expect(visitor.page.get_by_role("heading", name="Treatment")).to_be_visible()
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    expect(visitor.chat.get_by_label("Your message")).to_have_value("half a sent")
    assert visitor.page.evaluate("document.activeElement === document.body"), "it takes the focus by itself"
    visitor.launcher.click()
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    visitor.page.get_by_role("link", name="Your visit").click()
    expect(visitor.page.get_by_role("heading", name="Your visit")).to_be_visible()
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()


def test_where_the_browser_forbids_storage_the_chat_works_and_survives_the_next_page(
    visit: Visit, site: DemoSite, rasa: FakeRasa
) -> None:
    """`localhost` is another site than 127.0.0.1 to a browser, not only another origin."""
    visitor = visit(f"http://localhost:{site.port}")
    visitor.open()
    stored = "() => { try { return localStorage.length >= 0 } catch { return false } }"
    assert not visitor.frame.evaluate(stored), "this browser allows what the test is about"
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.page.get_by_role("link", name="Treatment").click()
    expect(visitor.page.get_by_role("heading", name="Treatment")).to_be_visible()
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.ask("and how are they made")
    expect(visitor.chat.locator(".message-answer")).to_have_count(2)
    assert rasa.texts() == ["what are nk cells", "and how are they made"]
    visitor.choose("Delete this conversation")
    visitor.chat.get_by_role("button", name="Delete it").click()
    expect(visitor.chat.locator(".message-answer")).to_have_count(0)
    assert "token" not in visitor.frame.evaluate("document.cookie")


def test_what_comes_while_it_is_closed_is_counted(visit: Visit, desk: Desk) -> None:
    visitor = visit()
    visitor.open()
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.page.keyboard.press("Escape")
    expect(visitor.launcher).to_have_accessible_name("Ask a question")
    conversation = visitor.conversation
    visitor.page.get_by_role("link", name="Treatment").click()
    desk.take(conversation)
    desk.write(conversation, "Hello, this is Maria.")
    expect(visitor.launcher).to_have_accessible_name("Open the chat: 2 new messages")
    expect(visitor.page.get_by_role("status").filter(has_text="new message")).to_have_text(
        "2 new messages in the chat"
    )
    expect(visitor.page.locator(".badge")).to_have_text("2")
    visitor.open()
    expect(visitor.page.locator(".badge")).to_have_text("")
    visitor.page.keyboard.press("Escape")
    visitor.page.reload()
    expect(visitor.chat.locator(".message-advisor")).to_be_attached()
    expect(visitor.page.locator(".badge")).to_have_text("")


def test_on_a_phone_it_covers_the_page_which_neither_scrolls_nor_takes_the_focus(visit: Visit) -> None:
    visitor = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page = visitor.page
    visitor.open()
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, **PHONE}
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    assert page.evaluate("document.body.inert")
    expect(visitor.chat.get_by_role("log")).to_be_focused()  # the keyboard would cover half of it
    visitor.chat.get_by_role("button", name="Close the chat").click()
    expect(visitor.launcher).to_be_focused()
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"
    assert not page.evaluate("document.body.inert")


def test_a_site_s_own_styles_do_not_change_it(visit: Visit) -> None:
    visitor = visit()
    before = visitor.launcher.bounding_box()
    visitor.page.evaluate("document.documentElement.style.fontSize = '62.5%'")
    assert visitor.launcher.bounding_box() == before
    visitor.open()  # the demonstration site squeezes frames and shouts on buttons
    panel, frame = (
        visitor.page.get_by_role("dialog").bounding_box(),
        visitor.page.locator("iframe").bounding_box(),
    )
    assert panel == frame
    assert visitor.launcher.evaluate("node => getComputedStyle(node).textTransform") == "none"


def test_a_site_that_replaces_its_body_keeps_the_chat(visit: Visit) -> None:
    visitor = visit()
    visitor.open()
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.page.evaluate("document.body = document.createElement('body')")
    visitor.ask("and how are they made")
    expect(visitor.chat.locator(".message-answer")).to_have_count(2)


def test_the_site_s_side_ignores_messages_of_strangers(
    visit: Visit, site: DemoSite, stranger: DemoSite
) -> None:
    attacker = visit(stranger.url).page
    with attacker.expect_popup() as popup:
        attacker.evaluate("address => { window.victim = window.open(address) }", site.url)
    victim = popup.value
    victim.locator(".launcher").click()
    expect(victim.frame_locator("iframe").get_by_label("Your message")).to_be_visible()
    attacker.evaluate(
        "for (const type of ['close', 'state', 'ready'])"
        " victim.postMessage({from: 'nkbot', type, unread: 5, active: true}, '*')"
    )
    assert attacker.evaluate("victim.length") == 0, "the frame can be reached from another window"
    # Nor does the site's own page speak for the chat, and what makes no sense is not taken.
    victim.evaluate("window.postMessage({from: 'nkbot', type: 'close'}, '*')")
    frame = next(each for each in victim.frames if each.url.endswith("/widget"))
    unread = "unread: '<b>9</b>', active: true"
    for message in (
        f"{{from: 'nkbot', type: 'state', {unread}}}",
        "null",
        "'close'",
        "[]",
        "{type: 'close'}",
    ):
        frame.evaluate(f"parent.postMessage({message}, '*')")
    victim.wait_for_timeout(300)
    expect(victim.get_by_role("dialog")).to_be_visible()
    expect(victim.locator(".badge")).to_have_text("")
    frame.evaluate("parent.postMessage({from: 'nkbot', type: 'close'}, '*')")  # this one is the chat's own
    expect(victim.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("listed", [True, False])
def test_the_chat_s_side_answers_sites_on_the_list_only(
    visit: Visit, site: DemoSite, stranger: DemoSite, web: WebProcess, listed: bool
) -> None:
    page = visit((site if listed else stranger).url).page

    def let_anybody_embed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={"content-type": "text/html"}, body=answer.text())

    page.route("**/widget", let_anybody_embed)
    heard = page.evaluate(
        """async address => {
          const heard = [];
          window.addEventListener('message', event => heard.push(event.data.type));
          const frame = document.createElement('iframe');
          const loaded = new Promise(resolve => frame.addEventListener('load', resolve));
          frame.src = address;
          document.body.append(frame);
          await loaded;
          for (const type of ['opened', 'closed', 'hello', 'opened']) {
            frame.contentWindow.postMessage({to: 'nkbot', type}, '*');
          }
          await new Promise(resolve => setTimeout(resolve, 500));
          return heard;
        }""",
        f"{web.url}/widget",
    )
    assert ("ready" in heard) == listed
    assert bool(heard) == listed


def test_a_chat_that_cannot_be_reached_says_so_and_comes_back(visit: Visit, web: WebProcess) -> None:
    visitor = visit()
    page = visitor.page
    page.clock.install()
    page.route("**/widget", lambda route: route.abort())
    visitor.launcher.click()
    page.clock.run_for(11_000)
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("cannot be reached just now")
    expect(panel.get_by_role("link")).to_have_attribute("href", f"{web.url}/")
    page.unroute("**/widget")
    panel.get_by_role("button", name="Try again").click()
    expect(visitor.chat.get_by_label("Your message")).to_be_visible()
    expect(panel.get_by_role("button", name="Try again")).to_be_hidden()
