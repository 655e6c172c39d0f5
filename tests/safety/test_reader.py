"""The word-by-word reader: it learns which words decide, the same way every time."""

from __future__ import annotations

import numpy as np
import pytest

from bot.safety import reader
from bot.safety.reader import Reader, Sample

SIZE = 16


def sample(rng: np.random.Generator, *, marked: bool) -> Sample:
    """Random words, of which one says what it is; the mean of all says nothing."""
    words = rng.normal(0, 0.1, (int(rng.integers(3, 12)), SIZE)).astype(np.float32)
    words[int(rng.integers(len(words))), 0] = 1.0 if marked else -1.0
    return Sample(words, np.zeros(SIZE, dtype=np.float32), np.zeros(3, dtype=np.float32))


def test_it_finds_the_word_that_decides() -> None:
    rng = np.random.default_rng(3)
    samples = [sample(rng, marked=bool(number % 2)) for number in range(400)]
    labels = np.arange(400) % 2
    learned = Reader.train(samples[:300], labels[:300], 2)
    right = [
        int(np.argmax(learned.scores(each))) == label
        for each, label in zip(samples[300:], labels[300:], strict=True)
    ]
    assert np.mean(right) >= 0.97
    again = Reader.train(samples[:300], labels[:300], 2)
    assert all(np.array_equal(one, two) for one, two in zip(learned.weights, again.weights, strict=True))


def test_the_gradient_is_the_slope_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_DROP", 0.0)
    monkeypatch.setattr(reader, "_WORD_SIZE", 1.0)
    rng = np.random.default_rng(5)
    samples = [sample(rng, marked=bool(number % 2)) for number in range(6)]
    labels = np.arange(6) % 2
    shapes = [(SIZE, 8), (8,), (8, 2), (2 * 8 + SIZE + 3, 2), (2,)]
    weights = [rng.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]

    def loss() -> float:
        total = 0.0
        for each, label in zip(samples, labels, strict=True):
            scores = Reader(weights).scores(each).astype(np.float64)
            logs = scores - np.log(np.exp(scores).sum())
            total -= (1 - reader._SMOOTH) * logs[label] + reader._SMOOTH / 2 * logs.sum()
        return total / len(samples)

    slopes = reader._gradients(weights, samples, labels, rng)
    for weight, slope in zip(weights, slopes, strict=True):
        place = np.unravel_index(np.argmax(np.abs(slope)), slope.shape)
        before = weight[place]
        weight[place] = before + 0.01
        above = loss()
        weight[place] = before - 0.01
        below = loss()
        weight[place] = before
        assert (above - below) / 0.02 == pytest.approx(float(slope[place]), rel=0.05, abs=1e-3)


def test_a_very_long_message_is_read_up_to_a_bound() -> None:
    rng = np.random.default_rng(7)
    samples = [sample(rng, marked=bool(number % 2)) for number in range(64)]
    learned = Reader.train(samples, np.arange(64) % 2, 2)
    words = np.tile(samples[0].words, (200, 1))
    assert np.isfinite(learned.scores(Sample(words, samples[0].whole, samples[0].marks))).all()
