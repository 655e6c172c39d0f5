"""The operator's guide puts nginx in front: a real one, with the file that the guide ships."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.accounts.sessions import csrf_token
from tests.support import fake_rasa, nginx
from tests.support.cutting import wire_to
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.staff import COOKIE, PASSWORD, new_account
from tests.support.web_process import WebProcess
from tests.web.test_events import Follower

pytestmark = pytest.mark.skipif(nginx.why_not() is not None, reason=str(nginx.why_not()))

AT_ONCE = 0.5
"""Seconds in which what was said must be on an open page, on a busy machine too."""

VANISHED = 15.0
"""Seconds after which a page knows that its web process is gone, although nothing told it."""


class Site:
    """What people reach: nginx, and the web process behind it."""

    def __init__(self, front: nginx.Front, web: WebProcess, folder: Path) -> None:
        self.front = front
        self.web = web
        self.database_url = f"sqlite:///{folder / 'conversations.sqlite3'}"
        self._trust = ssl.create_default_context(cafile=str(front.certificate))

    def client(self, **headers: str) -> httpx.Client:
        """A browser that believes this certificate and no other."""
        return httpx.Client(base_url=self.front.https, verify=self._trust, timeout=20, headers=headers)


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    with fake_rasa.running() as started:
        yield started


@pytest.fixture(scope="module")
def site(rasa: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("behind-nginx")
    web = WebProcess(
        folder / "var",
        rasa.url,
        NKBOT_TRUSTED_PROXIES="1",
        NKBOT_LIMITS="on",
        NKBOT_PUBLIC_URL=f"https://{nginx.NAME}",
    ).start()
    try:
        with nginx.running(folder, web.port) as front:
            yield Site(front, web, folder / "var")
    finally:
        web.stop()


def test_the_chat_comes_over_https_and_only_so(site: Site) -> None:
    with site.client() as browser:
        page = browser.get("/")
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "nginx/" not in page.headers["Server"]
    plain = httpx.get(f"{site.front.http}/?from=here", headers={"Host": nginx.NAME})
    assert plain.status_code == 301
    assert plain.headers["Location"] == f"https://{nginx.NAME}/?from=here"


def test_what_is_said_is_on_an_open_page_at_once(site: Site) -> None:
    patient = Patient(site.front.https, site.client())
    path = f"/api/conversations/{patient.conversation}/events"
    with site.client() as page, page.stream("GET", path, headers=patient.headers) as response:
        follower = Follower(response)
        follower.messages(len(patient.greeting))
        for number in range(3):
            sent_at = time.monotonic()
            assert patient.post(f"what are nk cells {number}").status_code == 201
            assert follower.messages(1)[0]["author"] == "patient"
            assert time.monotonic() - sent_at < AT_ONCE
            assert follower.messages(1)[0]["author"] == "bot"
    patient.http.close()


def test_a_stream_of_a_web_process_that_vanished_ends_so_that_its_page_looks_elsewhere(
    site: Site, tmp_path: Path
) -> None:
    with wire_to(site.web.url) as wire, nginx.running(tmp_path, urlsplit(wire.url).port or 0) as front:
        trust = ssl.create_default_context(cafile=str(front.certificate))
        http = httpx.Client(base_url=front.https, verify=trust, timeout=30)
        patient = Patient(front.https, http)
        path = f"/api/conversations/{patient.conversation}/events"
        with http.stream("GET", path, headers=patient.headers) as response:
            lines = response.iter_lines()
            for _ in range(2):
                assert ": still here" in lines  # two signs of life: a silent stream is left open
            wire.fall_silent()
            since = time.monotonic()
            with pytest.raises(httpx.HTTPError):
                list(lines)
            assert time.monotonic() - since < VANISHED
        http.close()


def test_a_visitor_cannot_pretend_to_be_another_for_a_new_allowance(site: Site) -> None:
    statuses = []
    with site.client() as flood:
        for number in range(90):
            forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": "198.51.100.7"}
            statuses.append(flood.post("/api/conversations", headers=forged))
    refused = [each for each in statuses if each.status_code == 429]
    assert refused
    assert refused[-1].json()["error"]["code"] == "too_many_requests"


def test_pages_for_monitoring_stay_inside(site: Site) -> None:
    with site.client() as browser:
        for path in ("/readyz", "/healthz", "/metrics"):
            assert browser.get(path).status_code == 404, path
    assert httpx.get(f"{site.web.url}/healthz").status_code == 200


def test_editors_bring_their_files_through_it(site: Site) -> None:
    account = new_account(site.database_url, "editor", "Edda Wolf")
    line = site.client()
    assert line.post("/sign-in", json={"login": account.login, "password": PASSWORD}).status_code == 200
    cookie = next(each for each in line.cookies.jar if each.name.endswith(COOKIE))
    assert cookie.secure
    line.headers["X-CSRF-Token"] = csrf_token(cookie.value or "")
    text = b"NK cells are white blood cells. " * 200_000  # 6 MB
    sent = line.post("/editor/api/uploads?name=long.txt", content=text)
    assert sent.status_code == 202, sent.text
    too_large = line.post("/editor/api/uploads?name=long.txt", content=text * 2)
    assert too_large.status_code == 413
    assert too_large.json()["error"]["message"].endswith(".")
    line.close()


def test_static_files_come_from_the_disk_and_only_when_they_changed(site: Site) -> None:
    wanted = nginx.CHECKOUT / "bot" / "web" / "static"
    script = next(each for each in sorted(wanted.rglob("*.js")) if each.stat().st_size > 1_000)
    path = f"/static/{script.relative_to(wanted)}"
    with site.client() as browser:
        first = browser.get(path)
        assert (first.status_code, first.content) == (200, script.read_bytes())
        assert first.headers["Content-Type"].split(";")[0] in {"application/javascript", "text/javascript"}
        assert first.headers["X-Content-Type-Options"] == "nosniff"
        again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        for outside in ("/static/../__main__.py", "/static/..%2f__main__.py", "/static../__main__.py"):
            assert browser.get(outside).status_code in {400, 403, 404}, outside


def test_a_flood_is_told_so_in_words(site: Site) -> None:
    answers = []
    with site.client() as flood:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            answers.append(flood.get("/static/nothing.js"))
            if answers[-1].status_code == 429:
                break
    assert answers[-1].status_code == 429
    assert answers[-1].json()["error"]["code"] == "too_many_requests"
    time.sleep(4.5)  # the allowance is back


def test_while_the_assistant_is_away_people_get_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        with nginx.running(tmp_path, nobody.getsockname()[1]) as front:
            trust = ssl.create_default_context(cafile=str(front.certificate))
            with httpx.Client(base_url=front.https, verify=trust) as browser:
                answer = browser.post("/api/conversations")
    assert answer.status_code == 503
    error = answer.json()["error"]
    assert error["code"] == "unavailable"
    assert "emergency number" in error["message"]
