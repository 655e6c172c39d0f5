"""A throw-away PostgreSQL server for tests: its own folder, its own port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def why_not() -> str | None:
    """Why no server can be started here, as a sentence; None when one can."""
    if _programs() is None:
        return (
            "no PostgreSQL server programs (initdb, pg_ctl) on this machine: install the package postgresql"
        )
    if os.geteuid() == 0 and (_other_user() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not run as root, and there is no other user (postgres, nobody) or no setpriv"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and gives the address of its database; stops it at the end."""
    programs = _programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="nkbot-postgres-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        user = _other_user()
        assert user is not None
        os.chown(folder, user.pw_uid, user.pw_gid)
        prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
    data, port = folder / "data", _free_port()

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run(
            str(programs / "initdb"), "-D", str(data), "-U", "nkbot", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        control = str(programs / "pg_ctl")
        run(control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql://nkbot@127.0.0.1:{port}/postgres"
        finally:
            run(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Makes the server's database as good as new."""
    import psycopg  # here, because Rasa's Python, which uses this module too, has another driver

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _other_user() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
