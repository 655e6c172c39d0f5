"""The first tables: documents, revisions, passages, embeddings, publications, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("slug", sa.String(80)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_documents"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("reviewed_on", sa.String(10), nullable=False),
        sa.Column("front_matter", sa.Text, nullable=False),
        sa.Column("markdown", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.ForeignKeyConstraint(["document"], ["documents.slug"], name="fk_revisions_document"),
        sa.UniqueConstraint("document", "number", name="uq_revisions_document_number"),
    )
    op.create_table(
        "passages",
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("revision_id", "position", name="pk_passages"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_passages_revision_id"),
    )
    op.create_index("ix_passages_key", "passages", ["key"])
    op.create_table(
        "embeddings",
        sa.Column("encoder", sa.String(80), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("encoder", "key", "kind", name="pk_embeddings"),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("encoder", sa.String(80), nullable=False),
        sa.Column("calibration", sa.Text, nullable=False),
        sa.Column("live", sa.SmallInteger),
        sa.Column("made_live_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("live", name="uq_publications_live"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "publication_revisions",
        sa.Column("publication_id", sa.Integer, nullable=False),
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "revision_id", name="pk_publication_revisions"),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name="fk_publication_revisions_publication_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_publication_revisions_revision_id"
        ),
    )
    op.create_table(
        "knowledge_events",
        sa.Column("id", sa.Integer),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("publication_id", sa.Integer),
        sa.Column("document", sa.String(80)),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_knowledge_events"),
    )


def downgrade() -> None:
    for table in (
        "knowledge_events",
        "publication_revisions",
        "publications",
        "embeddings",
        "passages",
        "revisions",
        "documents",
    ):
        op.drop_table(table)
