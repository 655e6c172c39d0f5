"""What is searched: passages, their units with vectors, and the word index, held in memory together.

A corpus is built from passages (evaluation, playground) or read from a snapshot (serving); searching
does not know which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.late import TokenVectors
from knowledge.lexical import LexicalIndex
from knowledge.model import Passage
from knowledge.units import Unit, units
from knowledge.wording import canonical


class SentenceEncoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length vectors, shape (len(texts), dimension), float32."""
        ...

    def encode_tokens(self, text: str) -> tuple[NDArray[np.float32], list[str], NDArray[np.float32]]:
        """The text's vector, its tokens, and the tokens' unit-length vectors."""
        ...


class VectorIndex(Protocol):
    """Nearest units by inner product; row numbers are those of the corpus's units."""

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and unit numbers per query, best first; at most k each, never padded with −1."""
        ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """`owners[i]` is the number of the passage that unit i belongs to."""

    passages: tuple[Passage, ...]
    units: tuple[Unit, ...]
    owners: NDArray[np.int32]
    vectors: VectorIndex
    tokens: TokenVectors
    lexical: LexicalIndex


def lay_out(passages: Sequence[Passage]) -> tuple[tuple[Unit, ...], NDArray[np.int32]]:
    """All units of the passages in order, and for each the number of its passage."""
    found = [(unit, number) for number, passage in enumerate(passages) for unit in units(passage)]
    owners = np.asarray([number for _, number in found], dtype=np.int32)
    return tuple(unit for unit, _ in found), owners


def lexical_text(passage: Passage) -> str:
    """What word search sees of a passage: headings, text and the questions it answers."""
    return canonical("\n".join((passage.title, *passage.path, passage.text, *passage.questions)))


def spoken_text(passage: Passage) -> str:
    """What late interaction sees of a passage: headings and text."""
    return units(passage)[0].text
