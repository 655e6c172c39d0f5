"""The topic model: what it tells apart, how it is kept, and that what older publications keep means what it meant."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.decide import Calibration
from knowledge.topic import Topic
from knowledge.topic_fit import fit_topic


def islands(count: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Vectors in four islands of which opposite ones belong together: no straight cut tells them apart."""
    luck = np.random.default_rng(3)
    signs = luck.choice([-1.0, 1.0], size=(count, 2))
    vectors = np.hstack([signs, luck.normal(0, 0.3, (count, 6))])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), signs[:, 0] == signs[:, 1]


def test_what_lies_in_islands_is_told_apart() -> None:
    vectors, belong = islands(300)
    topic = fit_topic(vectors[:200], belong[:200], np.ones(200))
    straight = Topic(topic.weights, topic.bias)
    assert ((topic.log_odds(vectors[200:]) > 0) == belong[200:]).mean() > 0.95
    assert ((straight.log_odds(vectors[200:]) > 0) == belong[200:]).mean() < 0.7


def test_a_model_survives_being_stored_and_one_vector_is_judged_as_among_many() -> None:
    vectors, belong = islands(100)
    topic = fit_topic(vectors, belong, np.ones(100))
    again = Topic.read(json.loads(json.dumps(topic.written())))
    assert again == topic
    assert float(again.log_odds(vectors[7])) == pytest.approx(float(topic.log_odds(vectors)[7]), abs=1e-4)


def test_a_publication_from_before_the_cut_was_bent_keeps_its_straight_one() -> None:
    data = json.loads(Calibration.shipped().to_json())
    del data["topic_bends"]
    old = Calibration.from_json(json.dumps(data))
    vector = np.eye(1, 768, 5, dtype=np.float32)[0]
    assert old.topic.strengths == ()
    assert old.topic_of(vector) == pytest.approx((data["topic"][5] + data["topic_bias"]) / 4, abs=1e-5)


@pytest.mark.parametrize(
    "bends",
    [
        {"strengths": [1.0], "directions": ""},
        {"strengths": [1.0], "directions": "AAAA"},
        {"strengths": [], "directions": "no base 64!"},
    ],
)
def test_bends_that_do_not_fit_together_are_refused_with_advice(bends: dict[str, object]) -> None:
    data = json.loads(Calibration.shipped().to_json())
    with pytest.raises(ValueError, match="knowledge calibrate"):
        Calibration.from_json(json.dumps({**data, "topic_bends": bends}))


def test_the_shipped_calibration_is_small_enough_to_be_kept_with_every_publication() -> None:
    assert len(Calibration.shipped().to_json()) < 80_000
