"""Every state of the editors' pages: nothing for axe to find, nothing wider than the screen, light and dark."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from bot.accounts.model import Role
from knowledge.markdown import parse_document
from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import DESKTOP, PHONE, OpenEditor
from tests.e2e.editor.test_writing import TEXT
from tests.support.axe import assert_accessible
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

SCREENS = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]
IDS = ["desk light", "desk dark", "phone light", "phone dark"]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def ready(page: Page) -> None:
    page.locator("[data-ready]").wait_for()


@pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=IDS)
def test_every_state_is_accessible_and_fits(
    open_editor: OpenEditor, web: WebProcess, store: KnowledgeStore, size: dict[str, int], scheme: str
) -> None:
    slug = f"states-{uuid.uuid4().hex[:8]}"
    store.revisions.save(parse_document(TEXT.format(slug=slug), slug), by="Berta Boss")
    store.reviewing.look_after(slug, owner="Berta Boss", review_due="2020-01-01", by="Berta Boss")
    page = open_editor(viewport=size, color_scheme=scheme)

    def state(name: str) -> None:
        assert_accessible(page, f"{name}, {scheme}, {size['width']} px")
        assert fits(page), f"{name}: wider than the screen"

    ready(page)
    state("the list")
    page.get_by_label("Search").fill("no such document anywhere")
    expect(page.get_by_role("heading", name="No document fits")).to_be_visible()
    state("nothing fits")
    page.get_by_role("button", name="Show all documents").click()
    page.get_by_label("Read again by").select_option("overdue")
    expect(page.get_by_text("overdue", exact=True).first).to_be_visible()
    state("overdue ones")

    page.goto(f"{web.url}/editor/documents/{slug}")
    ready(page)
    expect(page.locator("#preview-state")).to_contain_text("2 passages")
    state("a document")
    page.get_by_role("button", name="Change who looks after it").click()
    state("who looks after it")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Mark as reviewed").click()
    state("noting a review")
    page.get_by_label("Name of the reviewer").fill("Dr. Vogel")
    page.get_by_role("dialog").get_by_role("button", name="Mark as reviewed").click()
    expect(page.locator("#review-banner")).to_be_visible()
    page.locator("#sources-card summary").click()
    page.get_by_text("Address and language").click()
    for more in page.locator(".section-body .fold summary").all():
        more.click()
    state("everything opened")
    text = page.get_by_label("Text", exact=True).first
    text.fill("Text\n\n# A heading")
    expect(page.get_by_text("Line 3:")).to_be_visible()
    state("a mistake")
    text.fill("Other words now.")
    page.get_by_role("button", name="Remove Does it hurt?").click()
    state("a section removed, not saved")
    if page.get_by_role("button", name="Preview").is_visible():
        page.get_by_role("button", name="Preview").click()
        page.get_by_text("Answers 1 question").click()
        state("the preview")
        page.get_by_role("button", name="Form", exact=True).click()
    page.get_by_role("button", name="Source text").click()
    expect(page.get_by_label("Source text", exact=True)).to_be_visible()
    state("the source text")
    page.get_by_label("Source text", exact=True).fill("---\nslug: x\n")
    expect(page.get_by_role("list", name="Mistakes")).to_contain_text("Line 1")
    state("a mistake in the source text")
    page.get_by_label("Source text", exact=True).fill(TEXT.format(slug=slug).replace("hour", "day"))
    other = parse_document(TEXT.format(slug=slug).replace("needle", "pen"), slug)
    store.revisions.save(other, by="Ben Roth", note="shorter")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".conflict-diff .diff")).to_be_visible()
    state("two editors")
    page.get_by_role("button", name="Bring both together").click()
    expect(page.locator("#news-banner")).to_be_visible()
    state("brought together")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#save-state")).to_have_text("All is saved.")
    page.get_by_role("button", name="Publish", exact=True).click()
    state("asking before publishing")
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#job-banner")).to_be_visible()
    state("publishing")
    for job in store.jobs.open():
        store.jobs.cancel(job.id)

    page.goto(f"{web.url}/editor/documents/{slug}/history")
    ready(page)
    expect(page.locator("#diff")).not_to_be_empty()
    state("the history")
    page.goto(f"{web.url}/editor/documents/{slug}/revisions/1")
    ready(page)
    state("a revision as it was")
    for path in ("documents/none-such", "documents/none-such/history", "documents/none-such/revisions/1"):
        page.goto(f"{web.url}/editor/{path}")
        expect(page.locator("#gone")).to_contain_text("There is no such document.")
        state(path)
    page.goto(f"{web.url}/editor/new")
    ready(page)
    state("a new document")
    page.get_by_role("button", name="Start writing").click()
    expect(
        page.get_by_text("The passages appear here").or_(page.locator("#preview-state"))
    ).not_to_have_count(0)
    state("nothing written yet")


def test_an_advisor_sees_where_an_answer_came_from(
    open_editor: OpenEditor, web: WebProcess, store: KnowledgeStore
) -> None:
    page = open_editor("/console", "Ada Lind", Role.ADVISOR)
    status = next(each for each in store.revisions.statuses() if each.live is not None)
    assert status.live is not None
    passage = store.revisions.passages(status.slug, status.live.number)[1]
    page.goto(f"{web.url}/editor/documents/{status.slug}/revisions/{status.live.number}#{passage.key}")
    ready(page)
    expect(page.locator(".is-meant")).to_contain_text(passage.heading)
    expect(page.locator(".is-meant")).to_be_in_viewport()
    expect(page.get_by_text("The assistant answers from this revision now.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Knowledge")).to_have_count(0)
    assert_accessible(page, "an advisor looks")
