"""Wakes event streams, of this process and of its neighbours. A wake-up carries no data: the stream reads the log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

MOST_PER_CONVERSATION = 6
"""Open streams of one conversation; a further one ends the oldest (a phone that changed networks)."""


class Wake:
    """What one open stream waits on."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.ended = False
        self.has_read: tuple[int, int] | None = None
        """Last sequence and ownership number that the stream has told."""

    def wait(self, seconds: float) -> bool:
        """Waits for news; false when none came in time."""
        woken = self._event.wait(seconds)
        self._event.clear()
        return woken

    def set(self) -> None:
        """There may be news."""
        self._event.set()

    def end(self) -> None:
        """Asks the stream to end; its page opens another one and goes on from where it was."""
        self.ended = True
        self._event.set()


def _nobody(_name: str) -> None:
    """There is nobody to tell."""


class Streams:
    """The open streams of this process, by conversation; at most `most` of each.

    `tell` passes a wake-up on to the other web processes.
    """

    def __init__(self, most: int = MOST_PER_CONVERSATION, tell: Callable[[str], None] = _nobody) -> None:
        self._most = most
        self._tell = tell
        self._open: dict[str, list[Wake]] = {}
        self.told = 0
        """How often somebody said that something changed."""

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[Wake]:
        """Registers a stream for as long as the block runs."""
        wake = Wake()
        waiting = self._open.setdefault(conversation_id, [])
        waiting.append(wake)
        if len(waiting) > self._most:
            waiting.pop(0).end()
        try:
            yield wake
        finally:
            if wake in waiting:
                waiting.remove(wake)
            if not waiting and self._open.get(conversation_id) is waiting:
                del self._open[conversation_id]

    def wake(self, conversation_id: str) -> None:
        """Something changed in a conversation."""
        self.heard(conversation_id)
        self._tell(conversation_id)

    def heard(self, conversation_id: str) -> None:
        """Another process says that something changed."""
        self.told += 1  # before anybody wakes up and looks at it
        for wake in self._open.get(conversation_id, ()):
            wake.set()

    def notice(self, changed: Mapping[str, tuple[int, int]]) -> None:
        """Wakes streams that have not told yet what `ConversationLog.changed_since` found.

        This is how they hear of what another process appended.
        """
        for conversation_id, mark in changed.items():
            for wake in self._open.get(conversation_id, ()):
                if wake.has_read != mark:
                    wake.set()

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self._open.values())
