"""`python -m bot.worker`: works until it is told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.heartbeats import Heartbeats
from bot.failures import where
from bot.settings import BotSettings
from bot.worker.clockwork import Clockwork, Job
from bot.worker.jobs import jobs
from bot.worker.publishing import Publishing
from knowledge import log_lines
from knowledge.settings import KnowledgeSettings

_log = logging.getLogger("bot.worker")

BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.25
RETRY_SECONDS = 1.0
STOP_SECONDS = 2.5
STUCK = 3


def main() -> int:
    """Run the jobs; 2 with a sentence when a setting is wrong, 3 when a job hung and all begins anew."""
    try:
        settings = BotSettings.from_environment()
        publishing = Publishing(KnowledgeSettings.from_environment())
        database = Database(settings.database_url, settings.database_connections)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    log_lines.configure("worker", settings.log_level, settings.log_format)
    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    if not _prepared(database, asked_to_stop):
        return 0
    heartbeats = Heartbeats(database)
    clockwork = Clockwork(
        [
            *jobs(settings, database),
            Job("publications", LOOK_SECONDS, publishing.look),
            Job("heartbeat", BEAT_SECONDS, heartbeats.beat, 60),
        ]
    )
    clockwork.start()
    _log.info("the worker is at work")
    while not asked_to_stop.wait(1):
        stuck = clockwork.stuck()
        if stuck:
            _log.error("these jobs hang, so the worker begins anew: %s", ", ".join(stuck))
            logging.shutdown()
            os._exit(STUCK)  # a thread that hangs cannot be ended in any other way
    clockwork.stop(STOP_SECONDS)
    return 0


def _prepared(database: Database, asked_to_stop: threading.Event) -> bool:
    """Brings the tables up to date, as soon as the database answers; false when told to stop first."""
    failed = False
    while not asked_to_stop.is_set():
        try:
            migrations.upgrade(database)
        except Exception as error:  # noqa: BLE001 - whatever the database says, it may be better later
            if not failed:
                _log.error("the database cannot be used yet, the worker goes on trying: %s", where(error))
            failed = True
            asked_to_stop.wait(RETRY_SECONDS)
        else:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
