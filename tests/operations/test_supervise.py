"""The supervisor survives that it cannot log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from supervisor import loggers

from bot.operations import supervise


@pytest.fixture
def patched() -> Iterator[None]:
    before = loggers.RotatingFileHandler.emit, loggers.Handler.handleError
    supervise.install()
    yield
    loggers.RotatingFileHandler.emit, loggers.Handler.handleError = before


def logger(path: Path, **options: Any) -> Any:
    handler = loggers.RotatingFileHandler(str(path), **options)
    handler.setFormat("%(message)s")
    return loggers.Logger(loggers.LevelsByName.INFO, [handler])


@contextmanager
def nothing_can_be_told() -> Iterator[None]:
    """Errors go to a full disk, too."""
    before, full = sys.stderr, Path("/dev/full").open("w")  # noqa: SIM115 - closing it fails, too
    sys.stderr = full
    try:
        yield
    finally:
        sys.stderr = before
        with suppress(OSError):
            full.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_lines_that_cannot_be_written_are_lost_and_nothing_else(patched: None, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.symlink_to("/dev/full")
    full = logger(path)
    with nothing_can_be_told():
        for _ in range(5_000):
            full.info("a line that is long enough to fill every buffer in between\n")


def test_when_the_next_file_cannot_be_opened_logging_goes_on_later(
    patched: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    small = logger(path, maxBytes=50, backupCount=1)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        for module in (loggers, supervise):
            full.setattr(module, "open", no_space, raising=False)
        for number in range(5):
            small.info(f"line {number} of some length, lost or not\n")
    small.info("there is space again\n")
    assert "there is space again" in path.read_text()
