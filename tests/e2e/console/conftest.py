"""The console in a real browser, before a web process that has the starting knowledge base."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.accounts.model import Role
from bot.operations.checkout import encoder_folder, red_flags, seed_folder, state_folder
from tests.support.advisor import PASSWORD, AdvisorAtDesk
from tests.support.console import database_url
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

DESKTOP = {"width": 1440, "height": 860}
PHONE = {"width": 320, "height": 640}

OpenConsole = Callable[..., "ConsolePage"]
NewPatient = Callable[[], Patient]


@pytest.fixture(scope="session")
def web(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """The web process with a stand-in for Rasa, and with the real knowledge base for suggestions."""
    prepared = state_folder()
    if not seed_folder(prepared).exists():
        pytest.fail("The tests' knowledge base is missing; start with `make test`, which makes it.")
    folder = tmp_path_factory.mktemp("console") / "var"
    shutil.copytree(seed_folder(prepared), folder, symlinks=True)
    encoder_folder(folder).unlink(missing_ok=True)
    encoder_folder(folder).symlink_to(encoder_folder(prepared).resolve())
    shutil.copyfile(red_flags(prepared), red_flags(folder))
    process = WebProcess(folder, _fake.url, NKBOT_CLINIC_NAME="the Lake Clinic").start()
    yield process
    process.stop()


@pytest.fixture
def new_patient(web: WebProcess, rasa: FakeRasa) -> Iterator[NewPatient]:
    """Patients as programs."""
    found: list[Patient] = []

    def patient() -> Patient:
        found.append(Patient(web.url))
        return found[-1]

    yield patient
    for each in found:
        # Nobody waits in the queue of the next test.
        each.http.post(each._path("close"), headers=each.headers)
        each.http.close()


class ConsolePage:
    """The console's page of somebody who has signed in, and the same person as a program (`desk`)."""

    def __init__(self, page: Page, desk: AdvisorAtDesk) -> None:
        self.page = page
        self.desk = desk
        self.reply = page.get_by_label("Your reply")
        self.transcript = page.get_by_role("log", name="Conversation")

    def row(self, patient: Patient) -> Locator:
        """The patient's row in the list."""
        return self.page.locator(f'.row[data-id="{patient.conversation}"]')

    def open(self, patient: Patient) -> None:
        """Opens a conversation from the list that is shown."""
        self.row(patient).click()
        expect(self.page.locator("#title")).to_have_text(
            f"Patient {patient.conversation[:4].upper()}", use_inner_text=True
        )

    def take(self, patient: Patient) -> None:
        """Opens a waiting conversation and takes it over."""
        self.open(patient)
        self.page.get_by_role("button", name="Take over").click()
        expect(self.page.locator("#status")).to_have_text("With you")

    def write(self, text: str) -> None:
        """Sends a reply."""
        self.reply.fill(text)
        self.reply.press("Enter")

    def said(self) -> list[str]:
        """What stands in the transcript's bubbles, in order."""
        return [each.inner_text() for each in self.page.locator("#log .bubble").all()]


@pytest.fixture
def open_console(browser: Browser, web: WebProcess, rasa: FakeRasa) -> Iterator[OpenConsole]:
    """Opens the console for a new advisor in a browser of its own; fails on errors of the page."""
    contexts: list[BrowserContext] = []
    desks: list[AdvisorAtDesk] = []
    faults: list[str] = []

    def open_page(
        name: str = "Ada Lind", role: Role = Role.ADVISOR, script: str = "", **options: object
    ) -> ConsolePage:
        desk = AdvisorAtDesk(web.url, database_url(web), name, role)
        desks.append(desk)
        context = browser.new_context(**{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None,
        )
        page.goto(f"{web.url}/sign-in?next=%2Fconsole")
        page.get_by_label("Login").fill(desk.login)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#console[data-ready]").wait_for()
        return ConsolePage(page, desk)

    yield open_page
    for context in contexts:
        context.close()
    for desk in desks:
        desk.close()
    assert faults == []


def ask_for_a_person(patient: Patient) -> None:
    """The patient taps “Talk to a person”."""
    patient.http.post(patient._path("handoff"), headers=patient.headers).raise_for_status()
