"""A web process with an empty knowledge base, and editors as programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge.store.store import KnowledgeStore
from tests.support.fake_rasa import FakeRasa
from tests.support.staff import Browser, csrf_of, signed_in
from tests.web.staffed import Staffed

API = "/editor/api"
NewEditor = Callable[..., "Editor"]


class Editor:
    """Somebody who has signed in, with what the editors' pages do."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, path: str) -> httpx.Response:
        return self.browser.get(f"{API}/{path}")

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.browser.send("POST", f"{API}/{path}", body)

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Brings in a file and waits until it is read or refused; the last answer."""
        answer = self.send_file(name, data)
        if answer.status_code != 202:
            return {"state": "refused", "message": answer.json()["error"]["message"]}
        told: dict[str, Any] = answer.json()
        until = time.monotonic() + 90
        while told["state"] in ("waiting", "reading"):
            assert time.monotonic() < until, "the file is still being read"
            time.sleep(0.1)
            told = self.get(f"uploads/{told['id']}").json()
        return told

    def send_file(self, name: str, data: bytes) -> httpx.Response:
        return self.browser.http.post(
            f"{API}/uploads",
            params={"name": name},
            content=data,
            headers={"X-CSRF-Token": csrf_of(self.browser), "Content-Type": "application/octet-stream"},
        )


def article(slug: str, *, title: str = "How the cells are given", **sections: str) -> dict[str, Any]:
    """A document as the form sends it: a section for each heading."""
    texts = sections or {
        "How long does it take?": "An infusion takes about an hour, and a nurse stays with you."
    }
    return {
        "slug": slug,
        "title": title,
        "language": "en",
        "reviewer": "",
        "reviewed_on": "",
        "sources": [{"key": "source-1", "title": "A leaflet of the clinic", "url": ""}],
        "sections": [section(heading.replace("_", " "), text) for heading, text in texts.items()],
        "dropped": [],
    }


def section(heading: str, text: str, **fields: Any) -> dict[str, Any]:
    """One section of the form."""
    return {
        "level": 1,
        "heading": heading,
        "text": text,
        "questions": ["how long does it take"],
        "evidence": "established",
        "sources": ["source-1"],
        "facts": [],
        "reply": "answer",
        **fields,
    }


@pytest.fixture(scope="module")
def staffed(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A web process of this module's own."""
    folder = tmp_path_factory.mktemp("editorial")
    process = Staffed(folder, _fake.url, NKBOT_TRUSTED_PROXIES="1")
    process.database_url = f"sqlite:///{folder / 'conversations.sqlite3'}"
    yield process.start()
    process.stop()


@pytest.fixture
def knowledge(staffed: Staffed) -> Iterator[KnowledgeStore]:
    """The knowledge base that the web process works with."""
    store = KnowledgeStore(f"sqlite:///{Path(staffed.log_file).parent / 'knowledge.sqlite3'}")
    yield store
    store.close()


@pytest.fixture
def editor(staffed: Staffed) -> Iterator[NewEditor]:
    """New editors, signed in."""
    made: list[Browser] = []

    def new(name: str = "Edda Wolf", role: str = "editor") -> Editor:
        made.append(signed_in(staffed.url, staffed.database_url, role, name))
        return Editor(made[-1])

    yield new
    for browser in made:
        browser.close()
