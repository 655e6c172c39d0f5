"""Nothing is lost, doubled or out of order when the network comes and goes."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import NewPage
from tests.e2e.widget.conftest import Visit
from tests.support.cutting import wire_to
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

CUTS = 100
VANISHED_MS = 15_000
"""So soon a page notices that its server is gone, although nothing told it."""
REOPENS = """async (calm) => {
  const { Stream } = await import('/static/js/stream.js');
  const back = () => new Promise(resolve => {
    let cut = 0;
    const events = async () => {
      if (cut) { stream.close(); resolve(performance.now() - cut); }
      cut = performance.now();
      return new Response('event: status\\ndata: {}\\n\\n');  // it opens, and breaks off
    };
    const on = { event() {}, state() {}, gone() {}, calm: () => calm };
    const stream = new Stream({ events }, {}, () => 0, on);
  });
  return Promise.all(Array.from({ length: 40 }, back));
}"""
"""Forty pages lose their streams in the same moment; the milliseconds after which each is back."""
SEES_EVERYTHING = """() => {
  window.doubled = [];
  const look = () => {
    const numbers = [...document.querySelectorAll('.message[data-seq]')].map(node => node.dataset.seq);
    if (new Set(numbers).size < numbers.length) window.doubled.push(numbers.join());
    const own = [...document.querySelectorAll('.message-patient .bubble')].map(node => node.textContent);
    if (new Set(own).size < own.length) window.doubled.push(own.join());
  };
  new MutationObserver(look).observe(document.getElementById('log'), {childList: true, subtree: true});
}"""


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def session(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("JSON.parse(localStorage['nkbot.conversation'])")
    return found


def log(web: WebProcess, page: Page) -> list[tuple[int, str]]:
    """Number and author of every message in the server's log."""
    known = session(page)
    answer = httpx.get(
        f"{web.url}/api/conversations/{known['id']}/messages",
        headers={"Authorization": f"Bearer {known['token']}"},
    )
    return [(message["seq"], message["author"]) for message in answer.json()["messages"]]


def shown(page: Page) -> list[tuple[int, str]]:
    """The same as the page shows it, from top to bottom."""
    return [
        (int(seq), author)
        for seq, author in page.eval_on_selector_all(
            ".message[data-seq]",
            "nodes => nodes.map(node => [node.dataset.seq, node.className.match(/message-(\\w+)/)[1]])",
        )
    ]


def eventually(happens: Callable[[], bool], page: Page, what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, what
        page.wait_for_timeout(100)


def test_a_hundred_forced_disconnects_lose_double_and_disorder_nothing(
    new_page: NewPage, web: WebProcess, desk: Desk, rasa: FakeRasa
) -> None:
    chance = random.Random(20)
    with wire_to(web.url) as wire:
        page = new_page(wire.url)
        page.evaluate(SEES_EVERYTHING)
        ask(page, "question 0")
        expect(page.locator(".message-answer")).to_have_count(1)
        conversation = session(page)["id"]
        done = threading.Event()

        def disturb() -> None:
            while wire.cuts < CUTS and not done.is_set():
                time.sleep(chance.uniform(0.02, 0.4))
                wire.cut()

        disturbance = threading.Thread(target=disturb)
        disturbance.start()
        number = 0
        try:
            while disturbance.is_alive():
                number += 1
                ask(page, f"question {number}")
                if number == 10:
                    desk.take(conversation)
                if number > 10 and number % 2:
                    desk.write(conversation, f"advisor's answer {number}")
                if number == 20:
                    desk.release(conversation)
                    desk.take(conversation)
                page.wait_for_timeout(chance.uniform(50, 900))
        finally:
            done.set()
            disturbance.join()
        assert wire.cuts >= CUTS
        asked = [f"question {each}" for each in range(number + 1)]
        eventually(
            lambda: page.locator(".message-patient[data-seq]").count() == len(asked),
            page,
            "some were not sent",
        )
        eventually(lambda: shown(page) == log(web, page), page, "the page does not show what the log has")
        assert page.locator(".message-patient .bubble").all_inner_texts() == asked
        assert [seq for seq, _ in shown(page)] == list(range(1, len(shown(page)) + 1))
        assert page.evaluate("window.doubled") == []
        expect(page.locator(".message-waiting")).to_have_count(0)
        authors = {author for _, author in shown(page)}
        assert authors == {"patient", "bot", "advisor", "system"}


def test_a_page_whose_server_vanished_without_a_word_finds_another_way(
    new_page: NewPage, web: WebProcess, desk: Desk
) -> None:
    with wire_to(web.url) as wire:
        page = new_page(wire.url)
        streams: list[str] = []
        page.on("request", lambda request: streams.append(request.url) if "/events" in request.url else None)
        ask(page, "what are nk cells")
        expect(page.locator(".message-answer")).to_have_count(1)
        page.wait_for_timeout(VANISHED_MS)
        assert len(streams) == 1  # a stream on which nothing happens is trusted: it shows that it lives
        conversation = session(page)["id"]
        wire.fall_silent()
        desk.take(conversation)
        desk.write(conversation, "I am Ana, how can I help?")
        came = page.locator(".message-advisor")
        expect(came).to_have_text(re.compile("I am Ana"), timeout=VANISHED_MS)
        assert shown(page) == log(web, page)
        wire.fall_silent()
        page.wait_for_timeout(9_000)
        desk.write(conversation, "Are you still there?")
        ask(page, "yes")  # whoever writes does not wait for the rest of that time
        expect(came).to_have_count(2, timeout=3_000)


def test_pages_of_a_server_that_was_started_anew_do_not_all_come_back_at_once(new_page: NewPage) -> None:
    page = new_page()
    calm = sorted(page.evaluate(REOPENS, True))
    assert calm[-1] < 3_500
    assert calm[30] - calm[10] > 500  # 20 of 40 within half a second of three would be no chance
    waiting_for_something = page.evaluate(REOPENS, False)
    assert max(waiting_for_something) < 1_000


def test_what_is_written_offline_waits_visibly_and_is_sent_once_when_the_network_is_back(
    visit: Visit, rasa: FakeRasa
) -> None:
    visitor = visit()
    visitor.open()
    visitor.ask("what are nk cells")
    expect(visitor.chat.locator(".message-answer")).to_have_count(1)
    visitor.page.context.set_offline(True)
    visitor.ask("first")
    visitor.ask("second")
    waiting = visitor.chat.locator(".message-waiting")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("It will be sent when the connection is back")
    expect(visitor.chat.get_by_role("status").first).to_contain_text("No connection")
    visitor.page.context.set_offline(False)
    expect(visitor.chat.locator(".message-answer")).to_have_count(3)
    expect(waiting).to_have_count(0)
    assert visitor.said() == ["what are nk cells", "first", "second"]
    assert rasa.texts() == ["what are nk cells", "first", "second"]


def test_the_network_s_return_is_noticed_at_once(new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    ask(page, "what are nk cells")
    page.clock.run_for(2_000)
    expect(page.locator(".message-answer")).to_have_count(1)
    page.context.set_offline(True)
    ask(page, "still there?")
    expect(page.locator(".message-waiting")).to_have_count(1)
    page.clock.pause_at(time.time() + 60)  # from now on no timer runs: only the event can wake the page
    page.context.set_offline(False)
    expect(page.locator(".message-waiting")).to_have_count(0)
    expect(page.locator(".message-patient[data-seq]")).to_have_count(2)


def test_a_stale_page_cannot_write_into_a_conversation_that_was_closed(
    new_page: NewPage, desk: Desk, web: WebProcess
) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    conversation = session(page)["id"]
    desk.take(conversation)
    expect(page.locator(".message-system")).to_have_count(1)
    page.context.set_offline(True)
    ask(page, "are you there?")
    expect(page.locator(".message-waiting")).to_have_count(1)
    desk.end(conversation)
    before = len(log(web, page))
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="This conversation has ended")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_hidden()
    refused = page.get_by_role("alert").filter(has_text="Not sent")
    expect(refused).to_contain_text("has ended")
    assert len(log(web, page)) == before
    # What was written is not lost: it begins a new conversation, if the patient wants that.
    refused.get_by_role("button", name="Send it in a new one").click()
    expect(page.locator(".message-answer")).to_have_count(1)
    assert page.locator(".message-patient .bubble").all_inner_texts() == ["are you there?"]
    assert session(page)["id"] != conversation


def test_a_page_that_is_opened_again_shows_that_it_is_over(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    other = page.context.new_page()
    address = page.url
    page.goto("about:blank")
    other.goto(address)
    conversation = session(other)["id"]
    desk.take(conversation)
    desk.end(conversation)
    page.goto(address)
    for each in (page, other):
        expect(each.get_by_role("heading", name="This conversation has ended")).to_be_visible()
        expect(each.get_by_label("Your message")).to_be_hidden()


def test_two_tabs_of_a_conversation_agree(new_page: NewPage) -> None:
    one = new_page()
    other = one.context.new_page()
    other.goto(one.url)
    ask(one, "what are nk cells")
    for tab in (one, other):
        expect(tab.locator(".message-answer")).to_have_count(1)
    ask(other, "how are they made")
    for tab in (one, other):
        expect(tab.locator(".message-answer")).to_have_count(2)
    assert shown(one) == shown(other)
    assert session(one)["id"] == session(other)["id"]
    one.locator("#person").click()
    expect(other.get_by_role("region", name="Waiting for a person")).to_be_visible()
    other.get_by_role("button", name="More").click()
    other.get_by_role("button", name="Start a new conversation").click()
    other.get_by_role("button", name="Start new").click()
    expect(one.locator(".message-patient")).to_have_count(0)
    expect(one.get_by_role("status").first).to_contain_text("You began anew in another window")
    ask(other, "a new beginning")
    expect(one.locator(".message-patient .bubble")).to_have_text(["a new beginning"])
    expect(one.locator(".message-answer")).to_have_count(1)


def test_two_tabs_that_begin_at_the_same_moment_share_one_conversation(new_page: NewPage) -> None:
    one = new_page()
    other = one.context.new_page()
    other.goto(one.url)
    for tab, text in ((one, "from the first tab"), (other, "from the second tab")):
        tab.get_by_label("Your message").fill(text)
    one.get_by_label("Your message").press("Enter", no_wait_after=True)
    other.get_by_label("Your message").press("Enter", no_wait_after=True)
    for tab in (one, other):
        expect(tab.locator(".message-answer")).to_have_count(2)
        said = tab.locator(".message-patient .bubble").all_inner_texts()
        assert sorted(said) == ["from the first tab", "from the second tab"]
    assert shown(one) == shown(other)


def test_a_message_that_waits_is_sent_once_though_two_tabs_know_it(new_page: NewPage, rasa: FakeRasa) -> None:
    one = new_page()
    ask(one, "what are nk cells")
    expect(one.locator(".message-answer")).to_have_count(1)

    def refuse(route: Route) -> None:
        route.abort()

    one.route("**/messages", refuse)
    ask(one, "this waits")
    expect(one.locator(".message-waiting")).to_have_count(1)
    other = one.context.new_page()
    other.goto(one.url)  # takes up what waits
    expect(other.locator(".message-answer")).to_have_count(2)
    one.unroute("**/messages")
    expect(one.locator(".message-answer")).to_have_count(2)
    expect(one.locator(".message-waiting")).to_have_count(0)
    for tab in (one, other):
        said = tab.locator(".message-patient .bubble").all_inner_texts()
        assert said == ["what are nk cells", "this waits"]
    assert rasa.texts() == ["what are nk cells", "this waits"]


def test_without_storage_the_chat_works_as_long_as_the_page(
    browser: Browser, web: WebProcess, rasa: FakeRasa
) -> None:
    context = browser.new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page = context.new_page()
    page.goto(web.url)
    ask(page, "what are nk cells")
    ask(page, "and how are they made")
    expect(page.locator(".message-answer")).to_have_count(2)
    page.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    expect(page.get_by_role("region", name="Waiting for a person")).to_be_visible()
    context.close()


def test_a_message_that_came_back_from_the_log_is_not_shown_as_waiting_too(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "what are nk cells")
    expect(page.locator(".message-answer")).to_have_count(1)
    page.evaluate(SEES_EVERYTHING)
    tries = []

    def lose_the_confirmation(route: Route) -> None:
        tries.append(route.fetch().status)  # it arrives, and comes back through the stream
        time.sleep(0.3)
        route.abort()

    page.route("**/messages", lose_the_confirmation)
    ask(page, "said once")
    expect(page.locator(".message-answer")).to_have_count(2)
    eventually(lambda: len(tries) > 1, page, "it was not tried again")
    expect(page.locator(".message-waiting")).to_have_count(0)
    assert page.evaluate("window.doubled") == []
    page.unroute_all(behavior="wait")
    expect(page.locator(".message-patient .bubble")).to_have_text(["what are nk cells", "said once"])
