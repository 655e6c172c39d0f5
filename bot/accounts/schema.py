"""The tables of accounts, on the metadata of the bot's database; migration 0003 creates them.

No secret is stored as it is: passwords as argon2id hashes, tokens of sessions and links as SHA-256.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations.schema import metadata

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("last_sign_in_at", sa.BigInteger),
    sa.Column("disabled_at", sa.BigInteger),
)
"""An account is never deleted, only disabled: the record of who did what must keep its names."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False, index=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id")),
    sa.Column("invited_by", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("used_at", sa.BigInteger),
    sa.Column("withdrawn_at", sa.BigInteger),
)
"""`account_id` is set from the start when the link lets somebody choose a new password."""

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("blocked_until", sa.BigInteger, nullable=False),
)
"""`subject` is a hash: people type passwords into the wrong field."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("account_id", sa.Integer, index=True),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(32), index=True),
    sa.Column("about_id", sa.Integer),
    sa.Column("detail", sa.String(200), nullable=False),
)
"""Who (`account_id`) did what, with which conversation, to whom (`about_id`). Never what a patient wrote."""
