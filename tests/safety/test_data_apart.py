"""What is learned from, what thresholds are chosen with, and what is measured with share no message, nor nearly one."""

from __future__ import annotations

import os
from itertools import combinations

import numpy as np
import pytest

from bot.safety import Category
from bot.safety.classifier import Classifier
from bot.safety.languages import plain
from bot.safety.lines import Line, threshold_lines, training_lines
from bot.safety.rules import Rules
from bot.settings import red_flags_file
from knowledge.encoder import Encoder, EncoderError
from knowledge.settings import KnowledgeSettings
from tests.safety.batches import batch, files

NEARLY_THE_SAME = 0.95
"""Cosine of two sentence vectors from which one message counts as the other said again."""

Sets = dict[str, list[Line]]


@pytest.fixture(scope="module")
def sets() -> Sets:
    measured = [line for path in files() for line in batch(path.stem)]
    return {"learned from": training_lines(), "thresholds": threshold_lines(), "measured with": measured}


def letters(text: str) -> str:
    return plain(text).replace(" ", "")


def test_they_are_many_and_of_every_kind(sets: Sets) -> None:
    for name, least in (("learned from", 2_000), ("thresholds", 100), ("measured with", 350)):
        lines = sets[name]
        assert len(lines) >= least
        assert {line.category for line in lines} == {None, *Category}
        assert 0.25 <= sum(line.category is not None for line in lines) / len(lines) <= 0.6


def test_no_message_is_in_two_of_them(sets: Sets) -> None:
    for (_, some), (_, others) in combinations(sets.items(), 2):
        known = {letters(line.text) for line in others}
        assert [line.text for line in some if letters(line.text) in known] == []


def test_no_message_is_nearly_one_of_another_set(sets: Sets) -> None:
    try:
        settings = KnowledgeSettings.from_environment()
        encoder = Encoder(settings.model_dir, threads=os.cpu_count() or 1)
    except EncoderError as error:
        pytest.skip(f"The encoder has not been exported: {error}")
    # The encoder knows English only: vectors of other languages say nothing.
    lines = {name: [line.text for line in listed if line.text.isascii()] for name, listed in sets.items()}
    # Those learned from are the most by far, and whoever learned them has encoded them already.
    learned = Classifier.load(
        encoder, Rules.load(), sets["learned from"], red_flags_file(settings.var)
    ).meanings
    english = np.array([line.text.isascii() for line in sets["learned from"]])
    vectors = {"learned from": learned[english]}
    vectors |= {name: encoder.encode(texts) for name, texts in lines.items() if name not in vectors}
    for first, second in combinations(vectors, 2):
        near = vectors[first] @ vectors[second].T
        found = [
            (lines[first][row], lines[second][column])
            for row, column in zip(*np.nonzero(near >= NEARLY_THE_SAME), strict=True)
        ]
        assert found == [], f"{first} and {second}"
