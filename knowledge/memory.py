"""A corpus built in memory, without publication or snapshot: for evaluation, calibration and tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus, SentenceEncoder, lay_out, spoken_text
from knowledge.embed import Embedded, embed
from knowledge.encoder import Encoder
from knowledge.index import exact_index
from knowledge.late import TokenVectors, pack_tokens
from knowledge.model import Passage
from knowledge.segment import Segment
from knowledge.store import KnowledgeStore
from knowledge.store.model import mark


def build_corpus(passages: Sequence[Passage], encoder: SentenceEncoder) -> Corpus:
    """Embed all units of the passages and index them exactly."""
    units, owners = lay_out(passages)
    vectors: NDArray[np.float32] = encoder.encode([unit.text for unit in units])
    tokens = [pack_tokens(encoder.encode_tokens(spoken_text(passage))[2]) for passage in passages]
    return _indexed(passages, Embedded(tuple(units), owners, vectors, TokenVectors.stack(tokens)))


def build_corpus_with(store: KnowledgeStore, passages: Sequence[Passage], encoder: Encoder) -> Corpus:
    """The same on all cores, and only what the store never embedded is embedded; it keeps what that gives."""
    return _indexed(passages, embed(passages, store, encoder))


def _indexed(passages: Sequence[Passage], made: Embedded) -> Corpus:
    revisions = [
        (mark(document, number, ""), list(some))
        for (document, number), some in groupby(
            passages, lambda passage: (passage.document, passage.revision)
        )
    ]
    index = exact_index(made.vectors)
    return Corpus.whole(Segment.build(revisions, made.units, made.owners, index, made.tokens))
