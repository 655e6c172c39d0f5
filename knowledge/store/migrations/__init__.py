"""Alembic migrations of the knowledge base, run by the program itself when it opens the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from knowledge.store.database import Database

VERSION_TABLE = "alembic_version_knowledge"
HEAD = "0004"
"""The newest migration; a test compares it with the files."""

_VERSION: sa.Select[Any] = sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))
_LOCK = 0x6E6B_0001
"""The PostgreSQL advisory lock that keeps two starting processes from migrating at the same time."""


def upgrade(database: Database, revision: str = HEAD) -> None:
    """Bring the tables up to date. Several processes may start at once: one migrates, the others wait."""
    if is_current(database):
        return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _run(connection, revision)


def is_current(database: Database) -> bool:
    """True when nothing is to be done; spares the processes that answer the import of Alembic."""
    try:
        with database.read() as connection:
            version = connection.execute(_VERSION).scalar()
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return False
    return bool(version == HEAD)


def _run(connection: sa.Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
