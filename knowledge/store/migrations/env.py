"""Alembic runs this file; the connection comes from `knowledge.store.migrations.upgrade`."""

from __future__ import annotations

from alembic import context

from knowledge.store.migrations import VERSION_TABLE
from knowledge.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
# The caller holds the transaction (and the lock), so that migration and version go together.
context.run_migrations()
