"""One-time links: an invitation to make an account, or to choose a new password for one."""

from __future__ import annotations

import sqlalchemy as sa

from bot.accounts.errors import InvitationGone
from bot.accounts.model import Invitation, Role
from bot.accounts.schema import accounts, invitations
from bot.conversations.clock import Clock
from bot.conversations.tokens import new_token, token_hash

LIFETIME = 72 * 3_600_000


class Invitations:
    """The links in the database. Everything happens in a transaction of the caller's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def make(
        self, connection: sa.Connection, role: Role, name: str, by: int, account_id: int | None = None
    ) -> str:
        """A new link's token, which nobody can see again. An account's earlier links stop working."""
        if account_id is not None:
            self.withdraw_of(connection, account_id)
        token, now = new_token(), self._clock()
        connection.execute(
            sa.insert(invitations).values(
                token_hash=token_hash(token),
                role=role,
                name=name,
                account_id=account_id,
                invited_by=by,
                created_at=now,
                expires_at=now + LIFETIME,
            )
        )
        return token

    def find(self, connection: sa.Connection, token: str) -> Invitation:
        """The invitation behind a link. Raises InvitationGone."""
        row = connection.execute(
            self._open().where(invitations.c.token_hash == token_hash(token))
        ).one_or_none()
        if row is None:
            raise InvitationGone
        return _invitation(row)

    def use(self, connection: sa.Connection, token: str) -> Invitation:
        """Marks a link as used. Of several at the same instant one wins, the others get InvitationGone."""
        found = self.find(connection, token)
        mine = sa.update(invitations).where(invitations.c.id == found.id, self._is_open())
        if connection.execute(mine.values(used_at=self._clock())).rowcount != 1:
            raise InvitationGone
        return found

    def belongs_to(self, connection: sa.Connection, invitation_id: int, account_id: int) -> None:
        """Notes which account came of an invitation."""
        connection.execute(
            sa.update(invitations).where(invitations.c.id == invitation_id).values(account_id=account_id)
        )

    def withdraw(self, connection: sa.Connection, invitation_id: int) -> Invitation:
        """Makes a link stop working. Raises InvitationGone when it did already."""
        row = connection.execute(self._open().where(invitations.c.id == invitation_id)).one_or_none()
        mine = sa.update(invitations).where(invitations.c.id == invitation_id, self._is_open())
        done = connection.execute(mine.values(withdrawn_at=self._clock())).rowcount
        if row is None or done != 1:
            raise InvitationGone
        return _invitation(row)

    def withdraw_of(self, connection: sa.Connection, account_id: int) -> None:
        """Makes every open link of an account stop working."""
        mine = sa.update(invitations).where(invitations.c.account_id == account_id, self._is_open())
        connection.execute(mine.values(withdrawn_at=self._clock()))

    def withdraw_by(self, connection: sa.Connection, account_id: int) -> None:
        """Makes every open link that somebody gave out stop working."""
        mine = sa.update(invitations).where(invitations.c.invited_by == account_id, self._is_open())
        connection.execute(mine.values(withdrawn_at=self._clock()))

    def list(self, connection: sa.Connection) -> list[Invitation]:
        """Every link that still works, the newest first."""
        rows = connection.execute(self._open().order_by(invitations.c.id.desc()))
        return [_invitation(row) for row in rows]

    def _open(self) -> sa.Select[tuple[object, ...]]:
        return (
            sa.select(invitations, accounts.c.name.label("by_name"))
            .join(accounts, accounts.c.id == invitations.c.invited_by)
            .where(self._is_open())
        )

    def _is_open(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            invitations.c.used_at.is_(None),
            invitations.c.withdrawn_at.is_(None),
            invitations.c.expires_at > self._clock(),
        )


def _invitation(row: sa.Row[tuple[object, ...]]) -> Invitation:
    found = row._mapping
    return Invitation(
        id=found["id"],
        role=Role(found["role"]),
        name=found["name"],
        account_id=found["account_id"],
        invited_by=found["by_name"],
        created_at=found["created_at"],
        expires_at=found["expires_at"],
    )
