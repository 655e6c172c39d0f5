"""Editing: owners and review dates, notes, golden questions, publications as jobs of the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("owner", sa.Text, nullable=False, server_default=""))
    op.add_column("documents", sa.Column("review_due", sa.String(10), nullable=False, server_default=""))
    op.add_column("revisions", sa.Column("note", sa.Text, nullable=False, server_default=""))
    op.add_column("knowledge_events", sa.Column("revision", sa.Integer))
    op.create_table(
        "golden_questions",
        sa.Column("id", sa.Integer),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("expects", sa.String(16), nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_golden_questions"),
        sa.UniqueConstraint("question", name="uq_golden_questions_question"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "publication_jobs",
        sa.Column("id", sa.Integer),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("order", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("phase_began_at", sa.BigInteger),
        sa.Column("publication_id", sa.Integer),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_publication_jobs_state", "publication_jobs", ["state"])


def downgrade() -> None:
    op.drop_table("publication_jobs")
    op.drop_table("golden_questions")
    op.drop_column("knowledge_events", "revision")
    op.drop_column("revisions", "note")
    op.drop_column("documents", "review_due")
    op.drop_column("documents", "owner")
