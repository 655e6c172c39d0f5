"""Writing a document in a real browser: form, preview, mistakes, what is kept, two editors, only a keyboard."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from knowledge.markdown import parse_document
from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import PHONE, OpenEditor
from tests.support.payloads import PAYLOADS
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

TEXT = """---
slug: {slug}
title: How the cells are given
language: en
sources:
  - key: leaflet
    title: A leaflet of the clinic
---

# How the cells are given

## How long does it take?

```section
evidence: established
sources: [leaflet]
questions:
  - how long does the infusion take
```

An infusion takes about an hour, and a nurse stays with you.

## Does it hurt?

You feel the needle, as when blood is taken.
"""


@pytest.fixture
def slug(store: KnowledgeStore) -> str:
    """A document with two sections, saved as a draft."""
    name = f"given-{uuid.uuid4().hex[:8]}"
    store.revisions.save(parse_document(TEXT.format(slug=name), name), by="Berta Boss")
    return name


def ready(page: Page) -> None:
    page.locator("[data-ready]").wait_for()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#save-state")).to_have_text("All is saved.")


def test_a_document_is_written_seen_and_saved(open_editor: OpenEditor, store: KnowledgeStore) -> None:
    page = open_editor("/editor/new")
    page.get_by_role("button", name="Start writing").click()
    title = f"Fasting {uuid.uuid4().hex[:6]}"
    page.get_by_label("Title").fill(title)
    expect(page.get_by_label("Address", exact=True)).to_have_value(title.lower().replace(" ", "-"))
    page.get_by_role("button", name="Add a source").click()
    page.get_by_label("What it is called").fill("A leaflet of the clinic")
    page.get_by_label("Heading").fill("May I eat before?")
    page.get_by_label("Text", exact=True).fill("Eat lightly.\n\n- no alcohol\n- **plenty** of water")
    page.get_by_label("Questions it answers").fill("can i have breakfast\ndo i need to fast")
    page.get_by_label("A leaflet of the clinic").check()
    preview = page.get_by_role("complementary", name="As patients will see it")
    expect(preview.get_by_role("listitem").filter(has_text="plenty").first).to_be_visible()
    expect(preview.locator("strong")).to_have_text("plenty")
    expect(preview.get_by_text("Answers 2 questions")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/editor/documents/fasting-*")
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    slug = page.url.rsplit("/", 1)[1]
    (section,) = store.revisions.document(slug, 1).sections
    assert section.path == ("May I eat before?",)
    assert section.markdown == "Eat lightly.\n\n- no alcohol\n- **plenty** of water"
    assert section.questions == ("can i have breakfast", "do i need to fast")
    assert section.source_keys == ("source-1",)
    page.goto(page.url.split("/editor")[0] + "/editor?words=fasting&sort=changed")
    expect(page.get_by_role("link", name=title)).to_be_visible()


def test_sections_are_added_moved_removed_and_put_back(
    open_editor: OpenEditor, store: KnowledgeStore, slug: str
) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    page.get_by_role("button", name="Up Does it hurt?").click()
    page.get_by_role("button", name="Add a section below How long does it take?").click()
    new = page.locator(".section-card").nth(2)
    new.get_by_label("Heading").fill("Who is there?")
    new.get_by_label("Text", exact=True).fill("A nurse is there.")
    new.get_by_text("More", exact=True).click()
    new.get_by_label("Stands").select_option("2")
    page.get_by_role("button", name="Remove Does it hurt?").click()
    expect(page.get_by_text("“Does it hurt?” is removed.")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    save(page)
    paths = [each.path for each in store.revisions.document(slug, 2).sections]
    assert paths == [
        ("Does it hurt?",),
        ("How long does it take?",),
        ("How long does it take?", "Who is there?"),
    ]


def test_mistakes_are_shown_where_they_are(open_editor: OpenEditor, slug: str) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    text = page.get_by_label("Text", exact=True).first
    text.fill("Fine.\n\n## Another heading")
    expect(page.get_by_text("Line 3: A line that begins with # is a heading")).to_be_visible()
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_text("Give the document a title.").first).to_be_visible()
    page.get_by_label("Title").fill("How the cells are given")
    text.fill("Fine.")
    expect(page.get_by_text("Line 3:")).to_have_count(0)
    save(page)

    page.get_by_role("button", name="Source text").click()
    source = page.get_by_label("Source text", exact=True)
    expect(source).to_be_visible()
    source.fill(source.input_value().replace("## Does it hurt?", "#### Does it hurt?"))
    line = page.get_by_role("list", name="Mistakes").get_by_role("button")
    expect(line).to_have_text(re.compile(r"Line \d+"))
    line.click()
    chosen = page.evaluate(
        "(() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd); })()"
    )
    assert chosen == "#### Does it hurt?"
    page.get_by_role("button", name="Form", exact=True).click()
    expect(page.get_by_text("Please mend what is marked first.")).to_be_visible()
    source.fill(source.input_value().replace("#### Does it hurt?", "## Does it sting?"))
    page.get_by_role("button", name="Form", exact=True).click()
    expect(page.get_by_label("Heading").nth(1)).to_have_value("Does it sting?")
    save(page)


def test_nothing_typed_is_lost(open_editor: OpenEditor, slug: str) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    text = page.get_by_label("Text", exact=True).first
    text.fill("Typed, not saved.")
    expect(page.locator("#save-state")).to_have_text("Not saved yet. Kept in this browser.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.wait_for_timeout(700)
    page.reload()
    ready(page)
    assert asked == ["beforeunload"]
    expect(page.get_by_text("Your unsaved changes of")).to_be_visible()
    expect(text).to_have_value("Typed, not saved.")
    page.get_by_role("button", name="Throw them away").click()
    ready(page)
    expect(text).to_have_value("An infusion takes about an hour, and a nurse stays with you.")
    assert asked == ["beforeunload"]


def test_a_new_document_that_was_never_saved_can_be_gone_on_with(
    open_editor: OpenEditor, web: WebProcess
) -> None:
    page = open_editor("/editor/new")
    page.get_by_role("button", name="Start writing").click()
    page.get_by_label("Title").fill("Half an idea")
    page.get_by_label("Text", exact=True).fill("Half a sentence")
    page.on("dialog", lambda dialog: dialog.accept())
    page.wait_for_timeout(700)
    page.goto(f"{web.url}/editor/new")
    expect(page.get_by_text("“Half an idea” of")).to_be_visible()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_label("Title")).to_have_value("Half an idea")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Half a sentence")
    expect(page.get_by_role("button", name="Save draft")).to_be_enabled()


def test_two_editors_one_document(open_editor: OpenEditor, store: KnowledgeStore, slug: str) -> None:
    edda = open_editor(f"/editor/documents/{slug}", "Edda Wolf")
    ben = open_editor(f"/editor/documents/{slug}", "Ben Roth")
    for page in (edda, ben):
        ready(page)
    ben.get_by_label("Text", exact=True).nth(1).fill("You hardly feel it.")
    ben.get_by_label("What did you change? (optional)").fill("warmer")
    save(ben)
    edda.get_by_label("Text", exact=True).nth(0).fill("It takes an hour.")
    edda.get_by_role("button", name="Save draft").click()
    told = edda.get_by_role("dialog", name="Ben Roth saved this document in the meantime")
    expect(told).to_contain_text("Revision 2")
    expect(told).to_contain_text("“warmer”")
    expect(
        told.locator("del", has_text="hardly").or_(told.locator("del", has_text="feel it"))
    ).not_to_have_count(0)
    expect(told.locator("ins", has_text="hour").or_(told.locator("ins", has_text="It"))).not_to_have_count(0)
    assert len(store.revisions.of(slug)) == 2
    told.get_by_role("button", name="Go on writing").click()
    expect(edda.get_by_label("Text", exact=True).nth(0)).to_have_value("It takes an hour.")
    edda.get_by_role("button", name="Save draft").click()
    told.get_by_role("button", name="Bring both together").click()
    expect(edda.get_by_text("Both are together now.")).to_be_visible()
    expect(edda.get_by_label("Text", exact=True).nth(0)).to_have_value("It takes an hour.")
    expect(edda.get_by_label("Text", exact=True).nth(1)).to_have_value("You hardly feel it.")
    save(edda)
    assert [each.markdown for each in store.revisions.document(slug, 3).sections] == [
        "It takes an hour.",
        "You hardly feel it.",
    ]
    assert store.revisions.document(slug, 2).sections[1].markdown == "You hardly feel it."


def test_a_review_is_noted_and_taken_out_when_the_words_change(open_editor: OpenEditor, slug: str) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    page.get_by_role("button", name="Hand in for review").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand it in").click()
    expect(page.locator("#facts .pill")).to_have_text("In review")
    page.get_by_role("button", name="Send back").click()
    page.get_by_role("dialog").get_by_role("button", name="Send it back").click()
    expect(page.get_by_role("alert").filter(has_text="Please fill in")).to_be_visible()
    page.get_by_role("dialog").get_by_label("What should be changed?").fill("Say how long.")
    page.get_by_role("dialog").get_by_role("button", name="Send it back").click()
    expect(page.locator("#facts .pill")).to_have_text("Draft")
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_label("Name of the reviewer").fill("Dr. Maria Vogel")
    page.get_by_role("dialog").get_by_role("button", name="Mark as reviewed").click()
    expect(page.locator("#facts .pill")).to_have_text("Reviewed")
    expect(page.get_by_text("Dr. Maria Vogel read these words on")).to_be_visible()
    page.get_by_label("Text", exact=True).first.fill("It takes two hours.")
    expect(page.get_by_label("Only a small correction")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The review was of other words and is taken out.")).to_be_visible()
    expect(page.locator("#facts .pill")).to_have_text("Draft")
    expect(page.locator("#review-banner")).to_be_hidden()


def test_history_compares_and_takes_up_an_earlier_revision(
    open_editor: OpenEditor, store: KnowledgeStore, slug: str
) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    page.get_by_label("Text", exact=True).first.fill(
        "An infusion takes about two hours, and a nurse stays with you."
    )
    save(page)
    page.get_by_role("link", name="History").click()
    expect(page.locator("#diff del")).to_have_text(["an", "hour"])
    expect(page.locator("#diff ins")).to_have_text(["two", "hours"])
    page.get_by_role("button", name=re.compile("alike: show")).first.click()
    page.set_viewport_size(PHONE)
    expect(page.locator("#diff ins").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Use again revision 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Use it again").click()
    ready(page)
    expect(page.get_by_text("Revision 1 is the newest draft again.")).to_be_visible()
    assert (
        store.revisions.document(slug, 3).sections[0].markdown.startswith("An infusion takes about an hour")
    )


def test_publishing_is_asked_for_and_shown(open_editor: OpenEditor, store: KnowledgeStore, slug: str) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)
    page.get_by_label("Title").fill("Another title")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Please save your changes first.")).to_be_visible()
    save(page)
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog", name="Publish this document")
    expect(dialog).to_contain_text("No named person has reviewed it")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#job-banner")).to_contain_text(
        "Publishing waits for its turn. Asked for by Edda Wolf."
    )
    (job,) = [each for each in store.jobs.open() if slug in each.order.documents]
    store.jobs.cancel(job.id)
    expect(page.locator("#job-banner")).to_be_hidden(timeout=10_000)
    expect(page.get_by_text("It was not carried out.")).to_be_visible()


def test_all_of_it_with_a_keyboard_alone(open_editor: OpenEditor, store: KnowledgeStore, slug: str) -> None:
    page = open_editor(f"/editor/documents/{slug}")
    ready(page)

    def tab_to(name: str, role: str = "button") -> None:
        target = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        for _ in range(90):
            if target.evaluate("node => node === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached with the tab key")

    tab_to("Title", "textbox")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Typed title")
    tab_to("Down How long does it take?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Section 2 of 2 now.")).to_be_visible()
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("#save-state")).to_have_text("All is saved.")
    document = store.revisions.document(slug, 2)
    assert (document.title, document.sections[0].path) == ("Typed title", ("Does it hurt?",))
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.getElementById('main').focus()")
    tab_to("Mark as reviewed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Mark as reviewed")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Mark as reviewed")).to_be_focused()


def test_script_in_a_document_never_runs(
    open_editor: OpenEditor, store: KnowledgeStore, web: WebProcess
) -> None:
    page = open_editor("/editor")
    shown = [" ".join(each.split()) for each in PAYLOADS if each.isprintable()][:40]
    name = f"hostile-{uuid.uuid4().hex[:8]}"
    text = TEXT.format(slug=name)
    document = parse_document(text, name)
    first = document.sections[0]
    body = "\n\n".join(f"Text: {each}" for each in shown)
    hostile = type(first)(path=(shown[0].strip("#"),), markdown=body, questions=tuple(shown[:12]))
    store.revisions.save(type(document)(name, shown[0], (hostile,), document.sources), by=shown[5])
    store.revisions.save(
        type(document)(name, shown[0], (hostile, first), document.sources), by=shown[6], note=shown[7]
    )
    store.reviewing.look_after(name, owner=shown[10], review_due="", by="x")
    for path in ("", f"/documents/{name}", f"/documents/{name}/history", f"/documents/{name}/revisions/1"):
        page.goto(f"{web.url}/editor{path}")
        ready(page)
        page.wait_for_timeout(400)
        assert page.evaluate("typeof window.hacked") == "undefined", path
        assert page.locator("main script, main iframe, main object, main img").count() == 0, path
    page.goto(f"{web.url}/editor/documents/{name}")
    ready(page)
    expect(page.locator("#title")).to_have_value(shown[0])
