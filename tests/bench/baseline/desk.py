"""Live chat with an advisor the usual way in Flask: a thread for each open page.

One gunicorn process with threads. A page's stream waits on a queue of its own; whoever writes puts the
message into the queues of the pages that are open. The log is a SQLite table. There is no ownership
number, no replay after a lost connection, no sign-in. Its addresses are those of ours, so that the same
client measures both. Run it with `python -m tests.bench.baseline.desk PORT FILE`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, Response, jsonify, request

from bot.operations import launch
from bot.operations.checkout import CHECKOUT
from bot.operations.stack import free_ports
from tests.bench.baseline.stack import BaselineError

DESK = "desk"
MOST_THREADS = 3_000
START_SECONDS = 30


def create_app(file: Path) -> Flask:
    """The application, with an empty log in `file`."""
    app = Flask(__name__)
    pages: defaultdict[str, list[queue.Queue[str]]] = defaultdict(list)
    lock = threading.Lock()
    log = sqlite3.connect(file, check_same_thread=False)
    log.execute("CREATE TABLE IF NOT EXISTS messages (conversation TEXT, seq INTEGER, body TEXT)")

    def append(conversation: str, author: str, kind: str, text: str) -> dict[str, Any]:
        with lock:
            count = "SELECT count(*) FROM messages WHERE conversation = ?"
            seq = log.execute(count, (conversation,)).fetchone()[0] + 1
            now = datetime.now(UTC).isoformat()
            message = {"seq": seq, "author": author, "kind": kind, "text": text, "created_at": now}
            log.execute("INSERT INTO messages VALUES (?, ?, ?)", (conversation, seq, json.dumps(message)))
            log.commit()
        for page in list(pages[conversation]):
            page.put(f"event: message\ndata: {json.dumps(message)}\n\n")
        for page in list(pages[DESK]):
            page.put(f"event: conversation\ndata: {json.dumps({'id': conversation, 'last_seq': seq})}\n\n")
        return message

    def stream(name: str) -> Iterator[str]:
        page: queue.Queue[str] = queue.Queue()
        pages[name].append(page)
        try:
            yield "event: ping\ndata: {}\n\n"
            while True:
                try:
                    yield page.get(timeout=15)
                except queue.Empty:
                    yield ": still here\n\n"
        finally:
            pages[name].remove(page)

    @app.post("/api/conversations")
    def begin() -> tuple[Response, int]:
        return jsonify({"conversation_id": uuid.uuid4().hex, "token": "none", "messages": []}), 201

    @app.get("/api/conversations/<name>/events")
    @app.get("/console/api/events", defaults={"name": DESK})
    def follow(name: str) -> Response:
        return Response(stream(name), mimetype="text/event-stream")

    @app.post("/api/conversations/<name>/messages", defaults={"author": "patient"})
    @app.post("/console/api/conversations/<name>/messages", defaults={"author": "advisor"})
    def write(name: str, author: str) -> tuple[Response, int]:
        return jsonify({"message": append(name, author, "message", request.get_json()["text"])}), 201

    @app.post("/console/api/conversations/<name>/<any(take, release):what>")
    def change(name: str, what: str) -> Response:
        append(name, "system", "joined" if what == "take" else "released", "An advisor has joined or left.")
        return jsonify({"conversation": {"id": name}})

    return app


class StockDesk:
    """The process. Use as a context manager; it is ready when the block begins."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (self._port,) = free_ports(1)
        self._folder = folder
        self.url = f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The first process; its worker belongs to it."""
        return self._process.pid

    def __enter__(self) -> StockDesk:
        with (self._folder / "desk.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name, str(self._port), str(self._folder / "log.sqlite3")],
                cwd=CHECKOUT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=launch.die_with_parent,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return self
            time.sleep(0.05)
        raise BaselineError(f"The stock live chat did not start; its log is in {self._folder}.")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)


def main() -> None:
    """Become gunicorn."""
    from gunicorn.app.base import BaseApplication

    port, file = sys.argv[1], Path(sys.argv[2])

    class Stock(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "worker_class": "gthread",
                "threads": MOST_THREADS,
                "worker_connections": MOST_THREADS,
                "backlog": 2_048,
                "control_socket_disable": True,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return create_app(file)

    Stock().run()


if __name__ == "__main__":
    main()
