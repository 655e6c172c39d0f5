"""Guessing is slowed, access ends at once, links work once, bad input is refused, the record is kept."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import httpx
import pytest

from bot.accounts.errors import WrongPassword
from bot.accounts.sessions import csrf_token
from bot.accounts.store import Accounts
from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from tests.support.fake_rasa import FakeRasa
from tests.support.staff import PASSWORD, Browser, csrf_of, new_account
from tests.support.web_process import WebProcess
from tests.web.staffed import ONE_TIME, NewPerson, Staffed, code, newcomer, session_cookie, staffed

__all__ = ["newcomer", "staffed"]


def tried(process: WebProcess, peer: str, login: str, password: str) -> int:
    """The status of an attempt to sign in from a new browser."""
    with Browser(process.url, peer) as browser:
        return browser.sign_in(login, password).status_code


def test_failures_are_slowed_per_login_and_per_peer(staffed: Staffed) -> None:
    login = new_account(staffed.database_url, "advisor").login
    with Browser(staffed.url, "198.51.100.7") as owner, Browser(staffed.url, "203.0.113.5") as guesser:
        assert owner.sign_in(login).status_code == 200
        for who in (login, "nobody"):
            answers = [guesser.sign_in(who, "guess") for _ in range(6)]
            assert [each.status_code for each in answers] == [403] * 5 + [429]
            assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
        assert owner.sign_in(login).status_code == 200, "a known browser is not locked out by strangers"
        for n in range(10):
            guesser.sign_in(f"somebody{n}", "guess")
        assert guesser.sign_in("somebody new", "guess").status_code == 429
        assert tried(staffed, "198.51.100.8", "somebody new", "guess") == 403


def test_a_crash_does_not_forget_failures(rasa: FakeRasa, tmp_path: Path) -> None:
    process = WebProcess(tmp_path, rasa.url).start()
    database_url = f"sqlite:///{tmp_path / 'conversations.sqlite3'}"
    login = new_account(database_url, "advisor").login
    database = Database(database_url)
    later = Accounts(database, lambda: system_clock() + 3_600_000)  # so that no wait is over by the restart
    for _ in range(5):
        with pytest.raises(WrongPassword):
            later.sign_in(login, "guess", "203.0.113.5")
    database.close()
    try:
        assert tried(process, "", login, PASSWORD) == 429
        process.kill()
        process.start()
        assert tried(process, "", login, PASSWORD) == 429
    finally:
        process.stop()


def test_a_visitor_cannot_make_up_addresses_when_no_proxy_is_trusted(rasa: FakeRasa, tmp_path: Path) -> None:
    process = WebProcess(tmp_path, rasa.url).start()
    try:
        statuses = [tried(process, f"203.0.113.{n}", f"somebody{n}", "guess") for n in range(21)]
    finally:
        process.stop()
    assert statuses == [403] * 20 + [429]


def test_behind_a_proxy_only_what_the_proxy_adds_is_believed(staffed: Staffed) -> None:
    made_up = [f"192.0.2.{n}, 203.0.113.99" for n in range(21)]
    statuses = [tried(staffed, peers, f"visitor{n}", "guess") for n, peers in enumerate(made_up)]
    assert statuses == [403] * 20 + [429]


def test_hashing_holds_nobody_up(staffed: Staffed) -> None:
    """While many sign in at once, a patient's request is answered between two of them."""
    done: list[int] = []

    def sign_in(n: int) -> None:
        done.append(tried(staffed, f"198.51.100.{n}", f"nobody {n}", "guess"))

    threads = [threading.Thread(target=sign_in, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    answered = 0
    with httpx.Client(base_url=staffed.url) as http:
        while any(thread.is_alive() for thread in threads):
            http.get("/healthz").raise_for_status()
            answered += 1
    assert done == [403] * 12
    assert answered > 12


@pytest.mark.parametrize("how", ["disabled", "sign-out", "role"])
def test_access_ends_with_the_next_request_and_open_streams_end_soon(newcomer: NewPerson, how: str) -> None:
    boss, ana = newcomer("administrator"), newcomer("advisor", "Ana Stream")
    people = boss.get("/console/api/people").json()["people"]
    (mine,) = [each["id"] for each in people if each["name"] == "Ana Stream" and not each["disabled"]][-1:]
    body = {"disabled": {"disabled": True}, "sign-out": {}, "role": {"role": "editor"}}[how]
    with ana.http.stream("GET", "/console/api/events") as events:
        assert events.status_code == 200
        lines = events.iter_lines()
        while "event: ping" not in next(lines):
            pass
        boss.send("POST", f"/console/api/people/{mine}/{how}", body).raise_for_status()
        wanted = 403 if how == "role" else 401
        assert ana.get("/console/api/conversations").status_code == wanted
        assert "event: ping" not in list(lines), "the stream went on for another 15 seconds"
    boss.send("POST", f"/console/api/people/{mine}/disabled", {"disabled": True})


def test_an_invitation_through_the_api(staffed: Staffed, newcomer: NewPerson) -> None:
    boss, guest = newcomer("administrator"), Browser(staffed.url)
    made = boss.send("POST", "/console/api/people/invitations", {"name": "Eda", "role": "editor"})
    assert made.status_code == 201
    address, _, token = made.json()["link"].partition("#")
    assert address == f"{staffed.url}/invitation"
    assert guest.get("/invitation").status_code == 200
    offered = guest.http.post("/invitation/look", json={"token": token}).json()
    assert (offered["purpose"], offered["name"], offered["role"]) == ("account", "Eda", "Editor")
    form = {"token": token, "login": "eda@clinic.example", "name": "Eda", "password": PASSWORD}
    assert guest.http.post("/invitation/accept", json=form).json()["stay"] is False
    assert guest.get("/sign-in/session").json()["signed_in"]
    again = guest.http.post("/invitation/accept", json={**form, "login": "eda2"})
    assert (again.status_code, code(again)) == (410, "invitation_gone")
    assert guest.get("/sign-in/session").json()["signed_in"], "a used link signs nobody out"
    assert code(guest.http.post("/invitation/look", json={"token": token})) == "invitation_gone"
    assert token not in staffed.log()
    assert PASSWORD not in staffed.log()


def test_the_links_name_the_address_that_people_use(rasa: FakeRasa, tmp_path: Path) -> None:
    process = WebProcess(
        tmp_path, rasa.url, NKBOT_PUBLIC_URL="https://chat.clinic.example", NKBOT_ADMIN_PASSWORD=ONE_TIME
    ).start()
    try:
        cookie = session_cookie(
            httpx.post(f"{process.url}/sign-in", json={"login": "admin", "password": ONE_TIME})
        ).partition(";")[0]
        headers = {"Cookie": cookie, "X-CSRF-Token": csrf_token(cookie.partition("=")[2])}
        made = httpx.post(
            f"{process.url}/console/api/people/invitations",
            json={"name": "Ana", "role": "advisor"},
            headers={**headers, "Host": "evil.example"},
        )
    finally:
        process.stop()
    assert made.json()["link"].startswith("https://chat.clinic.example/invitation#")


def test_bad_input_is_refused_with_a_sentence(staffed: Staffed, newcomer: NewPerson) -> None:
    boss = newcomer("administrator")
    people = "/console/api/people"
    for method, path, body in (
        ("POST", f"{people}/invitations", {"name": "Ana", "role": "owner"}),
        ("POST", f"{people}/invitations", {"name": 7, "role": "advisor"}),
        ("POST", f"{people}/invitations", {"name": "\u202e", "role": "advisor"}),
        ("POST", f"{people}/invitations", ["Ana"]),
        ("POST", f"{people}/1/disabled", {"disabled": "yes"}),
        ("POST", f"{people}/1/role", {}),
        ("POST", f"{people}/2147483647/role", {"role": "advisor"}),
        ("DELETE", f"{people}/invitations/2147483647", {}),
        ("POST", "/console/api/account/password", {"current": "\x00", "new": "x" * 500}),
        ("GET", "/console/api/audit?before=x", {}),
        ("GET", "/console/api/audit?conversation=1'--", {}),
        ("POST", "/sign-in", {"login": None, "password": []}),
        ("POST", "/sign-in", {"login": "\ud800", "password": "x"}),
        ("POST", "/sign-in", {"login": "x" * 5000, "password": "x"}),
    ):
        answer = boss.http.request(
            method,
            path,
            content=json.dumps(body),
            headers={"X-CSRF-Token": csrf_of(boss), "Content-Type": "application/json"},
        )
        assert 400 <= answer.status_code < 500, (path, body, answer.status_code)
        assert answer.json()["error"]["message"].endswith("."), (path, answer.text)


def test_the_audit_tells_administrators_who_did_what(newcomer: NewPerson) -> None:
    boss = newcomer("administrator", "Berta Record")
    boss.send("POST", "/console/api/people/invitations", {"name": "Recorded", "role": "advisor"})
    entries = boss.get("/console/api/audit?action=invited").json()["entries"]
    assert (entries[0]["who"], entries[0]["what"], entries[0]["detail"]) == (
        "Berta Record",
        "Invited",
        "Recorded, advisor",
    )
    assert boss.get("/console/audit").status_code == 200
