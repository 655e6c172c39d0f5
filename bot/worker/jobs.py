"""What the worker does, and how often."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from bot.accounts.store import Accounts
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.heartbeats import Heartbeats
from bot.conversations.office import OfficeHours
from bot.conversations.ownership import Ownership
from bot.conversations.privacy import Privacy
from bot.settings import BotSettings
from bot.worker.clockwork import Job
from bot.worker.erasing import RetentionSweep, finish_erasures
from bot.worker.rasa import RasaMemory
from bot.worker.unanswered import UnansweredQuestions
from knowledge.settings import KnowledgeSettings

_log = logging.getLogger(__name__)

GRACE_MS = 15_000
"""After its start the worker waits this long before it takes an advisor for vanished: when everything has been
down, advisors' pages need a moment to report again."""


def jobs(settings: BotSettings, database: Database, clock: Clock | None = None) -> list[Job]:
    """The jobs of one worker."""
    clock = clock or database.clock
    office = OfficeHours.parse(settings.office_hours, settings.time_zone)
    ownership = Ownership(database, clock, office)
    handoffs = Handoffs(database, clock, office, settings.callback_after)
    privacy = Privacy(database, clock)
    memory = RasaMemory(settings.rasa_urls, settings.internal_token)
    sweep = RetentionSweep(
        privacy, Heartbeats(database, clock), clock, settings.retention_days, ZoneInfo(settings.time_zone)
    )
    accounts = Accounts(database, clock)
    unanswered = UnansweredQuestions(database, KnowledgeSettings.from_environment(), clock)
    started = clock()

    def return_abandoned() -> None:
        if clock() - started < GRACE_MS:
            return
        returned = ownership.return_abandoned()
        if returned:
            _log.warning("%d conversations of advisors who vanished wait again", len(returned))

    def offer_callbacks() -> None:
        handoffs.offer_callbacks()

    def forget_expired_sessions() -> None:
        accounts.forget_expired()

    return [
        Job("advisors who vanished", 1, return_abandoned),
        Job("offers to call back", 1, offer_callbacks),
        Job("erasures", 1, lambda: finish_erasures(privacy, memory)),
        Job("retention sweep", 60, sweep.run),
        Job("unanswered questions", 5, unanswered.run, 600),
        Job("sessions that are over", 600, forget_expired_sessions),
    ]
