"""Comparing word by word loses nothing that matters when the vectors are kept in whole numbers."""

from __future__ import annotations

import numpy as np

from knowledge.encoder import Encoder
from knowledge.late import (
    PACKED,
    TokenVectors,
    Unpacked,
    late_scores,
    pack_tokens,
    token_weights,
    unpack_tokens,
)
from knowledge.units import spoken_text
from tests.knowledge.articles import passages

QUESTIONS = ("what are nk cells", "is it dangerous", "how long does the infusion take and what does it cost")


def test_scores_from_packed_vectors_are_those_of_the_vectors(encoder: Encoder) -> None:
    some = passages()[:25]
    exact = [encoder.encode_tokens(spoken_text(passage))[2] for passage in some]
    packed = TokenVectors.stack([pack_tokens(rows) for rows in exact])
    for question in QUESTIONS:
        _, names, rows = encoder.encode_tokens(question)
        weights = token_weights(names)
        found = late_scores(rows, weights, Unpacked(packed), range(len(some)))
        for number, vectors in enumerate(exact):
            expected = float(weights @ (rows @ vectors.T).max(axis=1))
            assert abs(found[number] - expected) < 0.004


def test_a_token_takes_a_byte_for_each_dimension() -> None:
    rows = np.random.default_rng(0).standard_normal((7, 768)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[3] = 0
    packed = pack_tokens(rows)
    assert packed.shape == (7, PACKED)
    assert packed.dtype == np.int8
    step = np.abs(rows).max(axis=1, keepdims=True) / 127
    assert (np.abs(unpack_tokens(packed) - rows) <= 0.51 * step + 1e-6).all()
    assert (pack_tokens(unpack_tokens(packed)) == packed).all()


def test_a_question_without_words_that_count_scores_nothing() -> None:
    packed = TokenVectors.stack([pack_tokens(np.ones((2, 768), np.float32))])
    nothing = np.zeros((1, 768), np.float32)
    assert late_scores(nothing, token_weights(["<s>"]), Unpacked(packed), [0]) == {0: 0.0}
    assert len(TokenVectors.stack([]).packed) == 0
