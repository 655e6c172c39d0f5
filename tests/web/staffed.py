"""A web process with people: behind one proxy, so that each test may be a peer of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.routes import Route, routes
from tests.support.staff import COOKIE, Browser, signed_in
from tests.support.web_process import WebProcess

ONE_TIME = "an operator chose this"
OPEN_TO_ALL_ROLES = {
    "/console/account",
    "/console/api/account/password",
    "/console/api/account/sign-out-elsewhere",
    "/console/api/sign-out",
}
NewPerson = Callable[..., Browser]


class Staffed(WebProcess):
    """The web process with its database's address."""

    database_url: str


@pytest.fixture(scope="module")
def staffed(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A web process behind one proxy, so that each test is a peer of its own."""
    folder = tmp_path_factory.mktemp("staffed")
    process = Staffed(
        folder, _fake.url, NKBOT_TRUSTED_PROXIES="1", NKBOT_ADMIN_PASSWORD=ONE_TIME, NKBOT_LOG_LEVEL="DEBUG"
    )
    process.database_url = f"sqlite:///{folder / 'conversations.sqlite3'}"
    yield process.start()
    process.stop()


@pytest.fixture(scope="module")
def all_routes() -> list[Route]:
    return routes()


@pytest.fixture
def newcomer(staffed: Staffed) -> Iterator[NewPerson]:
    """Somebody new with a role, who has signed in."""
    browsers: list[Browser] = []

    def make(role: str, name: str = "Ana Lima") -> Browser:
        browsers.append(signed_in(staffed.url, staffed.database_url, role, name))
        return browsers[-1]

    yield make
    for browser in browsers:
        browser.close()


def staff_routes(all_routes: list[Route]) -> list[Route]:
    found = [each for each in all_routes if each.address.startswith(("/console", "/editor", "/insights"))]
    assert len(found) > 20
    return found


def token_of(patient: Patient) -> str:
    return str(patient.headers["Authorization"]).partition(" ")[2]


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def session_cookie(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    (found,) = [each for each in answer.headers.get_list("set-cookie") if COOKIE in each]
    return found


def attributes(cookie: str) -> set[str]:
    return {each.strip() for each in cookie.split(";")[1:]}
