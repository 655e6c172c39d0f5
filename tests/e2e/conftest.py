"""A real browser before the real web process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.support import browser as chromium
from tests.support import fake_rasa
from tests.support.fake_rasa import FakeRasa
from tests.support.web_process import WebProcess

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(_playwright: Playwright) -> Iterator[Browser]:
    if chromium.program() is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with chromium.launched(_playwright) as launched:
        yield launched


@pytest.fixture(scope="session")
def whole_browser(_playwright: Playwright) -> Iterator[Browser]:
    """Chromium as people have it, for what depends on more than the page; twice the work."""
    if chromium.program(whole=True) is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with chromium.launched(_playwright, whole=True) as launched:
        yield launched


@pytest.fixture(scope="session")
def _fake() -> Iterator[FakeRasa]:
    with fake_rasa.running() as fake:
        yield fake


@pytest.fixture(scope="session")
def web(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """The web process with a stand-in for Rasa whose behaviour a test may change."""
    process = WebProcess(
        tmp_path_factory.mktemp("web"), _fake.url, NKBOT_CLINIC_NAME="the Lake Clinic"
    ).start()
    yield process
    process.stop()


@pytest.fixture
def rasa(_fake: FakeRasa) -> Iterator[FakeRasa]:
    _fake.reset()
    yield _fake
    _fake.reset()


@pytest.fixture
def new_page(browser: Browser, web: WebProcess, rasa: FakeRasa) -> Iterator[NewPage]:
    """Opens the chat page in a browser of its own (a phone unless told); fails on errors of the page."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(url: str = web.url, **options: object) -> Page:
        settings = {"viewport": {"width": 360, "height": 740}, **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: _keep_refusals(told.text, faults))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _keep_refusals(line: str, faults: list[str]) -> None:
    if "Content Security Policy" in line or "Content-Security-Policy" in line:
        faults.append(line)
