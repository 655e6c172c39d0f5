"""Finishes what an erasure began, and erases what has been kept long enough."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from bot.conversations.clock import Clock
from bot.conversations.errors import ConversationNotFound
from bot.conversations.heartbeats import Heartbeats
from bot.conversations.privacy import Privacy

_log = logging.getLogger(__name__)

DAY_MS = 86_400_000
SWEEP_HOUR = 3
"""The hour of the night, in the clinic's time zone, at which old conversations are erased."""
SWEEP = "retention sweep"
AT_ONCE = 50
BREATH = 0.02
"""Seconds between two erasures of a sweep, so that patients who write meanwhile do not wait in line."""


class Memory(Protocol):
    """Who else remembers conversations."""

    def forget(self, conversation_id: str) -> None:
        """Nothing is left and nothing comes back; raises when that is not certain."""


def finish_erasures(privacy: Privacy, memory: Memory) -> bool:
    """Completes the erasures that are under way; true when more may be waiting.

    Raises what `memory` raises; what was not confirmed stays on the list.
    """
    pending = privacy.pending_erasures(AT_ONCE)
    if not pending or not privacy.scrub():
        return False
    for erasure in pending:
        memory.forget(erasure.conversation_id)
        privacy.confirm(erasure.conversation_id)
    return len(pending) == AT_ONCE


class RetentionSweep:
    """Erases, once a night, conversations whose last message is older than `days`; 0 keeps everything.

    A sweep that was broken off, or a night in which nothing ran, is made up for at the next opportunity.
    """

    def __init__(
        self, privacy: Privacy, heartbeats: Heartbeats, clock: Clock, days: int, zone: tzinfo
    ) -> None:
        self._privacy = privacy
        self._heartbeats = heartbeats
        self._clock = clock
        self._days = days
        self._zone = zone
        self._breathe = threading.Event()

    def run(self) -> bool:
        """Erases some of what has expired, if it is time to; true when there is more."""
        now = self._clock()
        if self._days == 0 or (self._heartbeats.last(SWEEP) or 0) >= last_night(now, self._zone):
            return False
        expired = self._privacy.expired(now - self._days * DAY_MS, AT_ONCE)
        for conversation_id in expired:
            try:
                self._privacy.erase(conversation_id, "retention")
            except ConversationNotFound:
                continue  # erased by the patient, or by another worker, in this very moment
            self._breathe.wait(BREATH)
        if expired:
            _log.info("%d conversations have been kept long enough and were erased", len(expired))
            return True
        self._heartbeats.beat(SWEEP)
        return False


def last_night(now: int, zone: tzinfo) -> int:
    """The last moment at which it was the sweep's hour (milliseconds since 1970, UTC)."""
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    hour = here.replace(hour=SWEEP_HOUR, minute=0, second=0, microsecond=0, fold=0)
    if hour > here:
        hour -= timedelta(days=1)
    return round(hour.timestamp() * 1000)
