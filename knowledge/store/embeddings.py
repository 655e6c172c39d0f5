"""Cached embeddings: a text that was embedded once is never embedded again by the same encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from knowledge.store.database import Database
from knowledge.store.schema import embeddings

TEXT = "text"
"""One vector for the whole text, 32-bit floats."""
TOKENS = "packed"
"""One vector for each token, in whole numbers with a scale (`knowledge.late`)."""
_DTYPES: dict[str, np.dtype[Any]] = {TEXT: np.dtype("<f4"), TOKENS: np.dtype("i1")}
_AT_ONCE = 400


def text_key(text: str) -> str:
    """The SHA-256 of a text, by which its embedding is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Embeddings:
    """The table `embeddings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(
        self, encoder: str, keys: Sequence[str], dimension: int, kind: str = TEXT
    ) -> dict[str, NDArray[Any]]:
        """What is cached of the keys: key → array of shape (rows, dimension). Missing keys are left out."""
        found: dict[str, NDArray[Any]] = {}
        for some in _batches(keys):
            query = sa.select(embeddings.c.key, embeddings.c.vectors).where(
                embeddings.c.encoder == encoder, embeddings.c.kind == kind, embeddings.c.key.in_(some)
            )
            with self._database.read() as connection:
                for key, vectors in connection.execute(query):
                    found[key] = np.frombuffer(vectors, dtype=_DTYPES[kind]).reshape(-1, dimension)
        return found

    def known(self, encoder: str, keys: Sequence[str], kind: str = TEXT) -> set[str]:
        """Which of the keys are cached."""
        found: set[str] = set()
        for some in _batches(keys):
            query = sa.select(embeddings.c.key).where(
                embeddings.c.encoder == encoder, embeddings.c.kind == kind, embeddings.c.key.in_(some)
            )
            with self._database.read() as connection:
                found.update(connection.execute(query).scalars())
        return found

    def save(self, encoder: str, vectors: Mapping[str, NDArray[Any]], kind: str = TEXT) -> None:
        """Cache vectors by key; a key that another process has saved meanwhile is left as it is."""
        for some in _batches(vectors):
            rows = [
                {
                    "encoder": encoder,
                    "key": key,
                    "kind": kind,
                    "vectors": np.ascontiguousarray(vectors[key], dtype=_DTYPES[kind]).tobytes(),
                }
                for key in some
            ]
            with self._database.write() as connection:
                connection.execute(self._database.insert_unless_known(embeddings), rows)


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(keys)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
