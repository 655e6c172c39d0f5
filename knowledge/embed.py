"""Gives every unit of some passages its vector, and embeds only what was never embedded before.

The int8 encoder that answers questions embeds the documents, too: question and passage then lie in the
very same space, a process that must rebuild its index needs no PyTorch, and the parity test holds for
both sides. Vectors are saved in portions, so an interrupted publication goes on where it stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import lay_out, spoken_text
from knowledge.encoder import DIMENSION, Encoder
from knowledge.late import TokenVectors
from knowledge.model import Passage
from knowledge.store import KnowledgeStore
from knowledge.store.embeddings import TEXT, TOKENS, text_key
from knowledge.units import Unit

Progress = Callable[[int, int], None]
"""Told (done, of how many texts) while embedding."""
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
    spoken = [spoken_text(passage) for passage in passages]
    fresh = _fill_cache([unit.text for unit in units], spoken, store, encoder, progress)
    keys = [text_key(unit.text) for unit in units]
    cached = store.embeddings.get(encoder.identity, list(dict.fromkeys(keys)), DIMENSION, TEXT)
    vectors = np.empty((len(units), DIMENSION), dtype=np.float32)
    for row, key in enumerate(keys):
        vectors[row] = cached[key][0]
    del cached
    token_keys = [text_key(text) for text in spoken]
    rows = store.embeddings.get(encoder.identity, list(dict.fromkeys(token_keys)), DIMENSION, TOKENS)
    tokens = TokenVectors.stack([rows[key] for key in token_keys], DIMENSION)
    return Embedded(units, owners, vectors, tokens, fresh)


def _fill_cache(
    texts: Sequence[str],
    spoken: Sequence[str],
    store: KnowledgeStore,
    encoder: Encoder,
    progress: Progress | None,
) -> int:
    """Embed and save every text that is not cached; returns how many there were."""
    by_tokens = _missing(spoken, store, encoder, TOKENS)
    covered = set(by_tokens)
    plain = [text for text in _missing(texts, store, encoder, TEXT) if text not in covered]
    total, done = len(by_tokens) + len(plain), 0
    # The encoder computes outside Python's lock, so threads use all cores.
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="embed") as pool:
        for portion in _portions(by_tokens):
            pairs = dict(zip(map(text_key, portion), pool.map(encoder.encode_tokens, portion), strict=True))
            store.embeddings.save(encoder.identity, {key: found[2] for key, found in pairs.items()}, TOKENS)
            store.embeddings.save(
                encoder.identity, {key: found[0][None] for key, found in pairs.items()}, TEXT
            )
            done += len(portion)
            if progress:
                progress(done, total)
        for portion in _portions(plain):
            rows = pool.map(lambda text: encoder.encode([text]), portion)
            store.embeddings.save(
                encoder.identity, dict(zip(map(text_key, portion), rows, strict=True)), TEXT
            )
            done += len(portion)
            if progress:
                progress(done, total)
    return total


def _missing(texts: Sequence[str], store: KnowledgeStore, encoder: Encoder, kind: str) -> list[str]:
    by_key = {text_key(text): text for text in texts}
    known = store.embeddings.known(encoder.identity, list(by_key), kind)
    return [text for key, text in by_key.items() if key not in known]


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _PORTION):
        yield texts[start : start + _PORTION]
