"""A throw-away Redis server for tests: nothing on disk, gone at the end."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bot.operations.launch import die_with_parent

PASSWORD = "a-password-for-tests"


def why_not() -> str | None:
    """Why no server can be started here, as a sentence; None when one can."""
    if shutil.which("redis-server") is None:
        return "no Redis server on this machine: install the package redis-server"
    return None


class RedisServer:
    """One server that may be stopped and started again on the same port. `host` is where it listens.

    It ends with the thread that started it.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"redis://:{PASSWORD}@{host}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        options = ["--bind", self._host, "--save", "", "--appendonly", "no", "--requirepass", PASSWORD]
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), *options],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection((self._host, self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("the Redis server did not answer")

    def stop(self) -> None:
        """As if its machine had been switched off: nothing is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It takes connections and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def server() -> Iterator[RedisServer]:
    """A server for the length of a block."""
    redis = RedisServer()
    redis.start()
    try:
        yield redis
    finally:
        redis.stop()
