"""Many open widgets on one web process: each a conversation with an event stream that waits."""

from __future__ import annotations

import resource
import socket
import time
from types import TracebackType
from urllib.parse import urlsplit

from tests.bench.asking import NoReply
from tests.bench.desk import Line
from tests.bench.figures import Figure
from tests.bench.machine import MB, family, memory

WIDGETS = 2_000
QUICK_WIDGETS = 200
SPARE_FILES = 200
SETTLE_SECONDS = 3.0


class Crowd:
    """So many open widgets for the length of a block: `lines` are their streams, in the order of `conversations`."""

    def __init__(self, url: str, widgets: int) -> None:
        allow_files(widgets + SPARE_FILES)
        self._url = url
        self._widgets = widgets
        self.lines: list[socket.socket] = []
        self.conversations: list[str] = []
        self.seconds = 0.0

    def __enter__(self) -> Crowd:
        started = time.monotonic()
        posts = Line(self._url)
        try:
            for _ in range(self._widgets):
                opened = posts.post("/api/conversations", {})
                self.lines.append(self._open(opened["conversation_id"], opened["token"]))
                self.conversations.append(opened["conversation_id"])
        except BaseException:
            self._close()
            raise
        finally:
            posts.close()
        self.seconds = time.monotonic() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def still_open(self) -> int:
        """How many streams have not been ended by the server."""
        return sum(_is_open(line) for line in self.lines)

    def _open(self, conversation: str, token: str) -> socket.socket:
        address = urlsplit(self._url)
        line = socket.create_connection((address.hostname or "", address.port or 80), timeout=15)
        line.sendall(
            f"GET /api/conversations/{conversation}/events HTTP/1.1\r\nHost: bench\r\n"
            f"Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n".encode()
        )
        seen = b""
        while b"event: " not in seen:
            piece = line.recv(65_536)
            seen += piece
            if not piece or not b"HTTP/1.1 200".startswith(seen[:12]):
                line.close()
                raise NoReply("An event stream was refused.")
        return line

    def _close(self) -> None:
        for line in self.lines:
            line.close()
        self.lines.clear()
        self.conversations.clear()


def _is_open(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        while line.recv(65_536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def allow_files(wanted: int) -> None:
    """Let this process, and those it starts, open so many files. NoReply when the machine does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise NoReply(f"Only {hard} files may be open at once: raise the limit (ulimit -n {wanted}).")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def held(pid: int) -> float:
    """Resident megabytes of a process and all below it, after a moment of rest."""
    time.sleep(SETTLE_SECONDS)
    return memory(family([pid])).resident / MB


def memory_figures(
    widgets: int, ours: tuple[float, float], baseline: tuple[float, float] | None
) -> list[Figure]:
    """In: megabytes before and with the widgets."""
    per_widget = (ours[1] - ours[0]) * 1000 / widgets
    compared = (baseline[1] - baseline[0]) * 1000 / widgets if baseline else None
    return [
        Figure(
            f"{widgets:,} open widgets: web process",
            ours[1],
            "MB",
            baseline=baseline[1] if baseline else None,
            note=f"{ours[0]:.0f} MB without them; the baseline has a thread for each",
        ),
        Figure(f"{widgets:,} open widgets: memory of one", per_widget, "kB", baseline=compared),
    ]
