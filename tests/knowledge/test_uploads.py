"""Files that editors bring in, as every process tells of them. On both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from knowledge.model import Document, Section
from knowledge.store import KnowledgeStore, ReadState, Upload
from knowledge.store.schema import uploads
from knowledge.store.uploads import KEPT_MS, LEASE_MS
from tests.support.clock import Clock

EDDA, BEN = 1, 2
READ = Document(
    "notes", "Notes \ud83d", (Section(("Why?",), "Because of größe \x00."),), dropped=("Book now!",)
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(database_url: str, clock: Clock) -> Iterator[KnowledgeStore]:
    """The process that reads."""
    opened = KnowledgeStore(database_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def other(one: KnowledgeStore, database_url: str, clock: Clock) -> Iterator[KnowledgeStore]:
    """Another process on the same database."""
    opened = KnowledgeStore(database_url, clock)
    yield opened
    opened.close()


def found(store: KnowledgeStore, name: str = "a", account: int = EDDA) -> Upload:
    upload = store.uploads.find(account, name)
    assert upload is not None
    return upload


def test_the_other_process_tells_each_step(one: KnowledgeStore, other: KnowledgeStore) -> None:
    assert one.uploads.add("a", EDDA, "notes.md", "here") == found(other)
    assert (found(other).state, found(other).file_name) == (ReadState.WAITING, "notes.md")
    one.uploads.begin("a")
    assert found(other).state is ReadState.READING
    one.uploads.finish("a", READ)
    assert (found(other).state, found(other).document) == (ReadState.DONE, READ)


def test_a_refusal_is_told_with_its_sentence(one: KnowledgeStore, other: KnowledgeStore) -> None:
    one.uploads.add("a", EDDA, "notes.md", "here")
    one.uploads.refuse("a", "This file is empty.")
    assert (found(other).state, found(other).refusal) == (ReadState.REFUSED, "This file is empty.")


def test_somebody_elses_upload_is_not_there(one: KnowledgeStore) -> None:
    one.uploads.add("a", EDDA, "notes.md", "here")
    assert one.uploads.find(BEN, "a") is None
    assert one.uploads.find(EDDA, "b") is None


def test_only_files_of_the_same_reader_are_ahead(
    one: KnowledgeStore, other: KnowledgeStore, clock: Clock
) -> None:
    one.uploads.add("b", EDDA, "1.md", "here")
    assert other.uploads.add("z", BEN, "2.md", "there").ahead == 0
    assert one.uploads.add("c", BEN, "3.md", "here").ahead == 1  # at the same moment
    clock.now += 1
    assert one.uploads.add("a", EDDA, "4.md", "here").ahead == 2
    one.uploads.begin("b")
    assert (found(other, "a").ahead, found(other, "c", BEN).ahead) == (1, 0)
    one.uploads.begin("a")
    assert found(other, "a").ahead == 0


def test_files_of_one_person_are_counted_wherever_they_are_read(
    one: KnowledgeStore, other: KnowledgeStore, clock: Clock
) -> None:
    one.uploads.add("a", EDDA, "1.md", "here")
    other.uploads.add("b", EDDA, "2.md", "there")
    other.uploads.add("c", BEN, "3.md", "there")
    one.uploads.begin("a")
    assert other.uploads.under_way(EDDA) == 2
    one.uploads.finish("a", READ)
    assert other.uploads.under_way(EDDA) == 1
    clock.now += LEASE_MS  # nobody has heard of the reader since
    assert other.uploads.under_way(EDDA) == 0


def test_what_a_dead_process_was_reading_is_gone_and_what_lives_is_not(
    one: KnowledgeStore, other: KnowledgeStore, clock: Clock
) -> None:
    for name in ("a", "b", "c"):
        one.uploads.add(name, EDDA, f"{name}.md", "here")
    one.uploads.begin("a")
    one.uploads.finish("c", READ)
    clock.now += LEASE_MS - 1
    one.uploads.renew(["b", "c"])
    clock.now += 1
    assert other.uploads.find(EDDA, "a") is None
    assert found(other, "b").state is ReadState.WAITING
    assert found(other, "c").document == READ  # belongs to no process any more


def test_what_nobody_came_for_is_taken_away(one: KnowledgeStore, clock: Clock) -> None:
    one.uploads.add("a", EDDA, "a.md", "here")
    one.uploads.finish("a", READ)
    one.uploads.add("b", EDDA, "b.md", "here")  # its reader dies
    clock.now += KEPT_MS - 1
    assert found(one).document == READ
    clock.now += 1
    assert one.uploads.find(EDDA, "a") is None
    one.uploads.add("c", EDDA, "c.md", "here")
    with one.database.read() as connection:
        assert list(connection.execute(sa.select(uploads.c.id)).scalars()) == ["c"]
