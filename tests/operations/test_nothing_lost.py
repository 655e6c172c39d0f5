"""The database's machine burns: with the guide's second copy of the write-ahead log no committed message is lost."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound
from bot.conversations.log import ConversationLog
from bot.conversations.privacy import Privacy
from tests.support import postgres

pytestmark = pytest.mark.skipif(postgres.why_not() is not None, reason=str(postgres.why_not()))

TALKERS = 4
TALK_SECONDS = 3.0
PATIENCE = 60.0
KEPT_FOR_IT = (
    "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'nkbot' AND restart_lsn IS NOT NULL"
)
WAITED_FOR = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND flush_lsn IS NOT NULL"


class Cluster:
    """One PostgreSQL server with a folder of its own, that can be killed and taken away."""

    def __init__(self, folder: Path, prefix: list[str], name: str) -> None:
        found = postgres.programs()
        assert found is not None
        self.data = folder / name
        self._folder = folder
        self._programs = found
        self._prefix = prefix
        self._port = postgres.free_port()
        self.address = f"host=127.0.0.1 port={self._port} user=nkbot dbname=postgres"
        self.url = f"postgresql://nkbot@127.0.0.1:{self._port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._prefix, str(self._programs / program), *arguments],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )

    def begin(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._prefix, str(self._programs / program), *arguments], cwd=self._folder)

    def start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = str(self._folder / f"{self.data.name}.log")
        self.run("pg_ctl", "-D", str(self.data), "-o", options, "-l", log, "-w", "start")

    def burn(self) -> None:
        """kill -9, and the disk is gone."""
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.data)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    def ask(self, sentence: str) -> object:
        """The first value of the answer."""
        engine = sa.create_engine(
            self.url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        try:
            with engine.connect() as connection:
                answer = connection.exec_driver_sql(sentence)
                return answer.scalar() if answer.returns_rows else None
        finally:
            engine.dispose()


def eventually(happens: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(sa.exc.DBAPIError):
            if happens():
                return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="nkbot-nothing-lost-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def talk_until_it_burns(log: ConversationLog, server: Cluster) -> dict[str, list[str]]:
    """Patients write as fast as they can until the server is gone; what each was told is kept, in order."""
    acknowledged: dict[str, list[str]] = {log.create(()).id: [] for _ in range(TALKERS)}

    def talk(conversation: str) -> None:
        with suppress(sa.exc.DBAPIError):
            for number in range(100_000):
                text = f"message {number}"
                log.append_patient_message(conversation, str(uuid.uuid4()), text)
                acknowledged[conversation].append(text)

    threads = [threading.Thread(target=talk, args=(each,)) for each in acknowledged]
    for thread in threads:
        thread.start()
    time.sleep(TALK_SECONDS)
    server.burn()
    for thread in threads:
        thread.join(PATIENCE)
    return acknowledged


def test_no_committed_message_is_lost_with_the_databases_machine(folder: Path) -> None:
    prefix = postgres.as_its_user(folder)
    first, second = (Cluster(folder, prefix, name) for name in ("first", "second"))
    elsewhere = folder / "wal"
    first.run("initdb", "-D", str(first.data), "-U", "nkbot", "-A", "trust", "-E", "UTF8")
    first.start()
    slot = ["--directory", str(elsewhere), "--slot", "nkbot", "--dbname", first.address]
    elsewhere.mkdir()
    postgres.as_its_user(elsewhere)
    first.run("pg_receivewal", *slot, "--create-slot", "--if-not-exists")
    receiver = first.begin("pg_receivewal", *slot, "--synchronous")
    try:
        # Before it has said where it stands, a checkpoint may throw away what it needs, and it never gets going.
        eventually(lambda: first.ask(KEPT_FOR_IT) == 1, "the write-ahead log is kept for the second machine")
        first.run(
            "pg_basebackup", "--pgdata", str(second.data), "--dbname", first.address, "--checkpoint=fast"
        )
        first.ask("ALTER SYSTEM SET synchronous_standby_names = 'pg_receivewal'")
        first.ask("SELECT pg_reload_conf()")
        eventually(lambda: first.ask(WAITED_FOR) == 1, "commits wait for the second machine")
        database = Database(first.url)
        migrations.upgrade(database)
        log = ConversationLog(database)
        erased = log.create(()).id
        Privacy(database).erase(erased, "patient")
        acknowledged = talk_until_it_burns(log, first)
        database.close()
    finally:
        receiver.send_signal(signal.SIGTERM)
        receiver.wait(PATIENCE)
        if first.data.exists():
            first.stop()
    assert sum(map(len, acknowledged.values())) > 20

    began = time.monotonic()
    for partial in elsewhere.glob("*.partial"):
        partial.rename(partial.with_suffix(""))
    with (second.data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"restore_command = 'cp {elsewhere}/%f %p'\nsynchronous_standby_names = ''\n")
    (second.data / "recovery.signal").touch()
    postgres.as_its_user(second.data / "recovery.signal")
    second.start()
    try:
        until = time.monotonic() + PATIENCE
        database = Database(second.url)
        while True:
            with suppress(sa.exc.DBAPIError), database.read() as connection:
                if not connection.execute(sa.text("SELECT pg_is_in_recovery()")).scalar():
                    break
            assert time.monotonic() < until, "the second server does not come out of its recovery"
            time.sleep(0.2)
        print(f"recovered after {time.monotonic() - began:.1f} s")
        log = ConversationLog(database)
        for conversation, texts in acknowledged.items():
            kept = [
                message.text for message in log.messages_after(conversation) if message.author == "patient"
            ]
            assert kept[: len(texts)] == texts, "what was acknowledged is there, in its order"
            assert len(kept) <= len(texts) + 1, "at most one was committed whose acknowledgement was cut off"
        with pytest.raises(ConversationNotFound):
            log.state(erased)
        log.append_patient_message(next(iter(acknowledged)), str(uuid.uuid4()), "are you still there?")
        database.close()
    finally:
        second.stop()
