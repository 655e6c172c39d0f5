"""The program brings its own tables up to date, alone and with others."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.accounts import schema as accounts_schema  # noqa: F401 - describes tables
from bot.conversations import desk_schema, migrations, unanswered_schema  # noqa: F401 - describes tables
from bot.conversations.database import Database
from bot.conversations.schema import metadata


def test_the_migrations_make_exactly_the_described_tables(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.VERSION_TABLE})
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    failures: list[Exception] = []
    databases = [Database(database_url) for _ in range(4)]

    def start(database: Database) -> None:
        try:
            migrations.upgrade(database)
        except Exception as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    starts = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    assert failures == []
    with databases[0].read() as connection:
        assert connection.execute(sa.text(f"SELECT count(*) FROM {migrations.VERSION_TABLE}")).scalar() == 1
    for database in databases:
        database.close()


def test_an_upgrade_that_is_done_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO conversations (id, token_hash, status, ownership, last_seq, created_at, updated_at)"
                " VALUES ('kept', 'hash', 'bot', 1, 0, 1, 1)"
            )
        )
    migrations.upgrade(database)
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT id FROM conversations")).scalars().all() == ["kept"]


def test_sqlite_keeps_every_commit_on_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'conversations.sqlite3'}")
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    database.close()
