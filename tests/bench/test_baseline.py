from __future__ import annotations

from pathlib import Path

import yaml

from tests.bench.baseline import assistant


def test_the_stock_assistant_answers_questions_and_knows_our_intents(tmp_path: Path) -> None:
    assistant.write(tmp_path)
    domain = yaml.safe_load((tmp_path / "domain.yml").read_text(encoding="utf-8"))
    rules = yaml.safe_load((tmp_path / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    nlu = yaml.safe_load((tmp_path / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]

    told = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    assert told["question"] == told["nlu_fallback"] == "action_answer"
    assert {entry["intent"] for entry in nlu} == set(domain["intents"]) == set(told) - {"nlu_fallback"}
    for entry in nlu:
        lines = entry["examples"].splitlines()
        assert len(set(lines)) >= 10
        assert all(line.startswith("- ") for line in lines)
