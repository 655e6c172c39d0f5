"""Whole conversations with the real Rasa, the real actions and the starting knowledge base.

The dialogues in `held_out.yml` were written apart from those that the dialogue was developed with, and are not
used for anything else.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from actions.enquiry_words import START
from tests.dialogue import judging
from tests.dialogue.conftest import Rasa
from tests.dialogue.judging import DEV, HELD_OUT, Talk
from tests.dialogue.test_data import EXAMPLES

BOUNDS = {DEV: 0.95, HELD_OUT: 0.90}


def begin(rasa: Rasa) -> Talk:
    """A conversation of its own, as the web process leads it."""
    conversation, seq = uuid.uuid4().hex, itertools.count(1)

    def talk(text: str, interrupted: bool) -> Sequence[dict[str, Any]]:
        number = next(seq)
        response = rasa.send(text, conversation, number, interrupted=interrupted)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        for _ in messages:
            next(seq)
        return messages

    return talk


@pytest.mark.e2e
@pytest.mark.parametrize("path", [DEV, HELD_OUT], ids=lambda path: path.stem)
def test_most_turns_of_our_dialogues_are_right(rasa: Rasa, path: Any) -> None:
    result = judging.judge(judging.read(path), lambda: begin(rasa))
    print(f"{path.stem}: {result.share:.1%} of {result.turns} turns are right")
    assert result.share >= BOUNDS[path], "\n".join(result.wrong)


def test_there_are_many_dialogues_and_the_two_sets_are_apart() -> None:
    dev, held_out = judging.read(DEV), judging.read(HELD_OUT)
    assert len(dev) + len(held_out) >= 60
    assert sum(map(len, (*dev.values(), *held_out.values()))) >= 250
    assert not set(dev) & set(held_out)
    written = {text.lower().strip(" ?!.") for _, text in EXAMPLES}
    longer = [turn.text.lower().strip(" ?!.") for turns in held_out.values() for turn in turns]
    longer = [text for text in longer if len(text.split()) > 3 and text != START.lower()]
    assert [text for text in longer if text in written] == [], "learned by heart"
    developed = {turn.text.lower() for turns in dev.values() for turn in turns}
    assert [text for text in longer if text in developed] == []
