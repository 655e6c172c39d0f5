"""Editors look after the questions that must be answered rightly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import PHONE, OpenEditor
from tests.support.axe import assert_accessible

SLOW = 60_000


@pytest.fixture
def _three(store: KnowledgeStore) -> Iterator[None]:
    """One that is right, one that is wrong, one that must not be answered; nothing else."""

    def clear() -> None:
        for each in store.golden.all():
            store.golden.remove(each.id)

    clear()
    place = {"document": "what-nk-cells-are", "section": "Why are they called natural killer cells?"}
    store.golden.save(
        "why do they call them natural killers", expects="answer", **place, note="Asked every day"
    )
    store.golden.save("is there parking at the clinic", expects="answer")
    store.golden.save("who won the world cup", expects="abstain")
    yield
    clear()


@pytest.fixture
def page(open_editor: OpenEditor, _three: None) -> Page:
    opened = open_editor("/editor/golden")
    expect(opened.locator("#golden-page[data-asked]")).to_be_visible(timeout=SLOW)
    return opened


def row(page: Page, question: str) -> str:
    return page.locator("#questions tr", has_text=question).inner_text()


def test_each_question_shows_whether_it_is_right_now(page: Page) -> None:
    expect(page.locator("#tally")).to_contain_text("3 questions, 2 of 3 right live")
    assert "right" in row(page, "natural killers")
    assert "wrong" in row(page, "parking")
    assert page.locator("#questions tr").first.inner_text().startswith("is there parking")
    assert_accessible(page, "asked")


def test_searching_and_filtering(page: Page) -> None:
    page.get_by_label("Search").fill("every day")
    expect(page.locator("#questions tr")).to_have_count(1)
    page.get_by_label("Search").fill("no such thing")
    expect(page.get_by_text("No golden question fits")).to_be_visible()
    assert_accessible(page, "nothing fits")
    page.get_by_label("Search").fill("")
    page.get_by_label("Now", exact=True).select_option("wrong")
    expect(page.locator("#questions tr")).to_have_count(1)


def test_adding_changing_and_removing(page: Page, store: KnowledgeStore) -> None:
    page.get_by_role("button", name="Add a question").click()
    dialog = page.get_by_role("dialog")
    assert_accessible(page, "adding")
    dialog.get_by_label("Question").fill("  how much does it   cost ")
    dialog.get_by_label("Expected").select_option("cost")
    dialog.get_by_label("From the document").select_option("cost-and-what-decides-it")
    section = dialog.get_by_label("From the section")
    expect(section.locator("option", has_text="How much does NK cell therapy cost?")).to_have_count(1)
    section.select_option("How much does NK cell therapy cost?")
    dialog.get_by_role("button", name="Add").click()
    expect(page.locator("#toast")).to_contain_text("Added")
    kept = next(each for each in store.golden.all() if each.expects == "cost")
    assert (kept.question, kept.section, kept.changed_by) == (
        "how much does it cost",
        "How much does NK cell therapy cost?",
        "Edda Wolf",
    )
    page.get_by_role("button", name="Change: how much does it cost").click()
    dialog.get_by_label("Question").fill("who won the world cup")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".error")).to_contain_text("there already")
    dialog.get_by_label("Question").fill("what is the price")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#toast")).to_contain_text("Changed")
    page.get_by_role("button", name="Remove: what is the price").click()
    assert_accessible(page, "removing")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#toast")).to_contain_text("Removed")
    assert all(each.expects != "cost" for each in store.golden.all())


def test_pasting_many_names_the_lines_that_cannot_be_read(page: Page, store: KnowledgeStore) -> None:
    page.get_by_role("button", name="Paste many").click()
    lines = "what are nk cells\nwho won the world cup\ndo i get a refund\tcost\nodd one | maybe\n\n"
    page.get_by_role("dialog").get_by_label("Questions").fill(lines)
    page.get_by_role("dialog").get_by_role("button", name="Add them").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 line could not be read")
    expect(page.get_by_role("dialog")).to_contain_text("Line 4 expects “maybe”")
    assert_accessible(page, "lines that could not be read")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.locator("#toast")).to_contain_text("2 questions added, 1 there already")
    assert {each.question: each.expects for each in store.golden.all()}["do i get a refund"] == "cost"


def test_from_a_question_to_the_playground(page: Page) -> None:
    page.get_by_role("link", name="Ask in the playground: who won the world cup").click()
    expect(page.locator(".side").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Question", exact=True)).to_have_value("who won the world cup")


@pytest.mark.usefixtures("_three")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off(open_editor: OpenEditor, scheme: str) -> None:
    page = open_editor("/editor/golden", viewport=PHONE, color_scheme=scheme)
    expect(page.locator("#golden-page[data-asked]")).to_be_visible(timeout=SLOW)
    expect(page.locator(".subnav [aria-current]")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page, f"phone, {scheme}")


def test_without_any_question_the_page_says_what_they_are_for(
    open_editor: OpenEditor, store: KnowledgeStore
) -> None:
    for each in store.golden.all():
        store.golden.remove(each.id)
    page = open_editor("/editor/golden")
    expect(page.get_by_text("There is no golden question yet")).to_be_visible()
    assert_accessible(page, "empty")
