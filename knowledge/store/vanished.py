"""Other machines may vanish without a word: both ends of a connection to PostgreSQL find that out within seconds.

Without this a host that is cut off would wait for its answer until the system gives up, a quarter of an hour; and what
it had locked would stay locked for everybody until PostgreSQL gives up, two hours.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

GIVE_UP_AFTER = 10
"""Seconds without any sign of life."""
IDLE_IN_TRANSACTION = 60
"""Seconds that a transaction may do nothing, where it is one that others wait for: whoever began it hangs."""
_OURS = {
    "connect_timeout": 5,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": GIVE_UP_AFTER * 1000,
}
_THE_SERVERS = (
    "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    f"SET tcp_user_timeout = {GIVE_UP_AFTER * 1000}"
)


def connect_arguments(url: sa.URL) -> dict[str, Any]:
    """For our end of each connection. What the operator wrote into the address stays as it is."""
    return {name: value for name, value in _OURS.items() if name not in url.query}


def tell_the_server(engine: sa.Engine, *, idle_in_transaction: int = 0) -> None:
    """For the server's end: from now on every new connection of this engine says so."""
    sentence = _THE_SERVERS
    if idle_in_transaction:
        sentence += f"; SET idle_in_transaction_session_timeout = '{idle_in_transaction}s'"

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sentence)
        connection.commit()
