"""The working parts of one web process, built once by `create_app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from bot.conversations.turns import TurnQueue
from bot.settings import BotSettings
from bot.web.limits import Limits
from bot.web.rasa import RasaClient
from bot.web.readiness import Readiness
from bot.web.runner import TurnRunner
from bot.web.screen import Screen
from bot.web.streams import Streams

EXTENSION = "nkbot"


@dataclass(frozen=True)
class Services:
    """What the views work with."""

    settings: BotSettings
    database: Database
    log: ConversationLog
    streams: Streams
    runner: TurnRunner
    screen: Screen
    limits: Limits
    readiness: Readiness


def build(settings: BotSettings) -> Services:
    """Opens the database, brings its tables up to date and puts the parts together."""
    database = Database(settings.database_url)
    migrations.upgrade(database)
    log, streams = ConversationLog(database), Streams()
    bot = RasaClient(settings.rasa_url, settings.internal_token)
    return Services(
        settings=settings,
        database=database,
        log=log,
        streams=streams,
        runner=TurnRunner(log, TurnQueue(database), bot, streams),
        screen=Screen.load(settings),
        limits=Limits(settings.limits),
        readiness=Readiness(database, settings.rasa_url, settings.actions_url, settings.internal_token),
    )


def services() -> Services:
    """The services of the application that answers the current request."""
    return cast(Services, current_app.extensions[EXTENSION])
