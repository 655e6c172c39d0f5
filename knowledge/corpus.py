"""What is searched: the live passages of some segments, as one.

A corpus is made of one segment in memory (evaluation, playground) or of those of a snapshot (serving);
searching does not know which. It numbers its passages and their units from 0 in reading order; where a
passage lies, and which ones of a segment are not live any more, nobody else needs to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.index import SegmentedIndex
from knowledge.lexical import LexicalIndex
from knowledge.model import Citation, Passage
from knowledge.segment import Segment
from knowledge.units import Unit, lay_out, lexical_text, spoken_text
from knowledge.vectors import Nearest, UnitVectors

T_co = TypeVar("T_co", covariant=True)
_DECODED = 2048
"""Passages that were asked for lately are kept as values."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length vectors, shape (len(texts), dimension), float32."""
        ...

    def encode_tokens(self, text: str) -> tuple[NDArray[np.float32], list[str], NDArray[np.float32]]:
        """The text's vector, its tokens, and the tokens' unit-length vectors."""
        ...


class Values(Sequence[T_co]):
    """A sequence whose values are made when they are asked for."""

    def __init__(self, count: int, make: Callable[[int], T_co]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> T_co: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, at: int | slice) -> T_co | tuple[T_co, ...]:
        """One value, or those of a slice."""
        if isinstance(at, slice):
            return tuple(self._make(number) for number in range(*at.indices(self._count)))
        number = at + self._count if at < 0 else at
        if not 0 <= number < self._count:
            raise IndexError(at)
        return self._make(number)

    def __iter__(self) -> Iterator[T_co]:
        return map(self._make, range(self._count))

    def __eq__(self, other: object) -> bool:
        """The same values in the same order, as two tuples."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Corpus:
    """`owners[i]` is the number of the passage that unit i belongs to, `kinds[i]` what kind it is (`segment.KINDS`).

    `order` names each passage's segment and its number in there, in reading order, shape (passages, 2).
    """

    def __init__(self, segments: Sequence[Segment], order: NDArray[np.int32]) -> None:
        self.segments = tuple(segments)
        self.order = order
        self._spoken: dict[str, bool] = {}
        self._place = order[:, 0].tolist(), order[:, 1].tolist()
        first, count = _units_of(self.segments, order)
        starts = np.zeros(len(order) + 1, dtype=np.int64)
        np.cumsum(count, out=starts[1:])
        self.owners = np.repeat(np.arange(len(order), dtype=np.int32), count)
        inside = np.arange(starts[-1]) - np.repeat(starts[:-1] - first, count)
        """Each unit's number in its segment."""
        segment_of = np.repeat(order[:, 0], count)
        self._unit_place = segment_of, inside
        self.kinds = np.empty(len(inside), dtype=np.uint8)
        vectors: list[tuple[UnitVectors, NDArray[np.int32]]] = []
        words = []
        self._numbers: list[NDArray[np.int32]] = []
        for number, segment in enumerate(self.segments):
            ours = np.flatnonzero(segment_of == number)
            self.kinds[ours] = segment.kinds[inside[ours]]
            vectors.append((segment.index, _numbered(len(segment.kinds), inside[ours], ours)))
            mine = np.flatnonzero(order[:, 0] == number)
            words.append((segment.postings, _numbered(len(segment), order[mine, 1], mine)))
            self._numbers.append(words[-1][1])
        self.vectors: Nearest = vectors[0][0].together(vectors) if vectors else SegmentedIndex([])
        self.lexical = LexicalIndex(words, len(order))
        self.tokens = _Tokens(self)
        self.passages: Sequence[Passage] = Values(len(order), lru_cache(_DECODED)(self._passage))
        self.units: Sequence[Unit] = Values(len(inside), self._unit)

    @classmethod
    def whole(cls, segment: Segment) -> Corpus:
        """All passages of one segment."""
        order = np.zeros((len(segment), 2), dtype=np.int32)
        order[:, 1] = np.arange(len(segment))
        return cls([segment], order)

    @cached_property
    def revisions(self) -> dict[tuple[str, int], range]:
        """The document and number of every revision, and its passages."""
        found = {}
        for segment, numbers in zip(self.segments, self._numbers, strict=True):
            firsts = segment.revision_at[:-1].tolist()
            for each, first, count in zip(
                segment.marks, firsts, np.diff(segment.revision_at).tolist(), strict=True
            ):
                if count and numbers[first] >= 0:
                    document, number, _ = each.rsplit(" ", 2)
                    found[document, int(number)] = range(numbers[first], numbers[first] + count)
        return found

    def cited(self, citation: Citation) -> Passage | None:
        """The passage of a citation; None where it is not in this corpus."""
        ours = self.revisions.get((citation.document, citation.revision), ())
        return next(
            (passage for passage in map(self._passage, ours) if passage.key == citation.passage), None
        )

    def speaks_of(self, pattern: str) -> bool:
        """Whether any passage has the pattern (ignoring case, `^` and `$` at lines) in its text or headings.

        The questions listed for a passage do not count: they are asked, not answered. Looked up once per corpus.
        """
        known = self._spoken.get(pattern)
        if known is None:
            wanted = re.compile(pattern, re.I | re.M)
            every = map(self._passage, range(len(self.order)))
            known = any(wanted.search("\n".join((each.title, *each.path, each.text))) for each in every)
            self._spoken[pattern] = known
        return known

    def place(self, passage: int) -> tuple[Segment, int]:
        """The segment of a passage and its number in there."""
        segments, numbers = self._place
        return self.segments[segments[passage]], numbers[passage]

    def _passage(self, number: int) -> Passage:
        segment, place = self.place(number)
        return segment.passage(place)

    def _unit(self, number: int) -> Unit:
        segments, numbers = self._unit_place
        return self.segments[int(segments[number])].unit(int(numbers[number]))


class _Tokens:
    """The packed token vectors of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def of(self, passage: int) -> NDArray[np.int8]:
        """The packed token vectors of one passage."""
        segment, place = self._corpus.place(passage)
        return segment.tokens.of(place)


def _units_of(
    segments: Sequence[Segment], order: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each passage, the number of its first unit in its segment, and how many it has."""
    first, count = np.zeros((2, len(order)), dtype=np.int64)
    for number, segment in enumerate(segments):
        ours = order[:, 0] == number
        places = order[ours, 1]
        first[ours] = segment.unit_at[places]
        count[ours] = segment.unit_at[places + 1] - segment.unit_at[places]
    return first, count


def _numbered(count: int, places: NDArray[Any], numbers: NDArray[np.int64]) -> NDArray[np.int32]:
    """For each place in a segment its number in the corpus, −1 where it has none."""
    found = np.full(count, -1, dtype=np.int32)
    found[places] = numbers
    return found


__all__ = ["Corpus", "SentenceEncoder", "lay_out", "lexical_text", "spoken_text"]
