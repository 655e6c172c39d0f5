"""The playground works hard in a process of its own: whoever is served by the web process does not feel it."""

from __future__ import annotations

import statistics
import threading
import time

import httpx
from playwright.sync_api import expect

from tests.e2e.editor.conftest import OpenEditor
from tests.support.web_process import WebProcess

SLOW = 60_000


def test_patients_are_served_while_the_playground_starts(open_editor: OpenEditor, web: WebProcess) -> None:
    page = open_editor("/editor/playground")
    expect(page.locator("#playground-page[data-ready]")).to_be_visible()
    waited: list[float] = []
    over = threading.Event()

    def look() -> None:
        with httpx.Client(base_url=web.url) as client:
            while not over.is_set():
                began = time.monotonic()
                assert client.get("/healthz").status_code == 200
                waited.append(time.monotonic() - began)
                time.sleep(0.02)

    looking = threading.Thread(target=look)
    looking.start()
    page.get_by_label("Question", exact=True).fill("what are nk cells")
    page.keyboard.press("Enter")
    expect(page.locator(".side").first).to_be_visible(timeout=SLOW)
    over.set()
    looking.join()
    assert statistics.median(waited) < 0.2
