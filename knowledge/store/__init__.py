"""The knowledge base's database: documents, revisions, passages, embeddings, publications.

The only SQL of the knowledge library. Everything that crosses its border is a plain value.
"""

from knowledge.store.jobs import JobRefused
from knowledge.store.model import (
    DocumentStatus,
    Event,
    GoldenQuestion,
    Job,
    JobAction,
    JobOrder,
    JobState,
    Publication,
    Revision,
    RevisionState,
)
from knowledge.store.publications import PublicationConflict
from knowledge.store.reviewing import ReviewRefused
from knowledge.store.revisions import EditConflict
from knowledge.store.store import KnowledgeStore, StoreError

__all__ = [
    "DocumentStatus",
    "EditConflict",
    "Event",
    "GoldenQuestion",
    "Job",
    "JobAction",
    "JobOrder",
    "JobRefused",
    "JobState",
    "KnowledgeStore",
    "Publication",
    "PublicationConflict",
    "ReviewRefused",
    "Revision",
    "RevisionState",
    "StoreError",
]
