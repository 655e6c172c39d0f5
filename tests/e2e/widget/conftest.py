"""The widget where it lives: on a clinic's own site, which is another origin with a strict policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Locator, Page, expect

from bot.operations.demo_site import DemoSite
from bot.operations.stack import free_ports
from tests.support.desk import Desk
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1100, "height": 760}
SUGGESTIONS = ("Is it safe?", "Who can have it?")
OWN_SENTENCE = "We are glad that you ask."
COLOR = "#ffd500"


class Visitor:
    """Somebody on the clinic's site; `chat` is the frame's content."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat: FrameLocator = page.frame_locator("iframe")

    @property
    def launcher(self) -> Locator:
        """The button on the clinic's page."""
        return self.page.locator(".launcher")

    @property
    def frame(self) -> Frame:
        """The frame itself, for what runs inside it."""
        return next(each for each in self.page.frames if each.url.endswith("/widget"))

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return str(self.frame.evaluate("JSON.parse(localStorage['nkbot.conversation']).id"))

    def open(self) -> None:
        """Opens the chat with the button."""
        self.launcher.click()
        expect(self.page.locator("section.is-ready")).to_be_attached()
        expect(self.chat.get_by_label("Your message")).to_be_visible()

    def ask(self, text: str) -> None:
        """Writes a message."""
        self.chat.get_by_label("Your message").fill(text)
        self.chat.get_by_label("Your message").press("Enter")

    def ask_for_person(self) -> None:
        """Asks for a person and sees that the wish has arrived."""
        self.chat.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
        expect(self.chat.get_by_role("region", name="Waiting for a person")).to_be_visible()

    def choose(self, item: str) -> None:
        """Takes something from the menu."""
        self.chat.get_by_role("button", name="More").click()
        self.chat.get_by_role("button", name=item).click()

    def said(self) -> list[str]:
        """What the patient wrote, as the page shows it."""
        return self.chat.locator(".message-patient .bubble").all_inner_texts()


Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("widget")


@pytest.fixture(scope="module")
def _site_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def web(_fake: FakeRasa, folder: Path, _site_port: int) -> Iterator[WebProcess]:
    """The web process of a clinic that has its own colour, words and site."""
    process = WebProcess(
        folder,
        _fake.url,
        NKBOT_CLINIC_NAME="the Lake Clinic",
        NKBOT_GREETING=OWN_SENTENCE,
        NKBOT_SUGGESTED_QUESTIONS="|".join(SUGGESTIONS),
        NKBOT_COLOR=COLOR,
        NKBOT_SITES=f"http://127.0.0.1:{_site_port} http://localhost:{_site_port}",
    ).start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def site(web: WebProcess, _site_port: int) -> Iterator[DemoSite]:
    """The clinic's site."""
    with DemoSite(web.url, _site_port).serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def stranger(web: WebProcess) -> Iterator[DemoSite]:
    """A site that is not on the list."""
    with DemoSite(web.url).serving() as serving:
        yield serving


@pytest.fixture
def desk(web: WebProcess, folder: Path) -> Iterator[Desk]:
    made = Desk(folder)
    yield made
    made.empty()
    made.database.close()


@pytest.fixture
def visit(browser: Browser, site: DemoSite, rasa: FakeRasa) -> Iterator[Visit]:
    """Goes to the clinic's site in a browser of its own; fails on errors and refusals of any page."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def go(url: str = site.url, **options: object) -> Visitor:
        settings = {"viewport": DESKTOP, **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None,
        )
        page.goto(url)
        return Visitor(page)

    yield go
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def patient(web: WebProcess, rasa: FakeRasa) -> Iterator[Patient]:
    """Somebody who writes without a page."""
    somebody = Patient(web.url)
    yield somebody
    somebody.http.close()
