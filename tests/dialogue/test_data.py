"""The dialogue's data, read as text: what Rasa's own validation does not look at."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
DIALOGUE = CHECKOUT / "bot" / "dialogue"
KINDS = {"answer", "abstain", "emergency", "cost", "handoff", "medical_advice", "smalltalk"}
DOMAIN: dict[str, Any] = yaml.safe_load((CHECKOUT / "domain.yml").read_text(encoding="utf-8"))


def examples() -> list[tuple[str, str]]:
    """Every example with its intent."""
    found = []
    for path in sorted((DIALOGUE / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            assert all(line.startswith("- ") for line in lines), f"{path.name}: an example starts with '- '"
            found += [(block["intent"], line[2:].strip()) for line in lines]
    return found


EXAMPLES = examples()


def test_every_intent_has_many_examples_of_its_own() -> None:
    counts = Counter(intent for intent, _ in EXAMPLES)
    assert set(counts) == set(DOMAIN["intents"])
    assert min(counts.values()) >= 60
    assert counts["question"] >= 500


def test_no_example_stands_twice_or_under_two_intents() -> None:
    """The same words under two intents would teach nothing; Rasa notices only an exact copy."""
    assert [each for each, count in Counter(EXAMPLES).items() if count > 1] == []
    intents: dict[str, set[str]] = {}
    for intent, text in EXAMPLES:
        words = re.sub(r"[\s!?.,]+", " ", text.lower()).strip()
        intents.setdefault(words or text, set()).add(intent)
    assert {text for text, several in intents.items() if len(several) > 1} == set()


def test_no_example_marks_an_entity_by_accident() -> None:
    assert [text for _, text in EXAMPLES if re.search(r"[\[\]{}]", text)] == []


def test_every_intent_has_one_rule_with_one_step() -> None:
    rules = yaml.safe_load((DIALOGUE / "rules.yml").read_text(encoding="utf-8"))["rules"]
    steps = {rule["steps"][0]["intent"]: rule["steps"][1:] for rule in rules}
    assert set(steps) == set(DOMAIN["intents"])
    known = {*DOMAIN["actions"], *DOMAIN["responses"]}
    for then in steps.values():
        assert len(then) == 1
        assert then[0]["action"] in known


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_every_response_is_a_reply_of_the_patient_api(name: str) -> None:
    for variation in DOMAIN["responses"][name]:
        reply = variation["custom"]
        assert set(variation) == {"custom"}
        assert reply["kind"] in KINDS
        assert reply["text"].strip()
        assert "{" not in reply["text"], "Rasa would take it for a slot"
        assert all(isinstance(each, str) for each in reply.get("quick_replies", []))


def test_the_first_words_say_that_it_is_a_machine() -> None:
    for name in ("utter_greet", "utter_bot_identity"):
        for variation in DOMAIN["responses"][name]:
            assert "automated assistant" in variation["custom"]["text"]


def test_small_talk_states_no_fact_and_no_price() -> None:
    """Facts come from passages, which carry their source."""
    for variations in DOMAIN["responses"].values():
        for variation in variations:
            assert not re.search(r"\d|%|cure|proven|safe\b", variation["custom"]["text"])


def test_conversations_never_expire_for_rasa() -> None:
    assert DOMAIN["session_config"]["session_expiration_time"] == 0
