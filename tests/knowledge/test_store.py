"""The knowledge base's database keeps every revision, and knows what is live. On SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from knowledge.model import Document, EvidenceKind, Section, Source
from knowledge.store import KnowledgeStore, PublicationConflict, RevisionState, StoreError, migrations
from knowledge.store.database import Database
from knowledge.store.embeddings import TOKENS, text_key
from knowledge.store.schema import metadata


@pytest.fixture
def store(database_url: str) -> Iterator[KnowledgeStore]:
    opened = KnowledgeStore(database_url)
    yield opened
    opened.close()


def article(slug: str = "rest", text: str = "Most people rest for a day.", **changes: object) -> Document:
    document = Document(
        slug=slug,
        title="After the infusion",
        sections=(
            Section(
                path=("How long should I rest?",),
                markdown=text,
                questions=("do i need to rest", "how long “exactly”?"),
                evidence=EvidenceKind.CLAIM,
                source_keys=("clinic",),
                facts=("A1.1",),
            ),
        ),
        sources=(Source("clinic", "A clinic's page", "https://example.org/rest"),),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def go_live(store: KnowledgeStore, *revisions: tuple[str, int]) -> int:
    ids = [
        each.id for slug, number in revisions for each in store.revisions.of(slug) if each.number == number
    ]
    live = store.live_publication()
    prepared = store.publications.prepare(ids, encoder="e", calibration="{}", by="anna")
    store.publications.make_live(
        prepared, instead_of=live.id if live else None, action="publish", by="anna", note="why not"
    )
    return prepared


def states(store: KnowledgeStore, slug: str) -> dict[int, str]:
    return {revision.number: str(revision.state) for revision in store.revisions.of(slug)}


# Revisions


def test_a_document_comes_back_as_it_was(store: KnowledgeStore) -> None:
    document = article()
    assert store.save_revision(document, by="anna") == 1
    assert store.revisions.document("rest", 1) == document
    (revision,) = store.revisions.of("rest")
    assert (revision.state, revision.created_by, revision.reviewed) == (RevisionState.DRAFT, "anna", False)
    (passage,) = store.revisions.passages("rest", 1)
    assert passage.text == "Most people rest for a day."
    assert passage.questions == ("do i need to rest", "how long “exactly”?")
    assert passage.sources == document.sources
    assert passage.evidence is EvidenceKind.CLAIM
    assert (passage.document, passage.revision, passage.title) == ("rest", 1, "After the infusion")


def test_the_same_text_makes_no_new_revision(store: KnowledgeStore) -> None:
    assert store.revisions.save(article()) == (1, True)
    assert store.revisions.save(article()) == (1, False)
    assert store.revisions.save(article(text="Most people rest for two days.")) == (2, True)
    assert store.revisions.save(article(reviewer="Dr. A. B.", reviewed_on="2025-01-02")) == (3, True)
    assert [revision.number for revision in store.revisions.of("rest")] == [3, 2, 1]


def test_a_document_without_text_is_refused(store: KnowledgeStore) -> None:
    with pytest.raises(ValueError, match="no text"):
        store.save_revision(article(sections=()))
    assert store.revisions.of("rest") == []


def test_many_savers_of_one_document_get_numbers_of_their_own(store: KnowledgeStore) -> None:
    numbers: list[int] = []

    def save(text: str) -> None:
        numbers.append(store.save_revision(article(text=text)))

    savers = [threading.Thread(target=save, args=(f"Rest for {n} days, then walk.",)) for n in range(8)]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert sorted(numbers) == list(range(1, 9))


def test_an_unknown_revision_is_said_to_be_unknown(store: KnowledgeStore) -> None:
    with pytest.raises(KeyError, match="no revision 7 of “rest”"):
        store.revisions.markdown("rest", 7)


# Publications


def test_nothing_is_live_at_first(store: KnowledgeStore) -> None:
    assert store.live_publication() is None
    assert store.history() == []


def test_publishing_replacing_withdrawing_and_rolling_back_set_the_states(store: KnowledgeStore) -> None:
    store.save_revision(article())
    store.save_revision(article("visit", "Bring a list of your medicines."))
    first = go_live(store, ("rest", 1), ("visit", 1))
    assert states(store, "rest") == {1: "published"}
    store.save_revision(article(text="Most people rest for two days."))
    second = go_live(store, ("rest", 2), ("visit", 1))
    assert states(store, "rest") == {1: "replaced", 2: "published"}
    third = go_live(store, ("rest", 2))
    assert states(store, "visit") == {1: "withdrawn"}
    assert [passage.document for passage in store.published_passages(third)] == ["rest"]
    store.publications.make_live(first, instead_of=third, action="rollback", by="ben")
    assert states(store, "rest") == {1: "published", 2: "replaced"}
    assert states(store, "visit") == {1: "published"}
    live = store.live_publication()
    assert live is not None
    assert live.id == first
    assert [publication.id for publication in store.history()] == [third, second, first]
    newest = store.publications.events()[0]
    assert (newest.action, newest.by) == ("rollback", "ben")


def test_passages_of_a_publication_are_those_of_its_revisions(store: KnowledgeStore) -> None:
    store.save_revision(article())
    first = go_live(store, ("rest", 1))
    store.save_revision(article(text="Most people rest for two days."))
    second = go_live(store, ("rest", 2))
    assert [passage.text for passage in store.published_passages(first)] == ["Most people rest for a day."]
    assert [passage.revision for passage in store.published_passages(second)] == [2]


def test_a_publication_that_would_undo_another_is_refused(store: KnowledgeStore) -> None:
    store.save_revision(article())
    first = go_live(store, ("rest", 1))
    late = store.publications.prepare([], encoder="e", calibration="{}")
    with pytest.raises(PublicationConflict, match="Somebody else published"):
        store.publications.make_live(late, instead_of=None, action="publish")
    assert store.publications.live_id() == first


def test_of_many_that_go_live_at_once_one_wins(store: KnowledgeStore) -> None:
    prepared = [store.publications.prepare([], encoder="e", calibration="{}") for _ in range(6)]
    outcomes: list[str] = []

    def race(publication: int) -> None:
        try:
            store.publications.make_live(publication, instead_of=None, action="publish")
            outcomes.append("live")
        except PublicationConflict:
            outcomes.append("refused")

    racers = [threading.Thread(target=race, args=(each,)) for each in prepared]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes) == ["live", *["refused"] * 5]


def test_the_database_itself_allows_one_live_publication(store: KnowledgeStore) -> None:
    one, other = (store.publications.prepare([], encoder="e", calibration="{}") for _ in range(2))
    with store.database.write() as connection:
        connection.execute(sa.text("UPDATE publications SET live = 1 WHERE id = :id"), {"id": one})
    with pytest.raises(sa.exc.IntegrityError), store.database.write() as connection:
        connection.execute(sa.text("UPDATE publications SET live = 1 WHERE id = :id"), {"id": other})


def test_only_a_publication_that_never_was_live_is_forgotten(store: KnowledgeStore) -> None:
    store.save_revision(article())
    live = go_live(store, ("rest", 1))
    prepared = store.publications.prepare([], encoder="e", calibration="{}")
    store.publications.discard(prepared)
    store.publications.discard(live)
    with pytest.raises(KeyError):
        store.publications.get(prepared)
    assert store.publications.get(live).live
    assert store.publications.prepare([], encoder="e", calibration="{}") > prepared, (
        "ids are never used again"
    )


# Embeddings


def test_embeddings_come_back_bit_by_bit_and_belong_to_their_encoder(store: KnowledgeStore) -> None:
    random = np.random.default_rng(0)
    vectors = {text_key(f"text {n}"): random.random((1, 8), dtype=np.float32) for n in range(900)}
    store.embeddings.save("one", vectors)
    store.embeddings.save("one", vectors)
    found = store.embeddings.get("one", [*vectors, text_key("unknown")], 8)
    assert found.keys() == vectors.keys()
    assert all((found[key] == vectors[key]).all() for key in vectors)
    assert store.embeddings.get("other", list(vectors), 8) == {}
    assert store.embeddings.known("one", [text_key("text 5"), text_key("unknown")]) == {text_key("text 5")}


def test_token_embeddings_keep_their_rows(store: KnowledgeStore) -> None:
    rows = np.arange(24, dtype=np.float16).reshape(3, 8)
    store.embeddings.save("one", {"k": rows}, TOKENS)
    assert store.embeddings.get("one", ["k"], 8, TOKENS)["k"].tolist() == rows.tolist()
    assert store.embeddings.get("one", ["k"], 8) == {}


# The tables


def test_the_migrations_make_exactly_the_described_tables(store: KnowledgeStore) -> None:
    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            KnowledgeStore(database_url).close()
        except Exception as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    starts = [threading.Thread(target=start) for _ in range(4)]
    for thread in starts:
        thread.start()
    for thread in starts:
        thread.join()
    assert failures == []
    database = Database(database_url)
    with database.read() as connection:
        versions = connection.execute(
            sa.text(f"SELECT version_num FROM {migrations.VERSION_TABLE}")
        ).scalars()
        assert list(versions) == [migrations.HEAD]
    database.close()


def test_both_modules_can_live_in_one_database(database_url: str) -> None:
    from bot.conversations import migrations as conversations
    from bot.conversations.database import Database as ConversationDatabase

    log = ConversationDatabase(database_url)
    conversations.upgrade(log)
    log.close()
    store = KnowledgeStore(database_url)
    assert store.save_revision(article()) == 1
    store.close()


def test_sqlite_keeps_every_commit_on_disk(tmp_path: Path) -> None:
    store = KnowledgeStore(f"sqlite:///{tmp_path / 'new' / 'knowledge.sqlite3'}")
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.close()


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="NKBOT_DATABASE_URL"):
        KnowledgeStore(f"sqlite:///{tmp_path / 'folder'}")
