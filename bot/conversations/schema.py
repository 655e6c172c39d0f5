"""The tables of the conversation log. Migrations create them; this module only describes them.

Times are whole milliseconds since 1970 in UTC: they sort, compare and index alike on both databases.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("ownership", sa.Integer, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("advisor_id", sa.Integer, index=True),
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
)
"""`alert` is the kind of the last emergency; `seen_seq` is how far an advisor has read."""
sa.Index(
    "ix_conversations_waiting",
    conversations.c.waiting_since,
    sqlite_where=sa.text("status = 'waiting'"),
    postgresql_where=sa.text("status = 'waiting'"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("author", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("citations", _JSON),
    sa.Column("quick_replies", _JSON),
    sa.Column("evidence", _JSON),
    sa.Column("in_reply_to", sa.Integer),
    sa.Column("client_message_id", sa.String(36)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("advisor_id", sa.Integer),
    sa.Column("advisor_name", sa.String(80)),
    sa.UniqueConstraint("conversation_id", "client_message_id", name="uq_messages_client_message_id"),
)
sa.Index(
    "ix_messages_replies",
    messages.c.kind,
    messages.c.created_at,
    messages.c.in_reply_to,
    sqlite_where=sa.text("in_reply_to IS NOT NULL"),
    postgresql_where=sa.text("in_reply_to IS NOT NULL"),
)
"""The replies of some weeks are counted without reading one of them: the index holds all that is asked of them."""

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
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
# Written out, not bound: a partial index is only used for a condition the database can compare with its own.
OPEN_TURN = sa.text("turns.state IN ('queued', 'running')")
sa.Index(
    "ix_turns_open",
    turns.c.conversation_id,
    turns.c.message_seq,
    sqlite_where=sa.text("state IN ('queued', 'running')"),
    postgresql_where=sa.text("state IN ('queued', 'running')"),
)
sa.Index(
    "uq_turns_one_running",
    turns.c.conversation_id,
    unique=True,
    sqlite_where=sa.text("state = 'running'"),
    postgresql_where=sa.text("state = 'running'"),
)

handoff_requests = sa.Table(
    "handoff_requests",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("message_seq", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("requested_at", sa.BigInteger, nullable=False),
    sa.Column("settled_at", sa.BigInteger),
    sa.Column("settled_how", sa.String(16)),
    sa.Column("taken_by", sa.Integer),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("message_seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("given_at", sa.BigInteger, nullable=False, index=True),
    sa.ForeignKeyConstraint(["conversation_id", "message_seq"], ["messages.conversation_id", "messages.seq"]),
)
