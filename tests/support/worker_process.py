"""The worker alone, as it really runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


class WorkerProcess:
    """`python -m bot.worker` on a database; more settings through `variables`."""

    def __init__(self, folder: Path, database_url: str, rasa_url: str, **variables: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / f"worker-{id(self)}.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NKBOT_")}
        self._environment = {
            **kept,
            "PYTHONUNBUFFERED": "1",
            "NKBOT_VAR": str(folder),
            "NKBOT_DATABASE_URL": database_url,
            "NKBOT_RASA_URL": rasa_url,
            "NKBOT_SECRET_KEY": "a secret for tests only",
            "NKBOT_INTERNAL_TOKEN": "an internal token for tests",
            **variables,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> WorkerProcess:
        """Starts it; returns at once."""
        with self.log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.worker"],
                cwd=CHECKOUT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def wait(self) -> int:
        """Waits until it has ended; the exit status."""
        assert self._process is not None
        return self._process.wait(30)

    def stop(self) -> int:
        """Ends it as the supervisor would; the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)

    def kill(self) -> None:
        """Ends it as a crash would."""
        assert self._process is not None
        assert self._process.poll() is None, f"the worker had ended by itself:\n{self.log()}"
        self._process.kill()
        self._process.wait(30)

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")
