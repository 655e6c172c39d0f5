"""What set-up has embedded for the starting knowledge base, so that tests need not embed it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.operations.checkout import seed_folder, state_folder
from knowledge.encoder import DIMENSION, Encoder
from knowledge.store import KnowledgeStore
from knowledge.store.embeddings import text_key


def embedded_store(folder: Path) -> KnowledgeStore:
    """A copy in `folder` of the knowledge base that set-up made; an empty one where it made none."""
    database = folder / "embedded.sqlite3"
    made = seed_folder(state_folder()) / "knowledge.sqlite3"
    if made.exists():
        with closing(sqlite3.connect(made)) as ours, closing(sqlite3.connect(database)) as copy:
            ours.backup(copy)
    return KnowledgeStore(f"sqlite:///{database}")


def vectors(texts: Sequence[str], store: KnowledgeStore, encoder: Encoder) -> NDArray[np.float32]:
    """The vectors of texts, shape (len(texts), dimension): from the store where they are there."""
    known = store.embeddings.get(encoder.identity, [text_key(text) for text in texts], DIMENSION)
    missing = [text for text in texts if text_key(text) not in known]
    fresh = dict(zip(missing, encoder.encode(missing), strict=True))
    return np.stack([fresh[text] if text in fresh else known[text_key(text)][0] for text in texts])
