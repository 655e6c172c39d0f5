"""What patients asked in vain, on the pages of editors: found, decided, answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.accounts.model import Role
from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from bot.conversations.privacy import Privacy
from bot.conversations.schema import conversations
from bot.conversations.unanswered_schema import unanswered_groups, unanswered_progress
from bot.worker.unanswered import UnansweredQuestions
from knowledge.settings import KnowledgeSettings
from knowledge.store.store import KnowledgeStore
from tests.conversations.asked_in_vain import Patient
from tests.e2e.editor.conftest import PHONE, OpenEditor
from tests.support.axe import assert_accessible
from tests.support.console import database_url
from tests.support.web_process import WebProcess

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

DAY = 86_400_000
PARKING = (
    "Is there parking at the clinic?",
    "where can I park my car",
    "My name is Anna Kowalska, can I park near the entrance? Call 079 555 01 23",
    "parking for visitors?",
)
DOGS = ("may I bring my dog", "are dogs allowed in the clinic")


@pytest.fixture
def log_of(web: WebProcess) -> Iterator[Database]:
    opened = Database(database_url(web))
    with opened.read() as connection:
        earlier = connection.execute(conversations.select()).all()
    for each in earlier:
        Privacy(opened).erase(each.id, "administrator")
    with opened.write() as connection:
        for table in (unanswered_groups, unanswered_progress):
            connection.execute(table.delete())
    yield opened
    opened.close()


@pytest.fixture
def asked(web: WebProcess, log_of: Database) -> UnansweredQuestions:
    """Some have asked in vain, and the worker has found it."""
    for days, text in enumerate((*PARKING, *DOGS), start=1):
        somebody = Patient(log_of, lambda days=days: system_clock() - days * 4 * DAY)  # type: ignore[misc]
        somebody.asks(text)
        if text == PARKING[0]:
            somebody.is_taken_over("Yes: behind the house, for 2 euros a day. Regards, Mara Kunz")
    settings = KnowledgeSettings(var=web.log_file.parent)
    job = UnansweredQuestions(log_of, settings, rearrange_after=0)
    while job.run():
        pass
    return job


def assert_nobody_is_seen(page: Page) -> None:
    written = page.locator("main").inner_html()
    assert [each for each in ("Kowalska", "Anna", "555 01", "Mara", "Kunz") if each in written] == []


def ready(page: Page) -> None:
    expect(page.locator("[data-ready]")).to_be_attached()


def test_nobody_has_asked_in_vain(open_editor: OpenEditor, log_of: Database) -> None:
    page = open_editor("/editor/unanswered")
    ready(page)
    expect(page.get_by_role("heading", name="Nobody has asked in vain yet")).to_be_visible()
    assert_accessible(page, "empty list")


def test_groups_are_listed_without_names_and_can_be_narrowed(
    open_editor: OpenEditor, asked: UnansweredQuestions
) -> None:
    page = open_editor("/editor/unanswered")
    ready(page)
    expect(page.locator("#count")).to_have_text("2 groups with 6 questions")
    expect(page.locator(".group").first).to_contain_text("4 questions")
    expect(page.get_by_role("link", name="Unanswered", exact=True)).to_have_attribute("aria-current", "page")
    assert_nobody_is_seen(page)
    assert_accessible(page, "list")
    page.get_by_label("Search").fill("dog")
    expect(page.locator("#count")).to_have_text("1 group with 2 questions")
    page.get_by_label("Search").fill("zebra")
    expect(page.get_by_role("heading", name="No group fits")).to_be_visible()
    page.get_by_role("button", name="Show all groups").click()
    page.get_by_label("Why").select_option("disliked")
    expect(page.get_by_role("heading", name="No group fits")).to_be_visible()
    page.get_by_label("Answered").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="No group fits")).to_be_visible()
    assert "state=not_for_us" in page.url


def test_a_group_shows_what_was_said_and_nobody(open_editor: OpenEditor, asked: UnansweredQuestions) -> None:
    page = open_editor("/editor/unanswered")
    ready(page)
    page.locator(".group-label").first.click()
    ready(page)
    expect(page.locator(".question")).to_have_count(4)
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_text("Yes: behind the house, for 2 euros a day.")).to_be_visible()
    expect(page.get_by_text("20 % sure of the best passage, and answers from 50 %").first).to_be_visible()
    assert_nobody_is_seen(page)
    expect(page.get_by_role("link", name="to the conversation")).to_have_count(0)
    assert_accessible(page, "group")


def test_only_an_administrator_is_led_to_the_conversation(
    open_editor: OpenEditor, asked: UnansweredQuestions
) -> None:
    page = open_editor("/editor/unanswered", role=Role.ADMINISTRATOR)
    ready(page)
    page.locator(".group-label").first.click()
    ready(page)
    link = page.get_by_role("link", name="to the conversation").first
    expect(link).to_have_attribute("href", re.compile(r"/console#[0-9a-f]{32}"))


def test_not_for_us_needs_a_reason_and_can_be_taken_back(
    open_editor: OpenEditor, asked: UnansweredQuestions
) -> None:
    page = open_editor("/editor/unanswered")
    ready(page)
    page.locator(".group-label", has_text="dog").click()
    ready(page)
    page.get_by_role("button", name="Not for us").press("Enter")
    page.get_by_role("button", name="Put aside").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Please fill in")
    assert_accessible(page, "not for us: no reason")
    page.get_by_label("Why need the assistant not answer this?").fill("It is on our website.")
    page.get_by_role("button", name="Put aside").press("Enter")
    expect(page.locator("#standing")).to_contain_text("Put aside (Edda Wolf")
    expect(page.locator("#standing")).to_contain_text("It is on our website.")
    assert_accessible(page, "not for us")
    page.get_by_role("button", name="Open again").press("Enter")
    expect(page.locator("#standing")).to_be_hidden()


def test_questions_are_moved_and_groups_put_together(
    open_editor: OpenEditor, asked: UnansweredQuestions
) -> None:
    page = open_editor("/editor/unanswered")
    ready(page)
    page.locator(".group-label").first.click()
    ready(page)
    page.get_by_label("parking for visitors?").check()
    page.get_by_role("button", name="Move 1 to a group of their own").click()
    expect(page.locator("#toast")).to_contain_text("Moved to “parking for visitors?”")
    expect(page.locator(".question")).to_have_count(3)
    page.get_by_role("button", name="Put together with…").click()
    page.get_by_label("Group", exact=True).select_option(label="parking for visitors? (1)")
    page.get_by_role("button", name="Put together", exact=True).click()
    expect(page.locator(".question")).to_have_count(4)
    expect(page.locator("#questions-title")).to_have_text("4 questions")


def test_an_answer_is_written_published_and_the_group_answered(
    open_editor: OpenEditor, asked: UnansweredQuestions, store: KnowledgeStore, web: WebProcess
) -> None:
    from knowledge.decide import SHIPPED
    from knowledge.encoder import Encoder
    from knowledge.publish import Publisher

    page = open_editor("/editor/unanswered")
    ready(page)
    page.locator(".group-label").first.click()
    ready(page)
    page.get_by_role("button", name="Write an answer").click()
    expect(page.get_by_label("Answer", exact=True)).to_have_value(re.compile("behind the house"))
    offered = page.get_by_role("group", name="Ways in which patients ask for it")
    expect(offered.get_by_label("where can I park my car")).to_be_checked()
    assert_accessible(page, "writing")
    page.get_by_label("Title of the document").fill("Coming by car")
    page.get_by_label("Heading").fill("Where can I park?")
    page.get_by_label("Answer", exact=True).fill("You can park behind the house. It costs 2 euros a day.")
    page.get_by_role("button", name="Save the draft").click()
    page.wait_for_url("**/editor/documents/coming-by-car")
    (revision,) = store.revisions.of("coming-by-car")
    assert (revision.origin, revision.created_by) == ("editor", "Edda Wolf")
    document = store.revisions.document("coming-by-car", 1)
    assert set(document.sections[0].questions) == {PARKING[0], PARKING[1], PARKING[3]}
    page.goto(f"{web.url}/editor/unanswered?state=writing")
    ready(page)
    expect(page.locator(".group")).to_have_count(1)

    settings = KnowledgeSettings(var=web.log_file.parent)
    publisher = Publisher(store, settings.snapshots_dir, Encoder(settings.model_dir))
    publisher.publish(SHIPPED.read_text(encoding="utf-8"), slugs=["coming-by-car"])
    try:
        while asked.run():
            pass
        page.goto(f"{web.url}/editor/unanswered?state=answered")
        ready(page)
        expect(page.locator(".group")).to_contain_text("answered now")
        page.locator(".group-label").click()
        ready(page)
        # Three were listed with the section; the fourth came with a name and a number around it.
        for text in (PARKING[0], PARKING[1], PARKING[3]):
            expect(page.locator(".question", has_text=text)).to_contain_text("answered by Where can I park?")
        assert_accessible(page, "answered")
    finally:
        publisher.withdraw("coming-by-car")


def test_on_a_phone(open_editor: OpenEditor, asked: UnansweredQuestions, tmp_path: Path) -> None:
    page = open_editor("/editor/unanswered", viewport=PHONE)
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page, "list on a phone")
    page.locator(".group-label").first.click()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Write an answer").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page, "writing on a phone")


def test_a_group_that_is_gone(open_editor: OpenEditor, log_of: Database) -> None:
    page = open_editor("/editor/unanswered/999999")
    ready(page)
    expect(page.get_by_role("heading", name="This group is not there any more")).to_be_visible()
    assert_accessible(page, "gone")
