"""The whole way on the real processes: asked in vain in the widget, written by an editor, published, answered."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.conversations.database import Database
from bot.conversations.unanswered_groups import Group, UnansweredGroups
from bot.operations.checkout import CHECKOUT
from bot.operations.stack import Stack
from tests.support.patient import Patient
from tests.support.staff import PASSWORD, new_account

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

PATIENCE = 90.0
ASKED = (
    "Can I bring my dog to the clinic?",
    "are dogs allowed in the clinic",
    "may my dog come with me",
    "is my dog welcome at your clinic",
    "do you allow dogs in the building",
)
IN_THE_WIDGET = "can my dog wait in the room with me"


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    opened = Database(stack.settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    yield context.new_page()
    context.close()


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.25)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def knowledge(stack: Stack, *arguments: str) -> None:
    """The command line on the stack's own knowledge base."""
    environment = {**os.environ, "NKBOT_VAR": str(stack.var)}
    command = [sys.executable, "-m", "knowledge", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def ask_in_the_widget(page: Page, stack: Stack, text: str) -> None:
    page.goto(stack.url)
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def test_what_was_asked_in_vain_is_answered_in_the_end(
    stack: Stack, database: Database, page: Page, browser: Browser
) -> None:
    ask_in_the_widget(page, stack, IN_THE_WIDGET)
    expect(page.locator(".message-abstain").last).to_be_visible(timeout=15_000)
    for text in ASKED:
        patient = Patient(stack.url)
        assert patient.ask(text)[0]["kind"] == "abstain", text
        patient.http.close()
    groups = UnansweredGroups(database)

    def dogs() -> Group | None:
        return next((each for each in groups.overview() if "dog" in each.label.lower()), None)

    eventually(lambda: (found := dogs()) and found.total == 6, "the six questions are one group")
    group = dogs()
    assert group is not None

    editor = new_account(stack.settings.database_url, "editor", "Edda Wolf")
    desk = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    desk.goto(f"{stack.url}/sign-in?next=%2Feditor%2Funanswered")
    desk.get_by_label("Login").fill(editor.login)
    desk.get_by_label("Password", exact=True).fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.locator(".group-label", has_text=re.compile("dog", re.I)).first.click()
    expect(desk.locator(".question")).to_have_count(6)
    desk.get_by_role("button", name="Write an answer").click()
    desk.get_by_label("Title of the document").fill("Dogs at the clinic")
    desk.get_by_label("Heading").fill("May I bring my dog?")
    desk.get_by_label("Answer", exact=True).fill(
        "Dogs are welcome in the garden of the clinic. Only assistance dogs may come into the building."
    )
    desk.get_by_role("button", name="Save the draft").click()
    desk.wait_for_url("**/editor/documents/dogs-at-the-clinic")
    assert groups.get(group.id).state == "writing"

    knowledge(stack, "publish", "--slug", "dogs-at-the-clinic")
    try:
        eventually(lambda: groups.get(group.id).state == "answered", "the group is answered")
        assert groups.get(group.id).answered == 6
        desk.goto(f"{stack.url}/editor/unanswered/{group.id}")
        expect(desk.locator("#standing")).to_contain_text("Answered by May I bring my dog?")
        other = browser.new_context().new_page()
        ask_in_the_widget(other, stack, IN_THE_WIDGET)
        expect(other.locator(".message-answer").last).to_contain_text("in the garden", timeout=15_000)
    finally:
        knowledge(stack, "withdraw", "dogs-at-the-clinic")
