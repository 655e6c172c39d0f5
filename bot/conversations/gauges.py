"""How things stand at this moment: what waits, for how long, and who is there. Numbers only, no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.desk_schema import advisor_presence, erasures, work_items, workers
from bot.conversations.model import Status
from bot.conversations.presence import VANISHED_MS
from bot.conversations.schema import OPEN_TURN, conversations, turns
from bot.conversations.work_items import UNDER_WAY


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts, and ages in milliseconds, which are 0 where there is nothing.

    `alert_age` is that of the oldest emergency which no advisor has seen; `last_seen` says when each part of the
    worker last reported (milliseconds since 1970, UTC).
    """

    conversations: Mapping[str, int]
    longest_wait: int
    open_turns: int
    oldest_turn_age: int
    alerts: int
    alert_age: int
    advisors_online: int
    requests: int
    erasures: int
    last_seen: Mapping[str, int]


class Gauges:
    """Reads how things stand: one short transaction, one statement for each table."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def read(self) -> Standing:
        """How things stand now. Raises SQLAlchemyError when the database does not answer."""
        now = self._clock()
        with self._database.read() as connection:
            by_status = {row.status: row.many for row in connection.execute(_BY_STATUS)}
            waiting_since = connection.execute(_WAITING_SINCE).scalar()
            open_turns, oldest = connection.execute(_TURNS).one()
            alerts, alert_at = connection.execute(_ALERTS).one()
            return Standing(
                conversations={each.value: by_status.get(each.value, 0) for each in Status},
                longest_wait=_age(waiting_since, now),
                open_turns=open_turns,
                oldest_turn_age=_age(oldest, now),
                alerts=alerts,
                alert_age=_age(alert_at, now),
                advisors_online=connection.execute(_ONLINE, {"moment": now - VANISHED_MS}).scalar_one(),
                requests=connection.execute(_REQUESTS).scalar_one(),
                erasures=connection.execute(_ERASURES).scalar_one(),
                last_seen={row.name: row.seen_at for row in connection.execute(_LAST_SEEN)},
            )


def _age(since: int | None, now: int) -> int:
    return 0 if since is None else max(now - since, 0)


_BY_STATUS = sa.select(conversations.c.status, sa.func.count().label("many")).group_by(conversations.c.status)
_WAITING_SINCE = sa.select(sa.func.min(conversations.c.waiting_since)).where(
    sa.text("conversations.status = 'waiting'")  # as the index has it
)
_TURNS = sa.select(sa.func.count(), sa.func.min(turns.c.accepted_at)).where(OPEN_TURN)
_ALERTS = sa.select(sa.func.count(), sa.func.min(conversations.c.alert_at)).where(
    conversations.c.alert.is_not(None),
    conversations.c.alert_seen_at.is_(None),
    conversations.c.status != Status.CLOSED.value,
)
_ONLINE = sa.select(sa.func.count()).where(
    advisor_presence.c.available.is_(True), advisor_presence.c.seen_at > sa.bindparam("moment")
)
_REQUESTS = sa.select(sa.func.count()).where(work_items.c.state.in_([each.value for each in UNDER_WAY]))
_ERASURES = sa.select(sa.func.count()).where(erasures.c.rasa_erased_at.is_(None))
_LAST_SEEN = sa.select(workers.c.name, workers.c.seen_at)
