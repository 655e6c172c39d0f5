"""Whatever is not clearly something else is a question, and goes to retrieval.

The classifier must always choose. Where it is not sure, a wrong "you are welcome" or a wrong "I cannot
advise you" helps nobody, while the search can still find a passage or say honestly that there is none.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

QUESTION = "question"
GIVE_DETAILS = "give_details"
JUST_A_WORD = frozenset(
    {
        "thanks",
        "acknowledge",
        "anger",
        "deny",
        "goodbye",
        "how_are_you",
        "bot_identity",
        "capabilities",
    }
)
"""Intents that are answered with a fixed word: "thanks, it is 0171 5550 123" must not be lost to one."""
_WAY_TO_ANSWER = re.compile(r"[^\s@]@[^\s@]+\.\w{2}|(?<!\w)\+?\(?\d(?:[\s().\-/]{0,2}\d){6,14}(?!\w)")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionGate(GraphComponent, IntentClassifier):
    """Replaces an intent below its threshold with `question`, and a word of courtesy that holds an address or a
    number with `give_details`.

    `threshold` is the confidence every intent needs; `thresholds` names intents that need another one.
    """

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._threshold = float(config["threshold"])
        self._thresholds = {name: float(value) for name, value in config["thresholds"].items()}

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"threshold": 0.5, "thresholds": {}}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Raise `InvalidConfigException` for a threshold that is not a probability."""
        values = [config.get("threshold", 0.5), *(config.get("thresholds") or {}).values()]
        if not all(0 <= float(value) <= 1 for value in values):
            raise InvalidConfigException("The question gate's thresholds in config.yml must be from 0 to 1.")

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> QuestionGate:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Decide, in place, for each classified message."""
        for message in messages:
            intent = message.get(INTENT) or {}
            name = intent.get(INTENT_NAME_KEY)
            confidence = float(intent.get(PREDICTED_CONFIDENCE_KEY) or 0.0)
            if name != QUESTION and confidence < self._thresholds.get(name, self._threshold):
                decided = {INTENT_NAME_KEY: QUESTION, PREDICTED_CONFIDENCE_KEY: 1.0 - confidence}
                message.set(INTENT, decided, add_to_output=True)
            elif name in JUST_A_WORD and _WAY_TO_ANSWER.search(message.get(TEXT) or ""):
                decided = {INTENT_NAME_KEY: GIVE_DETAILS, PREDICTED_CONFIDENCE_KEY: confidence}
                message.set(INTENT, decided, add_to_output=True)
        return messages
