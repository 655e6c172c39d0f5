"""Gives every unit of some passages its vector, and embeds only what was never embedded before.

The int8 encoder that answers questions embeds the documents, too: question and passage then lie in the
very same space, a process that must rebuild its index needs no PyTorch, and the parity test holds for
both sides. Vectors are saved in portions, so an interrupted publication goes on where it stopped, and
memory does not grow with the knowledge base.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import DIMENSION, Encoder
from knowledge.late import PACKED, TokenVectors, pack_tokens
from knowledge.model import Passage
from knowledge.progress import Phase, Progress, nobody
from knowledge.store import KnowledgeStore
from knowledge.store.embeddings import TEXT, TOKENS, text_key
from knowledge.units import Unit, lay_out

_PORTION = 32
"""Passages whose vectors are saved together."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Units of passages in order with their vectors; `owners[i]` is the passage of unit i."""

    units: tuple[Unit, ...]
    owners: NDArray[np.int32]
    vectors: NDArray[np.float32]
    tokens: TokenVectors


def fill_cache(
    passages: Iterable[Passage],
    count: int,
    store: KnowledgeStore,
    encoder: Encoder,
    progress: Progress = nobody,
) -> int:
    """Embed what is not cached of the units of `count` passages; returns how many texts that were."""
    remaining = iter(passages)
    done = fresh = 0
    progress(Phase.EMBEDDING, 0, count)
    # The encoder computes outside Python's lock, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embed") as pool:
        while portion := list(islice(remaining, _PORTION)):
            laid_out = _LaidOut(portion)
            fresh += _embed_missing(laid_out, store, encoder, pool)
            done += len(portion)
            progress(Phase.EMBEDDING, done, count)
    return fresh


def embed(passages: Sequence[Passage], store: KnowledgeStore, encoder: Encoder) -> Embedded:
    """The passages' units with their vectors: from the cache, which is filled where they are missing."""
    laid_out = _LaidOut(passages)
    identity = encoder.identity
    vectors = store.embeddings.get(identity, list(laid_out.texts), DIMENSION, TEXT)
    tokens = store.embeddings.get(identity, list(laid_out.spoken), PACKED, TOKENS)
    if len(vectors) < len(laid_out.texts) or len(tokens) < len(laid_out.spoken):
        fill_cache(passages, len(passages), store, encoder)
        vectors = store.embeddings.get(identity, list(laid_out.texts), DIMENSION, TEXT)
        tokens = store.embeddings.get(identity, list(laid_out.spoken), PACKED, TOKENS)
    matrix = np.empty((len(laid_out.units), DIMENSION), dtype=np.float32)
    for row, key in enumerate(laid_out.keys):
        matrix[row] = vectors[key][0]
    packed = TokenVectors.stack([tokens[key] for key in laid_out.spoken_keys])
    return Embedded(laid_out.units, laid_out.owners, matrix, packed)


class _LaidOut:
    """The units of passages with the keys of their texts; equal texts are embedded once.

    A passage's first unit is the passage itself, whose tokens are kept, too (see `units.spoken_text`).
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.units, self.owners = lay_out(passages)
        self.keys = [text_key(unit.text) for unit in self.units]
        starts = np.searchsorted(self.owners, np.arange(len(passages))).tolist()
        self.spoken_keys = [self.keys[start] for start in starts]
        self.texts = {key: unit.text for key, unit in zip(self.keys, self.units, strict=True)}
        self.spoken = {key: self.texts[key] for key in self.spoken_keys}


def _embed_missing(
    laid_out: _LaidOut, store: KnowledgeStore, encoder: Encoder, pool: ThreadPoolExecutor
) -> int:
    identity = encoder.identity
    known = store.embeddings.known(identity, list(laid_out.texts), TEXT)
    known_tokens = store.embeddings.known(identity, list(laid_out.spoken), TOKENS)
    spoken = {key: text for key, text in laid_out.spoken.items() if key not in known_tokens}
    plain = {key: text for key, text in laid_out.texts.items() if key not in known and key not in spoken}
    read = zip(spoken, pool.map(encoder.encode_tokens, spoken.values()), strict=True)
    tokens, vectors = {}, {}
    for key, (vector, _, rows) in read:
        tokens[key], vectors[key] = pack_tokens(rows), vector[None, :]
    vectors |= zip(plain, pool.map(lambda text: encoder.encode([text]), plain.values()), strict=True)
    store.embeddings.save(identity, vectors, TEXT)
    store.embeddings.save(identity, tokens, TOKENS)
    return len(vectors)


__all__ = ["Embedded", "embed", "fill_cache", "text_key"]
