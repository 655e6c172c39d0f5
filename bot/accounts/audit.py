"""The record of who did what: signed in, invited, read, took, answered, exported, erased.

It only grows. What patients wrote and passwords never belong into it; `detail` is for short facts such
as a role.
"""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot.accounts.model import AuditEntry
from bot.accounts.schema import accounts, audit
from bot.conversations.clock import Clock
from bot.conversations.database import Database

_ACTION = re.compile(r"[a-z][a-z_]{0,31}")
LONGEST_DETAIL = 200
MOST_ENTRIES = 200


class Audit:
    """Writes and reads the record."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or database.clock

    def record(
        self,
        account_id: int | None,
        action: str,
        conversation_id: str | None = None,
        detail: str = "",
        *,
        about_id: int | None = None,
    ) -> None:
        """Adds one line. ValueError when `action` is not a word such as `take` or `read_conversation`."""
        with self._database.write() as connection:
            self.write(connection, account_id, action, conversation_id, detail, about_id=about_id)

    def write(
        self,
        connection: sa.Connection,
        account_id: int | None,
        action: str,
        conversation_id: str | None = None,
        detail: str = "",
        *,
        about_id: int | None = None,
    ) -> None:
        """The same within a transaction: the change and its line are kept together or not at all."""
        if not _ACTION.fullmatch(action):
            raise ValueError(f"An action is a short word in lower case, not {action!r}.")
        line = " ".join(detail.split())
        values = {
            "at": self._clock(),
            "account_id": account_id,
            "action": action,
            "conversation_id": conversation_id,
            "about_id": about_id,
            "detail": line[:LONGEST_DETAIL],
        }
        connection.execute(sa.insert(audit).values(values))

    def entries(
        self,
        before: int | None = None,
        limit: int = 50,
        conversation_id: str | None = None,
        account_id: int | None = None,
        action: str | None = None,
    ) -> list[AuditEntry]:
        """The newest lines first; `before` is the number of the last line already seen."""
        actor, about = accounts.alias("actor"), accounts.alias("about")
        wanted = (
            sa.select(audit, actor.c.name.label("account_name"), about.c.name.label("about_name"))
            .outerjoin(actor, actor.c.id == audit.c.account_id)
            .outerjoin(about, about.c.id == audit.c.about_id)
            .order_by(audit.c.id.desc())
            .limit(min(limit, MOST_ENTRIES))
        )
        if before is not None:
            wanted = wanted.where(audit.c.id < before)
        if conversation_id is not None:
            wanted = wanted.where(audit.c.conversation_id == conversation_id)
        if account_id is not None:
            wanted = wanted.where(sa.or_(audit.c.account_id == account_id, audit.c.about_id == account_id))
        if action is not None:
            wanted = wanted.where(audit.c.action == action)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(wanted)]

    def actions(self) -> list[str]:
        """Every kind of action that occurs, for a filter."""
        with self._database.read() as connection:
            return list(connection.scalars(sa.select(audit.c.action).distinct().order_by(audit.c.action)))


def _entry(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(**row._mapping)
