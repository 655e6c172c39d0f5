"""From a text to an intent: the featurizer, the classifier and the gate, with the real encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.training.fingerprinting import calculate_fingerprint_key
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.extensions import sentence_featurizer
from bot.extensions.environment import encoder_folder
from bot.extensions.question_gate import QuestionGate
from bot.extensions.quick_classifier import QuickLogisticRegression
from bot.extensions.sentence_featurizer import IDENTITY_FILE, SentenceFeaturizer
from knowledge.encoder import Encoder

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey"],
    "ask_cost": ["what does it cost", "how much is it", "what is the price", "is it expensive"],
    "question": ["what are nk cells", "how are they made", "what are the risks", "is it approved"],
}


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def featurizer(storage: LocalModelStorage, context: ExecutionContext, **config: Any) -> SentenceFeaturizer:
    merged = {**SentenceFeaturizer.get_default_config(), **config}
    return SentenceFeaturizer.create(merged, storage, Resource("featurizer"), context)


def test_the_feature_is_the_encoders_vector_scaled(
    storage: LocalModelStorage, context: ExecutionContext
) -> None:
    component = featurizer(storage, context, scale=12)
    messages = [Message({TEXT: "What are NK cells?"}), Message({"intent": "greet"}), Message({TEXT: ""})]
    component.process(messages)
    sequence, sentence = messages[0].get_dense_features(TEXT)
    assert sequence is None
    assert sentence is not None
    (expected,) = Encoder(encoder_folder()).encode(["What are NK cells?"])
    assert sentence.features.shape == (1, 768)
    np.testing.assert_allclose(sentence.features[0], expected * 12, rtol=1e-5)
    for without_text in messages[1:]:
        assert without_text.get_dense_features(TEXT) == (None, None)


def test_what_was_trained_with_another_encoder_is_not_taken_from_rasas_cache(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fingerprint() -> str:
        config = SentenceFeaturizer.get_default_config()
        return calculate_fingerprint_key(SentenceFeaturizer, config, {})

    before = fingerprint()
    assert fingerprint() == before
    monkeypatch.setattr(sentence_featurizer._encoder(encoder_folder()), "identity", "another@000000000000")
    assert fingerprint() != before


def test_a_model_of_another_encoder_is_refused(storage: LocalModelStorage, context: ExecutionContext) -> None:
    component = featurizer(storage, context)
    resource = component.train(TrainingData([]))
    config = SentenceFeaturizer.get_default_config()
    loaded = SentenceFeaturizer.load(config, storage, resource, context)
    assert isinstance(loaded, SentenceFeaturizer)
    with storage.write_to(resource) as folder:
        (folder / IDENTITY_FILE).write_text('{"identity": "another@000000000000"}')
    with pytest.raises(InvalidConfigException, match="Train it again"):
        SentenceFeaturizer.load(config, storage, resource, context)


@pytest.mark.parametrize(
    ("component", "config"),
    [
        (SentenceFeaturizer, {"scale": 0}),
        (SentenceFeaturizer, {"scale": -3}),
        (QuestionGate, {"threshold": 1.5}),
        (QuestionGate, {"thresholds": {"greet": -0.1}}),
    ],
)
def test_a_wrong_setting_is_refused_in_training(component: Any, config: dict[str, Any]) -> None:
    component.validate_config(component.get_default_config())
    with pytest.raises(InvalidConfigException, match="config.yml"):
        component.validate_config(config)


def featurized(storage: LocalModelStorage, context: ExecutionContext, messages: list[Message]) -> None:
    """Tokens, sentence vector and letter counts, as config.yml has them; letters learned from EXAMPLES."""
    known = [Message({TEXT: text, "intent": name}) for name, texts in EXAMPLES.items() for text in texts]
    tokenizer = WhitespaceTokenizer({**WhitespaceTokenizer.get_default_config()})
    counts = CountVectorsFeaturizer(
        {
            **CountVectorsFeaturizer.get_default_config(),
            "analyzer": "char_wb",
            "min_ngram": 2,
            "max_ngram": 4,
        },
        storage,
        Resource("counts"),
        context,
    )
    tokenizer.process([*known, *messages])
    counts.train(TrainingData(known))
    vectors = featurizer(storage, context)
    for each in (vectors, counts):
        each.process([*known, *messages])
    messages[:0] = known


def test_confidences_are_those_of_rasas_own_classifier(
    storage: LocalModelStorage, context: ExecutionContext
) -> None:
    asked = ["helo!!", "and the cost?", "what do nk cells do", "🙂", "zzz"]
    messages = [Message({TEXT: text}) for text in asked]
    featurized(storage, context, messages)
    known, new = messages[: -len(asked)], messages[-len(asked) :]
    config = QuickLogisticRegression.get_default_config()
    quick = QuickLogisticRegression(config, "quick", storage, Resource("quick"))
    quick.train(TrainingData(known))
    rasas = LogisticRegressionClassifier(config, "rasas", storage, Resource("rasas"))
    rasas.clf = quick.clf
    for message in new:
        rasas.process([message])
        expected = (message.get("intent"), message.get("intent_ranking"))
        quick.process([message])
        intent, ranking = message.get("intent"), message.get("intent_ranking")
        assert intent["name"] == expected[0]["name"]
        assert [each["name"] for each in ranking] == [each["name"] for each in expected[1]]
        np.testing.assert_allclose(
            [each["confidence"] for each in ranking], [each["confidence"] for each in expected[1]], rtol=1e-6
        )
    assert new[0].get("intent")["name"] == "greet"
    assert new[1].get("intent")["name"] == "ask_cost"


@pytest.mark.parametrize(
    ("intent", "confidence", "decided"),
    [
        ("greet", 0.9, "greet"),
        ("greet", 0.49, "question"),
        ("ask_human", 0.42, "ask_human"),
        ("ask_human", 0.3, "question"),
        ("question", 0.2, "question"),
        (None, 0.0, "question"),
    ],
)
def test_what_is_not_clearly_something_else_is_a_question(
    intent: Any, confidence: float, decided: str
) -> None:
    gate = QuestionGate({"threshold": 0.5, "thresholds": {"ask_human": 0.4}})
    message = Message({TEXT: "hm", "intent": {"name": intent, "confidence": confidence}})
    gate.process([message])
    assert message.get("intent")["name"] == decided
    assert "intent" in message.as_dict(only_output_properties=True) or decided == intent


@pytest.mark.parametrize(
    ("text", "intent", "decided"),
    [
        ("thanks, it is 0171 5550 123", "thanks", "give_details"),
        ("ok, ana@example.org", "acknowledge", "give_details"),
        ("useless! just call +44 7700 900123", "anger", "give_details"),
        ("thanks, see you on 12.05.", "thanks", "thanks"),
        ("ok, 5 to 10 mg", "acknowledge", "acknowledge"),
        ("what does it cost? ana@example.org", "ask_cost", "ask_cost"),
    ],
)
def test_a_number_or_an_address_is_not_lost_to_a_word_of_courtesy(
    text: str, intent: str, decided: str
) -> None:
    gate = QuestionGate({"threshold": 0.5, "thresholds": {}})
    message = Message({TEXT: text, "intent": {"name": intent, "confidence": 0.9}})
    gate.process([message])
    assert message.get("intent")["name"] == decided
