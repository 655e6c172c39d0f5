"""Who may open what: sessions, roles, the tokens of changes, cookies, one-time passwords."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.routes import Route
from tests.support.staff import COOKIE, PASSWORD, Browser, csrf_of, new_account
from tests.support.web_process import WebProcess
from tests.web.staffed import (
    ONE_TIME,
    OPEN_TO_ALL_ROLES,
    NewPerson,
    Staffed,
    all_routes,
    attributes,
    code,
    newcomer,
    session_cookie,
    staff_routes,
    staffed,
    token_of,
)

__all__ = ["all_routes", "newcomer", "staffed"]

FOR_ADMINISTRATORS = ("/console/people", "/console/api/people", "/console/audit", "/console/api/audit")


def test_without_a_session_every_address_of_staff_is_closed(
    staffed: Staffed, all_routes: list[Route]
) -> None:
    patient = Patient(staffed.url)
    strangers = (
        httpx.Client(base_url=staffed.url),
        httpx.Client(base_url=staffed.url, cookies={COOKIE: "made-up"}),
        httpx.Client(base_url=staffed.url, cookies={COOKIE: token_of(patient)}, headers=patient.headers),
    )
    for route in staff_routes(all_routes):
        for stranger in strangers:
            path = route.filled({"conversation_id": patient.conversation})
            answer = stranger.request(route.method, path, json={})
            if answer.status_code == 302:
                assert route.method == "GET", route
                assert answer.headers["Location"].startswith("/sign-in?next=%2F"), route
            else:
                assert (answer.status_code, code(answer)) == (401, "not_signed_in"), route
    for stranger in strangers:
        stranger.close()


@pytest.mark.parametrize("role", ["editor", "advisor"])
def test_each_role_opens_only_its_own_part(newcomer: NewPerson, all_routes: list[Route], role: str) -> None:
    somebody = newcomer(role)
    refused, allowed = set(), set()
    for route in staff_routes(all_routes):
        if route.address.endswith("/events") or route.address.startswith(("/editor", "/insights")):
            continue
        if route.address in OPEN_TO_ALL_ROLES:
            continue
        answer = somebody.send(route.method, route.filled({"conversation_id": "0" * 32}))
        (refused if answer.status_code == 403 else allowed).add(route.address)
    if role == "editor":
        assert allowed == set()
    else:
        assert {each for each in refused if not each.endswith("/erase")} == {
            each.address for each in staff_routes(all_routes) if each.address.startswith(FOR_ADMINISTRATORS)
        }
    assert somebody.get("/console/account").status_code == 200


def test_no_change_goes_without_the_token_of_its_session(
    newcomer: NewPerson, all_routes: list[Route]
) -> None:
    boss, other = newcomer("administrator"), newcomer("administrator")
    tokens = {"": "no token", "x": "a wrong one", csrf_of(other): "another session's"}
    for route in staff_routes(all_routes):
        if route.method == "GET":
            continue
        for token, what in tokens.items():
            path = route.filled({"conversation_id": "0" * 32})
            answer = boss.send(route.method, path, **{"X-CSRF-Token": token})
            assert (answer.status_code, code(answer)) == (403, "csrf_wrong"), (route, what)
    assert boss.get("/sign-in/session").json()["signed_in"], "nothing happened"
    foreign = boss.send("POST", "/console/api/sign-out", **{"Sec-Fetch-Site": "cross-site"})
    assert code(foreign) == "csrf_wrong"
    assert boss.send("POST", "/console/api/sign-out").status_code == 204
    assert not boss.get("/sign-in/session").json()["signed_in"]


def test_another_site_cannot_sign_somebody_in(staffed: Staffed) -> None:
    login = new_account(staffed.database_url, "advisor").login
    form = {"login": login, "password": PASSWORD}
    with httpx.Client(base_url=staffed.url) as http:
        for answer in (
            http.post("/sign-in", json=form, headers={"Sec-Fetch-Site": "cross-site"}),
            http.post("/sign-in", json=form, headers={"Sec-Fetch-Site": "same-site"}),
            http.post("/sign-in", data=form),
            http.post("/sign-in", content=str(form), headers={"Content-Type": "text/plain"}),
        ):
            assert answer.status_code in {403, 415}
            assert "set-cookie" not in answer.headers


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    staffed: Staffed, rasa: FakeRasa, tmp_path: Path
) -> None:
    login = new_account(staffed.database_url, "advisor").login
    with httpx.Client(base_url=staffed.url) as http:
        plain = session_cookie(http.post("/sign-in", json={"login": login, "password": PASSWORD}))
    assert plain.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= attributes(plain)
    assert not {each for each in attributes(plain) if each.startswith(("Expires", "Max-Age", "Domain"))}

    process = WebProcess(
        tmp_path, rasa.url, NKBOT_PUBLIC_URL="https://clinic.example", NKBOT_ADMIN_PASSWORD=ONE_TIME
    ).start()
    try:
        form = {"login": "admin", "password": ONE_TIME}
        secure = session_cookie(httpx.post(f"{process.url}/sign-in", json=form))
    finally:
        process.stop()
    assert secure.startswith(f"__Host-{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Secure"} <= attributes(secure)


def test_a_new_session_ends_the_old_one_of_the_same_browser(staffed: Staffed) -> None:
    login = new_account(staffed.database_url, "advisor").login
    browser = Browser(staffed.url)
    browser.sign_in(login)
    old = browser.cookie
    browser.sign_in(login)
    assert browser.cookie != old
    with httpx.Client(base_url=staffed.url, cookies={COOKIE: old}) as http:
        assert not http.get("/sign-in/session").json()["signed_in"]


def test_the_one_time_password_opens_nothing_but_the_choice_of_a_new_one(
    staffed: Staffed, all_routes: list[Route]
) -> None:
    login = new_account(staffed.database_url, "administrator").login
    database = Database(staffed.database_url)
    secret = Accounts(database).rescue(login)
    database.close()
    browser = Browser(staffed.url)
    assert browser.sign_in(login, secret).json() == {"home": "/console/account", "stay": True}
    for route in staff_routes(all_routes):
        if route.address in OPEN_TO_ALL_ROLES - {"/console/api/account/sign-out-elsewhere"}:
            continue
        answer = browser.send(route.method, route.filled({"conversation_id": "0" * 32}))
        if answer.status_code == 302:
            assert answer.headers["Location"] == "/console/account", route
        else:
            assert code(answer) == "password_change_needed", route
    assert 'href="/console' not in browser.get("/console/account").text.replace('href="/console/account', "")
    path, old = "/console/api/account/password", browser.cookie
    assert code(browser.send("POST", path, {"current": secret, "new": secret})) == "weak_password"
    assert code(browser.send("POST", path, {"current": "x", "new": PASSWORD})) == "wrong_password"
    assert browser.send("POST", path, {"current": secret, "new": PASSWORD}).status_code == 200
    assert browser.cookie != old
    assert browser.get("/console/people").status_code == 200
