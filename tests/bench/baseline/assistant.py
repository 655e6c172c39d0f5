"""The stock assistant as files: the usual configuration, our NLU examples, one action that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.operations.checkout import CHECKOUT

EXAMPLES = CHECKOUT / "bot" / "dialogue" / "nlu"
QUESTION = "question"
"""The intent of whatever retrieval answers."""
EVERY = 4
"""One of so many examples is trained on. With all of them DIET trains for 20 minutes; how long it takes to
understand a message does not depend on it."""

CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "baseline",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}
"""What Rasa 3.6 fills in when nothing is configured, without its optional UnexpecTEDIntentPolicy."""


def write(folder: Path) -> None:
    """Write config, domain and data into `folder`. ValueError when there are no question examples."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    examples = _examples()
    if QUESTION not in examples:
        raise ValueError(
            f"The examples in {EXAMPLES} have no intent '{QUESTION}'; change tests/bench/baseline."
        )
    others = [intent for intent in examples if intent != QUESTION]
    _save(folder / "config.yml", CONFIG)
    _save(folder / "domain.yml", _domain(list(examples), others))
    _save(data / "nlu.yml", {"version": "3.1", "nlu": _nlu(examples)})
    _save(data / "rules.yml", {"version": "3.1", "rules": _rules(others)})
    _save(data / "stories.yml", {"version": "3.1", "stories": _stories(others)})


def _examples() -> dict[str, list[str]]:
    """Our examples by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted(EXAMPLES.rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for entry in content.get("nlu", []):
            if "intent" in entry:
                lines = str(entry["examples"]).splitlines()
                own = [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]
                found.setdefault(str(entry["intent"]).split("/")[0], []).extend(own)
    return dict(sorted(found.items()))


def _nlu(examples: dict[str, list[str]]) -> list[dict[str, Any]]:
    entries = []
    for intent, lines in examples.items():
        kept = lines[::EVERY]
        entries.append({"intent": intent, "examples": "".join(f"- {line}\n" for line in kept)})
    return entries


def _domain(intents: list[str], others: list[str]) -> dict[str, Any]:
    return {
        "version": "3.1",
        "intents": intents,
        "actions": ["action_answer"],
        "responses": {f"utter_{intent}": [{"text": f"A reply to {intent}."}] for intent in others},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _rules(others: list[str]) -> list[dict[str, Any]]:
    answered = [_told(f"answer {intent}", (intent, "action_answer")) for intent in (QUESTION, "nlu_fallback")]
    return answered + [_told(f"reply to {intent}", (intent, f"utter_{intent}")) for intent in others]


def _stories(others: list[str]) -> list[dict[str, Any]]:
    """A question before and after each of the other things people say."""
    asked = (QUESTION, "action_answer")
    return [_told(f"with {intent}", asked, (intent, f"utter_{intent}"), asked) for intent in others]


def _told(name: str, *turns: tuple[str, str]) -> dict[str, Any]:
    steps = [step for intent, action in turns for step in ({"intent": intent}, {"action": action})]
    return {("story" if name.startswith("with ") else "rule"): name, "steps": steps}


def _save(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
