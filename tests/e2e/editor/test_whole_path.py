"""A new editor's whole way in a browser: files in, seen, mended, tried, published, asked, withdrawn, back again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.operations.stack import Stack, temporary_stack
from tests.e2e.editor.test_files import FILES, bring
from tests.e2e.test_chat_page import ask
from tests.support.staff import PASSWORD, new_account

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

QUESTION = "Where do I find the violet bicycle stand?"
ANSWER = "It stands behind the green door, beside the old lime tree."
SLOW = 90_000
FOLLOWS_WITHIN = 20.0
"""Seconds: the five that are promised, on a machine that runs other tests at the same time."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Processes of this test's own: it publishes."""
    folder: Path = tmp_path_factory.mktemp("whole-path")
    with temporary_stack(folder, {"NKBOT_LIMITS": "off"}) as running:
        running.wait_ready()
        yield running


def said(browser: Browser, stack: Stack) -> str:
    """What a new patient reads in the chat after the question."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(stack.url)
    ask(page, QUESTION)
    reply = page.locator(".message-bot").nth(1)
    expect(reply).to_be_visible(timeout=30_000)
    text = reply.inner_text()
    context.close()
    return text


def soon(browser: Browser, stack: Stack, *, answered: bool) -> bool:
    """Whether new patients soon get the answer, or soon do not: every process follows a publication by itself."""
    until = time.monotonic() + FOLLOWS_WITHIN
    while time.monotonic() < until:
        if (ANSWER in said(browser, stack)) is answered:
            return True
    return False


def confirmed(page: Page, step: str) -> None:
    """Presses a step beside the title and agrees to its question; the worker does it then."""
    page.get_by_role("group", name="What happens with it").get_by_role("button", name=step).click()
    page.get_by_role("dialog").get_by_role("button", name=step, exact=True).click()
    expect(page.locator("#toast")).to_contain_text("Asked to")


def test_from_a_file_to_a_patient_and_back(stack: Stack, browser: Browser) -> None:
    login = new_account(stack.settings.database_url, "editor", "Edda Wolf").login
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{stack.url}/editor")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("[data-ready]").wait_for()

    for number, (name, data) in enumerate(FILES.items()):
        page.goto(f"{stack.url}/editor/new")
        bring(page, name, data)
        expect(page.locator("#preview-passages")).to_contain_text("NK cells are white blood cells")
        page.get_by_label("Address", exact=True).fill(f"brought-in-{number}")
        page.get_by_role("button", name="Save draft").click()
        page.wait_for_url(f"**/documents/brought-in-{number}")
    page.locator("[data-ready]").wait_for()

    page.get_by_role("button", name="Add a section", exact=True).click()
    section = page.locator(".section-card").last
    section.get_by_label("Heading").fill("The violet bicycle stand")
    section.get_by_label("Text", exact=True).fill(ANSWER)
    section.get_by_label("Questions it answers").fill(QUESTION)
    expect(page.locator("#preview-passages")).to_contain_text(ANSWER)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#save-state")).to_have_text("All is saved.")
    here = page.url

    page.goto(f"{stack.url}/editor/playground")
    page.locator("[data-ready]").wait_for()
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    drafts = page.get_by_role("region", name="With the drafts")
    expect(drafts.locator(".message-bot .text")).to_contain_text(ANSWER, timeout=SLOW)
    assert ANSWER not in said(browser, stack), "patients see nothing of a draft"

    page.goto(here)
    page.locator("[data-ready]").wait_for()
    confirmed(page, "Publish")
    expect(page.locator("#facts .pill").first).to_have_text("Published", timeout=SLOW)
    assert soon(browser, stack, answered=True)

    confirmed(page, "Withdraw")
    expect(page.locator("#facts .pill").first).to_have_text("Withdrawn", timeout=SLOW)
    assert soon(browser, stack, answered=False), "nothing of it is left"

    page.goto(f"{stack.url}/editor/publications")
    page.locator("[data-ready]").wait_for()
    page.get_by_role("button", name="Go back to this").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    expect(page.locator("#live-title")).to_have_text(re.compile("Publication \\d+ is live"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#live-facts")).to_contain_text("brought back", timeout=SLOW)
    page.goto(here)
    expect(page.locator("#facts .pill").first).to_have_text("Published")
    assert soon(browser, stack, answered=True)
    page.context.close()
