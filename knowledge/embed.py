"""Gives every unit of some passages its vector, and embeds only what was never embedded before.

The int8 encoder that answers questions embeds the documents, too: question and passage then lie in the
very same space, a process that must rebuild its index needs no PyTorch, and the parity test holds for
both sides. Vectors are saved in portions, so an interrupted publication goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import lay_out
from knowledge.encoder import DIMENSION, Encoder
from knowledge.late import TokenVectors
from knowledge.model import Passage
from knowledge.store import KnowledgeStore
from knowledge.store.embeddings import TEXT, TOKENS, text_key
from knowledge.units import Unit


class Progress(Protocol):
    """Told while embedding how many texts are done."""

    def __call__(self, done: int, /, total: int) -> None: ...


_PORTION = 128


@dataclass(frozen=True, slots=True)
class Embedded:
    """Units of passages in order with their vectors; `owners[i]` is the passage of unit i.

    `fresh` counts the texts that had to be embedded; all others were cached.
    """

    units: tuple[Unit, ...]
    owners: NDArray[np.int32]
    vectors: NDArray[np.float32]
    tokens: TokenVectors
    fresh: int


def embed(
    passages: Sequence[Passage], store: KnowledgeStore, encoder: Encoder, progress: Progress | None = None
) -> Embedded:
    """Lay out the passages' units and give each its vector, from the cache where possible."""
    units, owners = lay_out(passages)
    keys = [text_key(unit.text) for unit in units]
    # A passage's first unit is the passage itself, whose tokens are kept, too (see `corpus.spoken_text`).
    starts = np.searchsorted(owners, np.arange(len(passages))).tolist()
    by_key = {key: unit.text for key, unit in zip(keys, units, strict=True)}
    spoken = {keys[start]: units[start].text for start in starts}
    vectors = store.embeddings.get(encoder.identity, list(by_key), DIMENSION, TEXT)
    tokens = store.embeddings.get(encoder.identity, list(spoken), DIMENSION, TOKENS)
    by_tokens = {key: text for key, text in spoken.items() if key not in tokens}
    plain = {key: text for key, text in by_key.items() if key not in vectors and key not in by_tokens}
    fresh = len(by_tokens) + len(plain)
    told = partial(progress or _nobody, total=fresh)
    # The encoder computes outside Python's lock, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embed") as pool:
        for done, portion in _portions(by_tokens):
            pairs = list(pool.map(encoder.encode_tokens, portion.values()))
            made = {key: rows.astype(np.float16) for key, (_, _, rows) in zip(portion, pairs, strict=True)}
            whole = {key: vector[None, :] for key, (vector, _, _) in zip(portion, pairs, strict=True)}
            store.embeddings.save(encoder.identity, made, TOKENS)
            store.embeddings.save(encoder.identity, whole, TEXT)
            tokens |= made
            vectors |= whole
            told(done)
        for done, portion in _portions(plain):
            rows = pool.map(lambda text: encoder.encode([text]), portion.values())
            found = dict(zip(portion, rows, strict=True))
            store.embeddings.save(encoder.identity, found, TEXT)
            vectors |= found
            told(len(by_tokens) + done)
    matrix = np.empty((len(units), DIMENSION), dtype=np.float32)
    for row, key in enumerate(keys):
        matrix[row] = vectors[key][0]
    stacked = TokenVectors.stack([tokens[keys[start]] for start in starts], DIMENSION)
    return Embedded(units, owners, matrix, stacked, fresh)


def _portions(texts: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Parts of the texts, each with the number of texts up to its end."""
    remaining = iter(texts.items())
    done = 0
    while portion := dict(islice(remaining, _PORTION)):
        done += len(portion)
        yield done, portion


def _nobody(_done: int, total: int) -> None:
    """Nobody wants to know."""
