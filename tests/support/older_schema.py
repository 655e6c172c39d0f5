"""What a database of an earlier version would hold, made from one of today: the columns that it had then."""

from __future__ import annotations

import sqlalchemy as sa


def copy_down(newest: sa.Engine, older: sa.Engine) -> dict[str, int]:
    """Copies every row of the tables that `older` has, with the columns that it has; how many of each table.

    `older` is empty. What a later version keeps where an earlier one kept nothing stays behind.
    """
    here, there = sa.MetaData(), sa.MetaData()
    here.reflect(newest)
    there.reflect(older)
    counts: dict[str, int] = {}
    with newest.connect() as source, older.begin() as target:
        for table in there.sorted_tables:
            if table.name.startswith("alembic_version") or table.name not in here.tables:
                continue
            now = here.tables[table.name]
            columns = [now.c[column.name] for column in table.columns if column.name in now.c]
            rows = [dict(row) for row in source.execute(sa.select(*columns)).mappings()]
            if rows:
                target.execute(sa.insert(table), rows)
            counts[table.name] = len(rows)
            if older.dialect.name == "postgresql" and rows and "id" in table.c:
                _count_on(target, table)
    return counts


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL numbers the next row after those that were copied, as it would have after writing them."""
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
    if connection.execute(sa.select(sequence)).scalar() is not None:
        connection.execute(sa.select(sa.func.setval(sequence, last)))
