"""Who there is and what each may do. `by` is the number of the account that acts."""

from __future__ import annotations

import sqlalchemy as sa

from bot.accounts import inputs, passwords
from bot.accounts.base import AccountsBase, login_is_free
from bot.accounts.model import Account, Role
from bot.accounts.rows import account
from bot.accounts.schema import accounts


class People(AccountsBase):
    """Lists, makes and changes accounts."""

    def list(self) -> list[Account]:
        """Everybody: those who may sign in first, each part in the order of names."""
        order = (accounts.c.disabled_at.is_not(None), sa.func.lower(accounts.c.name), accounts.c.id)
        with self._database.read() as connection:
            return [account(row) for row in connection.execute(sa.select(accounts).order_by(*order))]

    def get(self, account_id: int) -> Account:
        """One account. Raises AccountNotFound."""
        with self._database.read() as connection:
            return account(self._known(connection, account_id))

    def open_sessions(self) -> dict[int, int]:
        """How many sessions each account has open."""
        with self._database.read() as connection:
            return self._sessions.count(connection)

    def create(
        self, login: str, name: str, role: Role | str, password: str, *, must_change: bool = False
    ) -> Account:
        """A new account. Raises InvalidLogin, InvalidName, WeakPassword, LoginTaken."""
        login, name = inputs.new_login(login), inputs.name(name)
        passwords.check(password, login, name)
        hashed = self._passwords.hash(password)
        with login_is_free(), self._database.write() as connection:
            made = self._insert(connection, login, name, Role(role), hashed, must_change)
            self.audit.write(connection, None, "account_created", about_id=made.id, detail=made.role)
            return made

    def set_role(self, account_id: int, role: Role | str, by: int) -> Account:
        """What somebody may do from their next request on. AccountNotFound, LastAdministrator."""
        wanted = Role(role)
        with self._database.write() as connection:
            administrators = self._administrators(connection)
            row = self._known(connection, account_id, lock=True)
            if row.role == wanted:
                return account(row)
            if row.role == Role.ADMINISTRATOR:
                self._keep_one(administrators, account_id)
                self._invitations.withdraw_by(connection, account_id)
            self._change(connection, account_id, role=wanted)
            detail = f"{row.role} → {wanted}"
            self.audit.write(connection, by, "role_changed", about_id=account_id, detail=detail)
            return account(self._known(connection, account_id))

    def set_disabled(self, account_id: int, disabled: bool, by: int) -> Account:
        """Shuts an account or opens it again. Shut, its sessions and links end at once.

        Raises AccountNotFound, LastAdministrator.
        """
        with self._database.write() as connection:
            administrators = self._administrators(connection)
            row = self._known(connection, account_id, lock=True)
            if (row.disabled_at is not None) == disabled:
                return account(row)
            if disabled:
                self._keep_one(administrators, account_id)
                self._sessions.end_all(connection, account_id)
                self._invitations.withdraw_of(connection, account_id)
                self._invitations.withdraw_by(connection, account_id)
            self._change(connection, account_id, disabled_at=self._clock() if disabled else None)
            action = "account_disabled" if disabled else "account_enabled"
            self.audit.write(connection, by, action, about_id=account_id)
            return account(self._known(connection, account_id))
