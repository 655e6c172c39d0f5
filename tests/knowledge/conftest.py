"""What tests of the knowledge base share: the real encoder, and a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge.encoder import Encoder
from knowledge.encoder_export import export, is_current
from knowledge.markdown import render_document
from knowledge.memory import build_corpus
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from tests.knowledge.articles import passages
from tests.knowledge.commanding import Run, runner
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home
from tests.support import postgres


@pytest.fixture(scope="session")
def encoder_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported encoder: the one that set-up made, else one made now (about 15 s)."""
    made = KnowledgeSettings.from_environment().model_dir
    if is_current(made):
        return made
    folder = tmp_path_factory.mktemp("model") / "encoder"
    export(folder)
    return folder


@pytest.fixture(scope="session")
def encoder(encoder_dir: Path) -> Encoder:
    return Encoder(encoder_dir)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    reason = postgres.why_not()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'knowledge.sqlite3'}"
    url = str(request.getfixturevalue("postgres_url")).replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def home(tmp_path: Path, encoder: Encoder, encoder_dir: Path) -> Iterator[Home]:
    """An empty knowledge base on SQLite, with the real encoder."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "encoder").symlink_to(encoder_dir)
    made = Home(var, f"sqlite:///{var / 'knowledge.sqlite3'}", encoder)
    yield made
    made.store.close()


@pytest.fixture
def any_home(database_url: str, tmp_path: Path, encoder: Encoder, encoder_dir: Path) -> Iterator[Home]:
    """The same on SQLite and on PostgreSQL."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "encoder").symlink_to(encoder_dir)
    made = Home(var, database_url, encoder)
    yield made
    made.store.close()


@pytest.fixture
def var(tmp_path: Path, encoder_dir: Path) -> Path:
    """A state folder with nothing but the encoder."""
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "encoder").symlink_to(encoder_dir)
    return folder


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for document in (PARKING, REST, LUNCH):
        (folder / f"{document.slug}.md").write_text(render_document(document), encoding="utf-8")
    return folder


@pytest.fixture
def run(var: Path) -> Run:
    """Runs a command of the command line."""
    return runner(var)


@pytest.fixture(scope="session")
def article_searcher(encoder: Encoder) -> Searcher:
    """Search over the articles that ship; embedding them takes a while, so all tests share it."""
    return Searcher(build_corpus(passages(), encoder), encoder)
