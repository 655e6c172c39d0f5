"""While somebody writes, the page shows which words must not reach a patient."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.editor.conftest import OpenEditor
from tests.support.axe import assert_accessible


def test_a_promise_is_marked_while_it_is_written_and_gone_when_it_is_mended(open_editor: OpenEditor) -> None:
    page = open_editor("/editor/documents/tissue-repair")
    expect(page.locator("#document-page[data-ready]")).to_be_visible()
    page.locator(".section-card summary").first.click()
    text = page.locator(".section-card[open] textarea").first
    before = text.input_value()
    text.fill(f"{before}\n\nThe cells cure cancer, and there are no side effects.")
    stops = page.locator(".finding-stop")
    expect(stops).to_have_count(2)
    expect(stops.first).to_contain_text("Do not promise a cure")
    expect(stops.first.locator("q")).to_have_text("cells cure cancer")
    assert_accessible(page, "two promises")
    page.get_by_label("Title").focus()
    stops.first.get_by_role("button").click()
    expect(text).to_be_focused()
    text.fill(f"{before}\n\nNo study shows that the cells cure cancer.")
    expect(stops).to_have_count(0)


def test_from_the_playground_to_the_section_and_from_the_document_to_the_playground(
    open_editor: OpenEditor,
) -> None:
    page = open_editor("/editor/documents/tissue-repair")
    page.get_by_role("link", name="Try a question on what is saved").click()
    expect(page.get_by_label("Drafts of")).to_have_value("tissue-repair")
    page.get_by_label("Question", exact=True).fill("what is amphiregulin")
    page.keyboard.press("Enter")
    expect(page.locator(".side").first).to_be_visible(timeout=60_000)
    page.get_by_text("What was found:").first.click()
    page.locator(".hit a", has_text="What is amphiregulin?").first.click()
    expect(page.locator(".section-card[open]")).to_contain_text("What is amphiregulin?")
