"""Editors try questions before patients can ask them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import PHONE, OpenEditor
from tests.support.axe import assert_accessible

EFFECTS = "what are the side effects"
ASKED = "please explain cytokine release syndrome to me"
SLOW = 60_000


@pytest.fixture
def page(open_editor: OpenEditor) -> Page:
    opened = open_editor("/editor/playground")
    expect(opened.locator("#playground-page[data-ready]")).to_be_visible()
    return opened


@pytest.fixture
def draft(store: KnowledgeStore) -> Iterator[str]:
    """A document with a draft that is not live."""
    slug = "risks-and-side-effects"
    newest = store.revisions.of(slug)[0].number
    document = store.revisions.document(slug, newest)
    first = replace(
        document.sections[0], markdown=f"{document.sections[0].markdown}\n\nWe thought of you today."
    )
    store.revisions.save(replace(document, sections=(first, *document.sections[1:])), by="Anna Berg")
    yield slug
    store.revisions.save(document, by="Anna Berg")


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#sides")).not_to_have_attribute("aria-busy", "true", timeout=SLOW)
    expect(page.locator(".side").first).to_be_visible(timeout=SLOW)


def test_a_question_is_answered_as_patients_see_it_and_explained(page: Page) -> None:
    ask(page, EFFECTS)
    live = page.get_by_role("region", name="Live now")
    expect(live.locator(".message-bot .bubble")).to_contain_text("chills, fever, headache")
    expect(live.locator(".source-title")).to_contain_text("risks and side effects")
    expect(live.get_by_text("Why it answered")).to_be_visible()
    expect(live.get_by_text("Did this help?")).to_have_count(0)
    live.get_by_text("What was found:").click()
    expect(live.locator(".hit").first).to_contain_text("Word by word")
    live.get_by_text("The numbers behind the decision").click()
    expect(live.get_by_text("Like a listed question")).to_be_visible()
    assert_accessible(page, "answered, all unfolded", read_styles=False)


def test_why_there_is_no_answer_is_said_in_plain_words(page: Page) -> None:
    ask(page, "Is there a trampoline?")
    live = page.get_by_role("region", name="Live now")
    expect(live.get_by_text("Why it did not answer")).to_be_visible()
    expect(live.locator(".why")).to_contain_text("No article has the word")
    assert_accessible(page, "not answered", read_styles=False)


def test_a_draft_stands_beside_what_is_live(page: Page, draft: str) -> None:
    ask(page, EFFECTS)
    expect(
        page.get_by_role("region", name="With the drafts").locator(".message-bot .bubble")
    ).to_contain_text("We thought of you today.")
    expect(page.get_by_role("region", name="Live now").locator(".message-bot .bubble")).not_to_contain_text(
        "We thought of you today."
    )
    expect(page.locator("#outcome")).to_contain_text("The drafts change this answer.")
    assert_accessible(page, "two sides", read_styles=False)


def test_an_emergency_is_said_to_be_one(page: Page) -> None:
    ask(page, "I have crushing chest pain and cannot breathe")
    expect(page.locator("#emergency")).to_contain_text("urgent-care instruction")
    assert_accessible(page, "an emergency", read_styles=False)


def test_one_click_makes_a_golden_question(page: Page, store: KnowledgeStore) -> None:
    ask(page, ASKED)
    page.get_by_role("button", name="Make it a golden question").first.click()
    expect(page.locator("#toast")).to_contain_text("Kept")
    kept = next(each for each in store.golden.all() if each.question == ASKED)
    assert (kept.expects, kept.document) == ("answer", "risks-and-side-effects")
    assert kept.section
    page.get_by_role("button", name="Make it a golden question").first.click()
    expect(page.locator("#toast")).to_contain_text("there already")
    store.golden.remove(kept.id)


def test_a_link_asks_at_once_and_leaves_no_question_in_the_address(open_editor: OpenEditor) -> None:
    page = open_editor("/editor/playground")
    page.goto(f"{page.url}?question=what+are+nk+cells&document=what-nk-cells-are")
    expect(page.locator(".side").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Drafts of")).to_have_value("what-nk-cells-are")
    assert page.url.endswith("/editor/playground")
    expect(page.locator("#recent-list")).to_contain_text("what are nk cells")


def test_a_follow_up_is_asked_with_what_it_follows(page: Page) -> None:
    page.get_by_label("Asked before in the conversation").fill("what is cytokine release syndrome")
    ask(page, "and how often did that happen?")
    talk = page.get_by_role("region", name="Live now").locator(".talk")
    expect(talk.locator(".message-patient")).to_have_count(2)


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.keyboard.type(EFFECTS)
    page.keyboard.press("Enter")
    expect(page.locator(".side").first).to_be_visible(timeout=SLOW)
    reached: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim()")
        )
    assert "Make it a golden question" in reached
    assert any(each.startswith("What was found") for each in reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off(open_editor: OpenEditor, draft: str, scheme: str) -> None:
    page = open_editor("/editor/playground", viewport=PHONE, color_scheme=scheme)
    ask(page, EFFECTS)
    page.get_by_text("What was found:").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page, f"phone, {scheme}", read_styles=False)
