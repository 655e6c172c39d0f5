"""When advisors answer: the clinic's office hours, in its own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<opens>\d{1,2}:\d{2})-(?P<closes>\d{1,2}:\d{2})"
)
_ALLOWED = "office hours such as “Mon-Fri 09:00-17:00; Sat 10:00-14:00”"


@dataclass(frozen=True, slots=True)
class _Span:
    day: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Weekly opening times. Without any, the office is always open."""

    spans: tuple[_Span, ...] = ()
    zone: tzinfo = UTC

    @classmethod
    def parse(cls, text: str, time_zone: str = "UTC") -> OfficeHours:
        """Reads `Mon-Fri 09:00-17:00; Sat 10:00-14:00`. ValueError with what is allowed.

        A span ends on the day on which it begins; `24:00` is the end of the day.
        """
        spans = []
        for part in (each.strip().lower() for each in text.split(";")):
            if not part:
                continue
            found = _PART.fullmatch(part)
            if found is None:
                raise ValueError(_ALLOWED)
            first, last = _day(found["first"]), _day(found["last"] or found["first"])
            opens, closes = _time(found["opens"]), _time(found["closes"])
            if opens >= closes:
                raise ValueError(_ALLOWED + ", where the end is later than the beginning")
            days = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
            spans += [_Span(day, opens, closes) for day in days]
        return cls(tuple(sorted(spans, key=lambda span: (span.day, span.opens))), ZoneInfo(time_zone))

    def is_open(self, now: int) -> bool:
        """Whether the office is open at a moment (milliseconds since 1970, UTC)."""
        here = self._here(now)
        return not self.spans or any(
            span.day == here.weekday() and span.opens <= here.time() < span.closes for span in self.spans
        )

    def opens_at(self, now: int) -> int | None:
        """When the office opens next (milliseconds since 1970, UTC); None while it is open."""
        if self.is_open(now):
            return None
        here = self._here(now)
        for ahead in range(8):
            day = (here + timedelta(days=ahead)).date()
            for span in self.spans:
                opens = datetime.combine(day, span.opens, tzinfo=self.zone)
                if span.day == day.weekday() and opens > here:
                    return round(opens.timestamp() * 1000)
        return None

    def open_within(self, begin: int, end: int) -> int:
        """How many milliseconds the office is open between two moments (milliseconds since 1970, UTC)."""
        if not self.spans or end <= begin:
            return max(end - begin, 0)
        found, day = 0, self._here(begin).date()
        last = self._here(end).date()
        while day <= last:
            for span in self.spans:
                if span.day == day.weekday():
                    opens, closes = self._moment(day, span.opens), self._moment(day, span.closes)
                    found += max(min(end, closes) - max(begin, opens), 0)
            day += timedelta(days=1)
        return found

    def _moment(self, day: date, at: time) -> int:
        if at == time.max:  # "24:00"
            day, at = day + timedelta(days=1), time.min
        return round(datetime.combine(day, at, tzinfo=self.zone).timestamp() * 1000)

    def _here(self, now: int) -> datetime:
        return datetime.fromtimestamp(now / 1000, UTC).astimezone(self.zone)


def _day(name: str) -> int:
    if name not in _DAYS:
        raise ValueError(_ALLOWED)
    return _DAYS.index(name)


def _time(text: str) -> time:
    hours, minutes = (int(part) for part in text.split(":"))
    if (hours, minutes) == (24, 0):
        return time.max
    try:
        return time(hours, minutes)
    except ValueError:
        raise ValueError(_ALLOWED) from None
