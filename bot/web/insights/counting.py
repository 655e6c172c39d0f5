"""Counts the log on a thread of its own, with a connection of its own, so that no patient waits for a figure.

Nobody waits long for a figure either: what takes longer goes on, and whoever asks again finds it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from bot.conversations.database import Database
from bot.conversations.insights import Figures, Insights
from bot.conversations.office import OfficeHours
from bot.settings import BotSettings
from bot.web.apart import Apart
from bot.web.services import EXTENSION, Services

PATIENCE = 0.7
"""Seconds after which somebody hears that it is still being counted."""
FRESH = 10.0
"""Seconds for which a period's figures are given again: the page and its file show the same."""
_EXTENSION = "nkbot.insights"


@dataclass
class _Work:
    done: threading.Event = field(default_factory=threading.Event)
    over_at: float = 0.0
    found: Figures | None = None
    fault: Exception | None = None


class Counting:
    """One for each web process."""

    def __init__(self, settings: BotSettings) -> None:
        self._settings = settings
        self._apart = Apart()
        self._insights: Insights | None = None
        self._under_way: dict[int, _Work] = {}

    def figures(self, period: int, patience: float = PATIENCE) -> Figures | None:
        """The figures of a period; None while they are still being counted. Raises what counting raises."""
        work = self._under_way.get(period)
        if work is None or (work.done.is_set() and time.monotonic() - work.over_at > FRESH):
            work = self._under_way[period] = _Work()
            threading.Thread(target=self._count, args=(period, work), name="insights", daemon=True).start()
        if not work.done.wait(patience):
            return None
        if work.fault is not None:
            self._under_way.pop(period, None)
            raise work.fault
        return work.found

    def _count(self, period: int, work: _Work) -> None:
        try:
            work.found = self._apart.run(lambda: self._opened().figures(period))
        except Exception as error:  # noqa: BLE001 - raised again where it was asked for
            work.fault = error
        work.over_at = time.monotonic()
        work.done.set()

    def _opened(self) -> Insights:
        if self._insights is None:
            office = OfficeHours.parse(self._settings.office_hours, self._settings.time_zone)
            database = Database(self._settings.database_url)
            self._insights = Insights(database, office, ZoneInfo(self._settings.time_zone))
        return self._insights


def install(app: Flask) -> None:
    """Gives the application its counting."""
    app.extensions[_EXTENSION] = Counting(cast(Services, app.extensions[EXTENSION]).settings)


def counting() -> Counting:
    """That of the application that answers the current request."""
    return cast(Counting, current_app.extensions[_EXTENSION])
