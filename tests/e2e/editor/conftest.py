"""The editors' pages in a real browser, before a web process with a copy of the starting knowledge base."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.accounts.model import Role
from bot.operations.checkout import encoder_folder, red_flags, seed_folder, state_folder
from knowledge.store.store import KnowledgeStore
from tests.support.console import database_url
from tests.support.fake_rasa import FakeRasa
from tests.support.staff import PASSWORD, new_account
from tests.support.web_process import WebProcess

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}

OpenEditor = Callable[..., Page]


@pytest.fixture(scope="session")
def web(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """The web process with a stand-in for Rasa, and with the real knowledge base."""
    prepared = state_folder()
    if not seed_folder(prepared).exists():
        pytest.fail("The tests' knowledge base is missing; start with `make test`, which makes it.")
    folder = tmp_path_factory.mktemp("editor") / "var"
    shutil.copytree(seed_folder(prepared), folder, symlinks=True)
    encoder_folder(folder).unlink(missing_ok=True)
    encoder_folder(folder).symlink_to(encoder_folder(prepared).resolve())
    shutil.copyfile(red_flags(prepared), red_flags(folder))
    process = WebProcess(folder, _fake.url, NKBOT_CLINIC_NAME="the Lake Clinic").start()
    yield process
    process.stop()


@pytest.fixture
def store(web: WebProcess) -> Iterator[KnowledgeStore]:
    """The knowledge base that the web process works with."""
    opened = KnowledgeStore(f"sqlite:///{web.log_file.parent / 'knowledge.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def open_editor(browser: Browser, web: WebProcess) -> Iterator[OpenEditor]:
    """Opens a page of editors in a browser of its own, signed in; fails on errors of the page."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        path: str = "/editor", name: str = "Edda Wolf", role: Role = Role.EDITOR, **options: Any
    ) -> Page:
        account = new_account(database_url(web), role.value, name)
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if _is_refusal(told.text) else None)
        page.goto(f"{web.url}/sign-in?next={path.replace('/', '%2F')}")
        page.get_by_label("Login").fill(account.login)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(re.escape(web.url) + r"/(editor|console|insights)"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _is_refusal(line: str) -> bool:
    return "Content Security Policy" in line or "Content-Security-Policy" in line
