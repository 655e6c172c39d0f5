"""Questions that mean the same come together: measured on groups made by hand, half of them never tuned on."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.editorial import grouping
from bot.editorial.meaning import Vector, gist, packed, unpacked, vector
from knowledge.encoder import DIMENSION, Encoder, EncoderError
from knowledge.settings import KnowledgeSettings

QUESTIONS = Path(__file__).with_name("questions.yml")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    try:
        return Encoder(KnowledgeSettings.from_environment().model_dir)
    except EncoderError as error:
        pytest.skip(str(error))


def labelled(half: str) -> tuple[list[str], list[str]]:
    """Questions and the groups they belong to."""
    groups = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))[half]
    pairs = [(name, question) for name, questions in groups.items() for question in questions]
    return [question for _, question in pairs], [name for name, _ in pairs]


def quality(labels: list[str], found: list[int]) -> dict[str, float]:
    """Pairwise precision, recall and F1; purity and inverse purity."""
    pairs = list(combinations(range(len(labels)), 2))
    together = sum(found[a] == found[b] for a, b in pairs)
    belong = sum(labels[a] == labels[b] for a, b in pairs)
    right = sum(found[a] == found[b] and labels[a] == labels[b] for a, b in pairs)
    precision, recall = right / max(together, 1), right / belong
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "purity": _purity(labels, found),
        "inverse purity": _purity(found, labels),
    }


def _purity(labels: list[str] | list[int], found: list[int] | list[str]) -> float:
    inside: dict[object, Counter[object]] = defaultdict(Counter)
    for label, cluster in zip(labels, found, strict=True):
        inside[cluster][label] += 1
    return sum(max(each.values()) for each in inside.values()) / len(labels)


def one_by_one(vectors: list[Vector], order: list[int]) -> list[int]:
    """Groups as they come about when questions arrive in some order, with one rearrangement at the end."""
    members: dict[int, list[int]] = {}
    for question in order:
        means = {
            group: grouping.mean([vectors[each] for each in inside]) for group, inside in members.items()
        }
        home = grouping.nearest(vectors[question], means)
        members.setdefault(len(members) + 1 if home is None else home, []).append(question)
    loose = {each: (group, vectors[each]) for group, inside in members.items() for each in inside}
    placed = grouping.rearranged(loose, {})
    return [placed[each] for each in range(len(vectors))]


def test_there_are_two_hundred_questions_in_forty_groups() -> None:
    both = [labelled("choosing"), labelled("held_out")]
    assert [len(questions) for questions, _ in both] == [100, 100]
    assert [len(set(labels)) for _, labels in both] == [20, 20]
    assert not set(both[0][1]) & set(both[1][1])


@pytest.mark.parametrize(("half", "f1", "purity"), [("choosing", 0.75, 0.85), ("held_out", 0.65, 0.8)])
def test_questions_that_mean_the_same_come_together(
    encoder: Encoder, half: str, f1: float, purity: float
) -> None:
    questions, labels = labelled(half)
    vectors = [vector(each, encoder) for each in questions]
    order = list(range(len(questions)))
    random.Random(7).shuffle(order)
    found = quality(labels, one_by_one(vectors, order))
    print(half, {name: round(value, 3) for name, value in found.items()})
    assert found["f1"] >= f1
    assert found["purity"] >= purity
    assert found["inverse purity"] >= purity - 0.05


def test_all_two_hundred_together(encoder: Encoder) -> None:
    questions, labels = (a + b for a, b in zip(labelled("choosing"), labelled("held_out"), strict=True))
    vectors = [vector(each, encoder) for each in questions]
    found = one_by_one(vectors, list(range(len(questions))))
    measured = quality(labels, found)
    print("all", {name: round(value, 3) for name, value in measured.items()}, len(set(found)), "groups")
    assert measured["f1"] >= 0.65
    assert 30 <= len(set(found)) <= 80


def test_the_order_of_arrival_matters_little(encoder: Encoder) -> None:
    questions, labels = labelled("choosing")
    vectors = [vector(each, encoder) for each in questions]
    order = list(range(len(questions)))
    found = []
    for seed in range(4):
        random.Random(seed).shuffle(order)
        found.append(quality(labels, one_by_one(vectors, order))["f1"])
    assert max(found) - min(found) < 0.05


# The single steps.


def axis(*weights: float) -> Vector:
    made = np.zeros(DIMENSION, dtype=np.float32)
    made[: len(weights)] = weights
    return (made / np.linalg.norm(made)).astype(np.float32)


def test_what_all_questions_share_is_left_out() -> None:
    assert gist("Can I bring my dog to the clinic during NK cell therapy?") == (
        "Can I bring my dog to ?",
        "bring dog",
    )
    assert gist("natural killer cells") == ("NK cells", "NK cells")
    assert gist("Gibt es Parkplätze?")[1] == "Gibt es Parkplätze"
    assert gist("???") == ("???", "???")


def test_a_question_joins_the_nearest_group_or_none() -> None:
    means = {5: axis(1), 9: axis(0, 1)}
    assert grouping.nearest(axis(3, 1), means) == 5
    assert grouping.nearest(axis(1, 3), means) == 9
    assert grouping.nearest(axis(0, 0, 1), means) is None
    assert grouping.nearest(axis(1), {}) is None


def test_a_loose_group_is_less_near_than_a_tight_one() -> None:
    tight, loose = [axis(1), axis(1)], [axis(1), axis(0, 1), axis(0, 0, 1)]
    means = {1: grouping.mean(loose), 2: grouping.mean(tight)}
    assert grouping.nearest(axis(1), means) == 2


def test_the_central_question_stands_for_its_group() -> None:
    assert grouping.by_centrality({3: axis(1, 1), 1: axis(1), 2: axis(0, 1)}) == [3, 1, 2]
    assert grouping.by_centrality({8: axis(1), 4: axis(1)}) == [4, 8]


def test_groups_keep_their_numbers() -> None:
    loose = {1: (10, axis(1)), 2: (10, axis(1, 0.1)), 3: (11, axis(0, 1)), 4: (12, axis(0.05, 1))}
    assert grouping.rearranged(loose, {}) == {1: 10, 2: 10, 3: 11, 4: 11}


def test_a_group_that_holds_two_things_is_taken_apart() -> None:
    loose = {1: (10, axis(1)), 2: (10, axis(1, 0.1)), 3: (10, axis(0, 1))}
    assert grouping.rearranged(loose, {}) == {1: 10, 2: 10, 3: -1}


def test_what_editors_put_in_order_may_win_questions_and_never_loses_any() -> None:
    loose = {1: (10, axis(1)), 2: (10, axis(0, 1))}
    assert grouping.rearranged(loose, {77: axis(1)}) == {1: 77, 2: 10}
    assert grouping.rearranged({}, {77: axis(1)}) == {}


def test_vectors_are_kept_as_bytes() -> None:
    made = axis(1, 2, 3)
    assert np.array_equal(unpacked(packed(made)), made)
    for damaged in (b"", b"abc", packed(made)[:-4], b"\xff" * 4 * DIMENSION):
        with pytest.raises(ValueError):
            unpacked(damaged)
