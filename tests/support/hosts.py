"""Two hosts of one assistant on this machine: own state folders and ports, one PostgreSQL, one Redis."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import sqlalchemy as sa

from bot.operations.checkout import seed_folder, state_folder
from bot.operations.stack import Stack, free_ports, temporary_stack
from knowledge.store.schema import metadata
from knowledge.store.store import KnowledgeStore

NAMES = ("NKBOT_PORT", "NKBOT_RASA_PORT", "NKBOT_ACTIONS_PORT")
SHARED = {
    "NKBOT_SECRET_KEY": "a secret that all hosts have",
    "NKBOT_INTERNAL_TOKEN": "a token that all hosts have",
    "NKBOT_LIMITS": "off",
}
CONNECT_SECONDS = 2.0
REST_SECONDS = 5.0
"""Both as in docs/deployment/nginx.conf and the operator's guide."""


@contextmanager
def two_hosts(folder: Path, database_url: str, redis_url: str) -> Iterator[tuple[Stack, Stack]]:
    """Both serving. The second has an empty state folder and no worker."""
    ports = free_ports(6)
    own = [dict(zip(NAMES, map(str, taken), strict=True)) for taken in (ports[:3], ports[3:])]
    together = {
        **SHARED,
        "NKBOT_DATABASE_URL": database_url,
        "NKBOT_REDIS_URL": redis_url,
        "NKBOT_RASA_URL": " ".join(f"http://127.0.0.1:{each['NKBOT_RASA_PORT']}" for each in own),
        "NKBOT_ACTIONS_URL": " ".join(f"http://127.0.0.1:{each['NKBOT_ACTIONS_PORT']}" for each in own),
    }
    first = temporary_stack(folder / "first", {**together, **own[0]}, empty=True)
    second = temporary_stack(
        folder / "second", {**together, **own[1], "NKBOT_PARTS": "web rasa actions"}, empty=True
    )
    fill(database_url, seed_folder(state_folder()) / "knowledge.sqlite3")
    with ExitStack() as running:
        for each in (first, second):
            running.enter_context(each)
        for each in (first, second):
            each.wait_ready()
        yield first, second


def fill(database_url: str, seed: Path) -> None:
    """Copies the starting knowledge base, as set-up published it, from its SQLite file."""
    source = sa.create_engine(f"sqlite:///{seed}")
    store = KnowledgeStore(database_url)
    with source.connect() as reading, store.database.write() as writing:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(sa.select(table)).mappings()]
            if not rows:
                continue
            writing.execute(sa.insert(table), rows)
            for column in table.primary_key:
                sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                if writing.execute(sa.select(sequence)).scalar():
                    highest = sa.select(sa.func.max(column)).scalar_subquery()
                    writing.execute(sa.select(sa.func.setval(sequence, highest)))
    store.close()
    source.dispose()


class Balanced(httpx.BaseTransport):
    """The way through a proxy that spreads requests over several web processes, as the guide's nginx does.

    One that takes no connection is left out for a while. A request that was sent already is not repeated.
    """

    def __init__(self, urls: Sequence[str], start: int = 0) -> None:
        self._urls = [httpx.URL(url) for url in urls]
        self._turn = itertools.count(start)
        self._rests_until = dict.fromkeys(self._urls, 0.0)
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_connections=32))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        begin = next(self._turn) % len(self._urls)
        in_turn = [*self._urls[begin:], *self._urls[:begin]]
        now = time.monotonic()
        fault: httpx.TransportError | None = None
        timeout = {**request.extensions.get("timeout", {}), "connect": CONNECT_SECONDS}
        for url in sorted(in_turn, key=lambda each: self._rests_until[each] > now):
            passed_on = httpx.Request(
                request.method,
                request.url.copy_with(host=url.host, port=url.port),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "timeout": timeout},
            )
            try:
                return self._inner.handle_request(passed_on)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._rests_until[url] = time.monotonic() + REST_SECONDS
                fault = error
        assert fault is not None
        raise fault

    def close(self) -> None:
        self._inner.close()
