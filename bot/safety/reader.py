"""A small network that reads a message word by word, beside the classifier that sees it as a whole.

In: the vector of every word in its context (of the encoder), the vector of the whole, the phrase marks. A few "looks"
learn which words to weigh: the danger, who has it, when. Out: a score for each class. It tells "she fell and does not
answer" from "she fell in love and does not answer me" better than one vector for everything. Only numpy is needed; the
same lines always give the same weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_WIDTH = 128
_LOOKS = 6
_WORD_SIZE = 16.0
"""Length to which the vector of a word is brought."""
_WHOLE_SIZE = 6.0
"""Length to which the vector of the whole message is brought."""
_DROP = 0.3
_EPOCHS = 10
_BATCH = 32
_RATE = 2e-3
_DECAY = 0.05
_SMOOTH = 0.05
"""Share of certainty that is never asked for: labels are judgements."""
MOST_WORDS = 96
RECIPE = f"{_WIDTH} {_LOOKS} {_WORD_SIZE} {_WHOLE_SIZE} {_DROP} {_EPOCHS} {_RATE} {_DECAY} {_SMOOTH} 1"
"""Changes with the way of learning."""


@dataclass(frozen=True)
class Sample:
    """A message as the reader sees it."""

    words: Floats
    """One unit-length row for each word."""
    whole: Floats
    marks: Floats


class Reader:
    """Scores messages with weights that were learned."""

    def __init__(self, weights: Sequence[Floats]) -> None:
        self.weights = tuple(weights)

    def scores(self, sample: Sample) -> Floats:
        """One score for each class; their softmax is the probability."""
        into, bias, looks, out, base = self.weights
        words = sample.words[:MOST_WORDS] * np.float32(_WORD_SIZE)
        seen = np.maximum(words @ into + bias, np.float32(0))
        weigh = seen @ looks
        weigh = np.exp(weigh - weigh.max(axis=0))
        weigh /= weigh.sum(axis=0)
        facts = np.concatenate(
            [(weigh.T @ seen).ravel(), sample.whole * np.float32(_WHOLE_SIZE), sample.marks]
        )
        found: Floats = facts @ out + base
        return found

    @classmethod
    def train(
        cls, samples: Sequence[Sample], labels: NDArray[np.int64], classes: int, seed: int = 1
    ) -> Reader:
        """Learns by gradient descent (AdamW), a part of everything left out at random in each step.

        `seed` gives the random numbers: where the weights begin, what is left out, which messages come together.
        """
        rng = np.random.default_rng(seed)
        size, marks = samples[0].whole.size, samples[0].marks.size
        width = _LOOKS * _WIDTH + size + marks
        weights = [
            _begin(rng, size, _WIDTH),
            np.zeros(_WIDTH, dtype=np.float32),
            _begin(rng, _WIDTH, _LOOKS),
            _begin(rng, width, classes),
            np.zeros(classes, dtype=np.float32),
        ]
        speeds = [(np.zeros_like(each), np.zeros_like(each)) for each in weights]
        steps = _EPOCHS * -(-len(samples) // _BATCH)
        for step, batch in enumerate(_batches(samples, rng)):
            gradients = _gradients(weights, [samples[at] for at in batch], labels[batch], rng)
            rate = _RATE * min(1.0, 10 * (step + 1) / steps) * (1 - step / steps)
            _move(weights, speeds, gradients, rate, step + 1)
        return cls(weights)


def _begin(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    return rng.uniform(-1, 1, (rows, columns)).astype(np.float32) / np.float32(np.sqrt(rows))


def _batches(samples: Sequence[Sample], rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Messages of about equal length together, so that little is padded; in random order."""
    lengths = np.array([len(sample.words) for sample in samples])
    for _ in range(_EPOCHS):
        order = np.argsort(lengths + rng.uniform(0, 5, len(lengths)))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        for number in rng.permutation(len(batches)):
            yield batches[number]


def _kept(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """1 and a bit for what is kept in this step, 0 for what is left out."""
    return (rng.random(shape, dtype=np.float32) >= _DROP).astype(np.float32) / np.float32(1 - _DROP)


def _gradients(
    weights: Sequence[Floats], batch: Sequence[Sample], labels: NDArray[np.int64], rng: np.random.Generator
) -> list[Floats]:
    into, bias, looks, out, base = weights
    longest = min(MOST_WORDS, max(len(sample.words) for sample in batch))
    words = np.zeros((len(batch), longest, into.shape[0]), dtype=np.float32)
    there = np.zeros((len(batch), longest, 1), dtype=bool)
    for row, sample in enumerate(batch):
        length = min(longest, len(sample.words))
        words[row, :length] = sample.words[:length]
        there[row, :length] = True
    words *= _kept(rng, words.shape) * np.float32(_WORD_SIZE)
    # Forward.
    raw = words @ into + bias
    keep_seen = _kept(rng, raw.shape)
    seen = np.maximum(raw, np.float32(0)) * keep_seen
    weigh = np.where(there, seen @ looks, np.float32(-1e9))
    weigh = np.exp(weigh - weigh.max(axis=1, keepdims=True))
    weigh /= weigh.sum(axis=1, keepdims=True)
    picked = (weigh.transpose(0, 2, 1) @ seen).reshape(len(batch), -1)
    whole = np.stack([sample.whole for sample in batch]) * np.float32(_WHOLE_SIZE)
    dense = np.hstack([picked, whole])
    keep_dense = _kept(rng, dense.shape)
    facts = np.hstack([dense * keep_dense, np.stack([sample.marks for sample in batch])])
    scores = facts @ out + base
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    # Backward.
    wanted = np.full_like(shares, _SMOOTH / shares.shape[1])
    wanted[np.arange(len(batch)), labels] += np.float32(1 - _SMOOTH)
    d_scores = (shares - wanted) / np.float32(len(batch))
    d_dense = (d_scores @ out.T)[:, : dense.shape[1]] * keep_dense
    d_picked = d_dense[:, : picked.shape[1]].reshape(len(batch), looks.shape[1], looks.shape[0])
    d_weigh = seen @ d_picked.transpose(0, 2, 1)
    d_look = weigh * (d_weigh - (weigh * d_weigh).sum(axis=1, keepdims=True))
    d_raw = (weigh @ d_picked + d_look @ looks.T) * keep_seen * (raw > 0)
    flat_words, flat_raw = words.reshape(-1, words.shape[2]), d_raw.reshape(-1, d_raw.shape[2])
    return [
        flat_words.T @ flat_raw,
        flat_raw.sum(axis=0),
        seen.reshape(-1, seen.shape[2]).T @ d_look.reshape(-1, d_look.shape[2]),
        facts.T @ d_scores,
        d_scores.sum(axis=0),
    ]


def _move(
    weights: list[Floats],
    speeds: Sequence[tuple[Floats, Floats]],
    gradients: Sequence[Floats],
    rate: float,
    step: int,
) -> None:
    """One step of AdamW, in place."""
    for weight, (first, second), gradient in zip(weights, speeds, gradients, strict=True):
        first += np.float32(0.1) * (gradient - first)
        second += np.float32(0.001) * (gradient * gradient - second)
        ahead = first / np.float32(1 - 0.9**step)
        spread = np.sqrt(second / np.float32(1 - 0.999**step)) + np.float32(1e-8)
        weight -= np.float32(rate) * (ahead / spread + np.float32(_DECAY) * weight)
