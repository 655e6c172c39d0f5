"""Files brought in through the page: every kind, progress, what was left out, refusals."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import PHONE, OpenEditor
from tests.support.axe import assert_accessible
from tests.support.hostile_files import PROSE, pdf, word

pytestmark = pytest.mark.browser

PAGE = f"""<html><head><title>NK cells and you</title></head><body>
<nav><ul><li><a href=a>Home</a></li><li><a href=b>About us</a></li></ul></nav>
<h1>NK cells and you</h1><p>{PROSE}</p>
<h2>How are they given?</h2><p>The cells are given as an infusion into a vein, and a nurse stays with you.</p>
<p>Our team answers questions every day. Book your free consultation now!</p></body></html>"""
FILES = {
    "leaflet.pdf": pdf(("What NK cells do", PROSE[:60], PROSE[60:])),
    "letter.docx": word(),
    "page.html": PAGE.encode(),
    "notes.md": f"# Notes\n\n## Why?\n\n{PROSE}\n".encode(),
    "notes.txt": PROSE.encode(),
}


def bring(page: Page, name: str, data: bytes) -> None:
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_opens_unsaved_and_is_saved(
    open_editor: OpenEditor, store: KnowledgeStore, name: str
) -> None:
    page = open_editor("/editor/new")
    bring(page, name, FILES[name])
    expect(page.get_by_label("Title")).to_be_visible()
    expect(page.locator("#preview-passages")).to_contain_text("NK cells are white blood cells")
    slug = f"file-{uuid.uuid4().hex[:8]}"
    page.get_by_label("Address", exact=True).fill(slug)
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url(f"**/editor/documents/{slug}")
    (saved,) = store.revisions.of(slug)
    assert (saved.origin, saved.created_by) == ("editor", "Edda Wolf")
    assert "white blood cells" in store.revisions.markdown(slug, 1)


def test_what_was_left_out_is_seen_and_kept_where_one_wants_it(
    open_editor: OpenEditor, store: KnowledgeStore
) -> None:
    page = open_editor("/editor/new")
    bring(page, "page.html", FILES["page.html"])
    left_out = page.locator("#left-out")
    expect(left_out).to_contain_text("Book your free consultation now!")
    before = left_out.get_by_role("button", name="Keep").count()
    left_out.get_by_role("button", name="Keep Book your free").click()
    assert_accessible(page, "choosing where to put what was left out")
    left_out.get_by_label("Where to put it").select_option(label="At the end of “How are they given?”")
    left_out.get_by_role("button", name="Put it there").click()
    expect(page.locator(".section-text").last).to_be_focused()
    expect(page.locator("#preview-passages")).to_contain_text("Book your free consultation now!")
    expect(left_out.get_by_role("button", name="Keep")).to_have_count(before - 1)
    slug = f"kept-{uuid.uuid4().hex[:8]}"
    page.get_by_label("Address", exact=True).fill(slug)
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url(f"**/editor/documents/{slug}")
    document = store.revisions.document(slug, 1)
    assert "Book your free consultation now!" in document.sections[-1].markdown
    assert len(document.dropped) == before - 1


@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_a_refused_file_says_why_and_another_can_be_chosen(
    open_editor: OpenEditor, size: dict[str, int] | None
) -> None:
    page = open_editor("/editor/new", **({"viewport": size} if size else {}))
    bring(page, "macro.docm", word())
    expect(page.get_by_role("alert")).to_contain_text("Please save it as .docx")
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    assert_accessible(page, "a refused file")
    bring(page, "large.txt", b"x" * 11_000_000)
    expect(page.get_by_role("alert")).to_contain_text("larger than 10 MB")
    bring(page, "notes.txt", FILES["notes.txt"])
    expect(page.get_by_label("Title")).to_be_visible()


def test_a_file_under_way_shows_its_progress_and_can_be_stopped(open_editor: OpenEditor) -> None:
    page = open_editor("/editor/new")
    page.route(
        "**/editor/api/uploads/*",
        lambda route: route.fulfill(json={"id": "x", "state": "waiting", "ahead": 1}),
    )
    bring(page, "notes.txt", FILES["notes.txt"])
    expect(page.locator("#upload-state")).to_have_text("Waiting: 1 file before it.")
    expect(page.get_by_role("progressbar", name="Upload")).to_be_visible()
    assert_accessible(page, "a file that waits")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#upload")).to_be_hidden()
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
