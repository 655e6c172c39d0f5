"""The other web processes, reached through Redis: published on one channel, heard by all who listen."""

from __future__ import annotations

import logging
import secrets
import threading
import time

import redis

from bot.conversations.model import Author
from bot.failures import where
from bot.web.neighbours import Ears

_log = logging.getLogger(__name__)

CHANNEL = "nkbot"
RETRY_SECONDS = 0.5
LISTEN_SECONDS = 1.0
PING_EVERY = 5.0
DEAF_AFTER = 12.0
"""Redis that has not even answered a ping for this long is taken for gone, and connected to anew."""


class RedisNeighbours:
    """See `Neighbours`. A message is `FROM changed NAME` or `FROM writes|sent AUTHOR CONVERSATION`.

    What is to be told is handed to a thread of its own: no request waits for Redis. While Redis is away
    it is dropped.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._me = secrets.token_hex(6)
        self._untold: dict[str, str] = {}
        self._lock = threading.Lock()
        self._something = threading.Event()
        self._closed = threading.Event()
        self._telling = False
        self._complained: set[str] = set()
        self.hears = threading.Event()
        """Set while the channel is open."""

    def changed(self, name: str) -> None:
        """See `Ears.changed`."""
        self._tell(name, f"changed {name}")

    def writes(self, conversation_id: str, author: Author, *, now: bool) -> None:
        """See `Ears.writes`."""
        word = "writes" if now else "sent"
        self._tell(f"{author.value} {conversation_id}", f"{word} {author.value} {conversation_id}")

    def listen(self, ears: Ears) -> None:
        """See `Neighbours.listen`."""
        threading.Thread(target=self._hear_always, args=(ears,), name="neighbours", daemon=True).start()

    def close(self) -> None:
        """See `Neighbours.close`."""
        self._closed.set()
        self._something.set()

    def _tell(self, about: str, message: str) -> None:
        """Of several things about the same, only the last is worth telling."""
        with self._lock:
            self._untold.pop(about, None)
            self._untold[about] = message
            begin, self._telling = not self._telling, True
        self._something.set()
        if begin:
            threading.Thread(target=self._tell_always, name="neighbours-told", daemon=True).start()

    def _tell_always(self) -> None:
        while not self._closed.is_set():
            self._something.wait()
            self._something.clear()
            with self._lock:
                messages, self._untold = list(self._untold.values()), {}
            if not messages:
                continue
            try:
                with self._redis.pipeline(transaction=False) as pipeline:
                    for message in messages:
                        pipeline.publish(CHANNEL, f"{self._me} {message}")
                    pipeline.execute()
            except Exception as error:  # noqa: BLE001 - the others find it in the log half a second later
                self._complain("told", error)
                self._closed.wait(RETRY_SECONDS)
            else:
                self._complained.discard("told")

    def _hear_always(self, ears: Ears) -> None:
        while not self._closed.is_set():
            try:
                self._hear(ears)
            except Exception as error:  # noqa: BLE001 - Redis may be away for a while
                self._complain("heard", error)
            self.hears.clear()
            self._closed.wait(RETRY_SECONDS)

    def _hear(self, ears: Ears) -> None:
        """Hears until the connection breaks."""
        with self._redis.pubsub() as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(CHANNEL)
            heard_at = pinged_at = time.monotonic()
            while not self._closed.is_set():
                message = channel.get_message(timeout=LISTEN_SECONDS)
                now = time.monotonic()
                if message is not None:
                    heard_at = now
                    if message["type"] == "subscribe":
                        self.hears.set()
                        self._complained.discard("heard")
                    elif message["type"] == "message":
                        self._understand(message["data"], ears)
                if now - heard_at > DEAF_AFTER:
                    raise TimeoutError
                if now - pinged_at > PING_EVERY:
                    pinged_at = now
                    channel.ping()

    def _understand(self, data: bytes, ears: Ears) -> None:
        """What is not understood, of a newer version perhaps, is left alone."""
        match data.decode("utf-8", "replace").split(" "):
            case [me, *_] if me == self._me:
                return
            case [_, "changed", name]:
                ears.changed(name)
            case [_, ("writes" | "sent") as word, ("patient" | "advisor") as author, conversation_id]:
                ears.writes(conversation_id, Author(author), now=word == "writes")
            case _:
                return

    def _complain(self, what: str, error: Exception) -> None:
        """Once, until it works again: not a line every half second."""
        if what not in self._complained:
            self._complained.add(what)
            _log.warning("Redis does not answer, so news between web processes is slower: %s", where(error))
