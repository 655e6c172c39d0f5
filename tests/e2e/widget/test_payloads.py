"""Scripts and markup in everything that people write stay text on the patient's page and on the clinic's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.conversations.model import Advisor
from tests.e2e.conftest import NewPage
from tests.support.desk import Desk
from tests.support.patient import Patient
from tests.support.payloads import ELEMENTS, PAYLOADS
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser


def adopt(page: Page, patient: Patient) -> None:
    """Makes the page go on with a conversation that was begun elsewhere."""
    token = patient.headers["Authorization"].removeprefix("Bearer ")
    page.evaluate(
        "([id, token]) => localStorage['nkbot.conversation'] ="
        " JSON.stringify({id, token, rated: {}, names: {}, seen: 0, usedAt: Date.now()})",
        [patient.conversation, token],
    )
    page.reload()


def assert_harmless(page: Page) -> None:
    page.mouse.move(100, 300)
    page.mouse.move(180, 360)
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#log").locator(ELEMENTS).count() == 0
    assert (
        page.evaluate("document.querySelectorAll('[onerror], [onload], [onmouseover], [autofocus]').length")
        == 0
    )


def test_what_patients_and_advisors_write_stays_text(
    new_page: NewPage, web: WebProcess, desk: Desk, patient: Patient
) -> None:
    page = new_page()
    desk.take(patient.conversation)
    for payload in PAYLOADS:
        assert patient.post(payload).status_code == 201
        desk.write(patient.conversation, payload)
    adopt(page, patient)
    expect(page.locator(".message-advisor")).to_have_count(len(PAYLOADS))
    said = page.locator(".message-patient .bubble").evaluate_all(
        "nodes => nodes.map(node => node.textContent)"
    )
    assert said == [payload.strip() for payload in PAYLOADS]
    answered = page.locator(".message-advisor .bubble").all_inner_texts()
    for payload, text in zip(PAYLOADS, answered, strict=True):
        if not payload.startswith(("- ", "**")):  # a list and bold type are drawn; what is in them is text
            assert text.replace("\n", " ") == " ".join(payload.split())
    assert_harmless(page)


def test_what_the_page_shows_while_it_is_written_and_sent_stays_text(new_page: NewPage) -> None:
    page = new_page()
    for payload in PAYLOADS[:20]:
        page.get_by_label("Your message").fill(f"echo {payload}")
        page.get_by_label("Your message").press("Enter")
    expect(page.locator(".message-smalltalk")).to_have_count(21)  # with the greeting
    page.context.set_offline(True)
    for payload in PAYLOADS[20:]:
        page.get_by_label("Your message").fill(f"echo {payload}")
        page.get_by_label("Your message").press("Enter")
    expect(page.locator(".message-waiting")).to_have_count(len(PAYLOADS) - 20)
    assert_harmless(page)
    page.context.set_offline(False)
    expect(page.locator(".message-waiting")).to_have_count(0, timeout=20_000)
    expect(page.locator(".message-smalltalk")).to_have_count(len(PAYLOADS) + 1, timeout=20_000)
    assert_harmless(page)


def test_an_advisor_s_name_stays_text(new_page: NewPage, desk: Desk, patient: Patient) -> None:
    page = new_page()
    adopt(page, patient)
    for number, payload in enumerate(PAYLOADS):
        advisor = Advisor(100 + number, payload)
        desk.take(patient.conversation, advisor)
        desk.write(patient.conversation, "Hello.", advisor)
        desk.release(patient.conversation, advisor)
        desk.empty(advisor)
    expect(page.locator(".message-advisor")).to_have_count(len(PAYLOADS), timeout=20_000)
    last = Advisor(99, PAYLOADS[0])
    desk.take(patient.conversation, last)
    expect(page.locator("#who bdi")).to_have_text(PAYLOADS[0])
    assert_harmless(page)
    desk.empty(last)


def test_a_call_back_with_payloads_stays_text(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    desk.empty()
    page.get_by_role("banner").get_by_role("button", name="Talk to a person").click()
    page.get_by_role("button", name="Call me back").click()
    form = page.get_by_role("dialog")
    for payload in PAYLOADS:
        form.get_by_label("Your name").fill(payload)
        form.get_by_label("What is it about?").fill(payload)
    page.context.set_offline(True)
    form.get_by_label("E-mail address or phone number").fill("ada@example.org")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(page.locator(".message-callback_noted")).to_have_count(1)
    assert_harmless(page)


@pytest.mark.parametrize(
    "payload", ["</script><script>window.hacked=1</script>", '"><img src=x onerror=window.hacked=1>']
)
def test_the_clinic_s_own_words_stay_text(
    new_page: NewPage, web: WebProcess, tmp_path_factory: pytest.TempPathFactory, payload: str
) -> None:
    process = WebProcess(
        tmp_path_factory.mktemp("words"),
        "http://127.0.0.1:9",
        NKBOT_CLINIC_NAME=payload,
        NKBOT_GREETING=payload,
        NKBOT_SUGGESTED_QUESTIONS=payload[:40],
    ).start()
    page = new_page(process.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ask {payload}")
    expect(page.get_by_role("log")).to_contain_text(payload)
    assert_harmless(page)
    page.goto("about:blank")
    process.stop()
