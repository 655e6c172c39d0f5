"""How well the pipeline of config.yml understands 150 intents that nobody here wrote, and how often it notices
that a message is none of them (CLINC150). Run it with Rasa's Python:

    .venv-rasa/bin/python -m tests.evaluation.clinc150 FOLDER [--json]

`FOLDER` holds `data_full.json`. The components are created from config.yml: tokenizer, featurizers, classifier. A
message is taken for out of scope when the confidence is below a threshold: the highest one with which the
accuracy on the validation set lies surely enough above `GOAL`. The test set is looked at with that threshold alone.
`measure` gives the same figures as a dictionary.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.shares import Share

CHECKOUT = Path(__file__).parents[2]
GOAL, Z = 0.95, 1.64
"""In-scope accuracy to reach; on the validation set it must be so much higher (in standard errors) that new messages
reach it with a confidence of 95 %."""
STEPS = 400
FIRST_PARTY = "bot.extensions."
RASA = {
    "WhitespaceTokenizer": "rasa.nlu.tokenizers.whitespace_tokenizer",
    "CountVectorsFeaturizer": "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer",
}
LEFT_OUT = frozenset({"QuestionGate"})
"""What it does, turning unsure intents into questions, is here the threshold."""


def components(storage: Any, context: Any) -> Iterator[tuple[str, Any]]:
    """The pipeline's components in order, new and untrained, each with its configuration."""
    from rasa.engine.storage.resource import Resource

    for number, settings in enumerate(yaml.safe_load((CHECKOUT / "config.yml").read_text())["pipeline"]):
        settings = dict(settings)
        path = settings.pop("name")
        module, _, name = (
            path.rpartition(".") if path.startswith(FIRST_PARTY) else (RASA.get(path, ""), "", path)
        )
        if name in LEFT_OUT:
            continue
        kind = getattr(importlib.import_module(module), name)
        resource = Resource(f"{name}{number}")
        yield name, kind.create({**kind.get_default_config(), **settings}, storage, resource, context)


def messages(pairs: Sequence[Sequence[str]]) -> list[Any]:
    """Rasa's messages of a split."""
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message

    return [Message({TEXT: text, INTENT: intent}) for text, intent in pairs]


def train(pairs: Sequence[Sequence[str]], folder: Path) -> list[Any]:
    """The pipeline's components, trained on the pairs."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.nlu.training_data.training_data import TrainingData

    storage, context = LocalModelStorage.create(folder), ExecutionContext(GraphSchema({}))
    examples = messages(pairs)
    ready = []
    for name, component in components(storage, context):
        if name != "WhitespaceTokenizer":
            component.train(TrainingData(examples))
        if name != "QuickLogisticRegression":
            component.process(examples)
        ready.append(component)
    return ready


def understood(pipeline: Sequence[Any], pairs: Sequence[Sequence[str]]) -> tuple[Any, Any]:
    """For each message whether its intent is right, and how sure the classifier is."""
    right, sure = [], []
    for start in range(0, len(pairs), 200):
        part = pairs[start : start + 200]
        asked = messages(part)
        for component in pipeline:
            component.process(asked)
        for message, (_, intent) in zip(asked, part, strict=True):
            found = message.get("intent") or {}
            right.append(found.get("name") == intent)
            sure.append(float(found.get("confidence") or 0.0))
    return np.array(right), np.array(sure)


def measure(folder: Path) -> dict[str, Any]:
    """The figures, with 95 % confidence intervals (Wilson)."""
    data = json.loads((folder / "data_full.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        pipeline = train(data["train"], Path(place))
    right, sure = understood(pipeline, data["val"])
    thresholds = np.linspace(0, 1, STEPS + 1)
    wanted = GOAL + Z * math.sqrt(GOAL * (1 - GOAL) / len(right))
    kept = [each for each in thresholds if (right & (sure >= each)).mean() >= wanted]
    threshold = float(max(kept, default=0.0))
    right, sure = understood(pipeline, data["test"])
    _, stray = understood(pipeline, data["oos_test"])
    accepted = right & (sure >= threshold)
    return {
        "threshold": round(threshold, 4),
        "accuracy_without_threshold": rate(int(right.sum()), len(right)),
        "in_scope_accuracy": rate(int(accepted.sum()), len(accepted)),
        "out_of_scope_recall": rate(int((stray < threshold).sum()), len(stray)),
    }


def rate(part: int, whole: int) -> dict[str, float]:
    """A share with its 95 % confidence interval (Wilson)."""
    share = Share(part, whole)
    low, high = share.interval
    return {
        "share": round(share.value, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "n": whole,
    }


def main(arguments: Sequence[str]) -> int:
    """Print the figures, as a table or as JSON."""
    places = [each for each in arguments if not each.startswith("--")]
    if len(places) != 1 or not (Path(places[0]) / "data_full.json").is_file():
        print(__doc__, file=sys.stderr)
        return 2
    figures = measure(Path(places[0]))
    if "--json" in arguments:
        print(json.dumps(figures))
        return 0
    print(f"threshold {figures.pop('threshold')}, chosen on the validation set")
    for name, found in figures.items():
        bounds = f"{found['low']:.1%} to {found['high']:.1%}"
        print(f"{name:28} {found['share']:.1%}  ({bounds}, n = {found['n']})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
