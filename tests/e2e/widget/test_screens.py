"""Whatever happens in a chat, all of it is within reach: small screens, text from right to left, no motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.conversations.model import Advisor
from tests.e2e.conftest import NewPage
from tests.e2e.widget.chat_page import ask, choose, conversation_of, talking
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa

__all__ = ["talking"]

pytestmark = pytest.mark.browser


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
