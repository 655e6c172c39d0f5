"""The web process as it really runs, with a stand-in for Rasa. Beside it tests/e2e has the real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import fake_rasa
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess


@pytest.fixture(scope="session")
def _fake() -> Iterator[FakeRasa]:
    with fake_rasa.running() as fake:
        yield fake


@pytest.fixture(scope="session")
def web(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """One web process for all tests that leave it serving."""
    process = WebProcess(tmp_path_factory.mktemp("web"), _fake.url).start()
    yield process
    process.stop()


@pytest.fixture
def rasa(_fake: FakeRasa) -> Iterator[FakeRasa]:
    """The stand-in, behaving well at the beginning and at the end of each test."""
    _fake.reset()
    yield _fake
    _fake.reset()


@pytest.fixture
def patient(web: WebProcess, rasa: FakeRasa) -> Iterator[Patient]:
    """Somebody with a new conversation."""
    somebody = Patient(web.url)
    rasa.only = somebody.conversation
    yield somebody
    somebody.http.close()
