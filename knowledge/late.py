"""Late interaction: a question and a passage compared word by word.

One vector for a whole passage blurs it; here every token keeps its own vector, and each word of the
question looks for its best counterpart in the passage. The mean of those best cosines, words that carry
no meaning counting little, is the score (Khattab and Zaharia, "ColBERT", SIGIR 2020; here with the
vectors of the sentence encoder as they are). It is computed for the few candidates that the indexes
found, so its cost does not grow with the knowledge base; the vectors may lie in a memory-mapped file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.lexical import STOP_WORDS

STOP_WORD_WEIGHT = 0.2
WIDE_UP_TO = 128 * 1024 * 1024
"""Bytes that token vectors may take as float32; more stay float16, maybe in a file, and are widened when needed."""
_SPECIAL = frozenset({"[CLS]", "[SEP]", "[PAD]"})


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Token vectors of all passages, one after the other.

    `vectors` has shape (tokens, dimension), rows of length one that were rounded to float16; passage i owns
    the rows `starts[i]` up to `starts[i + 1]`.
    """

    vectors: NDArray[np.float16] | NDArray[np.float32]
    starts: NDArray[np.int64]

    @classmethod
    def stack(cls, passages: Sequence[NDArray[np.float32]], dimension: int) -> TokenVectors:
        """From one array of token vectors per passage."""
        starts = np.zeros(len(passages) + 1, dtype=np.int64)
        starts[1:] = np.cumsum([len(rows) for rows in passages])
        if not passages:
            return cls(np.zeros((0, dimension), dtype=np.float16), starts)
        return cls(np.concatenate([rows.astype(np.float16) for rows in passages]), starts)

    def widened(self) -> TokenVectors:
        """The same numbers as float32, which every score needs, unless they are too many for that."""
        small = self.vectors.size * np.dtype(np.float32).itemsize <= WIDE_UP_TO
        return TokenVectors(self.vectors.astype(np.float32), self.starts) if small else self

    def of(self, passage: int) -> NDArray[np.float16] | NDArray[np.float32]:
        """The token vectors of one passage."""
        return self.vectors[self.starts[passage] : self.starts[passage + 1]]


def token_weights(names: Sequence[str]) -> NDArray[np.float32]:
    """How much each token of a question counts; they sum to 1 (all 0 where nothing counts)."""
    weights = np.asarray([_weight(name) for name in names], dtype=np.float32)
    total = float(weights.sum())
    return weights / total if total > 0 else weights


def _weight(name: str) -> float:
    if name in _SPECIAL:
        return 0.0
    word = name.removeprefix("##")
    return STOP_WORD_WEIGHT if name in STOP_WORDS or not word.isalnum() else 1.0


def late_scores(
    question: NDArray[np.float32], weights: NDArray[np.float32], tokens: TokenVectors, passages: Sequence[int]
) -> dict[int, float]:
    """The score of each of the passages (by number), about 0…1.

    `question` holds the question's token vectors, shape (n, dimension); `weights` are theirs.
    """
    counted = weights > 0
    if not passages or not counted.any():
        return dict.fromkeys(passages, 0.0)
    wanted, share = question[counted], weights[counted]
    pieces = [tokens.of(number) for number in passages]
    lengths = np.asarray([len(piece) for piece in pieces])
    cosines = wanted @ np.concatenate(pieces).astype(np.float32, copy=False).T
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    best = np.maximum.reduceat(cosines, starts, axis=1)
    scores = share @ best
    return {number: float(score) for number, score in zip(passages, scores, strict=True)}
