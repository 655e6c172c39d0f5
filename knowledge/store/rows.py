"""Between database rows and values: JSON for lists, bytes for vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from knowledge.model import Document, EvidenceKind, Passage, Source
from knowledge.store.model import Publication, Revision, RevisionState


def passage_row(passage: Passage, position: int) -> dict[str, Any]:
    """What the table `passages` keeps of a passage; the rest stands with its revision."""
    return {
        "position": position,
        "key": passage.key,
        "path": _json(passage.path),
        "text": passage.text,
        "questions": _json(passage.questions),
        "evidence": str(passage.evidence),
        "sources": _json([[source.key, source.title, source.url] for source in passage.sources]),
    }


def passage_from(row: sa.RowMapping) -> Passage:
    """The passage of a row of `passages` joined with its revision."""
    return Passage(
        key=row["key"],
        document=row["document"],
        revision=row["number"],
        title=row["title"],
        path=tuple(json.loads(row["path"])),
        text=row["text"],
        questions=tuple(json.loads(row["questions"])),
        evidence=EvidenceKind(row["evidence"]),
        sources=tuple(Source(*source) for source in json.loads(row["sources"])),
        reviewer=row["reviewer"],
        reviewed_on=row["reviewed_on"],
    )


def revision_from(row: sa.RowMapping) -> Revision:
    """The revision of a row."""
    names = ("id", "document", "number", "title", "reviewer", "reviewed_on", "origin", "created_at")
    return Revision(
        **{name: row[name] for name in names},
        state=RevisionState(row["state"]),
        created_by=row["created_by"],
    )


def publication_from(row: sa.RowMapping, revisions: Sequence[int]) -> Publication:
    """The publication of a row, with the ids of its revisions."""
    names = ("id", "created_at", "created_by", "note", "encoder", "calibration", "made_live_at")
    return Publication(
        **{name: row[name] for name in names}, live=row["live"] == 1, revisions=tuple(revisions)
    )


def front_matter(document: Document) -> str:
    """What a document says about itself beside its sections, as JSON."""
    said = asdict(document)
    del said["sections"]
    return _json(said)


def fingerprint(markdown: str, passages: Sequence[Passage]) -> str:
    """Equal for two revisions with the same text that are split in the same way."""
    rows = [passage_row(passage, position) for position, passage in enumerate(passages)]
    return hashlib.sha256(json.dumps([markdown, rows], ensure_ascii=True).encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
