"""The tables around the log: who is at the desk, notes, work items, what is still to be erased."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations.schema import metadata

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

advisor_presence = sa.Table(
    "advisor_presence",
    metadata,
    sa.Column("advisor_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("advisor_id", sa.Integer, nullable=False),
    sa.Column("advisor_name", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("changed_by", sa.Integer),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)

work_items = sa.Table(
    "work_items",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
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
"""`kind` is `callback` or `enquiry`; `state` is `open`, `doing`, `done` or `dropped`."""

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
    sa.Column("asked_by", sa.Integer),
    sa.Column("why", sa.String(16), nullable=False),
    sa.Column("rasa_erased_at", sa.BigInteger),
)
"""No foreign key: the conversation is gone. `why` is `patient`, `administrator` or `retention`."""

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
)
