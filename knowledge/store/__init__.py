"""The knowledge base's database: documents, revisions, passages, embeddings, publications.

The only SQL of the knowledge library. Everything that crosses its border is a plain value.
"""

from knowledge.store.jobs import Claim, JobLost, JobRefused
from knowledge.store.model import (
    DocumentStatus,
    Event,
    GoldenQuestion,
    Job,
    JobAction,
    JobOrder,
    JobState,
    Publication,
    ReadState,
    Revision,
    RevisionState,
    Upload,
    WentLive,
)
from knowledge.store.publications import PublicationConflict
from knowledge.store.reviewing import ReviewRefused
from knowledge.store.revisions import EditConflict
from knowledge.store.store import KnowledgeStore, StoreError

__all__ = [
    "Claim",
    "DocumentStatus",
    "EditConflict",
    "Event",
    "GoldenQuestion",
    "Job",
    "JobAction",
    "JobLost",
    "JobOrder",
    "JobRefused",
    "JobState",
    "KnowledgeStore",
    "Publication",
    "PublicationConflict",
    "ReadState",
    "ReviewRefused",
    "Revision",
    "RevisionState",
    "StoreError",
    "Upload",
    "WentLive",
]
