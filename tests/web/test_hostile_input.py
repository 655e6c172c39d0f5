"""Hostile input to every address: a clear refusal or a harmless success, never a failure, nothing lost."""

from __future__ import annotations

import json
import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.accounts.model import Role
from tests.support import fake_rasa, postgres
from tests.support.advisor import AdvisorAtDesk
from tests.support.chance import chance
from tests.support.patient import Patient
from tests.support.routes import Route, routes
from tests.support.web_process import WebProcess
from tests.web.hostile import (
    BODIES,
    FOR_THE_DATABASE,
    GOOD,
    IDS,
    NUMBERS,
    QUERY,
    QUERY_VALUES,
    VALUES,
    own_fields,
)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY"})
HEADERS = ("Authorization", "Cookie", "X-CSRF-Token", "Last-Event-ID", "Origin")
HEADER_VALUES = (b"", b"\xff\xfe", b"a" * 4_000, b"Bearer \xc3\xa9", b"nkbot_session=\xff")

NOT_READY = {"knowledge_not_ready"}
"""The one honest 503 here: this web process has no knowledge base."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A web process of its own, on either database."""
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder / 'conversations.sqlite3'}"
    variables = {}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        postgres.empty(url)
        variables["NKBOT_DATABASE_URL"] = url
    with fake_rasa.running() as rasa:
        web = WebProcess(folder, rasa.url, **variables).start()
        try:
            opened = House(web, url)
            yield opened
            opened.close()
        finally:
            web.stop()


class House:
    """The web process, somebody who may do everything, and what was not answered as it should be."""

    def __init__(self, web: WebProcess, database_url: str) -> None:
        self.web = web
        self._database_url = database_url
        self.is_first = database_url.startswith("sqlite")
        self._line = httpx.Client(base_url=web.url, timeout=30)
        self._seen = 0
        self._renew()

    def _renew(self) -> None:
        self.boss = AdvisorAtDesk(self.web.url, self._database_url, "Robin", Role.ADMINISTRATOR)
        self.other = AdvisorAtDesk(self.web.url, self._database_url, "Kim")

    def new_log(self) -> str:
        """What the web process has logged since the last time."""
        whole, seen = self.web.log(), self._seen
        self._seen = len(whole)
        return whole[seen:]

    def close(self) -> None:
        """Lets go of all connections."""
        for line in (self._line, self.boss.http, self.other.http):
            line.close()

    def visitor(self) -> tuple[Patient, dict[str, object]]:
        """A new patient, taken over by somebody who is still signed in, and what fills in addresses."""
        if not self.boss.http.get("/sign-in/session").json()["signed_in"]:
            self.boss.close()
            self.other.close()
            self._renew()
        patient = Patient(self.web.url)
        self.boss.do(patient.conversation, "take")
        number = {"number": 1, "invitation_id": 1, "account_id": self.other.account.id, "seq": 1}
        return patient, {"conversation_id": patient.conversation, **number}

    def send(
        self, patient: Patient, method: str, address: str, content: bytes | None, headers: dict[str, Any]
    ) -> str:
        """One request with every right; a sentence on what is wrong with the answer, or nothing."""
        base = {**patient.headers, "X-CSRF-Token": self.boss.http.headers["X-CSRF-Token"]}
        if content is not None:
            base["Content-Type"] = "application/json"
        with self._line.stream(
            method, address, content=content, headers=base | headers, cookies=dict(self.boss.http.cookies)
        ) as answer:
            if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
                return ""
            body = answer.read()
        return _fault(f"{method} {address[:120]}", address, answer.status_code, body)


def _fault(told: str, address: str, status: int, body: bytes) -> str:
    if status < 400 or not body or address.startswith("/readyz"):
        return ""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return f"{told} gave {status}, not as an error in JSON: {body[:80]!r}"
    if status >= 500 and error["code"] not in NOT_READY:
        return f"{told} gave {status} {error['code']}"
    return "" if str(error["message"]).endswith((".", "!")) else f"{told} says nothing: {error}"


on_one_database = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
"""For what never gets as far as the database."""


def changing() -> list[Route]:
    return [route for route in routes() if route.method != "GET"]


@on_one_database
def test_bodies_that_are_no_proper_json_are_refused_everywhere(house: House) -> None:
    faults = []
    for route in changing():
        patient, values = house.visitor()
        for name, (content, headers) in BODIES.items():
            fault = house.send(patient, route.method, route.filled(values), content, headers)
            faults += [f"{name}: {fault}"] if fault else []
        patient.http.close()
    assert not faults, "\n".join(faults)
    all_is_well(house)


def test_every_field_with_every_hostile_value_is_refused_or_harmless(house: House) -> None:
    faults = []
    for route in changing():
        patient, values = house.visitor()
        for field in own_fields(route.address) or ():
            for value in VALUES if house.is_first else FOR_THE_DATABASE:
                sent = GOOD | {"client_message_id": str(uuid.uuid4())} | {field: value}
                fault = house.send(patient, route.method, route.filled(values), json.dumps(sent).encode(), {})
                faults += [f"{field} = {str(value)[:30]!a}: {fault}"] if fault else []
        patient.http.close()
    assert not faults, "\n".join(faults)
    all_is_well(house)


def test_hostile_addresses_and_queries_are_refused_everywhere(house: House) -> None:
    luck = chance()
    faults = []
    for route in routes():
        patient, values = house.visitor()
        content = None if route.method == "GET" else json.dumps(GOOD).encode()
        for name in route.arguments:
            for value in (IDS if name == "conversation_id" else NUMBERS)[0 if house.is_first else -5 :]:
                place = route.filled(values | {name: value})
                faults.append(house.send(patient, route.method, place, content, {}))
        if route.method == "GET":
            for name in QUERY:
                for value in luck.sample(QUERY_VALUES, 3) if house.is_first else ("%00", "9" * 9):
                    place = f"{route.filled(values)}?{name}={value}"
                    faults.append(house.send(patient, "GET", place, None, {}))
        patient.http.close()
    assert not any(faults), "\n".join(filter(None, faults))
    all_is_well(house)


@on_one_database
def test_wrong_methods_and_hostile_headers_are_refused_everywhere(house: House) -> None:
    faults = []
    for address in sorted({route.address for route in routes()}):
        patient, values = house.visitor()
        taken = {route.method for route in routes() if route.address == address}
        place = Route(address, "").filled(values)
        for method in sorted(METHODS - taken):
            faults.append(house.send(patient, method, place, b"{}" if method == "POST" else None, {}))
        for name in HEADERS:
            for value in HEADER_VALUES:
                if "GET" in taken:
                    faults.append(house.send(patient, "GET", place, None, {name: value}))
                if taken & {"POST", "DELETE"} and name in {"Authorization", "Cookie", "X-CSRF-Token"}:
                    method = min(taken & {"POST", "DELETE"})
                    faults.append(house.send(patient, method, place, b"{}", {name: value}))
        patient.http.close()
    assert not any(faults), "\n".join(filter(None, faults))
    all_is_well(house)


@on_one_database
def test_an_address_cannot_write_lines_of_its_own_into_the_log(house: House) -> None:
    patient, _ = house.visitor()
    house.new_log()
    for forged in (
        "%0a[now]%20POST%20/forged%20204",
        "%0d%0aforged",
        "%1b[31mforged",
        "%00forged",
        "%C2%85forged",
    ):
        house.send(patient, "GET", f"/api/conversations/x{forged}", None, {})
        house.send(patient, "GET", f"/console/api/conversations/x{forged}", None, {})
    patient.http.close()
    log = house.new_log()
    assert log.count("forged") <= 10
    assert all("GET /" in line for line in log.splitlines() if "forged" in line)
    assert not [letter for letter in log if unicodedata.category(letter) == "Cc" and letter != "\n"]


def all_is_well(house: House) -> None:
    """Every page and list can still be read, patients are still answered, and the log tells of no failure."""
    patient, values = house.visitor()
    for route in routes():
        if route.method == "GET" and not route.address.endswith("/events"):
            fault = house.send(patient, "GET", route.filled(values), None, {})
            assert not fault, f"afterwards: {fault}"
    house.boss.do(patient.conversation, "release")
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    patient.http.close()
    log = house.new_log()
    failures = [
        line for line in log.splitlines() if "a request failed" in line or "the database failed" in line
    ]
    assert not failures, "\n".join(failures)
    assert "Traceback" not in log


def test_the_list_of_fields_is_up_to_date() -> None:
    """The fields of a new address are named in `hostile.py`, or nothing hostile would be tried on them."""
    unknown = [route for route in routes() if route.method != "GET" and own_fields(route.address) is None]
    assert unknown == []
