"""The playground in a process of its own, so that whoever serves people stays quick.

`PlaygroundProcess` is the handle: it starts the process when it is first needed and again when it died. The
two speak in lines of JSON over pipes; the process ends when nobody asked for ten minutes, or when whoever
started it is gone. It writes nothing to any log, so no question is ever found in one.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import resource
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.settings import CHECKOUT, KnowledgeSettings

IDLE_SECONDS = 600.0
ANSWER_SECONDS = 60.0
"""The first answer may have to wait for an index to be built."""
_GONE = object()


class PlaygroundProblem(RuntimeError):
    """It cannot be answered now; the message is a sentence that says why."""


class PlaygroundProcess:
    """Asks the playground's process. One per web process; safe to share between threads or greenlets."""

    def __init__(self, environment: Mapping[str, str] | None = None, *, idle: float = IDLE_SECONDS) -> None:
        self._environment = environment
        self._idle = idle
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[int, tuple[subprocess.Popen[bytes], queue.Queue[Any]]] = {}
        self._numbers = itertools.count(1)

    def ask(self, question: str, before: Sequence[str] = (), document: str | None = None) -> dict[str, Any]:
        """What `Playground.ask` gives. Raises `PlaygroundProblem`."""
        found: dict[str, Any] = self._do(
            {"do": "ask", "question": question, "before": list(before), "document": document}
        )
        return found

    def golden(self) -> list[dict[str, Any]]:
        """What `Playground.golden` gives, as JSON values. Raises `PlaygroundProblem`."""
        found: list[dict[str, Any]] = self._do({"do": "golden"})
        return found

    def memory(self) -> int | None:
        """Bytes that the process holds; None while there is none."""
        with self._lock:
            process = self._process
        return _resident(process.pid) if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _do(self, request: dict[str, Any]) -> Any:
        for attempt in (1, 2):
            reply = self._once(request)
            if reply is not _GONE:
                if "sentence" in reply:
                    raise PlaygroundProblem(reply["sentence"])
                return reply["result"]
            if attempt == 2:
                break  # once may be chance: it ended for being idle in this very moment
        raise PlaygroundProblem("The playground ended without an answer. Try again in a moment.")

    def _once(self, request: dict[str, Any]) -> Any:
        answer: queue.Queue[Any] = queue.Queue()
        number = next(self._numbers)
        line = json.dumps({**request, "id": number}).encode() + b"\n"
        with self._lock:
            process = self._running()
            self._waiting[number] = process, answer
            try:
                assert process.stdin is not None  # nosec B101 # noqa: S101 - it was opened with a pipe
                process.stdin.write(line)
                process.stdin.flush()
            except OSError:
                self._waiting.pop(number, None)
                self._process = None
                return _GONE
        try:
            return answer.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise PlaygroundProblem("The playground takes too long. Try again in a minute.") from None
        finally:
            self._waiting.pop(number, None)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        command = [sys.executable, "-m", "knowledge.playground_process", str(self._idle)]
        self._process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=None if self._environment is None else {**os.environ, **self._environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._read, args=(self._process,), name="playground", daemon=True).start()
        return self._process

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Hands each reply to whoever waits for it; when the process is gone, all that wait are told."""
        assert process.stdout is not None  # nosec B101 # noqa: S101 - it was opened with a pipe
        with process.stdout:
            for line in process.stdout:
                reply = json.loads(line)
                _, answer = self._waiting.get(reply["id"], (None, None))
                if answer is not None:
                    answer.put(reply)
        with self._lock:
            if self._process is process:
                self._process = None
            lost = [answer for asked, answer in self._waiting.values() if asked is process]
        for answer in lost:
            answer.put(_GONE)
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process: it goes when its input ends."""
    assert process.stdin is not None  # nosec B101 # noqa: S101 - it was opened with a pipe
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _resident(pid: int) -> int | None:
    """Bytes in memory, where the system tells."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()


# In the process itself


def main() -> None:
    """Answer what comes in on standard input until it ends or nobody asks any more."""
    idle = float(sys.argv[1]) if len(sys.argv) > 1 else IDLE_SECONDS
    with suppress(OSError):
        os.nice(5)  # patients come first
    # Whatever a library prints must not come between the replies.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, replies, idle)


def serve(requests: BinaryIO, replies: BinaryIO, idle: float) -> None:
    """One reply for each line of `requests`, in order."""
    answering: Any = None
    left = b""
    while True:
        while b"\n" in left:
            line, left = left.split(b"\n", 1)
            if answering is None:
                answering = _Answering()
            replies.write(json.dumps(answering(json.loads(line)), ensure_ascii=True).encode() + b"\n")
            replies.flush()
        ready, _, _ = select.select([requests], [], [], idle)
        read = os.read(requests.fileno(), 1 << 16) if ready else b""
        if not read:
            return
        left += read


class _Answering:
    """Opens the playground when it is first needed, so that a fault in that is an answer, too."""

    def __init__(self) -> None:
        self._playground: Any = None

    def __call__(self, request: Mapping[str, Any]) -> dict[str, Any]:
        from sqlalchemy.exc import SQLAlchemyError

        from knowledge.encoder import EncoderError
        from knowledge.live import NotReady
        from knowledge.publish import PublishRefused
        from knowledge.store import StoreError

        number = request["id"]
        try:
            return {"id": number, "result": self._result(request)}
        except (EncoderError, NotReady, PublishRefused, StoreError, ValueError) as error:
            return {"id": number, "sentence": str(error)}
        except SQLAlchemyError:
            return {"id": number, "sentence": "The knowledge base's database cannot be reached."}

    def _result(self, request: Mapping[str, Any]) -> Any:
        from dataclasses import asdict

        from knowledge.playground import Playground

        if self._playground is None:
            self._playground = Playground(KnowledgeSettings.from_environment())
        if request["do"] == "golden":
            return [asdict(each) for each in self._playground.golden()]
        return self._playground.ask(request["question"], request["before"], request["document"])


if __name__ == "__main__":
    main()
