"""The knowledge base's database: documents, revisions, passages, embeddings, publications.

The only SQL of the knowledge library. Everything that crosses its border is a plain value.
"""

from knowledge.store.model import DocumentStatus, Event, Publication, Revision, RevisionState
from knowledge.store.publications import PublicationConflict
from knowledge.store.store import KnowledgeStore, StoreError

__all__ = [
    "DocumentStatus",
    "Event",
    "KnowledgeStore",
    "Publication",
    "PublicationConflict",
    "Revision",
    "RevisionState",
    "StoreError",
]
