"""What must not go wrong: lost networks, retries, reloads, hostile texts, alarms that nobody hears."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.accounts.model import Role
from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.e2e.console.conftest import ConsolePage, NewPatient, OpenConsole, ask_for_a_person
from tests.support.axe import assert_accessible
from tests.support.console import database_url
from tests.support.patient import Patient
from tests.support.payloads import ELEMENTS, PAYLOADS
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

LISTENING = """
  window.notices = []; window.tones = 0;
  window.Notification = class { constructor(text, options) { window.notices.push(text); }
    static permission = 'granted'; static requestPermission() { return Promise.resolve('granted'); } };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };
  document.hasFocus = () => false;
"""


def advisor_said(patient: Patient) -> list[str]:
    return [each["text"] for each in patient.messages() if each["author"] == "advisor"]


def sequence(page: Page) -> list[int]:
    found: list[int] = page.eval_on_selector_all(
        "#log .message[data-seq]", "nodes => nodes.map(node => Number(node.dataset.seq))"
    )
    return found


def at_the_desk(open_console: OpenConsole, new_patient: NewPatient) -> tuple[ConsolePage, Patient]:
    patient = new_patient()
    patient.ask("what are nk cells")
    ask_for_a_person(patient)
    ada = open_console()
    ada.take(patient)
    return ada, patient


def test_a_confirmation_that_got_lost_doubles_nothing(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, patient = at_the_desk(open_console, new_patient)
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # the server has it, the page does not hear of it
            route.abort()

    ada.page.route("**/messages", lose_the_first)
    ada.write("said once")
    ada.write("and this after it")
    expect(ada.page.locator(".message-advisor[data-seq]")).to_have_count(2)
    expect(ada.page.locator(".message-waiting")).to_have_count(0)
    assert advisor_said(patient) == ["said once", "and this after it"]
    assert lost == [201]


def test_without_a_network_nothing_is_lost_and_the_page_says_so(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, patient = at_the_desk(open_console, new_patient)
    ada.page.context.set_offline(True)
    expect(ada.page.locator("#notice")).to_contain_text("No connection")
    ada.write("one")
    ada.write("two")
    expect(ada.page.locator(".message-waiting")).to_have_count(2)
    expect(ada.page.locator(".message-waiting").first).to_contain_text("Not sent yet")
    assert_accessible(ada.page, "offline")
    patient.post("are you there?")
    ada.page.context.set_offline(False)
    expect(ada.page.locator(".message-advisor[data-seq]")).to_have_count(2)
    expect(ada.page.locator(".message-waiting")).to_have_count(0)
    expect(ada.transcript).to_contain_text("are you there?")
    expect(ada.page.locator("#notice")).to_be_hidden()
    assert advisor_said(patient) == ["one", "two"]
    assert sequence(ada.page) == [each["seq"] for each in patient.messages()]


def test_a_draft_and_a_message_on_its_way_survive_a_reload(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, patient = at_the_desk(open_console, new_patient)
    ada.page.route("**/messages", lambda route: route.abort())
    ada.write("on its way")
    expect(ada.page.locator(".message-waiting")).to_have_count(1)
    ada.reply.fill("half a sente")
    ada.page.unroute("**/messages")
    ada.page.reload()
    expect(ada.reply).to_have_value("half a sente")
    expect(ada.page.locator(".message-advisor[data-seq]")).to_have_count(1)
    expect(ada.page.locator(".message-waiting")).to_have_count(0)
    assert advisor_said(patient) == ["on its way"]
    ada.reply.fill("")
    ada.page.reload()
    expect(ada.reply).to_have_value("")


def test_nothing_stays_in_the_browser_of_who_signs_out(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, _ = at_the_desk(open_console, new_patient)
    ada.reply.fill("about the illness")
    ada.page.get_by_label("A private note").fill("about the family")
    assert "illness" in ada.page.evaluate("JSON.stringify(sessionStorage)")
    ada.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.get_by_label("Login")).to_be_visible()
    left = ada.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "about the" not in left


def test_a_message_to_a_patient_who_was_given_away_comes_back_to_be_changed(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, patient = at_the_desk(open_console, new_patient)
    ada.page.route("**/console/api/events", lambda route: route.abort())
    ada.page.context.set_offline(True)
    ada.write("too late")
    patient.http.post(patient._path("handoff/cancel"), headers=patient.headers).raise_for_status()
    ada.page.context.set_offline(False)
    expect(ada.transcript.locator(".state-refused")).to_contain_text(
        "You are not the advisor of this conversation"
    )
    expect(ada.page.locator("#status")).to_have_text("With the assistant")
    assert advisor_said(patient) == []


def test_a_stream_that_breaks_again_and_again_shows_everything_once_in_order(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada, patient = at_the_desk(open_console, new_patient)
    for number in range(12):
        ada.page.context.set_offline(True)
        patient.post(f"message {number}")
        ada.page.context.set_offline(False)
        ada.write(f"answer {number}")
    expect(ada.page.locator(".message-advisor[data-seq]")).to_have_count(12)
    expect(ada.transcript).to_contain_text("message 11")
    expect(ada.page.locator(".message-waiting")).to_have_count(0)
    assert sequence(ada.page) == [each["seq"] for each in patient.messages()]
    assert advisor_said(patient) == [f"answer {number}" for number in range(12)]


def test_an_emergency_is_seen_heard_and_stays_until_somebody_has_seen_it(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    ada = open_console(script=LISTENING)
    page = ada.page
    patient = new_patient()
    page.get_by_role("button", name="Sounds and notices").click()
    page.get_by_label("A sound").check()
    page.get_by_label(re.compile("A notice of the computer")).check()
    assert_accessible(page, "choosing how to be called")
    page.get_by_role("button", name="Done").click()
    tones = page.evaluate("window.tones")
    patient.post("I can't breathe and my chest hurts")
    pin = page.get_by_role("region", name="Emergencies").get_by_role("button")
    expect(pin).to_contain_text("Stroke, heart or breathing")
    expect(page).to_have_title(re.compile(r"^\(! 1\)"))
    assert page.evaluate("window.tones") > tones
    told = page.evaluate("window.notices")
    assert any("emergency" in notice for notice in told)
    assert "breathe" not in json.dumps(told)
    assert_accessible(page, "an emergency is pinned")
    pin.click()
    expect(page.locator("#alert")).to_contain_text("The patient was told to get help at once")
    assert_accessible(page, "an emergency is open")
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.get_by_role("region", name="Emergencies")).to_have_count(0)
    expect(page.locator("#alert")).to_contain_text("An advisor has seen this")
    expect(page).not_to_have_title(re.compile(r"^\(!"))


def test_nobody_is_called_who_did_not_choose_it(open_console: OpenConsole, new_patient: NewPatient) -> None:
    ada = open_console(script=LISTENING)
    patient = new_patient()
    ask_for_a_person(patient)
    expect(ada.row(patient)).to_be_visible()
    assert ada.page.evaluate("[window.tones, window.notices.length]") == [0, 0]


def test_whatever_people_write_is_text(open_console: OpenConsole, new_patient: NewPatient) -> None:
    patient = new_patient()
    for payload in PAYLOADS:
        patient.post(payload)
    ask_for_a_person(patient)
    wish: dict[str, Any] = {"contact": "maria@example.org", "consent": True}
    wish |= {"name": PAYLOADS[0], "when": PAYLOADS[10], "about": PAYLOADS[12]}
    ada = open_console(name="<img src=x onerror=window.hacked=1>")
    page = ada.page
    ada.take(patient)
    patient.http.post(patient._path("callback"), json=wish, headers=patient.headers).raise_for_status()
    for payload in PAYLOADS:
        ada.desk.write(patient.conversation, payload)
        ada.desk.do(patient.conversation, "notes", {"text": payload})
    ada.desk.http.post("/console/api/canned-replies", json={"title": PAYLOADS[0], "text": PAYLOADS[1]})
    expect(page.locator(".message-advisor")).to_have_count(len(PAYLOADS))
    expect(page.locator(".note")).to_have_count(len(PAYLOADS))
    page.get_by_role("button", name="Saved replies").click()
    expect(page.locator(".saved").first).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".message-advisor")).to_have_count(len(PAYLOADS))
    patient_said = [each.inner_text() for each in page.locator(".message-patient .said").all()]
    assert [text.split() for text in patient_said] == [payload.split() for payload in PAYLOADS]
    page.goto(page.url.split("/console")[0] + "/console/requests")
    expect(page.locator(".work").filter(has_text="<script>").first).to_be_visible()
    for where in (page, ada_again(page)):
        assert where.evaluate("window.hacked") is None
    assert page.locator(f"#items :is({ELEMENTS})").count() == 0


def ada_again(page: Page) -> Page:
    """The console once more, with the conversation open."""
    page.goto(page.url.split("/console")[0] + "/console")
    page.get_by_role("tab", name="Mine").click()
    page.locator(".row").first.click()
    expect(page.locator(".message-advisor").first).to_be_visible()
    assert page.locator(f"#log :is({ELEMENTS}), #details :is({ELEMENTS}), #rows :is({ELEMENTS})").count() == (
        page.locator("#note-form").count()
    )  # the console's own form for notes, and nothing else
    return page


def test_a_session_that_was_ended_ends_the_page(
    open_console: OpenConsole, new_patient: NewPatient, web: WebProcess
) -> None:
    ada, _ = at_the_desk(open_console, new_patient)
    database = Database(database_url(web))
    Accounts(database).revoke_all(ada.desk.account.id)
    database.close()
    expect(ada.page.locator("#notice")).to_contain_text("You are signed out", timeout=10_000)
    ada.page.get_by_role("button", name="Sign in").click()
    expect(ada.page.get_by_label("Login")).to_be_visible()


def test_who_is_no_advisor_any_more_is_told(open_console: OpenConsole, web: WebProcess) -> None:
    ada = open_console()
    database = Database(database_url(web))
    Accounts(database).set_role(ada.desk.account.id, Role.EDITOR, ada.desk.account.id)
    database.close()
    # The list behind it is refused, too, and must not offer another try.
    ada.page.get_by_role("tab", name="Mine").click()
    expect(ada.page.locator("#notice")).to_contain_text("not allowed", timeout=10_000)
    ada.page.get_by_role("button", name="Reload").click()
    expect(ada.page.locator("#console")).to_have_count(0)


def test_an_erased_conversation_is_gone_from_every_page(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    patient = new_patient()
    patient.ask("echo something private")
    ask_for_a_person(patient)
    boss = open_console("Cleo", Role.ADMINISTRATOR)
    ada = open_console("Ada Lind")
    ada.open(patient)
    boss.open(patient)
    boss.page.get_by_role("button", name="Erase for good").click()
    dialog = boss.page.get_by_role("dialog", name="Erase this conversation for good?")
    assert_accessible(boss.page, "asking before erasing")
    dialog.get_by_role("button", name="Erase for good").click()
    for each in (boss, ada):
        expect(each.page.locator("#notice")).to_contain_text("erased")
        expect(each.row(patient)).to_have_count(0)
        assert "something private" not in each.page.content()
