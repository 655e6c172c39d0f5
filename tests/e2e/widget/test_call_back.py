"""A patient who asks to be called back, also offline, and who comes when nobody is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.conversations.work_items import WorkItems
from tests.e2e.conftest import NewPage
from tests.e2e.widget.chat_page import conversation_of, talking
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa
from tests.support.web_process import WebProcess

__all__ = ["talking"]

pytestmark = pytest.mark.browser


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
