"""Database rows as the objects of `bot.accounts.model`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.accounts.model import Account, Role


def account(row: sa.Row[Any]) -> Account:
    """A row that has the columns of the accounts table."""
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        must_change_password=row.must_change_password,
        created_at=row.created_at,
        last_sign_in_at=row.last_sign_in_at,
        disabled_at=row.disabled_at,
    )
