"""Signing in and out, and one's own password."""

from __future__ import annotations

from bot.accounts import inputs, passwords
from bot.accounts.base import AccountsBase
from bot.accounts.errors import WeakPassword, WrongPassword
from bot.accounts.model import SignedIn
from bot.accounts.rows import account
from bot.accounts.schema import accounts
from bot.accounts.throttle import of_account, of_peer


class SigningIn(AccountsBase):
    """What somebody does with their own account."""

    def sign_in(self, login: str, password: str, peer: str, device: str = "") -> SignedIn:
        """A new session. Raises TooManyAttempts, or WrongPassword, which never says what was wrong.

        An unknown login, a disabled account and a wrong password cost the same work. `device` names a
        browser that signed in with this login before; the caller has made sure of that.
        """
        plain = inputs.plain_login(login)
        subjects = of_account(plain, device), of_peer(peer)
        with self._database.read() as connection:
            row = self._row(connection, accounts.c.login == plain)
        self._throttle.begin(*subjects)
        known_hash = row.password_hash if row is not None and row.disabled_at is None else None
        right = self._passwords.matches(password, known_hash)
        if row is None or not right:
            # Who tried is not known. What was typed is not kept: it may be a password in the wrong field.
            about, detail = (row.id, "") if row else (None, "unknown login")
            self.audit.record(None, "sign_in_failed", detail=detail, about_id=about)
            raise WrongPassword
        fresh = self._passwords.hash(password) if self._passwords.is_outdated(row.password_hash) else None
        with self._database.write() as connection:
            still = self._row(connection, accounts.c.id == row.id, lock=True)
            if still is None or still.disabled_at is not None or still.password_hash != row.password_hash:
                raise WrongPassword
            self._throttle.succeeded(connection, *subjects)
            changed: dict[str, object] = {"last_sign_in_at": self._clock()}
            if fresh is not None:
                changed["password_hash"] = fresh
            self._change(connection, row.id, **changed)
            self.audit.write(connection, row.id, "sign_in")
            return self._sessions.begin(connection, account(still))

    def session(self, token: str, *, touch: bool = True) -> SignedIn | None:
        """The session behind a token, read from the database each time; None when it is over."""
        return self._sessions.find(token, touch=touch)

    def sign_out(self, token: str) -> None:
        """Ends one session; one that is over already is fine."""
        with self._database.write() as connection:
            account_id = self._sessions.end(connection, token)
            if account_id is not None:
                self.audit.write(connection, account_id, "sign_out")

    def revoke_all(self, account_id: int, by: int | None = None, *, but: str | None = None) -> int:
        """Ends every session of an account, perhaps but one (its token); how many. AccountNotFound."""
        with self._database.write() as connection:
            self._known(connection, account_id)
            ended = self._sessions.end_all(connection, account_id, but=but)
            self.audit.write(connection, by, "signed_out_everywhere", about_id=account_id)
            return ended

    def change_password(self, account_id: int, current: str, new: str) -> SignedIn:
        """Sets one's own password: every session ends and a new one begins.

        Raises TooManyAttempts, WrongPassword (the current one), WeakPassword (the new one).
        """
        with self._database.read() as connection:
            row = self._known(connection, account_id)
        subjects = of_account(row.login, "own password"), of_peer(f"account {account_id}")
        self._throttle.begin(*subjects)
        if not self._passwords.matches(current, row.password_hash):
            self.audit.record(account_id, "password_change_failed")
            raise WrongPassword
        with self._database.write() as connection:
            self._throttle.succeeded(connection, *subjects)
        passwords.check(new, row.login, row.name)
        if passwords.same(current, new):
            raise WeakPassword("This is your present password. Please choose a new one.")
        hashed = self._passwords.hash(new)
        with self._database.write() as connection:
            still = self._known(connection, account_id, lock=True)
            if still.password_hash != row.password_hash or still.disabled_at is not None:
                raise WrongPassword
            self._change(connection, account_id, password_hash=hashed, must_change_password=False)
            self._sessions.end_all(connection, account_id)
            self._invitations.withdraw_of(connection, account_id)
            self.audit.write(connection, account_id, "password_changed")
            return self._sessions.begin(connection, account(self._known(connection, account_id)))
