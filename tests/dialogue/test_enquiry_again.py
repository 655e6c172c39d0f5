"""A turn of the enquiry that is asked again, because its reply may not have arrived, does the same again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.dialogue.conftest import Rasa

pytestmark = pytest.mark.e2e


def test_each_turn_may_be_asked_again(rasa: Rasa) -> None:
    conversation = uuid.uuid4().hex

    def ask(text: str, seq: int) -> list[dict[str, Any]]:
        response = rasa.send(text, conversation, seq)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    steps = [
        "how much is it",
        "yes please",
        "Ana Lima",
        "ana@example.org",
        "Skip this",
        "Skip this",
        "any time",
    ]
    for number, text in enumerate(steps):
        first, again = ask(text, 2 * number + 1), ask(text, 2 * number + 1)
        assert [each["text"] for each in again] == [each["text"] for each in first], text
    first, again = ask("Yes, send it", 99), ask("Yes, send it", 99)
    assert first[0]["enquiry"]["contact"] == "ana@example.org"
    assert again == first
    forgotten = rasa.http.delete(f"/conversations/{conversation}/details/99")
    assert forgotten.status_code == 204
    assert "enquiry" not in ask("Yes, send it", 99)[0]
