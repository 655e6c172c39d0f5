"""How the assistant and its advisors did over some weeks: counts by day, waiting times, ratings.

Reading the log for weeks costs time that grows with it, so days that are over are kept in memory, and only those that
can still change are read again. Numbers only: no words, no names, no conversation's number.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, tzinfo

import sqlalchemy as sa

from bot.conversations.clock import Clock, system_clock
from bot.conversations.database import Database
from bot.conversations.insights_times import Times, times
from bot.conversations.model import Reason
from bot.conversations.office import OfficeHours
from bot.conversations.schema import conversations, feedback, handoff_requests, messages

PERIODS = (7, 30, 90)
"""Days that one may look back, today included."""
KEEP_MS = 6 * 3_600_000
"""So long a day that is over is believed; a patient may still rate it, or have it erased."""
MOST_KEPT = 2 * max(PERIODS)
_QUARTER_MS = 15 * 60_000
"""Days of every time zone begin at a quarter of an hour."""
_STARS = (1, 2, 3, 4, 5)


@dataclass(slots=True)
class Day:
    """What happened on one day of the clinic's time zone.

    `conversations` are those in which something was said. Replies are counted by what they were: `answered`,
    `abstained` (no reliable passage), `advice` (personal advice declined), `emergencies`, and `cannot_answer`,
    where something on our side did not work. `handed_off` counts wishes for a person.
    """

    date: str
    conversations: int = 0
    answered: int = 0
    abstained: int = 0
    advice: int = 0
    emergencies: int = 0
    cannot_answer: int = 0
    handed_off: int = 0
    thumbs_up: int = 0
    thumbs_down: int = 0
    stars: Counter[int] = field(default_factory=Counter)


COUNTS = tuple(each.name for each in fields(Day) if each.name not in {"date", "stars"})


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page shows of a period. `stars` has 1 to 5; times are within office hours."""

    days: tuple[Day, ...]
    totals: Mapping[str, int]
    stars: Mapping[int, int]
    first_response: Times
    resolution: Times


class Insights:
    """Counts the log. One per process; it takes one caller at a time."""

    def __init__(
        self,
        database: Database,
        office: OfficeHours | None = None,
        zone: tzinfo = UTC,
        clock: Clock = system_clock,
    ) -> None:
        self._database = database
        self._office = office or OfficeHours()
        self._zone = zone
        self._clock = clock
        self._kept: dict[str, tuple[int, Day]] = {}
        self._busy = threading.Lock()

    def figures(self, period: int) -> Figures:
        """The last days, today the last of them. ValueError for a period that is not one of `PERIODS`."""
        if period not in PERIODS:
            raise ValueError(f"A period is one of {', '.join(map(str, PERIODS))} days.")
        now = self._clock()
        today = datetime.fromtimestamp(now / 1000, UTC).astimezone(self._zone).date()
        dates = [today - timedelta(days=back) for back in reversed(range(period))]
        with self._busy, self._database.read() as connection:
            days = self._days(connection, dates, now)
            since = self._begins(dates[0])
            first, resolution = times(connection, since, self._office)
        return Figures(
            days=days,
            totals={name: sum(getattr(day, name) for day in days) for name in COUNTS},
            stars={star: sum(day.stars[star] for day in days) for star in _STARS},
            first_response=first,
            resolution=resolution,
        )

    def _days(self, connection: sa.Connection, dates: Sequence[date], now: int) -> tuple[Day, ...]:
        """The days in order; those that are over and were read lately come from memory."""
        settled = now - KEEP_MS
        names = [each.isoformat() for each in dates]
        # What is said late in the evening may be answered and rated the next morning.
        changing = set(names[-2:])
        missing = [
            index
            for index, name in enumerate(names)
            if name in changing or name not in self._kept or self._kept[name][0] < settled
        ]
        counted = self._count(connection, dates[missing[0] :])
        for day in counted:
            self._kept[day.date] = (now, day)
        while len(self._kept) > MOST_KEPT:
            del self._kept[min(self._kept)]
        return tuple(self._kept[name][1] for name in names)

    def _count(self, connection: sa.Connection, dates: Sequence[date]) -> list[Day]:
        """Reads the log from the first of the dates on; they follow each other."""
        days = [Day(each.isoformat()) for each in dates]
        begins = [self._begins(each) for each in dates]
        since = {"since": begins[0], "until": self._begins(dates[-1] + timedelta(days=1))}

        def day_of(quarter: int) -> Day:
            return days[max(bisect_right(begins, quarter * _QUARTER_MS) - 1, 0)]

        for quarter, rating, number in connection.execute(_TALKS, since):
            day = day_of(quarter)
            day.conversations += number
            if rating is not None:
                day.stars[rating] += number
        for quarter, kind, number in connection.execute(_REPLIES, since):
            name, day = _FIELDS[kind], day_of(quarter)
            setattr(day, name, getattr(day, name) + number)
        for quarter, meant, number in connection.execute(_ABSTAINED, since):
            if meant:
                day_of(quarter).abstained += number
            else:
                day_of(quarter).cannot_answer += number
        for quarter, number in connection.execute(_WISHES, since):
            day_of(quarter).handed_off += number
        for quarter, helpful, number in connection.execute(_THUMBS, since):
            day = day_of(quarter)
            if helpful:
                day.thumbs_up += number
            else:
                day.thumbs_down += number
        return days

    def _begins(self, day: date) -> int:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return round(midnight.timestamp() * 1000)


def _quarter(moment: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return (moment // sa.literal_column(str(_QUARTER_MS), sa.BigInteger)).label("quarter")


def _within(moment: sa.ColumnElement[int]) -> Iterator[sa.ColumnElement[bool]]:
    yield moment >= sa.bindparam("since")
    yield moment < sa.bindparam("until")


_TALKS = (
    sa.select(_quarter(conversations.c.created_at), conversations.c.rating, sa.func.count())
    .where(
        conversations.c.updated_at >= sa.bindparam("since"),  # there is an index on it
        *_within(conversations.c.created_at),
        conversations.c.last_seq > 1,
    )
    .group_by(sa.literal_column("quarter"), conversations.c.rating)
)

_FIELDS = {"emergency": "emergencies", "medical_advice": "advice", "answer": "answered", "cost": "answered"}
_REPLIES = (
    sa.select(_quarter(messages.c.created_at), messages.c.kind, sa.func.count())
    .where(messages.c.in_reply_to.is_not(None), messages.c.kind.in_(_FIELDS), *_within(messages.c.created_at))
    .group_by(sa.literal_column("quarter"), messages.c.kind)
)
"""Only the bot, and the system in an emergency, reply to a message. All of it is in `ix_messages_replies`, so that
no message is read for it."""

_MEANT = sa.or_(messages.c.evidence.is_not(None), messages.c.quick_replies.is_not(None))
"""An "I do not know" comes with its reasons, or with a way on; without both, something of ours did not work."""

_ABSTAINED = (
    sa.select(_quarter(messages.c.created_at), _MEANT.label("meant"), sa.func.count())
    .where(messages.c.in_reply_to.is_not(None), messages.c.kind == "abstain", *_within(messages.c.created_at))
    .group_by(sa.literal_column("quarter"), sa.literal_column("meant"))
)

_WISHES = (
    sa.select(_quarter(handoff_requests.c.requested_at), sa.func.count())
    .where(
        *_within(handoff_requests.c.requested_at),
        handoff_requests.c.reason.not_in([Reason.RETURNED.value, Reason.TRANSFERRED.value]),
    )
    .group_by(sa.literal_column("quarter"))
)

_THUMBS = (
    sa.select(_quarter(feedback.c.given_at), feedback.c.helpful, sa.func.count())
    .where(*_within(feedback.c.given_at))
    .group_by(sa.literal_column("quarter"), feedback.c.helpful)
)
