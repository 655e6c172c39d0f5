"""Back-ups: made while patients write, put back whole, and nothing erased comes back with them."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import re
import sqlite3
import stat
import subprocess
import tarfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.errors import ConversationNotFound
from bot.conversations.log import ConversationLog
from bot.conversations.model import Reply
from bot.conversations.privacy import Privacy
from bot.operations import backup
from bot.operations.backup import BackupFailed
from bot.operations.checkout import APP_PYTHON, CHECKOUT
from tests.support import postgres

CANARY = "xylophonecanary"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with both databases, an index and something that Rasa remembers."""
    for name in list(os.environ):
        if name.startswith("NKBOT_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "var"
    monkeypatch.setenv("NKBOT_VAR", str(folder))
    with opened(folder):
        pass
    with sqlite3.connect(folder / "knowledge.sqlite3") as connection:
        connection.execute("CREATE TABLE documents (title)")
        connection.execute("INSERT INTO documents VALUES ('as it was')")
    (folder / "snapshots").mkdir()
    (folder / "tracker.sqlite3").write_bytes(b"later questions")
    return folder


@contextlib.contextmanager
def opened(var: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{var / 'conversations.sqlite3'}")
    migrations.upgrade(database)
    yield database
    database.close()


def begin(var: Path, text: str) -> str:
    with opened(var) as database:
        log = ConversationLog(database)
        created = log.create([Reply("smalltalk", "Hello.")])
        log.append_patient_message(created.id, str(uuid.uuid4()), text)
    return created.id


def texts(var: Path, conversation: str) -> list[str]:
    with opened(var) as database:
        return [message.text for message in ConversationLog(database).messages_after(conversation)]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_backed_up_comes_back(var: Path, tmp_path: Path) -> None:
    known = begin(var, "before")
    file = backup.make(tmp_path / "backups")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    later = begin(var, "after")
    with sqlite3.connect(var / "knowledge.sqlite3") as connection:
        connection.execute("UPDATE documents SET title = 'changed'")
    replaced, again = backup.restore(file)
    assert texts(var, known) == ["Hello.", "before"]
    with pytest.raises(ConversationNotFound):
        texts(var, later)
    with sqlite3.connect(var / "knowledge.sqlite3") as connection:
        assert connection.execute("SELECT title FROM documents").fetchall() == [("as it was",)]
    assert again == 0
    assert texts(replaced, later) == ["Hello.", "after"]
    assert not (var / "snapshots").exists()  # made anew from the knowledge base
    assert not (var / "tracker.sqlite3").exists()  # it knew of conversations that are not there now
    assert stat.S_IMODE(replaced.stat().st_mode) == 0o700


def test_what_was_erased_since_does_not_come_back(var: Path, tmp_path: Path) -> None:
    erased, kept = begin(var, f"{CANARY} " * 300), begin(var, "kept")
    file = backup.make(tmp_path)
    with opened(var) as database:
        Privacy(database).erase(erased, "patient")
    _, again = backup.restore(file)
    assert again == 1
    assert texts(var, kept) == ["Hello.", "kept"]
    with pytest.raises(ConversationNotFound):
        texts(var, erased)
    with opened(var) as database:
        assert [each.conversation_id for each in Privacy(database).pending_erasures()] == [erased]
    assert not any(CANARY.encode() in content for content in everything(var).values() if content)


def test_a_backup_is_consistent_while_patients_write(var: Path, tmp_path: Path) -> None:
    begin(var, "the first")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            begin(var, "x" * 5_000)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        files = [backup.make(tmp_path / str(number)) for number in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for file in files:
        with tarfile.open(file) as archive:
            archive.extract("conversations.sqlite3", tmp_path / "look", filter="data")
        with sqlite3.connect(tmp_path / "look" / "conversations.sqlite3") as connection:
            whole = "SELECT count(*), sum(last_seq), (SELECT count(*) FROM messages) FROM conversations"
            conversations, promised, messages = connection.execute(whole).fetchone()
        assert conversations > 0
        assert messages == promised


def archive_of(target: Path, **members: bytes) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target


def test_what_is_no_sound_backup_changes_nothing(var: Path, tmp_path: Path) -> None:
    begin(var, "kept")
    sound = backup.make(tmp_path)
    with tarfile.open(sound) as archive:
        content = archive.extractfile("conversations.sqlite3")
        assert content is not None
        database = content.read()
    damaged = database[:5_000] + b"\0" * 8_192 + database[13_192:]
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(sound.read_bytes()[:-2_000])
    text = tmp_path / "text.tar.gz"
    text.write_text("not an archive")
    odd = archive_of(tmp_path / "odd.tar.gz", **{"../escaped": b"x", "conversations.sqlite3": database})
    broken = {"conversations.sqlite3": damaged, "knowledge.sqlite3": database}
    bad = archive_of(tmp_path / "bad.tar.gz", **broken)
    before = everything(var)
    for file in (cut, text, odd, bad, tmp_path / "missing.tar.gz"):
        with pytest.raises(BackupFailed, match=r"\.$"):
            backup.restore(file)
        now = {name: content for name, content in everything(var).items() if not name.startswith("run/")}
        assert now == {name: content for name, content in before.items() if not name.startswith("run/")}
    assert not (var.parent / "escaped").exists()
    assert not (var / "escaped").exists()


def test_a_running_assistant_is_not_restored_into(var: Path, tmp_path: Path) -> None:
    file = backup.make(tmp_path)
    (var / "run").mkdir()
    with (var / "run" / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupFailed, match="stop it first"):
            backup.restore(file)


def test_a_new_machine_is_restored_into(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = begin(var, "from the old machine")
    file = backup.make(tmp_path)
    new = tmp_path / "new"
    monkeypatch.setenv("NKBOT_VAR", str(new))
    backup.restore(file)
    assert texts(new, known) == ["Hello.", "from the old machine"]
    assert "were erased after this back-up" in capsys.readouterr().err


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [APP_PYTHON, "-m", "bot.operations.backup", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )


def test_the_command_says_what_it_did(var: Path, tmp_path: Path) -> None:
    made = run("make", str(tmp_path / "to"))
    assert made.returncode == 0, made.stderr
    restored = run("restore", made.stdout.strip())
    assert restored.returncode == 0, restored.stderr
    assert "replaced-" in restored.stdout
    missing = run("restore", str(tmp_path / "nothing"))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.count("\n") == 1
    nothing_yet = run("make", str(tmp_path / "to"), NKBOT_VAR=str(tmp_path / "empty"))
    assert nothing_yet.returncode == 1
    assert "nothing has been started here yet" in nothing_yet.stderr


def guide_commands(heading: str) -> list[str]:
    """The commands that the operator's guide shows below a heading."""
    text = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
    section = text.partition(f"### {heading}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None, f"the guide shows no commands below {heading!r}"
    return [line for line in block.group(1).splitlines() if line and not line.startswith("#")]


def test_postgresql_as_the_guide_says(
    var: Path, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of the guide, as they stand there."""
    postgres.empty(postgres_url)
    monkeypatch.setenv("NKBOT_DATABASE_URL", postgres_url)
    with pytest.raises(BackupFailed, match="pg_dump"):
        backup.make(tmp_path)
    database = Database(postgres_url)
    migrations.upgrade(database)
    log = ConversationLog(database)
    kept, erased = log.create([Reply("smalltalk", "kept")]).id, log.create([Reply("smalltalk", CANARY)]).id

    def follow(heading: str) -> None:
        for line in guide_commands(heading):
            subprocess.run(
                ["/bin/sh", "-euc", line.replace("/srv/backups", str(tmp_path))], cwd=CHECKOUT, check=True
            )

    follow("Back-up with PostgreSQL")
    Privacy(database).erase(erased, "patient")
    lost = log.create([]).id
    database.close()
    follow("Restore with PostgreSQL")
    database = Database(postgres_url)
    log = ConversationLog(database)
    assert [message.text for message in log.messages_after(kept)] == ["kept"]
    for gone in (erased, lost):
        with pytest.raises(ConversationNotFound):
            log.state(gone)
    assert Privacy(database).erased(erased)
    database.close()
