"""Vectors of texts in PostgreSQL with the extension pgvector: one table for each encoder, made when it is used.

No migration makes these tables: only who chooses this engine has the extension. Nothing in them is lost for good,
they are filled again from the cache of embeddings.

Vectors are unit vectors in 16-bit floats (`halfvec`), half of what `vector` takes: as FAISS keeps them where they are
many. They are compared by their inner product (`halfvec_ip_ops`), which of unit vectors is the cosine.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.psycopg import register_vector
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from knowledge.store.database import MOST_CONNECTIONS, Database
from knowledge.store.store import StoreError
from knowledge.store.vanished import connect_arguments, tell_the_server

LINKS, TRIED = 16, 64
"""Neighbours of a vector in the graph, and candidates looked at when one is put in (`m`, `ef_construction`)."""
LOOKED_AT = 200
"""Candidates that a search keeps in view (`hnsw.ef_search`). Among 200,000 vectors made like those of passages, 100
found 0.974 of the ten nearest, 200 found 0.988 and 800 no more than 0.989."""
SECONDS = 4
"""A search that takes longer is given up, well before the patient hears that there is no answer just now."""
_OLDEST = (0, 8)
_PREFIX = "text_vectors_"
_MAKING = 0x6E6B_0001
_ROW_BYTES, _LEAST_BYTES, _MOST_BYTES = 1_700, 64 << 20, 4 << 30
"""Memory for making the graph."""
_NEW_FOR = "1 hour"
_SEARCHING = (
    f"hnsw.ef_search = {LOOKED_AT}",
    # More are read from the graph until there are as many as wanted, in nearly the right order.
    "hnsw.iterative_scan = relaxed_order",
    "hnsw.max_scan_tuples = 1000000",
    "hnsw.scan_mem_multiplier = 16",
    "plan_cache_mode = force_custom_plan",
    "jit = off",
    "max_parallel_workers_per_gather = 0",
    f"statement_timeout = '{SECONDS}s'",
)


class VectorTable:
    """One encoder's vectors, each under the number of its text. Rows are added and forgotten, never changed.

    Raises `StoreError` with a sentence where the database has no pgvector.
    """

    def __init__(self, database: Database, encoder: str, dimension: int) -> None:
        if database.is_sqlite:
            raise StoreError("NKBOT_VECTOR_ENGINE=pgvector needs PostgreSQL: set NKBOT_DATABASE_URL.")
        self.dimension = dimension
        self._database = database
        self._table = sa.Table(
            _table_of(encoder, dimension),
            sa.MetaData(),
            sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("vector", HALFVEC(dimension), nullable=False),
            sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        )
        self._graph = sa.Index(
            f"{self._table.name}_near",
            self._table.c.vector,
            postgresql_using="hnsw",
            postgresql_with={"m": LINKS, "ef_construction": TRIED},
            postgresql_ops={"vector": "halfvec_ip_ops"},
        )
        self._make()
        self._searching = _for_questions(database.engine.url)
        # Not at the end of the process: one that was forked would close what is not its own.
        weakref.finalize(self, self._searching.dispose).atexit = False

    def add(self, numbers: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors of texts; those that are known already are left alone. All or none of them."""
        rows = zip(numbers.tolist(), map(HalfVector, vectors.astype(np.float16)), strict=True)
        fresh = _temporary("fresh", sa.Column("vector", HALFVEC(self.dimension)))
        # In the order of their numbers: two who add the same texts then never wait for each other in a circle.
        known = sa.exists().where(self._table.c.id == fresh.c.id)
        new = sa.select(fresh.c.id, fresh.c.vector).where(~known).order_by(fresh.c.id)
        with self._database.write() as connection:
            fresh.create(connection)
            _copy(connection, "COPY fresh FROM STDIN (FORMAT BINARY)", ("int8", "halfvec"), rows)
            insert = postgresql.insert(self._table).from_select(["id", "vector"], new)
            connection.execute(insert.on_conflict_do_nothing())

    def index(self) -> None:
        """Make the graph, if there is none yet; from then on it grows with each row."""
        with self._database.write() as connection:
            if _exists(connection, self._graph.name):
                return
            _wait_for_others(connection)
            if _exists(connection, self._graph.name):
                return
            # It is made in memory where it fits, several times faster.
            bytes_needed = self._count(connection) * _ROW_BYTES
            memory = min(max(bytes_needed, _LEAST_BYTES), _MOST_BYTES) >> 10
            connection.execute(sa.text(f"SET LOCAL maintenance_work_mem = '{memory}kB'"))
            self._graph.create(connection)

    def count(self) -> int:
        """How many vectors there are."""
        with self._database.read() as connection:
            return self._count(connection)

    def known(self, numbers: NDArray[np.int64]) -> int:
        """How many of these texts, each named once, have their vector here."""
        query = sa.select(sa.func.count()).where(self._table.c.id == sa.any_(_array(numbers)))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def read(self, numbers: NDArray[np.int64]) -> dict[int, NDArray[np.float32]]:
        """The vectors of texts, by number; unknown ones are left out."""
        query = sa.select(self._table.c.id, self._table.c.vector)
        rows = self._asked(query.where(self._table.c.id == sa.any_(_array(numbers))))
        return {number: np.asarray(vector, dtype=np.float32) for number, vector in rows}

    def nearest(
        self, query: NDArray[np.float32], limit: int | None, *, exactly: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Numbers and inner products of the texts nearest to a query, best first.

        With `exactly` it is compared with every vector; a limit of None means all of them.
        """
        distance = self._table.c.vector.max_inner_product(HalfVector(query))
        # The graph is of no use for an expression that is not the one it was made for.
        order = distance + 0 if exactly else distance
        rows = self._asked(sa.select(self._table.c.id, distance).order_by(order).limit(limit))
        numbers = np.asarray([row[0] for row in rows], dtype=np.int64)
        products = -np.asarray([row[1] for row in rows], dtype=np.float32)
        best = np.argsort(-products, kind="stable")  # out of the graph they come nearly in order
        return numbers[best], products[best]

    def forget_all_but(self, numbers: NDArray[np.int64]) -> None:
        """Delete the vectors of all other texts, but for new ones: somebody may be publishing them."""
        used = _temporary("used")
        is_used = sa.exists().where(used.c.id == self._table.c.id)
        is_old = self._table.c.added_at < sa.func.now() - sa.cast(_NEW_FOR, postgresql.INTERVAL)
        with self._database.write() as connection:
            used.create(connection)
            rows = ((number,) for number in numbers.tolist())
            _copy(connection, "COPY used FROM STDIN (FORMAT BINARY)", ("int8",), rows)
            connection.execute(sa.delete(self._table).where(is_old, ~is_used))

    def forget_encoders_but(self, encoders: Collection[str]) -> None:
        """Drop the tables of all other encoders."""
        kept = {self._table.name} | {_table_of(encoder, self.dimension) for encoder in encoders}
        with self._database.write() as connection:
            for name in sa.inspect(connection).get_table_names():
                if name.startswith(_PREFIX) and name not in kept:
                    sa.Table(name, sa.MetaData()).drop(connection)

    def sizes(self) -> tuple[int, int]:
        """Bytes of the table and of its graph, for the bench."""
        sizes = sa.select(sa.func.pg_table_size(self._table.name), sa.func.pg_relation_size(self._graph.name))
        with self._database.read() as connection:
            table, graph = connection.execute(sizes).one()
        return int(table), int(graph)

    def _count(self, connection: sa.Connection) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(self._table)).scalar_one())

    def _asked(self, query: sa.Select[Any]) -> Sequence[Any]:
        try:
            return self._ask_once(query)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._ask_once(query)  # the server was started anew since the last question

    def _ask_once(self, query: sa.Select[Any]) -> Sequence[Any]:
        with self._searching.connect() as connection:
            return connection.execute(query).all()

    def _make(self) -> None:
        try:
            with self._database.write() as connection:
                _check_extension(connection)
                if not _exists(connection, self._table.name):
                    _wait_for_others(connection)
                    if not _exists(connection, self._table.name):
                        connection.execute(sa.schema.CreateTable(self._table))
        except sa.exc.OperationalError:
            raise
        except sa.exc.DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise StoreError(
                f"NKBOT_VECTOR_ENGINE=pgvector needs the extension “vector” in the database ({reason}). Install "
                "pgvector where PostgreSQL runs, and let its administrator run CREATE EXTENSION vector."
            ) from error


def _table_of(encoder: str, dimension: int) -> str:
    return _PREFIX + hashlib.sha256(f"{encoder} {dimension}".encode()).hexdigest()[:12]


def _temporary(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table that is gone at the end of the transaction."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )


def _array(numbers: NDArray[np.int64]) -> sa.ColumnElement[Any]:
    return sa.literal(numbers.tolist(), postgresql.ARRAY(sa.BigInteger))


def _exists(connection: sa.Connection, name: str | None) -> bool:
    """Whether there is a table or index of this name."""
    return connection.execute(sa.select(sa.func.to_regclass(name))).scalar() is not None


def _wait_for_others(connection: sa.Connection) -> None:
    """Who makes something lets others finish who make the same."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))


def _check_extension(connection: sa.Connection) -> None:
    query = sa.text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    version = connection.execute(query).scalar()
    if version is None:
        _wait_for_others(connection)
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
        version = connection.execute(query).scalar_one()
    if tuple(int(part) for part in str(version).split(".")[:2]) < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        raise StoreError(
            f"NKBOT_VECTOR_ENGINE=pgvector needs pgvector {wanted} or newer; the database has {version}. Install "
            "it where PostgreSQL runs, and let its administrator run ALTER EXTENSION vector UPDATE."
        )


def _copy(
    connection: sa.Connection, command: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Fill a table by the fastest way there is."""
    driver: Any = connection.connection.driver_connection
    register_vector(driver)
    with driver.cursor().copy(command) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _for_questions(url: sa.URL) -> sa.Engine:
    """Connections for questions alone: nothing has to be asked before a question, and each stands for itself."""
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        max_overflow=MOST_CONNECTIONS - 1,
        hide_parameters=True,
        connect_args=connect_arguments(url),
    )
    tell_the_server(engine)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.autocommit = True
    register_vector(connection)
    # Until its first use in a session nobody knows the extension's settings.
    connection.execute("SELECT '[1]'::halfvec <#> '[1]'::halfvec")
    for setting in _SEARCHING:
        connection.execute(f"SET {setting}")
