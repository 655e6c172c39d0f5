"""The first tables: conversations, messages, turns, handoff requests, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("ownership", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])

    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("citations", sa.JSON),
        sa.Column("quick_replies", sa.JSON),
        sa.Column("evidence", sa.JSON),
        sa.Column("in_reply_to", sa.Integer),
        sa.Column("client_message_id", sa.String(36)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("conversation_id", "client_message_id", name="uq_messages_client_message_id"),
    )

    op.create_table(
        "turns",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_seq", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ownership", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("accepted_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.UniqueConstraint("conversation_id", "message_seq", name="uq_turns_message"),
    )
    open_turns = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "ix_turns_open",
        "turns",
        ["conversation_id", "message_seq"],
        sqlite_where=open_turns,
        postgresql_where=open_turns,
    )
    # The database itself refuses a second turn in flight in one conversation.
    running = sa.text("state = 'running'")
    op.create_index(
        "uq_turns_one_running",
        "turns",
        ["conversation_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )

    op.create_table(
        "handoff_requests",
        sa.Column("id", _ROW_ID, primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_seq", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("requested_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
    )
    op.create_index("ix_handoff_requests_conversation_id", "handoff_requests", ["conversation_id"])

    op.create_table(
        "feedback",
        sa.Column("conversation_id", sa.String(32), primary_key=True),
        sa.Column("message_seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "message_seq"], ["messages.conversation_id", "messages.seq"]
        ),
    )


def downgrade() -> None:
    for table in ("feedback", "handoff_requests", "turns", "messages", "conversations"):
        op.drop_table(table)
