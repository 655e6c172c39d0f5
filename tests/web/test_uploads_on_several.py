"""Two web processes behind a proxy that sends each request to whichever it likes: an upload is told of alike."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from knowledge.store import KnowledgeStore
from knowledge.store.schema import uploads
from knowledge.store.uploads import LEASE_MS
from tests.support import postgres
from tests.support.fake_rasa import FakeRasa
from tests.support.hostile_files import PROSE
from tests.support.staff import Browser, signed_in
from tests.web.editorial import Editor
from tests.web.staffed import Staffed, code

SLOW = ("<p>" + PROSE + "<b>x</b></p>").encode() * 7_000
Pair = tuple[Staffed, Staffed]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, _fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two of them on one database."""
    folder = tmp_path_factory.mktemp("several")
    database = f"sqlite:///{folder / 'conversations.sqlite3'}"
    variables = {"NKBOT_TRUSTED_PROXIES": "1"}
    if request.param == "postgresql":
        database = str(request.getfixturevalue("postgres_url"))
        postgres.empty(database)
        variables["NKBOT_DATABASE_URL"] = database
    one, other = (Staffed(folder, _fake.url, **variables) for _ in range(2))
    for each in (one, other):
        each.database_url = database
        each.start()
    yield one, other
    for each in (one, other):
        each.stop()


@pytest.fixture
def edda(pair: Pair) -> Iterator[tuple[Editor, Editor]]:
    """An editor whose browser comes to the one, and the same session when it comes to the other."""
    one = signed_in(pair[0].url, pair[0].database_url, "editor", "Edda Wolf")
    other = Browser(pair[1].url)
    other.http.cookies.update(one.http.cookies)
    yield Editor(one), Editor(other)
    one.close()
    other.close()


def test_the_other_process_tells_how_far_a_file_is_and_has_its_form(edda: tuple[Editor, Editor]) -> None:
    here, there = edda
    sent = here.send_file("slow.html", SLOW)
    assert sent.status_code == 202
    name, states = sent.json()["id"], []
    until = time.monotonic() + 90
    while not states or states[-1] in ("waiting", "reading"):
        assert time.monotonic() < until, states
        told = there.get(f"uploads/{name}").json()
        states.append(told["state"])
        time.sleep(0.05)
    assert "reading" in states
    assert states[-1] == "done"
    assert told["article"]["sections"]
    assert here.get(f"uploads/{name}").json() == told


def test_a_refusal_is_told_by_the_other_process(edda: tuple[Editor, Editor]) -> None:
    here, there = edda
    name = here.send_file("empty.pdf", b"%PDF-1.4 nothing").json()["id"]
    until = time.monotonic() + 60
    while (told := there.get(f"uploads/{name}").json())["state"] in ("waiting", "reading"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert told["state"] == "refused"
    assert told["message"]


def test_one_person_cannot_fill_the_queues_of_all(edda: tuple[Editor, Editor]) -> None:
    answers = [edda[number % 2].send_file("slow.html", SLOW) for number in range(8)]
    assert {code(each) for each in answers if each.status_code != 202} == {"too_many_files"}
    assert sum(each.status_code == 202 for each in answers) >= 5


def test_the_editor_is_told_when_the_process_that_read_has_died(
    edda: tuple[Editor, Editor], pair: Pair
) -> None:
    here, there = edda
    names = [here.send_file("slow.html", SLOW).json().get("id") for _ in range(5)]
    open_ones = [each for each in names if each and there.get(f"uploads/{each}").json()["state"] != "done"]
    assert open_ones
    pair[0].kill()
    try:
        assert there.get(f"uploads/{open_ones[-1]}").json()["state"] in ("waiting", "reading")
        _later(pair[0])
        gone = there.get(f"uploads/{open_ones[-1]}")
        assert (gone.status_code, code(gone)) == (404, "upload_gone")
    finally:
        pair[0].start()


def _later(process: Staffed) -> None:
    """The lease of what was read runs out without waiting for it."""
    url = process.database_url.replace("conversations.sqlite3", "knowledge.sqlite3")
    store = KnowledgeStore(url)
    with store.database.write() as connection:
        connection.execute(sa.update(uploads).values(lease_until=uploads.c.lease_until - LEASE_MS))
    store.close()
