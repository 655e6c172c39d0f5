"""What patients asked in vain, in groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unanswered_groups",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("label_id", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("draft", sa.String(80)),
        sa.Column("draft_heading", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("size_then", sa.Integer, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("came_back", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_unanswered_groups_state", "unanswered_groups", ["state"])
    op.create_table(
        "unanswered_questions",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_seq", sa.Integer, nullable=False),
        sa.Column("reply_seq", sa.Integer, nullable=False),
        sa.Column("group_id", _ROW_ID, sa.ForeignKey("unanswered_groups.id")),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("abstained", sa.Boolean, nullable=False),
        sa.Column("disliked", sa.Boolean, nullable=False),
        sa.Column("taken_over", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("noticed_at", sa.BigInteger, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("encoder", sa.String(80), nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("asked_again_on", sa.Integer),
        sa.Column("answered", sa.Boolean),
        sa.Column("answer_document", sa.String(80), nullable=False),
        sa.Column("answer_heading", sa.Text, nullable=False),
        sa.UniqueConstraint("conversation_id", "message_seq", name="uq_unanswered_questions_message"),
    )
    op.create_index("ix_unanswered_questions_group_id", "unanswered_questions", ["group_id"])
    new = sa.text("group_id IS NULL")
    op.create_index(
        "ix_unanswered_questions_new",
        "unanswered_questions",
        ["id"],
        sqlite_where=new,
        postgresql_where=new,
    )
    op.create_table(
        "unanswered_progress",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
    )
    # A thumb may come long after the reply; the worker reads them in the order in which they came.
    op.create_index("ix_feedback_given_at", "feedback", ["given_at"])


def downgrade() -> None:
    op.drop_index("ix_feedback_given_at", "feedback")
    for table in ("unanswered_progress", "unanswered_questions", "unanswered_groups"):
        op.drop_table(table)
