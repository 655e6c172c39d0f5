"""Every state of the console: nothing for axe to find, nothing cut off, on a desk and on a small phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.accounts.model import Role
from tests.e2e.console.conftest import DESKTOP, PHONE, NewPatient, OpenConsole, ask_for_a_person
from tests.support.axe import assert_accessible
from tests.support.patient import Patient

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1024, "height": 700}


def fits(page: Page) -> bool:
    """The page itself scrolls in no direction: its parts do."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= innerWidth"
            " && document.documentElement.scrollHeight <= innerHeight"
        )
    )


def a_story(patient: Patient) -> None:
    patient.ask("what is the difference to stem cells")
    patient.ask("something not known")
    ask_for_a_person(patient)
    patient.post("I can't breathe and my chest hurts")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, LAPTOP, PHONE], ids=["desk", "laptop", "phone"])
def test_every_state_is_accessible_and_fits(
    open_console: OpenConsole, new_patient: NewPatient, size: dict[str, int], scheme: str
) -> None:
    ada = open_console(viewport=size, color_scheme=scheme, role=Role.ADMINISTRATOR)
    page = ada.page

    def state(name: str) -> None:
        assert_accessible(page, f"{name}, {scheme}, {size['width']} px")
        assert fits(page), f"{name}: the page itself scrolls"

    page.get_by_role("tab", name="Mine").click()
    expect(page.locator("#rows-empty")).to_contain_text("You are not talking with anybody.")
    state("an empty queue")
    page.get_by_role("tab", name="Waiting").click()
    patient = new_patient()
    a_story(patient)
    expect(ada.row(patient)).to_be_visible()
    state("a queue with an emergency")
    ada.open(patient)
    for why in page.locator(".evidence > summary").all():
        why.click()
    state("reasons opened")
    page.get_by_role("button", name="Take over").click()
    expect(ada.reply).to_be_visible()
    ada.write("Hello\n\n- one\n- two")
    expect(page.locator(".message-advisor")).to_have_count(1)
    state("talking")
    ada.reply.fill("x" * 2_900)
    expect(page.locator("#counter")).to_have_text("100 characters left")
    state("a long draft")
    ada.reply.fill("x" * 3_001)
    ada.reply.press("Enter")
    expect(page.locator("#counter")).to_have_text("1 characters too many")
    ada.reply.fill("")
    page.get_by_role("button", name="Suggestions", exact=True).click()
    page.get_by_label("Question to look for").fill("what are the side effects")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator(".suggestion").first).to_be_visible()
    state("suggestions")
    page.get_by_role("button", name="Close suggestions").click()
    details = page.get_by_role("button", name="Details", exact=True)
    if details.is_visible():
        details.click()
        expect(page.get_by_role("complementary")).to_be_visible()
        state("details")
        page.keyboard.press("Escape")
        expect(page.get_by_role("complementary")).to_be_hidden()
        expect(details).to_be_focused()
    page.get_by_role("button", name="End", exact=True).click()
    state("asking before the end")
    page.get_by_role("button", name="End it").click()
    expect(page.locator("#aside")).to_contain_text("has ended")
    state("ended")


def test_on_a_phone_the_list_leads_to_the_conversation_and_back(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    patient = new_patient()
    patient.ask("what are nk cells")
    ask_for_a_person(patient)
    ada = open_console(viewport=PHONE)
    page = ada.page
    ada.open(patient)
    expect(ada.row(patient)).to_be_hidden()
    for name in ("Back to the list", "Take over", "Details"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    page.reload()
    expect(page.locator("#title")).to_have_text(f"Patient {patient.conversation[:4].upper()}")
    page.get_by_role("button", name="Back to the list").click()
    expect(ada.row(patient)).to_be_focused()


def test_what_cannot_be_opened_says_so_and_can_be_tried_again(
    open_console: OpenConsole, new_patient: NewPatient
) -> None:
    patient = new_patient()
    ask_for_a_person(patient)
    ada = open_console()
    page = ada.page
    page.route(f"**/console/api/conversations/{patient.conversation}", lambda route: route.abort())
    ada.row(patient).click()
    expect(page.locator("#fault")).to_contain_text("could not be opened")
    assert_accessible(page, "a conversation that could not be opened")
    page.unroute(f"**/console/api/conversations/{patient.conversation}")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()


def test_search_finds_and_shows_where(open_console: OpenConsole, new_patient: NewPatient) -> None:
    patient = new_patient()
    patient.ask("echo about an okapi")
    ada = open_console()
    box = ada.page.get_by_label("Search all conversations")
    box.fill("okapi")
    expect(ada.row(patient)).to_contain_text("With the assistant")
    box.fill("no such word anywhere")
    expect(ada.page.locator("#rows-empty")).to_contain_text("Nothing found.")
    assert_accessible(ada.page, "nothing found")
    box.fill("")
    expect(ada.page.locator("#rows-empty")).to_contain_text("Nobody is waiting.")


def test_who_is_away_is_not_offered_conversations(open_console: OpenConsole) -> None:
    ada, ben = open_console("Ada Lind"), open_console("Ben Roth")

    def there() -> set[str]:
        found = ben.desk.http.get("/console/api/colleagues").json()["colleagues"]
        return {each["id"] for each in found} & {ada.desk.account.id}

    expect(ada.page.get_by_role("switch", name="I am available")).to_be_checked()
    assert there() == {ada.desk.account.id}
    with ada.page.expect_response("**/console/api/presence"):
        ada.page.get_by_role("switch", name="I am available").click()
    assert there() == set()
    ada.page.reload()
    expect(ada.page.get_by_role("switch", name="I am available")).not_to_be_checked()
