"""A segment: everything that searching some passages needs, made once and never changed.

A knowledge base is searched in segments so that publishing an edited document costs what the document
costs: its passages get a small segment of their own, and all others stay where they are, on disk (the file
is shared by the snapshots that need it) and in the memory of the processes that answer. A passage that was
replaced stays in its segment, too; it is left out by the corpus, which knows which ones are live.

A segment holds whole revisions under their marks, so a publication can tell what is there already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.columns import pack_texts, read_columns, text_at, write_columns
from knowledge.index import FAISS
from knowledge.late import TokenVectors
from knowledge.lexical import Postings
from knowledge.model import Passage
from knowledge.units import Unit, UnitKind, lexical_text
from knowledge.values import from_plain, to_plain
from knowledge.vectors import UnitVectors, VectorEngine

KINDS = tuple(UnitKind)
"""Units name their kind by its place in here."""
IN_MEMORY_UP_TO = 64 << 20
"""Token vectors of a segment that take more bytes than this stay in its file."""

_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """The file that a segment was read from, what its SHA-256 was, and how the file looked then."""

    path: Path
    checksum: str
    look: tuple[int, int, int, int]

    @property
    def untouched(self) -> bool:
        """Whether the file is there and nobody has written to it since it was verified."""
        return look(self.path) == self.look


def look(path: Path) -> tuple[int, int, int, int] | None:
    """Device, number, size and time of writing of a file; the same for all its hard links. None when it is gone."""
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Passages and their units by number, in columns; texts are decoded when they are asked for.

    Revision r (its mark in `marks`) owns the passages `revision_at[r]` up to `revision_at[r + 1]`, passage p
    the units `unit_at[p]` up to `unit_at[p + 1]`.
    """

    marks: tuple[str, ...]
    revision_at: NDArray[np.int64]
    unit_at: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    texts: dict[str, NDArray[Any]]
    index: UnitVectors
    tokens: TokenVectors
    postings: Postings
    file: SegmentFile | None = None

    @classmethod
    def build(
        cls,
        revisions: Sequence[tuple[str, Sequence[Passage]]],
        units: Sequence[Unit],
        owners: NDArray[np.int32],
        index: UnitVectors,
        tokens: TokenVectors,
    ) -> Segment:
        """From whole revisions (mark and passages) and the units of all their passages in order."""
        passages = [passage for _, some in revisions for passage in some]
        texts: dict[str, NDArray[Any]] = {}
        for name, column in (
            ("passages", [_to_json(to_plain(passage)) for passage in passages]),
            ("units", [unit.text for unit in units]),
            ("quotes", [unit.quote for unit in units]),
        ):
            texts[name], texts[f"{name}_at"] = pack_texts(column)
        kinds = {kind: number for number, kind in enumerate(KINDS)}
        return cls(
            tuple(mark for mark, _ in revisions),
            _starts([len(some) for _, some in revisions]),
            np.searchsorted(owners, np.arange(len(passages) + 1)).astype(np.int64),
            np.asarray([kinds[unit.kind] for unit in units], dtype=np.uint8),
            texts,
            index,
            tokens,
            Postings.of([lexical_text(passage) for passage in passages]),
        )

    def __len__(self) -> int:
        return len(self.unit_at) - 1

    def passage(self, number: int) -> Passage:
        """One of its passages."""
        return from_plain(Passage, json.loads(self._text("passages", number)))

    def unit(self, number: int) -> Unit:
        """One of its units."""
        return Unit(self._text("units", number), KINDS[self.kinds[number]], self._text("quotes", number))

    def _text(self, name: str, number: int) -> str:
        return text_at(self.texts[name], self.texts[f"{name}_at"], number)

    def counts(self) -> dict[str, int]:
        """How many passages, units and tokens there are, for the manifest."""
        return {"passages": len(self), "units": len(self.kinds), "tokens": len(self.tokens.packed)}

    def save(self, path: Path) -> None:
        """Write the segment into a new file, on disk when this returns."""
        if not isinstance(self.tokens.packed, np.ndarray):
            raise TypeError("Only a segment that was built here can be written; others are linked.")
        marks, marks_at = pack_texts(self.marks)
        write_columns(
            path,
            {
                "marks": marks,
                "marks_at": marks_at,
                "revision_at": self.revision_at,
                "unit_at": self.unit_at,
                "kinds": self.kinds,
                **self.texts,
                **self.postings.columns(),
                "vectors": self.index.to_bytes(),
                "tokens_at": self.tokens.starts,
                "tokens": self.tokens.packed,
            },
        )

    @classmethod
    def load(cls, path: Path, checksum: str, engine: VectorEngine = FAISS) -> Segment:
        """Open a file that `save` wrote, of vectors of this engine, and that was found to have this SHA-256.

        Raises OSError, ValueError, KeyError or RuntimeError for another kind of file.
        """
        seen = look(path)
        if seen is None:
            raise FileNotFoundError(f"{path.name} is missing.")
        columns = read_columns(path, {"tokens"}, IN_MEMORY_UP_TO)
        marks, marks_at = columns["marks"], columns["marks_at"]
        texts = ("passages", "passages_at", "units", "units_at", "quotes", "quotes_at")
        segment = cls(
            tuple(text_at(marks, marks_at, number) for number in range(len(marks_at) - 1)),
            columns["revision_at"],
            columns["unit_at"],
            columns["kinds"],
            {name: columns[name] for name in texts},
            engine.open(columns["vectors"]),
            TokenVectors(columns["tokens"], columns["tokens_at"]),
            Postings.from_columns(columns),
            SegmentFile(path, checksum, seen),
        )
        if not segment._fits_together():
            raise ValueError(f"the parts of {path.name} do not belong together")
        return segment

    def _fits_together(self) -> bool:
        passages, units = len(self), len(self.kinds)
        return (
            len(self.revision_at) == len(self.marks) + 1
            and self.revision_at[-1] == passages
            and len(self.texts["passages_at"]) == len(self.tokens.starts) == passages + 1
            and len(self.texts["units_at"]) == len(self.texts["quotes_at"]) == units + 1
            and self.unit_at[-1] == self.index.count == units
            and self.tokens.starts[-1] == len(self.tokens.packed)
            and len(self.postings.lengths) == passages
        )


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
