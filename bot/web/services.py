"""The working parts of one web process, built once by `create_app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from bot.accounts.audit import Audit
from bot.accounts.store import Accounts
from bot.conversations import migrations
from bot.conversations.canned import CannedReplies
from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.inbox import Inbox
from bot.conversations.log import ConversationLog
from bot.conversations.model import Author
from bot.conversations.notes import Notes
from bot.conversations.office import OfficeHours
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence
from bot.conversations.privacy import Privacy
from bot.conversations.ratings import Ratings
from bot.conversations.turns import TurnQueue
from bot.conversations.work_items import WorkItems
from bot.settings import BotSettings
from bot.web.hashing import elsewhere
from bot.web.limits import Limits
from bot.web.metrics import Metrics
from bot.web.neighbours import Neighbours, Nobody
from bot.web.rasa import RasaClient
from bot.web.readiness import Readiness
from bot.web.runner import TurnRunner
from bot.web.screen import Screen
from bot.web.streams import Streams
from bot.web.typing import Typing

EXTENSION = "nkbot"
DESK = "desk"
"""The name under which all pages of advisors listen in `Services.desk`."""
MOST_DESKS = 500


@dataclass(frozen=True)
class Services:
    """What the views work with."""

    settings: BotSettings
    database: Database
    log: ConversationLog
    handoffs: Handoffs
    ownership: Ownership
    presence: Presence
    ratings: Ratings
    privacy: Privacy
    accounts: Accounts
    audit: Audit
    inbox: Inbox
    notes: Notes
    canned_replies: CannedReplies
    work_items: WorkItems
    streams: Streams
    desk: Streams
    typing: Typing
    runner: TurnRunner
    screen: Screen
    limits: Limits
    readiness: Readiness
    office: OfficeHours
    metrics: Metrics
    neighbours: Neighbours

    def start(self) -> None:
        """Begins to work off turns, and to hear what the other web processes tell."""
        self.runner.start()
        self.neighbours.listen(_Ears(self))

    def changed(self, conversation_id: str) -> None:
        """Something changed in a conversation: wakes the patient's pages and those of the advisors."""
        self.streams.wake(conversation_id)
        self.desk.wake(DESK)


class _Ears:
    """Passes on to this process's streams what another process told."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts

    def changed(self, name: str) -> None:
        """See `Ears.changed`."""
        (self._parts.desk if name == DESK else self._parts.streams).heard(name)

    def writes(self, conversation_id: str, author: Author, *, now: bool) -> None:
        """See `Ears.writes`."""
        if not self._parts.typing.heard(conversation_id, author, now=now):
            return
        if author is Author.PATIENT:
            self._parts.desk.heard(DESK)
        else:
            self._parts.streams.heard(conversation_id)


def build(settings: BotSettings) -> Services:
    """Opens the database, brings its tables up to date and puts the parts together."""
    database = Database(settings.database_url, settings.database_connections)
    migrations.upgrade(database)
    office = OfficeHours.parse(settings.office_hours, settings.time_zone)
    neighbours, limits = _shared(settings)
    log, streams = ConversationLog(database, office=office), Streams(tell=neighbours.changed)
    desk = Streams(MOST_DESKS, tell=neighbours.changed)
    accounts = Accounts(database, elsewhere=elsewhere())
    screen = Screen.load(settings)
    bot = RasaClient(settings.rasa_urls, settings.internal_token, screen.asked_besides)
    metrics = Metrics()
    return Services(
        settings=settings,
        database=database,
        log=log,
        handoffs=Handoffs(database, office=office, callback_after=settings.callback_after),
        ownership=Ownership(database, office=office),
        presence=Presence(database),
        ratings=Ratings(database),
        privacy=Privacy(database),
        accounts=accounts,
        audit=accounts.audit,
        inbox=Inbox(database),
        notes=Notes(database),
        canned_replies=CannedReplies(database),
        work_items=WorkItems(database),
        streams=streams,
        desk=desk,
        typing=Typing(neighbours.writes),
        runner=TurnRunner(
            log,
            TurnQueue(database),
            bot,
            streams,
            database.clock,
            on_change=lambda: desk.wake(DESK),
            metrics=metrics,
            instead_of_nothing=screen.instead_of_nothing,
        ),
        screen=screen,
        limits=limits,
        readiness=Readiness(database, settings.rasa_urls, settings.actions_urls, settings.internal_token),
        office=office,
        metrics=metrics,
        neighbours=neighbours,
    )


def _shared(settings: BotSettings) -> tuple[Neighbours, Limits]:
    """What several web processes have in common besides the database; with one there is nothing."""
    if not settings.redis_url:
        return Nobody(), Limits(settings.limits)
    from bot.web.redis_connection import connect
    from bot.web.redis_limits import RedisCounts, RedisPlaces
    from bot.web.redis_neighbours import RedisNeighbours

    client = connect(settings.redis_url)
    key = settings.internal_token
    limits = Limits(settings.limits, RedisCounts(client, key), RedisPlaces(client, key))
    return RedisNeighbours(client), limits


def services() -> Services:
    """The services of the application that answers the current request."""
    return cast(Services, current_app.extensions[EXTENSION])
