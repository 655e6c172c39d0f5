"""The live stream: everything once, in order, from wherever the page was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.conversations.model import ConversationState, HandoffView, Status
from bot.web import events
from bot.web.streams import MOST_PER_CONVERSATION, Streams
from bot.web.typing import Typing
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

Event = tuple[str, str, Any]


class Follower:
    """Reads the stream of one conversation event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[Event]:
        name, identity, data = "", "", ""
        for line in self._lines:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "id":
                identity = value
            elif field == "data":
                data = value
            elif not line and data:
                yield name, identity, json.loads(data)
                name, identity, data = "", "", ""

    def until(self, name: str) -> list[Event]:
        """All events up to and with the first of this name."""
        found: list[Event] = []
        for event in self:
            found.append(event)
            if event[0] == name:
                return found
        raise AssertionError(f"the stream ended without {name}: {found}")

    def messages(self, count: int) -> list[dict[str, Any]]:
        """The next so many messages."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found.append(self.until("message")[-1][2])
        return found


@contextmanager
def follow(web: WebProcess, patient: Patient, last: int | None = None) -> Iterator[Follower]:
    headers = dict(patient.headers)
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    address = f"{web.url}/api/conversations/{patient.conversation}/events"
    with httpx.stream("GET", address, headers=headers, timeout=20) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Follower(response)


def test_a_stream_begins_with_what_was_said_and_goes_on_live(web: WebProcess, patient: Patient) -> None:
    patient.ask("before")
    with follow(web, patient) as follower:
        replayed = follower.messages(3)
        patient.post("while listening")
        live = follower.messages(2)
    assert [message["seq"] for message in replayed + live] == [1, 2, 3, 4, 5]
    assert replayed + live == patient.messages()
    assert "evidence" not in json.dumps(replayed + live)


def test_a_stream_goes_on_where_the_page_was(web: WebProcess, patient: Patient) -> None:
    patient.ask("one")
    patient.ask("two")
    with follow(web, patient, last=3) as follower:
        first = follower.until("message")[-1]
    assert (first[1], first[2]["seq"]) == ("4", 4)


def test_a_stream_tells_the_status_and_who_is_writing(
    web: WebProcess, patient: Patient, rasa: FakeRasa
) -> None:
    with follow(web, patient, last=1) as follower:
        opening = follower.until("typing")
        assert [event[0] for event in opening] == ["status", "typing"]
        assert opening[0][2]["status"] == "bot"
        assert opening[0][2]["handoff"]["place"] is None
        assert opening[1][2] == {"author": "bot", "typing": False}
        rasa.hang()
        patient.post("a hard question")
        assert follower.until("typing")[-1][2]["typing"] is True
        rasa.go_on.set()
        closing = follower.until("typing")
        assert closing[-2][2]["author"] == "bot"
        assert closing[-1][2]["typing"] is False


def test_a_number_from_nowhere_replays_everything(web: WebProcess, patient: Patient) -> None:
    with follow(web, patient, last=500) as follower:
        assert follower.messages(1)[0]["seq"] == 1


def test_many_streams_of_one_conversation_see_the_same(web: WebProcess, patient: Patient) -> None:
    with follow(web, patient) as one, follow(web, patient) as other:
        patient.post("hello")
        assert one.messages(3) == other.messages(3)


def test_the_oldest_stream_makes_room(web: WebProcess, patient: Patient) -> None:
    with ExitStack() as open_streams:
        oldest, *others = [
            open_streams.enter_context(follow(web, patient)) for _ in range(MOST_PER_CONVERSATION)
        ]
        for follower in (oldest, *others):
            follower.messages(1)
        newest = open_streams.enter_context(follow(web, patient))
        newest.messages(1)
        assert all(name != "message" for name, _, _ in oldest)  # it ended, and its page comes back
        patient.post("hello")
        for follower in (*others, newest):
            assert follower.messages(1)[0]["text"] == "hello"


def test_a_silent_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    view = HandoffView(None, None, online=True, opens_at=None, callback=None)
    quiet = SimpleNamespace(
        log=SimpleNamespace(news=lambda *_: (ConversationState(Status.BOT, 1, 0, turn_open=False), [])),
        handoffs=SimpleNamespace(view=lambda _: view),
        streams=Streams(),
        typing=Typing(),
    )
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.01)
    lines = events.stream(quiet, "c", 0)  # type: ignore[arg-type]
    seen = [next(lines) for _ in range(4)]
    assert seen[-2:] == [": still here\n\n"] * 2


def test_streams_of_a_page_that_left_are_forgotten() -> None:
    streams = Streams()
    with streams.listen("c") as wake:
        streams.wake("c")
        assert wake.wait(0.0)
        assert not wake.wait(0.0)
        streams.notice({"c": (3, 1), "elsewhere": (9, 9)})
        assert wake.wait(0.0)
        wake.has_read = (3, 1)
        streams.notice({"c": (3, 1)})
        assert not wake.wait(0.0)
        streams.notice({"c": (3, 2)})
        assert wake.wait(0.0)
        assert len(streams) == 1
    assert len(streams) == 0
