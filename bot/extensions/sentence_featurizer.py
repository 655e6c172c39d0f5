"""Gives Rasa's classifier the meaning of a message: one vector from the encoder that search uses.

`scale` multiplies the unit vector. Rasa's logistic regression has a fixed penalty on large weights;
with plain unit vectors it would stay undecided, and a scale of about ten lets it make up its mind.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.extensions.environment import encoder_folder
from knowledge.encoder import Encoder

IDENTITY_FILE = "encoder.json"


@functools.lru_cache(maxsize=1)
def _encoder(folder: Path) -> Encoder:
    """One encoder per process, whatever number of graphs Rasa builds."""
    return Encoder(folder.resolve(), threads=os.cpu_count() or 1)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds a dense sentence feature to every message with a text.

    It counts as trainable only in order to note which encoder a model was trained with: vectors of
    another one would be silently wrong.
    """

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, name: Text
    ) -> None:
        super().__init__(name, config)
        self._scale = float(config["scale"])
        self._storage = storage
        self._resource = resource
        self._encoder = _encoder(encoder_folder())

    @classmethod
    def required_components(cls) -> List[Type[GraphComponent]]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 10.0}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Raise `InvalidConfigException` for a scale that is not a positive number."""
        if float(config.get("scale", 1.0)) <= 0:
            raise InvalidConfigException("The featurizer's 'scale' in config.yml must be greater than 0.")

    @classmethod
    def fingerprint_addon(cls, _config: Dict[Text, Any]) -> Text:
        """The encoder's identity: with another one, what Rasa keeps of earlier trainings is not used again."""
        return _encoder(encoder_folder()).identity

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A new component for training. Raises `EncoderError` when set-up has not made the encoder."""
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> SentenceFeaturizer:
        """The component of a trained model. Raises `InvalidConfigException` when the encoder changed."""
        component = cls(config, model_storage, resource, execution_context.node_name)
        with model_storage.read_from(resource) as folder:
            trained_with = json.loads((folder / IDENTITY_FILE).read_text(encoding="utf-8"))["identity"]
        if trained_with != component._encoder.identity:
            raise InvalidConfigException(
                f"The dialogue model was trained with the encoder {trained_with}, but "
                f"{component._encoder.identity} is installed. Train it again with 'rasa train --force'."
            )
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Write down which encoder this is."""
        with self._storage.write_to(self._resource) as folder:
            text = json.dumps({"identity": self._encoder.identity})
            (folder / IDENTITY_FILE).write_text(text, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the feature, in place, to each message that has a text."""
        with_text = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([message.get(TEXT) for message in with_text])
        for message, vector in zip(with_text, vectors, strict=True):
            sentence = (vector * self._scale).reshape(1, -1).astype(np.float32)
            message.add_features(
                Features(sentence, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )
        return messages
