"""Between database rows and values: JSON for lists, bytes for vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from knowledge.model import Document, Passage
from knowledge.store.model import Event, Publication, Revision, RevisionState
from knowledge.values import from_plain, to_plain


def passage_row(passage: Passage, position: int) -> dict[str, Any]:
    """What the table `passages` keeps of a passage.

    Its revision's number is not part of it: the same text then has the same content in every revision.
    """
    content = to_plain(passage)
    del content["revision"]
    return {"position": position, "key": passage.key, "content": _json(content)}


def passage_from(row: sa.RowMapping) -> Passage:
    """The passage of a row of `passages` joined with its revision."""
    return from_plain(Passage, {**json.loads(row["content"]), "revision": row["number"]})


def revision_from(row: sa.RowMapping) -> Revision:
    """The revision of a row."""
    names = ("id", "document", "number", "title", "reviewer", "reviewed_on", "origin", "created_at", "note")
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


def event_from(row: sa.Row[Any]) -> Event:
    """The event of a row of `knowledge_events`."""
    return Event(row.at, row.person, row.action, row.publication_id, row.document, row.note, row.revision)


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
