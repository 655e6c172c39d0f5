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
    if programs() is None:
        return (
            "no PostgreSQL server programs (initdb, pg_ctl) on this machine: install the package postgresql"
        )
    if os.geteuid() == 0 and (other_user() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not run as root, and there is no other user (postgres, nobody) or no setpriv"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and gives the address of its database; stops it at the end."""
    found = programs()
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="nkbot-postgres-"))
    prefix = as_its_user(folder)
    data, port = folder / "data", free_port()

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run(str(found / "initdb"), "-D", str(data), "-U", "nkbot", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        control = str(found / "pg_ctl")
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
