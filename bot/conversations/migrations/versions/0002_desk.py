"""Handoff to advisors: who owns a conversation, who is at the desk, notes, work items, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("advisor_id", sa.Integer),
        sa.Column("advisor_name", sa.String(80)),
        sa.Column("waiting_since", sa.BigInteger),
        sa.Column("callback_offered_at", sa.BigInteger),
        sa.Column("alert", sa.String(32)),
        sa.Column("alert_at", sa.BigInteger),
        sa.Column("alert_seen_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("rating", sa.Integer),
        sa.Column("rating_comment", sa.Text),
        sa.Column("seen_seq", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("conversations", column)
    op.create_index("ix_conversations_advisor_id", "conversations", ["advisor_id"])
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["waiting_since"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.add_column("messages", sa.Column("advisor_id", sa.Integer))
    op.add_column("messages", sa.Column("advisor_name", sa.String(80)))
    op.add_column("handoff_requests", sa.Column("settled_how", sa.String(16)))
    op.add_column("handoff_requests", sa.Column("taken_by", sa.Integer))
    _desk()
    _work()


def _desk() -> None:
    op.create_table(
        "advisor_presence",
        sa.Column("advisor_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("advisor_id", sa.Integer, nullable=False),
        sa.Column("advisor_name", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])
    op.create_table(
        "canned_replies",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Integer),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )


def _work() -> None:
    op.create_table(
        "work_items",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner_id", sa.Integer),
        sa.Column("owner_name", sa.String(80)),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("country", sa.String(80), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("best_time", sa.String(200), nullable=False),
        sa.Column("consent_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_work_items_conversation_id", "work_items", ["conversation_id"])
    op.create_index("ix_work_items_state", "work_items", ["state"])
    op.create_table(
        "erasures",
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.Integer),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("rasa_erased_at", sa.BigInteger),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
