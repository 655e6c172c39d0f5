"""Token vectors are kept packed from now on: those of the old kind are never read again, and were most of the file."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM embeddings WHERE kind = 'tokens'")
