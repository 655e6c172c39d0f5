"""Where Rasa finds the token and the database: as the other processes do, or with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.extensions.environment import internal_tokens, tracker_database_url


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NKBOT_INTERNAL_TOKEN", "NKBOT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NKBOT_VAR", str(tmp_path))


def test_the_token_comes_from_the_variable_or_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "internal_token").write_text("from-the-file-0123456789\n")
    assert internal_tokens() == ("from-the-file-0123456789",)
    monkeypatch.setenv("NKBOT_INTERNAL_TOKEN", "from-the-variable-0123456789")
    assert internal_tokens() == ("from-the-variable-0123456789",)


@pytest.mark.parametrize("between", [",", ", ", "\n"])
def test_while_it_is_changed_there_are_two(monkeypatch: pytest.MonkeyPatch, between: str) -> None:
    new, old = "the-new-one-0123456789", "the-old-one-0123456789"
    monkeypatch.setenv("NKBOT_INTERNAL_TOKEN", f"{new}{between}{old}")
    assert internal_tokens() == (new, old)
    monkeypatch.setenv("NKBOT_INTERNAL_TOKEN", f"{new}{between}short")
    with pytest.raises(ValueError, match="long random value"):
        internal_tokens()


def test_no_token_or_a_short_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="make run"):
        internal_tokens()
    monkeypatch.setenv("NKBOT_INTERNAL_TOKEN", "short")
    with pytest.raises(ValueError, match="long random value"):
        internal_tokens()


@pytest.mark.parametrize(
    ("configured", "used"),
    [
        ("postgresql://u:p@host/name", "postgresql+psycopg2://u:p@host/name"),
        ("postgres://u:p@host/name", "postgresql+psycopg2://u:p@host/name"),
        (
            "postgresql+psycopg://u:p@host:1/name?sslmode=require",
            "postgresql+psycopg2://u:p@host:1/name?sslmode=require",
        ),
    ],
)
def test_postgresql_is_reached_with_the_driver_that_rasa_has(
    monkeypatch: pytest.MonkeyPatch, configured: str, used: str
) -> None:
    monkeypatch.setenv("NKBOT_DATABASE_URL", configured)
    assert tracker_database_url() == used


def test_otherwise_it_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    assert tracker_database_url() == f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
