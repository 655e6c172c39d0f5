"""One-time links: made by an administrator, used once by the person they were made for."""

from __future__ import annotations

import sqlalchemy as sa

from bot.accounts import inputs, passwords
from bot.accounts.base import AccountsBase, login_is_free
from bot.accounts.errors import AccountNotFound, InvitationGone
from bot.accounts.model import Account, Invitation, Role, SignedIn
from bot.accounts.rows import account
from bot.accounts.throttle import of_account


class Links(AccountsBase):
    """Makes and uses links. A link's token is told once; the database keeps its hash."""

    def invite(self, role: Role | str, name: str, by: int) -> str:
        """The token of a link with which one person makes an account. Raises InvalidName."""
        role, name = Role(role), inputs.name(name)
        with self._database.write() as connection:
            token = self._invitations.make(connection, role, name, by)
            self.audit.write(connection, by, "invited", detail=f"{name}, {role}")
            return token

    def new_password_link(self, account_id: int, by: int) -> str:
        """The token of a link with which somebody chooses a new password. Raises AccountNotFound."""
        with self._database.write() as connection:
            row = self._known(connection, account_id, lock=True)
            if row.disabled_at is not None:
                raise AccountNotFound
            token = self._invitations.make(connection, Role(row.role), row.name, by, account_id)
            self.audit.write(connection, by, "password_link_made", about_id=account_id)
            return token

    def invitation(self, token: str) -> tuple[Invitation, Account | None]:
        """What a link offers, and whose password it is about. Raises InvitationGone."""
        with self._database.read() as connection:
            found = self._invitations.find(connection, token)
            if found.account_id is None:
                return found, None
            return found, account(self._known(connection, found.account_id))

    def invitations(self) -> list[Invitation]:
        """Every link that still works, the newest first."""
        with self._database.read() as connection:
            return self._invitations.list(connection)

    def withdraw_invitation(self, invitation_id: int, by: int) -> None:
        """Makes a link stop working. Raises InvitationGone."""
        with self._database.write() as connection:
            found = self._invitations.withdraw(connection, invitation_id)
            self.audit.write(connection, by, "invitation_withdrawn", detail=f"{found.name}, {found.role}")

    def accept(self, token: str, login: str, name: str, password: str) -> SignedIn:
        """Uses a link and signs its holder in. For a new password, `login` and `name` are not looked at.

        Raises InvitationGone, InvalidLogin, InvalidName, WeakPassword, LoginTaken; the link stays good
        after all of them but the first.
        """
        _, owner = self.invitation(token)
        login = owner.login if owner else inputs.new_login(login)
        name = owner.name if owner else inputs.name(name)
        passwords.check(password, login, name)
        hashed = self._passwords.hash(password)
        with login_is_free(), self._database.write() as connection:
            if owner is not None:  # the account before its links, as everybody takes them
                self._known(connection, owner.id, lock=True)
            used = self._invitations.use(connection, token)
            if owner is None:
                holder = self._insert(connection, login, name, used.role, hashed, must_change=False).id
                self._invitations.belongs_to(connection, used.id, holder)
                self.audit.write(connection, holder, "invitation_accepted", detail=used.role)
            else:
                holder = owner.id
                self._new_password(connection, holder, hashed)
            self._change(connection, holder, last_sign_in_at=self._clock())
            self.audit.write(connection, holder, "sign_in")
            return self._sessions.begin(connection, account(self._known(connection, holder)))

    def _new_password(self, connection: sa.Connection, account_id: int, hashed: str) -> None:
        row = self._known(connection, account_id, lock=True)
        if row.disabled_at is not None:
            raise InvitationGone
        self._change(connection, account_id, password_hash=hashed, must_change_password=False)
        self._sessions.end_all(connection, account_id)
        self._throttle.forgive(connection, of_account(row.login))
        self.audit.write(connection, account_id, "password_changed", detail="with a one-time link")
