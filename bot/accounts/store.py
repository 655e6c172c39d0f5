"""The accounts of everybody who works with the assistant."""

from __future__ import annotations

import sqlalchemy as sa

from bot.accounts import inputs, passwords
from bot.accounts.base import login_is_free
from bot.accounts.errors import AccountNotFound, LoginTaken
from bot.accounts.links import Links
from bot.accounts.model import Role
from bot.accounts.people import People
from bot.accounts.schema import accounts
from bot.accounts.signing_in import SigningIn
from bot.accounts.throttle import of_account

FIRST_LOGIN = "admin"
FIRST_NAME = "Administrator"


class Accounts(SigningIn, People, Links):
    """Signing in, people and one-time links on one database. Every change is in the record (`audit`)."""

    def ensure_first_administrator(self, password: str | None = None) -> str | None:
        """Makes the first account, `admin`; its one-time password, to be shown once, or None.

        With `password` the operator chose it, and nothing is to be shown. As long as nobody has used the
        one-time password, each call makes a new one: who missed it starts the assistant again.
        """
        with self._database.read() as connection:
            rows = connection.execute(sa.select(accounts).limit(2)).all()
        unused = len(rows) == 1 and rows[0].must_change_password and rows[0].last_sign_in_at is None
        if rows and not unused:
            return None
        secret = password or passwords.one_time()
        hashed = self._passwords.hash(secret)
        values = {"password_hash": hashed, "must_change_password": password is None}
        if rows:
            with self._database.write() as connection:
                fresh = sa.and_(accounts.c.id == rows[0].id, accounts.c.last_sign_in_at.is_(None))
                connection.execute(sa.update(accounts).where(fresh).values(values))
            return None if password else secret
        try:
            with login_is_free(), self._database.write() as connection:
                role, must_change = Role.ADMINISTRATOR, password is None
                made = self._insert(connection, FIRST_LOGIN, FIRST_NAME, role, hashed, must_change)
                self.audit.write(connection, None, "first_administrator", about_id=made.id)
        except LoginTaken:  # another process was faster
            return None
        return None if password else secret

    def rescue(self, login: str) -> str:
        """For an operator when no administrator can sign in: makes somebody an administrator who can.

        The new one-time password. Raises AccountNotFound.
        """
        secret = passwords.one_time()
        hashed = self._passwords.hash(secret)
        plain = inputs.plain_login(login)
        with self._database.write() as connection:
            row = self._row(connection, accounts.c.login == plain, lock=True)
            if row is None:
                raise AccountNotFound
            fresh = {"password_hash": hashed, "must_change_password": True, "disabled_at": None}
            self._change(connection, row.id, **fresh, role=Role.ADMINISTRATOR)
            self._sessions.end_all(connection, row.id)
            self._throttle.forgive(connection, of_account(plain))
            self.audit.write(connection, None, "rescued", about_id=row.id)
        return secret

    def prepare(self) -> None:
        """Does slow work at the start that the first person would otherwise wait for."""
        self._passwords.prepare()

    def forget_expired(self) -> int:
        """Deletes sessions that are over and counters of failed attempts that have faded; how many."""
        with self._database.write() as connection:
            return self._sessions.forget_dead(connection) + self._throttle.forget_old(connection)
