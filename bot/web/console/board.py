"""What all open consoles have to be told: read from the database once for all of them, however many they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from bot.conversations.inbox import QueueCounts, Row
from bot.conversations.work_items import State
from bot.web.console import wire
from bot.web.services import Services

TICK_SECONDS = 0.25
"""However much happens, the database is read no more often than this. The first of many changes is read at once."""
FRESH_SECONDS = 1.0
"""So long what was read is good enough when nobody has told of a change."""
LOOK_BACK_MS = 3_000
"""A change may be seen this late, because it took its time before its transaction began."""
MOST_AT_ONCE = 500
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each queue has, and how many `requests` nobody has begun to work on."""

    queues: QueueCounts
    requests: int

    @classmethod
    def read(cls, parts: Services) -> Counts:
        """How it is now."""
        return cls(parts.inbox.counts(), parts.work_items.counts()[State.OPEN.value])

    def of(self, advisor_id: int) -> dict[str, int]:
        """As one advisor's page shows them."""
        return {**self.queues.of(advisor_id), "requests": self.requests}


@dataclass(frozen=True, slots=True)
class News:
    """What a console does not know yet: events ready to be sent, and the counts after them.

    `place` is how far the console has come with it.
    """

    place: int
    events: str
    counts: Counts | None


class _Change(NamedTuple):
    """The newest that there is to tell of one conversation; no row when it was erased."""

    number: int
    row: Row | None
    event: str


class Board:
    """The changes of all conversations in the order they were found, for the consoles of this process.

    Whoever looks first after a change reads it for everybody; those who look meanwhile wait for the result.
    Nothing is kept while no console is open.
    """

    def __init__(self, parts: Services) -> None:
        self._parts = parts
        self._reading = threading.Lock()
        self._followers = 0
        self._number = 0
        self._forgotten = 0
        self._changes: dict[str, _Change] = {}
        self._counts: Counts | None = None
        self._since = 0
        self._told = 0
        self._read_at = float("-inf")

    @contextmanager
    def follow(self) -> Iterator[int]:
        """For as long as a console is open; gives the place from which it has to be told."""
        now = self._parts.database.clock()
        if not self._followers:
            self._since, self._read_at = now, float("-inf")
        self._followers += 1
        try:
            yield self._number
        finally:
            self._followers -= 1
            if not self._followers:
                self._changes, self._forgotten = {}, self._number

    def news(self, place: int) -> News | None:
        """What is new behind a place; None when the console lags too far behind and must begin anew."""
        with self._reading:
            if self._is_out_of_date():
                time.sleep(max(0.0, self._read_at + TICK_SECONDS - time.monotonic()))
                self._read()
        if place < self._forgotten:
            return None
        events = []
        for change in reversed(self._changes.values()):
            if change.number <= place:
                break
            events.append(change.event)
        return News(self._number, "".join(reversed(events)), self._counts)

    def _is_out_of_date(self) -> bool:
        return self._told != self._parts.desk.told or time.monotonic() - self._read_at >= FRESH_SECONDS

    def _read(self) -> None:
        parts = self._parts
        # Noted before anything is read: what changes meanwhile makes the next console read again.
        told, self._read_at = parts.desk.told, time.monotonic()
        now, since = parts.database.clock(), self._since - LOOK_BACK_MS
        found: dict[str, Row | None] = {
            each.id: each for each in parts.inbox.changed_since(since, MOST_AT_ONCE)
        }
        found |= dict.fromkeys(parts.privacy.erased_since(since))
        new = {each: row for each, row in found.items() if self._is_new(each, row)}
        if new:
            self._counts = Counts.read(parts)
        self._note(new)
        self._since, self._told = now, told

    def _is_new(self, conversation_id: str, row: Row | None) -> bool:
        known = self._changes.get(conversation_id)
        return known is None or known.row != row

    def _note(self, new: Mapping[str, Row | None]) -> None:
        for conversation_id, row in new.items():
            event = (
                wire.event("gone", {"id": conversation_id})
                if row is None
                else wire.event("conversation", wire.row(row))
            )
            self._number += 1
            self._changes.pop(conversation_id, None)  # it goes to the end
            self._changes[conversation_id] = _Change(self._number, row, event)
        while len(self._changes) > MOST_KEPT:
            self._forgotten = self._changes.pop(next(iter(self._changes))).number
