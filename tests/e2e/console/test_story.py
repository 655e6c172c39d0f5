"""Two browsers: a patient on a small phone, an advisor at a desk. The whole way there and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.console.conftest import PHONE, NewPatient, OpenConsole, ask_for_a_person
from tests.support.axe import assert_accessible
from tests.support.console import recorded
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    """The whole story is told in the browser that people have."""
    return whole_browser


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def conversation_of(page: Page) -> str:
    return str(page.evaluate("JSON.parse(localStorage['nkbot.conversation']).id"))


def test_from_a_question_to_a_person_and_back(open_console: OpenConsole, new_page: NewPage) -> None:
    ada = open_console("Ada Lind")
    page = ada.page
    patient = new_page(viewport=PHONE)

    # The bot answers; the patient wants a person, and the advisor sees it without doing anything.
    ask(patient, "what are nk cells")
    expect(patient.locator(".message-answer")).to_have_count(1)
    patient.locator("#person").click()
    row = page.locator(f'.row[data-id="{conversation_of(patient)}"]')
    expect(row).to_contain_text("what are nk cells")
    expect(row).to_contain_text("Asked for a person")
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))

    # Everything the patient saw, and why the bot said it.
    row.click()
    expect(ada.transcript).to_contain_text("NK cells are white blood cells")
    expect(page.get_by_role("complementary")).to_contain_text("what are nk cells")
    assert_accessible(page, "a waiting conversation")

    # Taken over: the patient learns who is there, and both see that the other writes.
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#status")).to_have_text("With you")
    expect(ada.reply).to_be_focused()
    expect(patient.get_by_role("log")).to_contain_text("Ada Lind")
    ada.reply.press_sequentially("Hel", delay=20)
    expect(patient.locator("#typing")).to_be_visible()
    patient.get_by_label("Your message").press_sequentially("Are you a", delay=20)
    expect(page.get_by_text("The patient is writing")).to_be_visible()
    assert_accessible(page, "the patient writes")

    ada.write("Hello, I am Ada.\nHow can I help?")
    expect(patient.locator(".message-advisor")).to_contain_text("How can I help?")
    ask(patient, "How long does an infusion take?")
    expect(ada.transcript).to_contain_text("How long does an infusion take?")
    expect(page.get_by_text("The patient is writing")).to_be_hidden()

    # A suggestion: found in the articles, sent by a person, with its source.
    page.get_by_role("button", name="Suggestions", exact=True).click()
    suggestion = page.locator(".suggestion").first
    expect(suggestion).to_be_visible()
    assert_accessible(page, "suggestions")
    title = suggestion.locator("strong").first.inner_text()
    suggestion.get_by_role("button", name="Use this").click()
    expect(page.locator("#attached")).to_contain_text(title)
    expect(patient.locator(".message-advisor")).to_have_count(1)  # nothing is sent by itself
    ada.reply.press("Enter")
    cited = patient.locator(".message-advisor").last
    expect(cited.locator(".source-title")).to_contain_text(title)
    expect(page.locator("#attached")).to_be_hidden()

    # Handed back, the bot answers the next question the first time.
    page.get_by_role("button", name="To the assistant").click()
    expect(page.locator("#status")).to_have_text("With the assistant")
    expect(ada.reply).to_be_hidden()
    ask(patient, "what is the difference to stem cells")
    expect(patient.locator(".message-answer")).to_have_count(2)
    expect(ada.transcript).to_contain_text("two different kinds")


def test_everything_can_be_done_with_the_keyboard(open_console: OpenConsole, new_patient: NewPatient) -> None:
    first, second = new_patient(), new_patient()
    for patient in (first, second):
        patient.ask("what are nk cells")
        ask_for_a_person(patient)
    ada = open_console()
    page, keys = ada.page, ada.page.keyboard
    expect(page.locator(".row")).to_have_count(2)
    keys.press("j")
    expect(ada.row(first)).to_be_focused()
    keys.press("j")
    expect(ada.row(second)).to_be_focused()
    keys.press("k")
    keys.press("Enter")
    expect(page.locator("#status")).to_contain_text("Asked for a person")
    keys.press("t")
    expect(ada.reply).to_be_focused()
    keys.type("Just text: jk nt r ?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("Enter")
    expect(ada.transcript).to_contain_text("Just text: jk nt r ?")
    assert [m["text"] for m in first.messages() if m["author"] == "advisor"] == ["Just text: jk nt r ?"]
    keys.press("Escape")
    expect(ada.reply).not_to_be_focused()
    keys.press("n")
    expect(page.locator("#title")).to_have_text(f"Patient {second.conversation[:4].upper()}")
    keys.press("2")
    expect(ada.row(first)).to_be_visible()
    keys.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert_accessible(page, "the list of shortcuts")
    dialog.get_by_label("Use these shortcuts").uncheck()
    keys.press("Escape")
    keys.press("1")
    expect(page.get_by_role("tab", name="Mine")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Mine").focus()
    keys.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Waiting")).to_have_attribute("aria-selected", "true")


def test_who_comes_second_is_told_who_was_first(open_console: OpenConsole, new_patient: NewPatient) -> None:
    patient = new_patient()
    ask_for_a_person(patient)
    ben = open_console("Ben Roth")
    ada = open_console("Ada Lind")
    ben.open(patient)
    # Ben's page hears nothing of it: the line is cut in the very moment.
    ben.page.route("**/console/api/events", lambda route: route.abort())
    ben.page.route("**/console/api/conversations/*", lambda route: route.abort(), times=1)
    ada.desk.do(patient.conversation, "take")
    ben.page.evaluate("document.querySelector('[data-do=take]')?.click()")
    expect(ben.page.locator("#talk-notice")).to_have_text("Ada Lind is already talking with this patient.")
    expect(ben.page.locator("#aside")).to_contain_text("Ada Lind is talking with this patient.")


def test_handing_on_and_ending(open_console: OpenConsole, new_patient: NewPatient, web: WebProcess) -> None:
    patient = new_patient()
    ask_for_a_person(patient)
    ada, ben = open_console("Ada Lind"), open_console("Ben Roth")
    ada.take(patient)
    ben.page.get_by_role("tab", name="Mine").click()
    expect(ben.row(patient)).to_contain_text("With Ada Lind")
    assert_accessible(ben.page, "what colleagues have")
    ada.page.get_by_role("button", name="Pass on").click()
    dialog = ada.page.get_by_role("dialog", name="Pass this conversation on")
    expect(dialog.get_by_role("button", name="Ben Roth").first).to_be_visible()
    assert_accessible(ada.page, "choosing a colleague")
    dialog.get_by_role("button", name="Ben Roth").last.click()
    expect(ada.page.locator("#aside")).to_contain_text("Ben Roth is talking with this patient.")
    ben.open(patient)
    ben.page.get_by_role("button", name="End", exact=True).click()
    confirm = ben.page.get_by_role("dialog", name="End this conversation?")
    confirm.get_by_role("button", name="Cancel").click()
    expect(ben.page.locator("#status")).to_have_text("With you")
    ben.page.get_by_role("button", name="End", exact=True).click()
    confirm.get_by_role("button", name="End it").click()
    expect(ben.page.locator("#aside")).to_contain_text("has ended")
    ben.page.get_by_role("tab", name="Ended").click()
    expect(ben.row(patient)).to_be_visible()
    assert_accessible(ben.page, "an ended conversation")
    assert recorded(web, patient.conversation) == ["read", "take", "transfer", "read", "close"]


def test_notes_requests_and_saved_replies(open_console: OpenConsole, new_patient: NewPatient) -> None:
    patient = new_patient()
    ask_for_a_person(patient)
    wish = {
        "name": "Maria Gold",
        "contact": "maria@example.org",
        "when": "mornings",
        "about": "",
        "consent": True,
    }
    patient.http.post(patient._path("callback"), json=wish, headers=patient.headers).raise_for_status()
    ada = open_console()
    page = ada.page
    expect(page.locator("[data-place=work-items] .count")).to_have_text(re.compile(r"[1-9]"))
    page.get_by_role("tab", name="Assistant").click()  # who is called back need not wait: the bot goes on
    ada.take(patient)
    aside = page.get_by_role("complementary")
    expect(aside).to_contain_text("maria@example.org")
    aside.get_by_role("button", name="Take it").click()
    expect(aside).to_contain_text("Ada Lind looks after it.")
    aside.get_by_label("State").select_option("Done")
    aside.get_by_label("A private note").fill("Called, all is well.")
    aside.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note")).to_contain_text("Called, all is well.")
    assert all("all is well" not in each["text"] for each in patient.messages())
    assert_accessible(page, "a call-back request and a note beside the conversation")

    page.get_by_role("button", name="Saved replies").click()
    dialog = page.get_by_role("dialog", name="Saved replies")
    dialog.get_by_role("button", name="New").click()
    dialog.get_by_label("Name").fill("Goodbye")
    dialog.get_by_label("Text").fill("Thank you, and all the best.")
    assert_accessible(page, "writing a saved reply")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("button", name="Goodbye Thank you")).to_be_visible()
    assert_accessible(page, "saved replies")
    dialog.get_by_label("Find a saved reply").fill("goodb")
    dialog.get_by_label("Find a saved reply").press("Enter")
    expect(ada.reply).to_have_value("Thank you, and all the best.")
    expect(ada.reply).to_be_focused()

    page.goto(page.url.split("/console")[0] + "/console/requests")
    expect(page.locator(".work").filter(has_text="Maria Gold").get_by_label("State")).to_have_value("done")
    assert_accessible(page, "requests")
