"""The search engine that the settings name."""

from __future__ import annotations

from knowledge.index import FAISS
from knowledge.settings import PGVECTOR, KnowledgeSettings
from knowledge.store import KnowledgeStore
from knowledge.vectors import VectorEngine


def engine_of(settings: KnowledgeSettings, store: KnowledgeStore, encoder: str) -> VectorEngine:
    """The engine for vectors of the encoder with this identity. `StoreError` with a sentence where it cannot be."""
    if settings.vector_engine != PGVECTOR:
        return FAISS
    from knowledge.pgvector_index import PgvectorEngine  # not loaded where it is not used

    return PgvectorEngine(store.database, encoder)
