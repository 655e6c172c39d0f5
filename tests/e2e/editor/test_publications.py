"""The page of publications in a real browser, with the real worker behind it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from knowledge.store import JobAction, JobOrder, JobState
from knowledge.store.store import KnowledgeStore
from tests.e2e.editor.conftest import DESKTOP, PHONE, OpenEditor
from tests.knowledge.knowing import article
from tests.support.axe import assert_accessible
from tests.support.fake_rasa import FakeRasa
from tests.support.web_process import WebProcess
from tests.support.worker_process import WorkerProcess

pytestmark = pytest.mark.browser

PAGE = "/editor/publications"
ASKED = "Where can I leave my bicycle at the clinic?"
TIMEOUT = 120_000
PICTURES = os.environ.get("TEST_PICTURES", "")


@pytest.fixture
def worker(web: WebProcess, _fake: FakeRasa) -> Iterator[WorkerProcess]:
    """The worker of the web process's state folder."""
    folder = web.log_file.parent
    process = WorkerProcess(folder, "", _fake.url).start()
    yield process
    process.stop()


@pytest.fixture(autouse=True)
def _nothing_left_open(store: KnowledgeStore) -> Iterator[None]:
    yield
    for job in store.jobs.open():
        store.jobs.cancel(job.id)


def picture(page: Page, name: str) -> None:
    """Keeps a picture where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "it has to be scrolled sideways"
    )


def ready(page: Page) -> Page:
    expect(page.locator("#publications-page[data-ready]")).to_be_attached(timeout=TIMEOUT)
    return page


def live_texts(store: KnowledgeStore) -> list[str]:
    live = store.publications.live_id()
    return [each.text for each in store.publications.passages(live)] if live else []


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "dark phone"]
)
def test_publish_hold_accept_and_roll_back(
    open_editor: OpenEditor,
    store: KnowledgeStore,
    worker: WorkerProcess,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    assert worker
    before = store.publications.live_id()
    mark = f"row {time.time_ns() % 99_991}"
    text = f"Bicycles stand under the roof behind the lake house, {mark}."
    store.revisions.save(
        article("bicycles", text, question=ASKED), origin="editor", by="Edda Wolf", note="new roof"
    )
    page = ready(open_editor(PAGE, viewport=viewport, color_scheme=scheme))
    expect(page.get_by_role("heading", name=f"Publication {before} is live")).to_be_visible()
    fits(page)
    assert_accessible(page, "what waits")
    picture(page, f"waits-{scheme}")

    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Choose at least one")).to_be_visible()
    page.get_by_label("About bicycles").check()
    page.get_by_label("What changes for patients?").fill("Where bicycles stand")
    page.get_by_role("button", name="Publish 1 document").click()
    card = page.get_by_role("article").filter(has_text="Publishing “About bicycles”")
    expect(card).to_be_visible()
    assert_accessible(page, "under way")
    picture(page, f"under-way-{scheme}")
    expect(page.locator("#toast")).to_contain_text("is live.", timeout=TIMEOUT)
    published = store.publications.live_id()
    assert published != before
    assert text in live_texts(store)
    entry = page.get_by_role("listitem").filter(has_text=f"Publication {published}").first
    expect(entry).to_contain_text("Published by Edda Wolf")
    expect(entry).to_contain_text("“Where bicycles stand”")
    expect(entry).to_contain_text("About bicycles")

    golden = store.golden.save(ASKED, expects="answer", document="bicycles", section=ASKED, by="Edda Wolf")
    try:
        store.revisions.save(
            article(
                "bicycles",
                f"Wet umbrellas dry in the hall of the lake house, {mark}.",
                question="Where do umbrellas dry?",
            ),
            origin="editor",
            by="Ben Roth",
        )
        page.reload()
        ready(page)
        page.get_by_label("About bicycles").check()
        page.get_by_role("button", name="Publish 1 document").click()
        held = page.get_by_role("article").filter(has_text="Needs a decision")
        expect(held).to_be_visible(timeout=TIMEOUT)
        expect(held).to_contain_text(
            "one golden question would not be answered right any more", ignore_case=True
        )
        fits(page)
        assert_accessible(page, "held")
        picture(page, f"held-{scheme}")
        held.get_by_role("button", name="Accept and publish").click()
        expect(held.get_by_role("alert")).to_contain_text("Tick each of them")
        assert text in live_texts(store), "nothing goes live unaccepted"
        held.get_by_role("checkbox").check()
        held.get_by_role("button", name="Accept and publish").click()
        expect(held).not_to_be_attached(timeout=TIMEOUT)
        newest = page.locator("#history > li").first
        expect(newest).to_contain_text(f"Edda Wolf accepted: “{ASKED}”", timeout=TIMEOUT)
        assert text not in live_texts(store)
    finally:
        store.golden.remove(golden)
    picture(page, f"accepted-{scheme}")

    began = time.monotonic()
    back = page.get_by_role("button", name=f"Go back to this, publication {published}")
    back.first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("within seconds")
    assert_accessible(page, "going back")
    picture(page, f"back-{scheme}")
    dialog.get_by_label("Why?").fill("Bicycles matter more")
    dialog.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("heading", name=f"Publication {published} is live")).to_be_visible(
        timeout=TIMEOUT
    )
    print(f"rolled back in {time.monotonic() - began:.1f} s")
    assert text in live_texts(store)
    expect(page.locator("#live-facts")).to_contain_text("brought back by Edda Wolf: “Bicycles matter more”")
    fits(page)
    assert_accessible(page, "history")
    picture(page, f"history-{scheme}")


def test_a_job_that_failed_says_why_and_is_tried_again(
    open_editor: OpenEditor, store: KnowledgeStore, worker: WorkerProcess
) -> None:
    assert worker
    job = store.jobs.ask(JobAction.WITHDRAW, JobOrder(documents=("never-there",)), by="Edda Wolf")
    page = ready(open_editor(PAGE))
    card = page.get_by_role("article").filter(has_text="Not carried out")
    expect(card).to_contain_text("“never-there” is not published", timeout=TIMEOUT)
    expect(card).to_contain_text("What was live is live still")
    assert_accessible(page, "failed")
    picture(page, "failed")
    card.get_by_role("button", name="Try again").click()
    deadline = time.monotonic() + 60
    while store.jobs.latest(1)[0].id == job:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    store.revisions.save(article("bicycles", f"Roof {time.time_ns()}."), origin="editor", by="Ben Roth")
    page.reload()
    ready(page)
    page.get_by_label("About bicycles").check()
    page.get_by_role("button", name="Publish 1 document").click()
    expect(page.locator("#toast")).to_contain_text("is live.", timeout=TIMEOUT)
    expect(card).not_to_be_attached()


def test_without_a_worker_the_page_says_so_and_everything_can_be_given_up(
    open_editor: OpenEditor, store: KnowledgeStore
) -> None:
    """Also with the keyboard alone."""
    store.revisions.save(article("bicycles", f"Yard {time.time_ns()}."), origin="editor", by="Ben Roth")
    page = ready(open_editor(PAGE, viewport={"width": 320, "height": 640}))
    page.get_by_label("About bicycles").focus()
    page.keyboard.press("Space")
    page.get_by_label("What changes for patients?").focus()
    page.keyboard.press("Enter")
    title = page.get_by_role("heading", name="Publishing “About bicycles”")
    expect(title).to_be_focused()
    expect(page.get_by_role("article")).to_contain_text("Waits")
    box = page.get_by_label("About bicycles")
    expect(box).to_be_disabled()
    fits(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Give up")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Give it up").focus()
    page.keyboard.press("Enter")
    expect(title).not_to_be_attached(timeout=TIMEOUT)
    assert store.jobs.latest(1)[0].state is JobState.CANCELLED
    expect(box).to_be_enabled()
    assert_accessible(page, "given up")


def test_progress_is_told_with_the_time_left(open_editor: OpenEditor, store: KnowledgeStore) -> None:
    job = store.jobs.ask(JobAction.PUBLISH, JobOrder(note="All of it"), by="Edda Wolf")
    claimed = store.jobs.claim("a worker")
    assert claimed is not None
    assert claimed.id == job
    store.jobs.progress(job, "a worker", "embedding", 0, 9_800)
    page = ready(open_editor(PAGE))
    card = page.get_by_role("article").filter(has_text="Publishing all new drafts")
    expect(card).to_contain_text("Step 2 of 6: Reading the new texts")
    time.sleep(2.5)
    store.jobs.progress(job, "a worker", "embedding", 3_200, 9_800)
    expect(card).to_contain_text("3,200 of 9,800, about", timeout=TIMEOUT)
    expect(card.get_by_role("progressbar")).to_have_attribute("max", "9800")
    assert card.get_by_role("progressbar").evaluate("bar => bar.value") == 3_200
    assert_accessible(page, "progress")
    picture(page, "progress")
    card.get_by_role("button", name="Give up").click()
    page.get_by_role("dialog").get_by_role("button", name="Give it up").click()
    expect(card).not_to_be_attached(timeout=TIMEOUT)
    assert not store.jobs.renew(job, "a worker")


def test_two_editors_see_the_same_and_one_decides(open_editor: OpenEditor, store: KnowledgeStore) -> None:
    store.revisions.save(article("bicycles", f"Hall {time.time_ns()}."), origin="editor", by="Ben Roth")
    one, other = ready(open_editor(PAGE)), ready(open_editor(PAGE, name="Ben Roth"))
    one.get_by_label("About bicycles").check()
    one.get_by_role("button", name="Publish 1 document").click()
    card = other.get_by_role("article").filter(has_text="Publishing “About bicycles”")
    expect(card).to_be_visible(timeout=TIMEOUT)
    store.jobs.cancel(store.jobs.latest(1)[0].id, by="somebody")
    expect(card).not_to_be_attached(timeout=TIMEOUT)
    expect(one.get_by_role("article")).not_to_be_attached(timeout=TIMEOUT)
    store.revisions.save(article("bicycles", f"Barn {time.time_ns()}."), origin="editor", by="Cleo")
    one.get_by_label("About bicycles").check()
    one.get_by_role("button", name="Publish 1 document").click()
    expect(one.get_by_role("alert").filter(has_text="changed just now, by Cleo")).to_be_visible()
