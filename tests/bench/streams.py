"""Thousands of open event streams on one web process: memory, processor time at rest, how soon a message arrives.

One advisor has taken over some of the conversations and has the console open. Messages go to one conversation at
a time, and to a hundred at the same moment, each on a connection of its own. The baseline is the same process
with few streams.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import TracebackType
from urllib.parse import urlsplit

from tests.bench import crowd
from tests.bench.answers import CALM
from tests.bench.asking import NoReply
from tests.bench.crowd import Crowd
from tests.bench.desk import PUSH_MS, WAIT_SECONDS, Line
from tests.bench.figures import Figure, percentile
from tests.bench.live import Side
from tests.bench.machine import Others, family, processor_seconds, wait_for_calm

STREAMS, FEW = 5_000, 100
QUICK_STREAMS, QUICK_FEW = 500, 100
AT_ONCE = 100
SEEN_EVERY = 10.0
"""The console says so often that its page is open; whoever is not seen for a minute loses the conversations."""
REST_SECONDS = 30.0
"""So long nobody writes: every stream has said twice that it is still there."""


@dataclass(frozen=True, slots=True)
class Length:
    """How many messages go to one at a time, and how often a hundred go at once."""

    alone: int = 200
    bursts: int = 10
    rest: float = REST_SECONDS


QUICK = Length(alone=20, bursts=2, rest=3.0)


@dataclass
class Held:
    """What one web process does with so many streams. Times in milliseconds from the log to the page."""

    streams: int
    megabytes_before: float = 0.0
    megabytes: float = 0.0
    at_rest: float = 0.0
    """The share of one processor that the web process uses while nobody writes."""
    opened_in: float = 0.0
    others: float = 0.0
    still_open: int = 0
    lost: int = 0
    alone: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)

    def note(self, times: list[float], pages: Pages, texts: Sequence[str]) -> None:
        """Waits for these messages on their pages; those that do not come are lost."""
        came = pages.wait_for(texts)
        times += came.values()
        self.lost += len(texts) - len(came)


class Pages(threading.Thread):
    """Reads all streams as their pages would, and notes when each message came."""

    def __init__(self, lines: Sequence[socket.socket]) -> None:
        super().__init__(daemon=True, name="pages")
        self._selector = selectors.DefaultSelector()
        self._pieces: dict[socket.socket, bytes] = {}
        self._seen = threading.Condition()
        self._came: dict[str, float] = {}
        self._enough = threading.Event()
        for line in lines:
            line.setblocking(False)
            self._selector.register(line, selectors.EVENT_READ)

    def run(self) -> None:
        """Reads until the block ends."""
        while not self._enough.is_set():
            for key, _ in self._selector.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                self._read(key.fileobj)

    def wait_for(self, texts: Sequence[str], seconds: float = WAIT_SECONDS) -> dict[str, float]:
        """For each text the milliseconds from the log to its page; those that did not come in time are missing."""
        with self._seen:
            self._seen.wait_for(lambda: all(text in self._came for text in texts), seconds)
            return {text: self._came.pop(text) for text in texts if text in self._came}

    def _read(self, line: socket.socket) -> None:
        try:
            piece = line.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        arrived = time.time()
        if not piece:
            self._selector.unregister(line)
            return
        *events, self._pieces[line] = (self._pieces.get(line, b"") + piece).split(b"\n\n")
        for event in events:
            if b"event: message" in event:
                said = json.loads(event.partition(b"data: ")[2].partition(b"\n")[0])
                took = arrived - datetime.fromisoformat(said["created_at"]).timestamp()
                with self._seen:
                    self._came[said["text"]] = max(took, 0.0) * 1000
                    self._seen.notify_all()

    def __enter__(self) -> Pages:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._enough.set()
        self.join(10)
        self._selector.close()


class Advisor:
    """One advisor who has taken over these conversations, with a connection for each: all can be written to at once."""

    def __init__(self, side: Side, conversations: Sequence[str]) -> None:
        address = urlsplit(side.url)
        self._headers = {**side.advisor, "Host": "bench", "Content-Type": "application/json"}
        self._desk = Line(side.url, side.advisor)
        self._lines = []
        for each in conversations:
            self._desk.post(f"/console/api/conversations/{each}/take", {})
            line = socket.create_connection((address.hostname or "", address.port or 80), WAIT_SECONDS)
            self._lines.append((each, line))
        self._seen_at = 0.0

    def write(self, many: int, first: int = 0) -> list[str]:
        """A message to so many at the same moment; the texts, when all have been acknowledged."""
        if time.monotonic() - self._seen_at > SEEN_EVERY:
            self._desk.post("/console/api/presence", {"available": True})
            self._seen_at = time.monotonic()
        chosen = [self._lines[(first + number) % len(self._lines)] for number in range(many)]
        texts = [f"I am here: {uuid.uuid4().hex}" for _ in chosen]
        requests = [
            _request(each, text, self._headers) for (each, _), text in zip(chosen, texts, strict=True)
        ]
        for (_, line), request in zip(chosen, requests, strict=True):
            line.sendall(request)
        for _, line in chosen:
            _acknowledged(line)
        return texts

    def close(self) -> None:
        """Lets go of the connections."""
        self._desk.close()
        for _, line in self._lines:
            line.close()


def measure(
    side: Side,
    numbers: Sequence[int],
    length: Length,
    patience: float,
    say: Callable[[str], None],
) -> tuple[list[Figure], dict[str, object]]:
    """In: how many streams, fewest first; the last is what counts, the first its baseline."""
    found = []
    for streams in numbers:
        one = _hold(side, streams, length, patience)
        say(
            f"  {one.still_open:,} of {streams:,} open, after {one.opened_in:.0f} s; {one.megabytes:.0f} MB; "
            f"others used {one.others:.0%} of the machine"
        )
        found.append(one)
    return _figures(found[-1], found[0]), {f"{each.streams} streams": asdict(each) for each in found}


def _hold(side: Side, streams: int, length: Length, patience: float) -> Held:
    held = Held(streams, megabytes_before=crowd.held(side.pid))
    luck = random.Random(streams)
    with ExitStack() as house:
        waiting = house.enter_context(Crowd(side.url, streams))
        held.opened_in = waiting.seconds
        held.megabytes = crowd.held(side.pid)
        console = Line(side.url, side.advisor)
        house.callback(console.close)
        console.follow("/console/api/events")
        pages = house.enter_context(Pages([*waiting.lines, console.events]))
        held.at_rest = _used_at_rest(side.pid, length.rest)
        advisor = Advisor(side, luck.sample(waiting.conversations, min(AT_ONCE, streams)))
        house.callback(advisor.close)
        wait_for_calm(side.roots, CALM, patience)
        with Others(side.roots) as others:
            for number in range(length.alone):
                held.note(held.alone, pages, advisor.write(1, number))
                time.sleep(0.02)
            for _ in range(length.bursts):
                held.note(held.at_once, pages, advisor.write(min(AT_ONCE, streams)))
                time.sleep(0.5)
        held.others = others.share
        held.still_open = waiting.still_open()
    return held


def _used_at_rest(pid: int, seconds: float) -> float:
    """The share of one processor that a process and those below it use while nobody writes."""
    before, started = processor_seconds(family([pid])), time.monotonic()
    time.sleep(seconds)
    return (processor_seconds(family([pid])) - before) / (time.monotonic() - started)


def _request(conversation: str, text: str, headers: Mapping[str, str]) -> bytes:
    body = json.dumps({"client_message_id": str(uuid.uuid4()), "text": text}).encode()
    head = f"POST /console/api/conversations/{conversation}/messages HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _acknowledged(line: socket.socket) -> None:
    """Reads one answer. NoReply when the message was refused."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += (piece := line.recv(65_536))
        if not piece:
            raise NoReply("The web process closed an advisor's connection.")
    head, _, body = seen.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 201"):
        raise NoReply(f"An advisor's message was refused: {head.splitlines()[0].decode()}.")
    length = next(
        int(each.split(b":")[1]) for each in head.lower().splitlines() if each.startswith(b"content-length:")
    )
    while len(body) < length:
        body += line.recv(65_536)


def _figures(many: Held, few: Held) -> list[Figure]:
    """Beside the same process with few streams."""
    name, small = f"{many.streams:,} open streams", f"{few.streams:,}"
    each = [(one.megabytes - one.megabytes_before) * 1000 / one.streams for one in (many, few)]
    rows = [
        Figure(
            f"{name}: web process",
            many.megabytes,
            "MB",
            baseline=few.megabytes,
            note=f"{many.megabytes_before:.0f} MB without; baseline: the same process with {small}",
        ),
        Figure(f"{name}: memory of one", each[0], "kB", baseline=each[1]),
        Figure(
            f"{name}: processor while nobody writes",
            many.at_rest * 100,
            "%",
            baseline=few.at_rest * 100,
            note="of one processor",
        ),
        Figure(
            f"{name}: lost",
            many.streams - many.still_open + many.lost,
            "",
            0,
            few.streams - few.still_open + few.lost,
            note="streams that ended, messages that did not come",
        ),
    ]
    busy = f"others used {many.others:.0%} of the machine"
    # A hundred in the same moment wait for each other's place on the disk, however many streams there are.
    for what, reach, ours, theirs in (
        (f"in the log → on the page, one of {many.streams:,}", PUSH_MS, many.alone, few.alone),
        (f"in the log → on the page, {AT_ONCE} at once of {many.streams:,}", None, many.at_once, few.at_once),
    ):
        for share in (0.5, 0.95):
            if ours and theirs:
                times = percentile(ours, share), percentile(theirs, share)
                wanted = reach if share > 0.9 else None
                rows.append(
                    Figure(f"{what}: p{share * 100:.0f}", times[0], "ms", wanted, times[1], note=busy)
                )
    return rows
