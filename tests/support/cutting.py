"""A wire that can be cut: stands between a browser and the web process and breaks connections on demand."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_BEGINS = b"Content-Type: text/event-stream"
_RESET = struct.pack("ii", 1, 0)


class CuttableWire:
    """Passes TCP connections on to `url`. `cut()` resets all that are open; while `down` new ones are refused.

    `fall_silent()` is how a host goes that vanishes: what it was saying ends without a word.
    """

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self._target = (target.hostname or "", target.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._streams: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.down = False
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Breaks every connection, whatever is under way on it."""
        with self._lock:
            broken, self._open = self._open, set()
        self.cuts += 1
        for each in broken:
            _break(each)

    def fall_silent(self) -> None:
        """Event streams that are open now stay open, and nothing passes on them any more."""
        with self._lock:
            self._silent |= self._streams

    def close(self) -> None:
        """Takes the wire away."""
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listening.accept()
            except OSError:
                return
            if self.down:
                _break(ours)
                continue
            try:
                theirs = socket.create_connection(self._target)
            except OSError:
                _break(ours)
                continue
            with self._lock:
                self._open |= {ours, theirs}
            for source, sink in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                if _BEGINS in piece:
                    self._streams.add(source)
                if source not in self._silent:
                    sink.sendall(piece)
        for each in (source, sink):
            with self._lock:
                for known in (self._open, self._streams, self._silent):
                    known.discard(each)
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _break(connection: socket.socket) -> None:
    """Shut down before it is closed: another thread may be reading from it."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def wire_to(url: str) -> Iterator[CuttableWire]:
    """A wire for the length of a block."""
    wire = CuttableWire(url)
    try:
        yield wire
    finally:
        wire.close()
