"""The chat as a page of its own on a phone, and what a patient does on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage

PHONE = {"width": 320, "height": 640}


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
