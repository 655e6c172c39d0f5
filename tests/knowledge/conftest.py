"""What tests of the knowledge base share: the real encoder, and a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge.encoder import Encoder
from knowledge.encoder_export import export, is_current
from knowledge.markdown import render_document
from knowledge.memory import build_corpus_with
from knowledge.search import Searcher
from knowledge.settings import PGVECTOR, KnowledgeSettings
from tests.knowledge.articles import passages
from tests.knowledge.commanding import Run, runner
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home
from tests.support import postgres
from tests.support.embedded import embedded_store


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


@pytest.fixture(scope="session")
def vectors_url() -> Iterator[str]:
    """The address of a PostgreSQL that has pgvector."""
    reason = postgres.why_not_with_vectors()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server(with_vectors=True) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'knowledge.sqlite3'}"
    return _emptied(str(request.getfixturevalue("postgres_url")))


@pytest.fixture
def vector_database_url(vectors_url: str) -> str:
    """The address of an empty database in which vectors can be searched."""
    return _emptied(vectors_url)


def _emptied(address: str) -> str:
    url = address.replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def home(var: Path, encoder: Encoder) -> Iterator[Home]:
    """An empty knowledge base on SQLite, with the real encoder."""
    yield from _opened(Home(var, f"sqlite:///{var / 'knowledge.sqlite3'}", encoder))


@pytest.fixture
def vector_home(var: Path, vector_database_url: str, encoder: Encoder) -> Iterator[Home]:
    """The same on PostgreSQL, where pgvector searches."""
    yield from _opened(Home(var, vector_database_url, encoder, vector_engine=PGVECTOR))


@pytest.fixture(params=["sqlite", "postgresql", "pgvector"])
def any_home(request: pytest.FixtureRequest, var: Path, encoder: Encoder) -> Iterator[Home]:
    """The same on SQLite and on PostgreSQL with FAISS, and on PostgreSQL with pgvector."""
    if request.param == "sqlite":
        yield from _opened(Home(var, f"sqlite:///{var / 'knowledge.sqlite3'}", encoder))
    elif request.param == "postgresql":
        yield from _opened(Home(var, _emptied(str(request.getfixturevalue("postgres_url"))), encoder))
    else:
        url = str(request.getfixturevalue("vector_database_url"))
        yield from _opened(Home(var, url, encoder, vector_engine=PGVECTOR))


def _opened(home: Home) -> Iterator[Home]:
    yield home
    home.close()


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
def article_searcher(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Search over the articles that ship; all tests share it. What set-up has embedded is not embedded again."""
    store = embedded_store(tmp_path_factory.mktemp("embedded"))
    return Searcher(build_corpus_with(store, passages(), encoder), encoder)
