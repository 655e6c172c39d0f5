"""The machine's own Chromium, driven by Playwright; no browser is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def program(*, whole: bool = False) -> str | None:
    """The browser's program; None where there is none.

    Chromium without its window draws the same pages for half the work, so it is preferred; but it lacks settings
    of the browser around the page, such as what other sites may store. `whole` asks for the one with all of them.
    """
    windowed = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return windowed if whole else shutil.which("chromium-headless-shell") or windowed


@contextmanager
def launched(playwright: Playwright, *, whole: bool = False) -> Iterator[Browser]:
    """A browser for the length of a block; see `program`."""
    browser = playwright.chromium.launch(executable_path=program(whole=whole), args=_ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()
