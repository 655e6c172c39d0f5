"""What PostgreSQL adds: vectors that are in no file, may be forgotten, and must never be missed unnoticed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from knowledge.encoder import Encoder
from knowledge.engines import engine_of
from knowledge.live import LiveSearcher
from knowledge.pgvector_index import PgvectorEngine, TextVectors, VectorsMissing, text_number
from knowledge.settings import PGVECTOR, KnowledgeSettings
from knowledge.snapshot import SnapshotRefused, load_snapshot, snapshot_folder
from knowledge.store import KnowledgeStore, StoreError
from knowledge.store.database import Database
from knowledge.units import lay_out
from tests.knowledge.commanding import Run, fails
from tests.knowledge.knowing import CALIBRATION, LUNCH, PARKING, REST, Home, article
from tests.knowledge.test_index import clustered
from tests.support import postgres

QUESTION = "Where can I park?"


def rows(home: Home) -> int:
    assert isinstance(home.engine, PgvectorEngine)
    return home.engine.table.count()


def execute(home: Home, statement: str) -> None:
    with home.store.database.write() as connection:
        connection.execute(sa.text(statement.format(table=table(home))))


def table(home: Home) -> str:
    (name,) = tables(home)
    return name


def tables(home: Home) -> list[str]:
    names = sa.inspect(home.store.database.engine).get_table_names()
    return [name for name in names if name.startswith("text_vectors_")]


def texts_of(home: Home, publication: int) -> set[str]:
    return {unit.text for unit in lay_out(home.store.published_passages(publication))[0]}


def known(home: Home, texts: Collection[str]) -> int:
    assert isinstance(home.engine, PgvectorEngine)
    return home.engine.table.known(np.asarray([text_number(text) for text in texts]))


def opened(home: Home) -> LiveSearcher:
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert live.status()["problem"] == ""
    return live


# What it needs


def test_with_sqlite_a_sentence_says_what_is_needed(run: Run) -> None:
    fails(run("status", NKBOT_VECTOR_ENGINE="pgvector"), "pgvector needs PostgreSQL with the extension")
    fails(run("status", NKBOT_VECTOR_ENGINE="annoy"), "NKBOT_VECTOR_ENGINE must be one of faiss, pgvector")


def test_without_the_extension_a_sentence_says_what_to_install(
    postgres_url: str, tmp_path: Path, encoder: Encoder
) -> None:
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        available = sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        if connection.execute(available).scalar():
            pytest.skip("this machine's PostgreSQL has pgvector")
    engine.dispose()
    settings = KnowledgeSettings(var=tmp_path, database_url=url, vector_engine=PGVECTOR)
    store = KnowledgeStore(url)
    with pytest.raises(StoreError, match="Install pgvector where PostgreSQL runs"):
        engine_of(settings, store, encoder.identity)
    store.close()
    live = LiveSearcher(settings, encoder=encoder, watch=False)
    live.refresh()
    assert "needs the extension “vector”" in str(live.status()["problem"])
    live.close()


def test_nothing_is_made_in_the_database_where_faiss_searches(
    vector_database_url: str, var: Path, encoder: Encoder
) -> None:
    home = Home(var, vector_database_url, encoder)
    home.publish(PARKING)
    assert tables(home) == []
    with home.store.database.read() as connection:
        assert not connection.execute(
            sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'vector'")
        ).scalar()
    home.close()


# What is kept


def test_a_text_is_kept_once_whoever_publishes_it(vector_home: Home) -> None:
    first = vector_home.publish(PARKING, REST)
    before = rows(vector_home)
    vector_home.publish(article("parking", "Parking is closed.", question=QUESTION))
    assert rows(vector_home) == before + 2, "its heading and questions were there"
    vector_home.publisher.roll_back(first)
    vector_home.publish(article("rest", REST.sections[0].markdown, question="Must I rest?"))
    vector_home.publisher.withdraw("rest")
    after = rows(vector_home)
    for folder in vector_home.snapshots.glob("0*"):
        for file in folder.iterdir():
            file.unlink()
    vector_home.publisher.roll_back(first)
    assert rows(vector_home) == after, (
        "made again from nothing, with segments cut otherwise, without a new row"
    )


def test_the_files_hold_no_vectors(vector_home: Home, tmp_path: Path, encoder: Encoder) -> None:
    vector_home.publish(PARKING)
    (segment,) = snapshot_folder(vector_home.snapshots, 1).glob("*.segment")
    folder = tmp_path / "other"
    folder.mkdir()
    other = Home(folder, f"sqlite:///{folder / 'knowledge.sqlite3'}", encoder)
    other.publish(PARKING)
    (with_vectors,) = snapshot_folder(other.snapshots, 1).glob("*.segment")
    units = rows(vector_home)
    assert segment.stat().st_size < with_vectors.stat().st_size - units * encoder.encode(["a"]).nbytes / 2
    other.close()


def test_what_nobody_can_go_back_to_at_once_is_forgotten(vector_home: Home) -> None:
    engine = vector_home.engine
    assert isinstance(engine, PgvectorEngine)
    for state in range(6):
        vector_home.publish(article("parking", f"State {state} of parking.", question=QUESTION))
    everything, coming = rows(vector_home), "a text that somebody is about to publish"
    execute(vector_home, "UPDATE {table} SET added_at = added_at - interval '2 hours'")
    engine.build([coming], np.full((1, engine.table.dimension), 0.05, dtype=np.float32))
    vector_home.publish(article("parking", "State 6 of parking.", question=QUESTION))
    assert rows(vector_home) < everything
    wanted = {text for publication in (4, 5, 6, 7) for text in texts_of(vector_home, publication)} | {coming}
    assert known(vector_home, wanted) == len(wanted) == rows(vector_home)
    assert known(vector_home, texts_of(vector_home, 1)) < len(texts_of(vector_home, 1))
    vector_home.publisher.roll_back(1)
    live = opened(vector_home)
    assert live.current().search(QUESTION)[0].passage.text == "State 0 of parking."
    live.close()


def test_tables_of_encoders_that_nobody_uses_are_dropped(vector_home: Home) -> None:
    PgvectorEngine(vector_home.store.database, "an encoder of long ago")
    vector_home.publish(PARKING)
    assert tables(vector_home) == [table(vector_home)]


# What may go wrong


def test_going_over_from_faiss_and_back_embeds_nothing(
    vector_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    faiss = Home(vector_home.var, vector_home.database_url, vector_home.encoder)
    faiss.publish(PARKING, REST, LUNCH)

    def forbidden(_texts: object) -> None:
        raise AssertionError("embedded again")

    for home in (vector_home, faiss, vector_home):
        with pytest.raises(SnapshotRefused, match="another search engine"):
            load_snapshot(
                snapshot_folder(home.snapshots, 1), encoder=home.encoder.identity, engine=home.engine
            )
        with monkeypatch.context() as context:
            context.setattr(home.encoder, "encode", forbidden)
            context.setattr(home.encoder, "encode_tokens", forbidden)
            live = opened(home)
        assert live.current().search(QUESTION)[0].passage.document == "parking"
        live.close()
    faiss.close()


def test_both_engines_answer_alike(vector_home: Home, tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    faiss = Home(folder, f"sqlite:///{folder / 'knowledge.sqlite3'}", encoder)
    (folder / "encoder").symlink_to(vector_home.var / "encoder")
    found = []
    for home in (vector_home, faiss):
        home.publish(PARKING, REST, LUNCH)
        live = opened(home)
        for question in (QUESTION, "is it allowed to eat", "how long must I lie down afterwards"):
            found.append(
                [(hit.passage.key, hit.quote, round(hit.score, 2)) for hit in live.current().search(question)]
            )
        live.close()
    assert found[:3] == found[3:]
    faiss.close()


def test_lost_vectors_are_noticed_and_put_back(vector_home: Home) -> None:
    vector_home.publish(PARKING, REST)
    live = opened(vector_home)
    execute(vector_home, "TRUNCATE {table}")
    with pytest.raises(VectorsMissing, match="are missing in the database"):
        live.current().search(QUESTION)
    live.refresh()
    assert live.status()["problem"] == ""
    assert live.current().search(QUESTION)[0].passage.document == "parking"
    execute(vector_home, "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} LIMIT 1)")
    started_now = opened(vector_home)
    assert started_now.current().search(QUESTION)[0].passage.document == "parking"
    vector_home.store.save_revision(LUNCH)
    execute(vector_home, "TRUNCATE {table}")
    vector_home.publisher.publish(CALIBRATION)
    live.refresh()
    assert {hit.passage.document for hit in live.current().search(QUESTION)} == {"parking", "rest", "lunch"}
    live.close()
    started_now.close()


def test_a_question_survives_a_restart_of_the_database(vector_home: Home) -> None:
    vector_home.publish(PARKING)
    live = opened(vector_home)
    assert live.current().search(QUESTION)
    execute(
        vector_home,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND datname = current_database()",
    )
    assert live.current().search(QUESTION)[0].passage.document == "parking"
    live.close()


def test_many_texts_are_added_and_found_by_the_graph(vector_database_url: str) -> None:
    """Also those that come after the graph was made."""
    database = Database(vector_database_url)
    engine = PgvectorEngine(database, "an encoder", 48)
    vectors = clustered(4_000, 1)
    texts = [f"text {number}" for number in range(4_000)]
    engine.build(texts[:3_000], vectors[:3_000])
    engine.settle()
    part = engine.build(texts, vectors)
    assert engine.table.count() == 4_000
    assert engine.table.sizes()[1] > 0
    assert isinstance(part, TextVectors)
    search = part.together([(part, np.arange(4_000, dtype=np.int32))])
    found = search.search(vectors[2_950:3_050], 1)[1][:, 0]
    assert found.tolist() == list(range(2_950, 3_050))
    database.close()


def test_rolling_back_takes_less_than_ten_seconds(vector_home: Home) -> None:
    first = vector_home.publish(
        *(article(f"text-{number}", f"Text number {number}.") for number in range(60))
    )
    vector_home.publish(*(article(f"text-{number}", f"Other text {number}.") for number in range(60)))
    live = opened(vector_home)
    began = time.monotonic()
    vector_home.publisher.roll_back(first)
    live.refresh()
    assert time.monotonic() - began < 10
    assert live.current().search("text number 7")[0].passage.text.startswith("Text number")
    live.close()


def test_a_dump_as_the_guide_says_is_restored_by_the_assistants_own_account(
    vector_home: Home, vectors_url: str, tmp_path: Path
) -> None:
    """It may neither make nor drop an extension, and the vectors are made again."""
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    added = re.search(r"With pgvector add `(.+?)`", guide)
    programs = postgres.programs_with_vectors()
    assert added is not None
    assert programs is not None
    vector_home.publish(PARKING, REST)
    own = re.sub("//.*@", "//assistant@", vectors_url)
    for statement in (
        "DO $$ BEGIN CREATE ROLE assistant LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "ALTER SCHEMA public OWNER TO assistant",
        *(
            f'ALTER TABLE "{name}" OWNER TO assistant'
            for name in sa.inspect(vector_home.store.database.engine).get_table_names()
        ),
    ):
        execute(vector_home, statement.replace("{", "{{").replace("}", "}}"))
    file = tmp_path / "nkbot.dump"
    dump = [
        programs / "pg_dump",
        "--format=custom",
        "--no-owner",
        f"--file={file}",
        *shlex.split(added[1]),
        own,
    ]
    restore = [programs / "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    subprocess.run(dump, check=True)
    execute(vector_home, "DROP TABLE {table}")
    subprocess.run([*restore, f"--dbname={own}", file], check=True)
    shutil.rmtree(vector_home.snapshots)
    home = Home(
        vector_home.var,
        own.replace("postgresql:", "postgresql+psycopg:"),
        vector_home.encoder,
        vector_engine=PGVECTOR,
    )
    live = opened(home)
    assert live.current().search(QUESTION)[0].passage.document == "parking"
    live.close()
    home.close()
