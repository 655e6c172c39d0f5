"""Sessions: made at sign-in, looked up at every request, so that ending one is felt at once."""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa

from bot.accounts.model import Account, SignedIn
from bot.accounts.rows import account
from bot.accounts.schema import accounts, sessions
from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.tokens import new_token, token_hash

_HOUR = 3_600_000
LONGEST = 14 * _HOUR
"""However busy, everybody signs in again after this long: a long working day."""

IDLE = 2 * _HOUR
"""A session that nobody used for this long is over. An open console uses its session all the time."""

_TOUCH_EVERY = 60_000


class Sessions:
    """The sessions in the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, connection: sa.Connection, who: Account) -> SignedIn:
        """A new session with a token that nobody has seen before."""
        token, now = new_token(), self._clock()
        connection.execute(
            sa.insert(sessions).values(
                token_hash=token_hash(token),
                account_id=who.id,
                created_at=now,
                seen_at=now,
                expires_at=now + LONGEST,
            )
        )
        return SignedIn(token, csrf_token(token), who)

    def find(self, token: str, *, touch: bool = True) -> SignedIn | None:
        """The session behind a token; None when it has ended or its account is disabled.

        `touch` counts the look-up as use. A stream that only asks whether it may go on does not.
        """
        now, known_as = self._clock(), token_hash(token)
        wanted = (
            sa.select(accounts, sessions.c.seen_at)
            .join(sessions, sessions.c.account_id == accounts.c.id)
            .where(
                sessions.c.token_hash == known_as,
                sessions.c.expires_at > now,
                sessions.c.seen_at > now - IDLE,
                accounts.c.disabled_at.is_(None),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        if touch and now - row.seen_at >= _TOUCH_EVERY:
            with self._database.write() as connection:
                connection.execute(
                    sa.update(sessions).where(sessions.c.token_hash == known_as).values(seen_at=now)
                )
        return SignedIn(token, csrf_token(token), account(row))

    def end(self, connection: sa.Connection, token: str) -> int | None:
        """Ends one session; the account it was of."""
        mine = sessions.c.token_hash == token_hash(token)
        found = connection.execute(sa.delete(sessions).where(mine).returning(sessions.c.account_id))
        account_id: int | None = found.scalar_one_or_none()
        return account_id

    def end_all(self, connection: sa.Connection, account_id: int, *, but: str | None = None) -> int:
        """Ends every session of an account, perhaps but one; how many."""
        ended = sa.delete(sessions).where(sessions.c.account_id == account_id)
        if but is not None:
            ended = ended.where(sessions.c.token_hash != token_hash(but))
        return connection.execute(ended).rowcount

    def count(self, connection: sa.Connection) -> dict[int, int]:
        """How many sessions each account has that could still be used."""
        now = self._clock()
        counted = (
            sa.select(sessions.c.account_id, sa.func.count())
            .where(sessions.c.expires_at > now, sessions.c.seen_at > now - IDLE)
            .group_by(sessions.c.account_id)
        )
        return {row[0]: row[1] for row in connection.execute(counted)}

    def forget_dead(self, connection: sa.Connection) -> int:
        """Deletes sessions that are over."""
        now = self._clock()
        dead = sa.or_(sessions.c.expires_at <= now, sessions.c.seen_at <= now - IDLE)
        return connection.execute(sa.delete(sessions).where(dead)).rowcount


def csrf_token(token: str) -> str:
    """What a page has to send with every change. It follows from the session and does not give it away."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()
