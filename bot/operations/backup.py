"""Back-ups of the databases, and their return.

    python -m bot.operations.backup make FOLDER       writes FOLDER/nkbot-DATE-TIME.tar.gz, while all runs
    python -m bot.operations.backup restore FILE      puts it back, while nothing runs
    python -m bot.operations.backup noted             says that one was made by other means (PostgreSQL)
    python -m bot.operations.backup erased            prints the conversations that were erased
    python -m bot.operations.backup erase-again FILE  erases those again after a restore (PostgreSQL)

A back-up holds the conversations, accounts and the knowledge base. What can be made anew is left out: index,
models, secrets, and what Rasa remembers of the last questions. With PostgreSQL use pg_dump, see
docs/operating.md; `restore` does by itself what `erased` and `erase-again` are for.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import re
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import migrations
from bot.conversations.database import Database
from bot.conversations.heartbeats import Heartbeats
from bot.conversations.privacy import Privacy
from bot.settings import BotSettings
from knowledge.environment import read
from knowledge.settings import KnowledgeSettings

CONVERSATIONS, KNOWLEDGE = "conversations.sqlite3", "knowledge.sqlite3"
NAME = "back-up"
"""The name under which the database keeps when the last one was made, for `/metrics`."""
_SQLITE = "sqlite:///"
_ID = re.compile(r"[0-9a-f]{32}")


class BackupFailed(Exception):
    """Nothing was changed; the sentence says what to do."""


def make(folder: Path) -> Path:
    """Write a back-up into `folder` and return the file. Patients may go on writing meanwhile."""
    databases = _databases()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / time.strftime("nkbot-%Y%m%d-%H%M%S.tar.gz")
    with tempfile.TemporaryDirectory(prefix=".nkbot-", dir=folder) as name:
        unfinished = Path(name) / "archive"
        with tarfile.open(_private(unfinished), "w:gz") as archive:
            for inside, path in databases.items():
                copy = _private(Path(name) / inside)
                _copy(path, copy)
                archive.add(copy, inside)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    with contextlib.suppress(SQLAlchemyError):  # of an older version, say: the back-up is made all the same
        note()
    return target


def note() -> None:
    """Keep in the database that a back-up was made just now: `/metrics` tells, and an alert rings when it gets old."""
    database = Database(_settings().database_url)
    try:
        Heartbeats(database).beat(NAME)
    finally:
        database.close()


def restore(file: Path) -> tuple[Path, int]:
    """Put a back-up back; the folder with what it replaced, and how many conversations were erased again."""
    databases, var = _databases(must_exist=False), _var()
    with _nobody_else(var), tempfile.TemporaryDirectory(prefix=".restoring-", dir=var) as name:
        fresh = Path(name)
        _unpack(file, fresh, set(databases))
        again = _erase_again(f"{_SQLITE}{fresh / CONVERSATIONS}", _erased_until_now(databases[CONVERSATIONS]))
        replaced = var / time.strftime("replaced-%Y%m%d-%H%M%S")
        replaced.mkdir(mode=0o700)
        # The index is made anew from the knowledge base; Rasa's memory belongs to later conversations.
        for old in [*databases.values(), var / "tracker.sqlite3", var / "snapshots"]:
            for each in [old, old.with_name(f"{old.name}-wal"), old.with_name(f"{old.name}-shm")]:
                if each.exists():
                    shutil.move(each, replaced / each.name)
        for inside, path in databases.items():
            (fresh / inside).replace(path)
    return replaced, again


def erased() -> list[str]:
    """The conversations that were erased, by number."""
    database = Database(_settings().database_url)
    try:
        return Privacy(database).all_erased()
    finally:
        database.close()


def erase_again(conversations: list[str]) -> int:
    """Erase what a restored back-up has brought back; how many conversations that were."""
    unknown = [each for each in conversations if not _ID.fullmatch(each)]
    if unknown:
        raise BackupFailed(
            "The list must hold one conversation's number in each line, as `erased` prints it."
        )
    return _erase_again(_settings().database_url, conversations)


def _erase_again(url: str, conversations: list[str]) -> int:
    database = Database(url)
    try:
        migrations.upgrade(database)
        privacy = Privacy(database)
        found = privacy.erase_again(conversations)
        privacy.scrub()
        return found
    finally:
        database.close()


def _erased_until_now(path: Path) -> list[str]:
    if path.exists():
        with contextlib.suppress(SQLAlchemyError):
            return erased()
    print(
        "The present database cannot be read. Conversations that were erased after this back-up was made come "
        "back with it: erase them again if you know their numbers.",
        file=sys.stderr,
    )
    return []


def _unpack(file: Path, folder: Path, wanted: set[str]) -> None:
    """Take the databases out of an archive, and nothing else."""
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if member.name in wanted and content is not None:
                    with _private(folder / member.name).open("wb") as target:
                        shutil.copyfileobj(content, target)
    except (OSError, tarfile.TarError, EOFError) as error:
        raise BackupFailed(f"{file} cannot be read as a back-up ({type(error).__name__}).") from error
    for name in sorted(wanted):
        if not (folder / name).exists():
            raise BackupFailed(f"{file} holds no {name}: it is not one of our back-ups.")
        _check(folder / name)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use."""
    opened = contextlib.closing(sqlite3.connect(source, timeout=30))
    with opened as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    _check(target)


def _check(path: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = type(error).__name__
    if said != "ok":
        raise BackupFailed(f"{path.name} is damaged ({said}).")


@contextlib.contextmanager
def _nobody_else(var: Path) -> Iterator[None]:
    """Keep the assistant from starting meanwhile. BackupFailed when it runs."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    with (var / "run" / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("The assistant is running: stop it first, then restore.") from None
        yield


def _private(path: Path) -> Path:
    """An empty file that only its owner can read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return path


def _databases(*, must_exist: bool = True) -> dict[str, Path]:
    """What a back-up holds, and where it belongs."""
    urls = {CONVERSATIONS: _settings().database_url, KNOWLEDGE: read(KnowledgeSettings).database_url}
    if not all(url.startswith(_SQLITE) for url in urls.values()):
        raise BackupFailed(
            "The databases are in PostgreSQL: use pg_dump and pg_restore, as docs/operating.md shows."
        )
    found = {name: Path(url.removeprefix(_SQLITE)).absolute() for name, url in urls.items()}
    if found[CONVERSATIONS] == found[KNOWLEDGE]:
        del found[KNOWLEDGE]
    for path in found.values():
        if must_exist and not path.exists():
            raise BackupFailed(f"There is no database {path}: nothing has been started here yet.")
    return found


def _settings() -> BotSettings:
    return read(BotSettings)


def _var() -> Path:
    var = _settings().var
    var.mkdir(parents=True, exist_ok=True)
    return var


def main() -> int:
    """Do what the command line says; 1 with a sentence when it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m bot.operations.backup", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make").add_argument("folder", type=Path)
    commands.add_parser("restore").add_argument("file", type=Path)
    commands.add_parser("noted")
    commands.add_parser("erased")
    commands.add_parser("erase-again").add_argument("file", type=Path)
    given = parser.parse_args()
    try:
        if given.command == "make":
            print(make(given.folder))
        elif given.command == "restore":
            replaced, again = restore(given.file)
            print(f"Restored. Conversations that had been erased since, and were erased again: {again}.")
            print(f"What was there before is in {replaced}: delete it when you do not need it any more.")
        elif given.command == "noted":
            note()
        elif given.command == "erased":
            print("\n".join(erased()))
        else:
            again = erase_again(given.file.read_text(encoding="ascii").split())
            print(f"Conversations that were erased again: {again}.")
    except (BackupFailed, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"The database does not answer ({type(error).__name__}).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
