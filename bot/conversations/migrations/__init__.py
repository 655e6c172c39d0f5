"""Alembic migrations of the conversation log, run by the program itself at its start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.conversations.database import Database

VERSION_TABLE = "alembic_version_conversations"

_LOCK = 0x6E6B_C04F
"""The PostgreSQL advisory lock that keeps two starting processes from migrating at the same time."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the tables up to date. Several processes may start at once: one migrates, the others wait."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), revision)


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
