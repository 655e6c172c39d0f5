"""Rasa's logistic regression, with a prediction that costs what it should.

Rasa builds and checks half a dozen sparse matrices for each message, which takes several times as long
as the sum itself. Training, saving and loading stay Rasa's.
"""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

RANKING = 3
"""Intents kept with their confidence; the rest is noise that would travel with every turn."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuickLogisticRegression(LogisticRegressionClassifier):
    """Same configuration and same confidences as `LogisticRegressionClassifier`.

    Besides, `C` may be set: the smaller, the less sure of itself the classifier becomes (scikit-learn's
    default, 1.0, is what Rasa's own cannot change).
    """

    def __init__(
        self, config: Dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.C = float(config.get("C", 1.0))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking, in place."""
        for message in messages:
            confidences = self._confidences(message)
            best = np.argsort(-confidences)[:RANKING]
            ranking: List[Dict[str, Any]] = [
                {
                    INTENT_NAME_KEY: str(self.clf.classes_[each]),
                    PREDICTED_CONFIDENCE_KEY: float(confidences[each]),
                }
                for each in best
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _confidences(self, message: Message) -> NDArray[np.float64]:
        """Softmax over the intents. Columns are the letter counts first, then the sentence vector."""
        weights: NDArray[np.float64] = self.clf.coef_
        sums: NDArray[np.float64] = self.clf.intercept_.copy()
        _, dense = message.get_dense_features(TEXT)
        _, sparse = message.get_sparse_features(TEXT)
        size = 0
        if dense is not None:
            vector = dense.features.ravel()
            size = len(vector)
            sums += weights[:, weights.shape[1] - size :] @ vector
        if sparse is not None:
            counts = sparse.features.tocoo()
            sums += weights[:, counts.col] @ counts.data
        powers: NDArray[np.float64] = np.exp(sums - sums.max())
        powers /= powers.sum()
        return powers
