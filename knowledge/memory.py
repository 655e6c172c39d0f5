"""A corpus built in memory, without database or snapshot: for evaluation, calibration and tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus, SentenceEncoder, lay_out, lexical_text, spoken_text
from knowledge.index import exact_index
from knowledge.late import TokenVectors
from knowledge.lexical import LexicalIndex
from knowledge.model import Passage


def build_corpus(passages: Sequence[Passage], encoder: SentenceEncoder) -> Corpus:
    """Embed all units of the passages and index them exactly."""
    laid_out, owners = lay_out(passages)
    vectors: NDArray[np.float32] = encoder.encode([unit.text for unit in laid_out])
    return Corpus(
        passages=tuple(passages),
        units=laid_out,
        owners=owners,
        vectors=exact_index(vectors),
        tokens=TokenVectors.stack(
            [encoder.encode_tokens(spoken_text(passage))[2] for passage in passages], vectors.shape[1]
        ),
        lexical=LexicalIndex.build([lexical_text(passage) for passage in passages]),
    )
