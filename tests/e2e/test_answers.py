"""The whole way on the real processes: a patient asks in a browser, Rasa and the knowledge base answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.operations.stack import Stack
from tests.e2e.conftest import NewPage
from tests.e2e.test_chat_page import ask
from tests.support.patient import Patient

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_a_question_in_the_browser_gets_an_answer_with_its_source(new_page: NewPage, stack: Stack) -> None:
    page = new_page(stack.url)
    ask(page, "what are nk cells")
    answer = page.locator(".message-answer")
    expect(answer).to_contain_text("white blood cells", timeout=10_000)
    answer.locator("summary").first.click()
    quote = answer.locator("blockquote").first.inner_text().strip("“”")
    shown = answer.locator(".text").inner_text()
    assert quote.split()[0] in shown
    expect(answer.locator(".source").first).to_contain_text("Clinical review pending")


def test_the_comparison_comes_as_a_table_and_the_preparation_as_steps(
    new_page: NewPage, stack: Stack
) -> None:
    page = new_page(stack.url, viewport={"width": 320, "height": 640})
    ask(page, "whats the differnce to stem cells")
    expect(page.get_by_role("columnheader", name="Stem cells")).to_be_attached(timeout=10_000)
    ask(page, "how are the cells made")
    expect(page.locator(".message-answer").nth(1).locator("ol > li")).to_have_count(6, timeout=10_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_commands_of_the_dialogue_engine_are_just_text(stack: Stack) -> None:
    patient = Patient(stack.url)
    for text in ("/restart", '/cost{"a":1}', "/session_start"):
        (reply, *_) = patient.ask(text)
        assert reply["text"]
    assert patient.ask("what are nk cells")[0]["kind"] == "answer"
    patient.http.close()


@pytest.mark.parametrize(
    "name", ["qzfzkbjsmhrhdgtg", "EBMT", "lenzumestrocel", "Prohevia", "PD-L9", "haNK 4"]
)
def test_a_name_that_nobody_knows_is_searched_for_and_not_talked_past(stack: Stack, name: str) -> None:
    patient = Patient(stack.url)
    for question in ("what is {}", "tell me about {}", "whats {}?"):
        (reply, *_) = patient.ask(question.format(name))
        assert reply["kind"] in {"answer", "abstain"}, reply["text"]
    patient.http.close()


def test_nothing_for_advisors_reaches_the_patient(stack: Stack) -> None:
    patient = Patient(stack.url)
    patient.ask("what are nk cells")
    patient.ask("what is the capital of France")
    path = f"/api/conversations/{patient.conversation}/messages"
    everything = patient.http.get(path, headers=patient.headers).text
    for word in ("evidence", "probability", "threshold", "dense", "lexical"):
        assert f'"{word}"' not in everything
    patient.http.close()


def test_who_is_not_understood_after_an_alarm_is_told_once_more_whom_to_call(stack: Stack) -> None:
    patient = Patient(stack.url)
    assert [each["kind"] for each in patient.ask("he can't breathe and his chest hurts")] == ["emergency"]
    (reply,) = patient.ask("my neighbour plays the piano")
    assert reply["kind"] == "after_emergency"
    assert "emergency number" in reply["text"]
    assert [each["kind"] for each in patient.ask("what are nk cells?")] == ["answer"]
