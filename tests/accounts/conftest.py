"""Every test of accounts runs on SQLite and on PostgreSQL, like those of the log."""

from __future__ import annotations

import argon2
import pytest

from bot.accounts import passwords
from bot.accounts.model import Account
from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.conversations.conftest import HandClock, clock, database, database_url

__all__ = ["HandClock", "clock", "database", "database_url"]

REAL_HASHER = argon2.PasswordHasher
PASSWORD = "violet river tandem"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with next to no work: these tests hash hundreds of passwords."""
    monkeypatch.setattr(passwords, "PasswordHasher", lambda: REAL_HASHER(1, 8, 1))


@pytest.fixture
def accounts(database: Database, clock: HandClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
def boss(accounts: Accounts) -> Account:
    """The only administrator."""
    return accounts.create("boss", "Berta Boss", "administrator", PASSWORD)
