"""From an answer in the console to the revision it came from, with the real assistant behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from bot.operations.stack import Stack
from tests.support.axe import assert_accessible
from tests.support.patient import Patient
from tests.support.staff import PASSWORD, new_account

pytestmark = [pytest.mark.browser, pytest.mark.e2e]


def test_an_advisor_goes_from_an_answer_to_the_passage_it_came_from(stack: Stack, browser: Browser) -> None:
    patient = Patient(stack.url)
    (answer,) = patient.ask("What are NK cells?")
    (citation,) = answer["citations"]
    login = new_account(stack.settings.database_url, "advisor", "Ada Lind").login
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{stack.url}/sign-in?next=%2Fconsole")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#console[data-ready]").wait_for()
    page.get_by_role("tab", name="Assistant").click()
    page.locator(f'.row[data-id="{patient.conversation}"]').click()
    link = page.get_by_role("link", name="Where this came from")
    with context.expect_page() as opened:
        link.first.click()
    there = opened.value
    there.locator("[data-ready]").wait_for()
    meant = there.locator(".is-meant")
    expect(meant).to_be_in_viewport()
    expect(meant).to_contain_text(citation["title"].split(": ")[-1])
    said = " ".join(citation["quote"].replace("*", "").split())
    assert said in " ".join(meant.inner_text().split())
    expect(there.get_by_text("The assistant answers from this revision now.")).to_be_visible()
    assert_accessible(there, "where an answer came from")
    context.close()
    patient.http.close()
