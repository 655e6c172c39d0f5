"""Alembic runs this file; the connection comes from `bot.conversations.migrations.upgrade`."""

from __future__ import annotations

from alembic import context

from bot.conversations import (  # noqa: F401 - their tables belong to the same metadata
    desk_schema,
    unanswered_schema,
)
from bot.conversations.migrations import VERSION_TABLE
from bot.conversations.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
# The caller holds the transaction (and the lock), so that migration and version go together.
context.run_migrations()
