"""Starts and stops the stock stack: Rasa and the action server, on free ports of loopback."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from bot.operations import launch
from bot.operations.checkout import APP_PYTHON, CHECKOUT, RASA_PYTHON
from bot.operations.stack import free_ports
from knowledge.model import Document
from knowledge.split import split
from tests.bench.asking import NoReply
from tests.bench.baseline import actions
from tests.bench.baseline.client import RestPatient
from tests.bench.baseline.model import stock_model
from tests.bench.baseline.training import stock_environment

FIRST_QUESTION = "what are nk cells"
STOP_SECONDS = 10


class BaselineError(Exception):
    """The stock stack did not start; the sentence says where its logs are."""


class BaselineStack:
    """The stock stack over the passages of `documents`. Use as a context manager."""

    def __init__(self, model: Path, folder: Path, documents: list[Document]) -> None:
        self._model = model
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._rasa_port, self._actions_port = free_ports(2)
        folder.mkdir(parents=True, exist_ok=True)
        passages = [
            {"document": each.document, "title": each.title, "text": each.text}
            for document in documents
            for each in split(document, 1)
        ]
        (folder / "passages.json").write_text(json.dumps(passages), encoding="utf-8")
        (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
        (folder / "endpoints.yml").write_text(
            f'action_endpoint:\n  url: "http://127.0.0.1:{self._actions_port}/webhook"\n', encoding="utf-8"
        )

    @property
    def pids(self) -> list[int]:
        """The first processes; their children belong to the stack too."""
        return [process.pid for process in self._processes]

    def open(self) -> RestPatient:
        """A new conversation."""
        return RestPatient(self._rasa_port)

    def start(self) -> None:
        """Start both processes; returns at once."""
        self._run(
            "rasa",
            [str(RASA_PYTHON), "-m", "rasa", "run", "--model", str(self._model)]
            + ["--interface", "127.0.0.1", "--port", str(self._rasa_port)]
            + ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml"],
        )
        self._run(
            "actions",
            [str(APP_PYTHON), "-m", "rasa_sdk", "--actions", actions.__name__]
            + ["--port", str(self._actions_port)],
        )

    def wait_ready(self, timeout: float = 180) -> float:
        """Wait for the first cited answer; the seconds it took. BaselineError when none comes."""
        started = time.monotonic()
        while time.monotonic() - started < timeout:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                patient = self.open()
                try:
                    if patient.ask(FIRST_QUESTION).cited:
                        return time.monotonic() - started
                finally:
                    patient.close()
            except (OSError, NoReply):
                pass
            time.sleep(0.1)
        raise BaselineError(f"The baseline gave no answer; its logs are in {self._folder}.")

    def stop(self) -> None:
        """End both processes and what they started."""
        for process in self._processes:
            _signal(process, signal.SIGTERM)
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            _signal(process, signal.SIGKILL)
            process.wait()
        self._processes = []

    def __enter__(self) -> BaselineStack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, name: str, arguments: list[str]) -> None:
        environment = {
            **os.environ,
            **stock_environment(self._folder),
            actions.PASSAGES: str(self._folder / "passages.json"),
            actions.MODEL: str(stock_model()),
        }
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                arguments,
                env=environment,
                cwd=CHECKOUT if name == "actions" else self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=launch.die_with_parent,
            )
        self._processes.append(process)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the process and all of its group, as far as they live."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
