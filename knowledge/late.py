"""Late interaction: a question and a passage compared word by word.

One vector for a whole passage blurs it; here every token keeps its own vector, and each word of the
question looks for its best counterpart in the passage. The mean of those best cosines, words that carry
no meaning counting little, is the score (Khattab and Zaharia, "ColBERT", SIGIR 2020; here with the
vectors of the sentence encoder as they are). It is computed for the few candidates that the indexes
found, so its cost does not grow with the knowledge base; the vectors may stay on disk.

They are by far the largest part of a knowledge base, so they are kept in whole numbers: a token takes
one byte for each dimension and two for the scale that its numbers are to be multiplied with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.columns import RowsOnDisk
from knowledge.encoder import DIMENSION
from knowledge.lexical import STOP_WORDS

STOP_WORD_WEIGHT = 0.2
PACKED = DIMENSION + 2
"""Bytes of a packed token."""
_MOST = 127
_SPECIAL = frozenset({"<s>", "</s>", "<pad>"})


def pack_tokens(vectors: NDArray[np.floating]) -> NDArray[np.int8]:
    """Token vectors (rows) in whole numbers, shape (tokens, `PACKED`)."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-3)
    # Rounded first, so that the numbers fit the scale that is kept.
    scales = np.ascontiguousarray((largest / _MOST).astype("<f2"))
    whole = np.rint(vectors / scales.astype(np.float32)).clip(-_MOST, _MOST)
    return np.concatenate([whole.astype(np.int8), scales.view(np.int8)], axis=1)


def unpack_tokens(packed: NDArray[np.int8]) -> NDArray[np.float32]:
    """The vectors that were packed, each number within half a step (1/254 of the row's largest)."""
    whole, scales = _whole_and_scales(packed)
    return whole * scales[:, None]


class TokensOf(Protocol):
    """Gives the packed token vectors of a passage by its number."""

    def of(self, passage: int, /) -> NDArray[np.int8]:
        """One row for each token."""
        ...


class Unpacked:
    """Token vectors read for one question: each passage once, however often it is compared."""

    def __init__(self, tokens: TokensOf) -> None:
        self._tokens = tokens
        self._found: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def cosines(self, question: NDArray[np.float32], passage: int) -> NDArray[np.float32]:
        """Of each token of the question (rows) with each of the passage."""
        found = self._found.get(passage)
        if found is None:
            found = self._found[passage] = _whole_and_scales(self._tokens.of(passage))
        # One product for each passage: small ones stay on this core, whatever the library would do with large ones.
        whole, scales = found
        product: NDArray[np.float32] = (question @ whole.T) * scales
        return product


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Packed token vectors of some passages, one after the other; passage i owns `starts[i]` up to `starts[i + 1]`."""

    packed: NDArray[np.int8] | RowsOnDisk
    starts: NDArray[np.int64]

    @classmethod
    def stack(cls, passages: Sequence[NDArray[np.int8]]) -> TokenVectors:
        """From one array of packed tokens for each passage."""
        starts = np.zeros(len(passages) + 1, dtype=np.int64)
        np.cumsum([len(rows) for rows in passages], out=starts[1:])
        nothing = np.zeros((0, PACKED), dtype=np.int8)
        return cls(np.concatenate([nothing, *passages]), starts)

    def of(self, passage: int) -> NDArray[np.int8]:
        """The packed token vectors of one passage."""
        return self.packed[int(self.starts[passage]) : int(self.starts[passage + 1])]


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
    question: NDArray[np.float32], weights: NDArray[np.float32], tokens: Unpacked, passages: Sequence[int]
) -> dict[int, float]:
    """The score of each of the passages (by number), about 0…1.

    `question` holds the question's token vectors, shape (n, dimension); `weights` are theirs.
    """
    counted = weights > 0
    if not passages or not counted.any():
        return dict.fromkeys(passages, 0.0)
    wanted, share = question[counted], weights[counted]
    return {number: float(share @ tokens.cosines(wanted, number).max(axis=1)) for number in passages}


def weakest(
    question: NDArray[np.float32], weights: NDArray[np.float32], tokens: Unpacked, passage: int
) -> float:
    """How well the one word that carries meaning and is met worst is met; 1 where no word carries meaning.

    "Do NK cells help against migraine?" may be met well by a passage about headache, all but one word.
    """
    meaning = weights > weights.max(initial=0.0) / 2
    return float(tokens.cosines(question[meaning], passage).max(axis=1).min()) if meaning.any() else 1.0


def _whole_and_scales(packed: NDArray[np.int8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scales = np.ascontiguousarray(packed[:, DIMENSION:]).view("<f2")[:, 0]
    return packed[:, :DIMENSION].astype(np.float32), scales.astype(np.float32)
