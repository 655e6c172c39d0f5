"""What all parts of the accounts store share: the database, its helpers, one row of the accounts table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.accounts import passwords
from bot.accounts.audit import Audit
from bot.accounts.errors import AccountNotFound, LastAdministrator, LoginTaken
from bot.accounts.invitations import Invitations
from bot.accounts.model import Account, Role
from bot.accounts.passwords import Passwords
from bot.accounts.rows import account
from bot.accounts.schema import accounts
from bot.accounts.sessions import Sessions
from bot.accounts.throttle import Throttle
from bot.conversations.clock import Clock
from bot.conversations.database import Database


class AccountsBase:
    """Holds the parts; `bot.accounts.store.Accounts` is what others use.

    `elsewhere` runs the hashing of passwords where it holds nobody else up.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        elsewhere: Callable[[Callable[[], object]], object] = passwords.here,
    ) -> None:
        self._database = database
        self._clock = clock or database.clock
        self._passwords = Passwords(elsewhere)
        self._throttle = Throttle(database, self._clock)
        self._sessions = Sessions(database, self._clock)
        self._invitations = Invitations(self._clock)
        self.audit = Audit(database, self._clock)

    def _row(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], *, lock: bool = False
    ) -> sa.Row[Any] | None:
        wanted = sa.select(accounts).where(which)
        return connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()

    def _known(self, connection: sa.Connection, account_id: int, *, lock: bool = False) -> sa.Row[Any]:
        row = self._row(connection, accounts.c.id == account_id, lock=lock)
        if row is None:
            raise AccountNotFound
        return row

    def _change(self, connection: sa.Connection, account_id: int, **values: object) -> None:
        connection.execute(sa.update(accounts).where(accounts.c.id == account_id).values(**values))

    def _insert(
        self, connection: sa.Connection, login: str, name: str, role: Role, hashed: str, must_change: bool
    ) -> Account:
        values = {
            "login": login,
            "name": name,
            "role": role,
            "password_hash": hashed,
            "must_change_password": must_change,
            "created_at": self._clock(),
        }
        made = connection.execute(sa.insert(accounts).values(values).returning(accounts.c.id)).scalar_one()
        return account(self._known(connection, made))

    def _administrators(self, connection: sa.Connection) -> list[int]:
        """Those who can sign in, held so that no two of them can go at the same instant."""
        able = sa.and_(accounts.c.role == Role.ADMINISTRATOR, accounts.c.disabled_at.is_(None))
        wanted = sa.select(accounts.c.id).where(able).order_by(accounts.c.id).with_for_update()
        return list(connection.scalars(wanted))

    def _keep_one(self, administrators: list[int], leaving: int) -> None:
        if administrators == [leaving]:
            raise LastAdministrator


@contextmanager
def login_is_free() -> Iterator[None]:
    """Turns the database's refusal of a second account with the same login into LoginTaken."""
    try:
        yield
    except IntegrityError:
        raise LoginTaken from None
