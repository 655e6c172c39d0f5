"""What the open consoles are told, and how often the database is read for it."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.inbox import MOST_LISTED, Inbox, Row
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply
from bot.conversations.ownership import Ownership
from bot.conversations.privacy import Privacy
from bot.conversations.work_items import WorkItems
from bot.web.console import board as module
from bot.web.console import live
from bot.web.console.board import Board
from bot.web.services import DESK, Services
from bot.web.streams import Streams
from bot.web.typing import Typing

CONSOLES = 20
ANNA, BEN = Advisor(1, "Anna"), Advisor(2, "Ben")


class CountedInbox(Inbox):
    """Counts how often somebody looks for changes."""

    reads = 0

    def changed_since(self, moment: int, limit: int = MOST_LISTED) -> Sequence[Row]:
        self.reads += 1
        return super().changed_since(moment, limit)


class Desk:
    """A web process without the web: the log, and the board of its consoles."""

    def __init__(self, database: Database) -> None:
        self.inbox = CountedInbox(database)
        self.log = ConversationLog(database)
        self.ownership = Ownership(database)
        self.privacy = Privacy(database)
        self.wakes = Streams()
        parts = SimpleNamespace(
            database=database,
            desk=self.wakes,
            inbox=self.inbox,
            privacy=self.privacy,
            work_items=WorkItems(database),
            typing=Typing(),
        )
        self.parts = cast(Services, parts)
        self.board = Board(self.parts)

    def writes(self, conversation: str, text: str) -> None:
        """A patient's message, as the patient API takes it."""
        self.log.append_patient_message(conversation, str(uuid.uuid4()), text)
        self.wakes.wake(DESK)

    def newcomer(self, text: str) -> str:
        """A new conversation with one message."""
        conversation = self.log.create([Reply("smalltalk", "Hello.")]).id
        self.writes(conversation, text)
        return conversation

    def console(self, advisor: Advisor) -> Iterator[str]:
        """The stream of an advisor's page, as far as the ping at its beginning."""
        stream = live._stream(self.parts, self.board, advisor.id, lambda: True)
        assert "event: ping" in next(stream)
        return stream


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database(f"sqlite:///{tmp_path / 'conversations.sqlite3'}")
    migrations.upgrade(database)
    yield Desk(database)
    database.close()


def told(written: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a piece of a stream."""
    lines = [block.split("\n") for block in written.split("\n\n") if block]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def rows(written: str) -> dict[str, dict[str, Any]]:
    return {data["id"]: data for name, data in told(written) if name == "conversation"}


def test_twenty_consoles_cost_one_read_for_each_change(desk: Desk) -> None:
    with desk.board.follow() as beginning:
        places, seen = [beginning] * CONSOLES, [""] * CONSOLES

        def look(number: int) -> None:
            news = desk.board.news(places[number])
            assert news
            places[number], seen[number] = news.place, news.events

        conversation = desk.newcomer("question 0")
        for change in range(3):
            consoles = [threading.Thread(target=look, args=(each,)) for each in range(CONSOLES)]
            for console in consoles:
                console.start()
            for console in consoles:
                console.join()
            assert {rows(each)[conversation]["last_text"] for each in seen} == {f"question {change}"}
            assert desk.inbox.reads == change + 1
            desk.writes(conversation, f"question {change + 1}")


def test_the_first_change_is_told_at_once_and_those_behind_it_at_the_next_tick(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=time.monotonic, sleep=rests.append))
    with desk.board.follow() as place:
        conversation = desk.newcomer("a first question")
        first = desk.board.news(place)
        assert first
        assert conversation in rows(first.events)
        assert rests == [0]
        for word in ("and", "some", "more"):
            desk.writes(conversation, word)
        second = desk.board.news(first.place)
        assert second
        assert [data["last_text"] for _, data in told(second.events)] == ["more"]
        assert 0 < rests[1] <= module.TICK_SECONDS
        assert desk.inbox.reads == 2


def test_a_console_is_told_what_changed_without_a_word_to_this_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    with desk.board.follow() as place:
        before = desk.board.news(place)
        assert before
        assert not before.events
        conversation = desk.log.create([Reply("smalltalk", "Hello.")]).id
        after = desk.board.news(before.place)
        assert after
        assert conversation in rows(after.events)


def test_each_page_sees_who_took_over_and_counts_its_own(desk: Desk) -> None:
    anna, ben = desk.console(ANNA), desk.console(BEN)
    conversation = desk.newcomer("may I talk to somebody?")
    for page in (anna, ben):
        assert rows(next(page))[conversation]["status"] == "bot"
    desk.ownership.take(conversation, ANNA)
    desk.wakes.wake(DESK)
    for page, mine in ((anna, 1), (ben, 0)):
        written = next(page)
        assert rows(written)[conversation]["advisor"] == {"id": ANNA.id, "name": ANNA.name}
        counts = [data["counts"] for name, data in told(written) if name == "queues"]
        assert [(each["mine"], each["bot"]) for each in counts] == [(mine, 0)]


def test_an_erased_conversation_vanishes_from_pages_and_board(desk: Desk) -> None:
    page = desk.console(ANNA)
    conversation = desk.newcomer("please forget this")
    assert conversation in rows(next(page))
    desk.privacy.erase(conversation, "patient")
    desk.wakes.wake(DESK)
    assert ("gone", {"id": conversation}) in told(next(page))
    assert "please forget this" not in repr(vars(desk.board))


def test_nothing_is_kept_when_the_last_console_is_closed(desk: Desk) -> None:
    one, other = desk.console(ANNA), desk.console(BEN)
    desk.newcomer("a question of mine")
    next(one)
    one.close()  # type: ignore[attr-defined]
    assert "a question of mine" in repr(vars(desk.board))
    other.close()  # type: ignore[attr-defined]
    assert "a question of mine" not in repr(vars(desk.board))


def test_a_page_that_lags_too_far_behind_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    with desk.board.follow() as place:
        for number in range(3):
            desk.newcomer(f"question {number}")
        assert desk.board.news(place) is None
    page = desk.console(ANNA)
    for number in range(3):
        desk.newcomer(f"question {number}")
    assert not list(page)
