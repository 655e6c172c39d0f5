"""The replies of a day, a week, a quarter are counted without reading the messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    replies = sa.text("in_reply_to IS NOT NULL")
    op.create_index(
        "ix_messages_replies",
        "messages",
        ["kind", "created_at", "in_reply_to"],
        sqlite_where=replies,
        postgresql_where=replies,
    )


def downgrade() -> None:
    op.drop_index("ix_messages_replies", "messages")
