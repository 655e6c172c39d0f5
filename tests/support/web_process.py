"""The web process alone, as it really runs: gunicorn with gevent, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from bot.conversations.heartbeats import Heartbeats

CHECKOUT = Path(__file__).parents[2]
START_SECONDS = 60


class WebProcess:
    """`python -m bot.web` with its own state folder; more settings through `variables`."""

    def __init__(self, folder: Path, rasa_url: str, **variables: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / "web.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
        self._environment = {
            **kept,
            "PYTHONUNBUFFERED": "1",
            "NKBOT_VAR": str(folder),
            "NKBOT_PORT": str(self.port),
            "NKBOT_RASA_URL": rasa_url,
            "NKBOT_ACTIONS_URL": rasa_url,
            "NKBOT_LIMITS": "off",
            "NKBOT_SECRET_KEY": "a secret for tests only",
            "NKBOT_INTERNAL_TOKEN": "an internal token for tests",
            **variables,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> WebProcess:
        """Starts it and waits until it answers."""
        with self.log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.web"],
                cwd=CHECKOUT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self._process.poll() is None, f"the web process ended:\n{self.log()}"
            try:
                httpx.get(f"{self.url}/healthz", timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError(f"the web process did not answer:\n{self.log()}")

    def stop(self) -> None:
        """Ends it as an operator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def kill(self) -> None:
        """Ends it and its workers as a crash would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)

    def kill_gunicorn_only(self) -> None:
        """Kills the process that the supervisor watches; its worker must not live on and hold the port."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(30)

    def worker_reports(self, seconds_ago: int = 0) -> None:
        """Stands in for the worker's sign of life."""
        database = Database(f"sqlite:///{self.log_file.parent / 'conversations.sqlite3'}")
        Heartbeats(database, lambda: system_clock() - seconds_ago * 1000).beat()
        database.close()

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
