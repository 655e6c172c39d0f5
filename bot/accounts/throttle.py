"""Slows down guessing: failed sign-ins are counted per account and per peer, in the database.

An attempt is counted before its password is looked at and given back when it was right, so that a
hundred guesses sent at the same moment are no more than a hundred sent one by one.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.accounts.errors import TooManyAttempts
from bot.accounts.schema import login_attempts
from bot.conversations.clock import Clock
from bot.conversations.database import Database

_MINUTE = 60_000
_FORGET_AFTER = 24 * 60 * _MINUTE
_FADES_EVERY = 30 * _MINUTE
"""One failure is forgiven so often: an office whose people mistype now and then is never shut out."""

_FIRST_PAUSE = 30_000
_LONGEST_PAUSE = 15 * _MINUTE


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom attempts are counted for. After `free` failures each further one doubles the pause."""

    key: str
    free: int


def of_account(login: str, device: str = "") -> Subject:
    """Attempts on one login, whether an account has it or not.

    A browser that has signed in with this login before counts by itself (`device`): strangers who guess
    cannot lock its person out.
    """
    return Subject(_key("account", f"{login}\n{device}"), free=5)


def of_peer(peer: str) -> Subject:
    """Attempts from one address. An IPv6 visitor owns a whole /64, so that is what counts."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return Subject(_key("peer", peer), free=20)
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        network = str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
        return Subject(_key("peer", network), free=20)
    return Subject(_key("peer", str(address)), free=20)


class Throttle:
    """The counters. They outlive a restart and fade with time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, *subjects: Subject) -> None:
        """Counts an attempt. Raises TooManyAttempts, and counts nothing, when one of them has to wait."""
        now = self._clock()
        with self._database.write() as connection:
            known = {each.key: _locked(connection, each, now) for each in sorted(subjects, key=_by_key)}
            wait = max(row.blocked_until for row in known.values()) - now
            if wait > 0:
                raise TooManyAttempts(math.ceil(wait / 1000))
            for each in subjects:
                row = _faded(known[each.key], now)
                failures = row.failures + 1
                _set(connection, each.key, failures, now + _pause(failures - each.free), row.last_at)

    def succeeded(self, connection: sa.Connection, account: Subject, peer: Subject) -> None:
        """The attempt was right: the account starts anew, the peer gets this attempt back.

        The peer's other failures stay, or else one good account would let it guess for ever.
        """
        now = self._clock()
        known = {each.key: _locked(connection, each, now) for each in sorted((account, peer), key=_by_key)}
        _set(connection, account.key, 0, 0, now)
        row = known[peer.key]
        _set(connection, peer.key, max(0, row.failures - 1), 0, row.last_at)

    def forgive(self, connection: sa.Connection, subject: Subject) -> None:
        """Forgets what was counted for one subject."""
        _set(connection, subject.key, 0, 0, self._clock())

    def forget_old(self, connection: sa.Connection) -> int:
        """Deletes counters that have faded."""
        old = login_attempts.c.last_at < self._clock() - _FORGET_AFTER
        return connection.execute(sa.delete(login_attempts).where(old)).rowcount


@dataclass(frozen=True, slots=True)
class _Row:
    failures: int
    last_at: int
    blocked_until: int


def _locked(connection: sa.Connection, subject: Subject, now: int) -> _Row:
    """The counter, made if need be, and held by this transaction until it ends. Take several in one order."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = insert(login_attempts).values(subject=subject.key, failures=0, last_at=now, blocked_until=0)
    held = new.on_conflict_do_update(
        index_elements=["subject"], set_={"failures": login_attempts.c.failures}
    ).returning(login_attempts)
    row = connection.execute(held).one()
    return _Row(row.failures, row.last_at, row.blocked_until)


def _faded(row: _Row, now: int) -> _Row:
    """The counter with what has been forgiven since it was last looked at."""
    forgiven = (now - row.last_at) // _FADES_EVERY
    if forgiven >= row.failures:
        return _Row(0, now, row.blocked_until)
    return _Row(row.failures - forgiven, row.last_at + forgiven * _FADES_EVERY, row.blocked_until)


def _set(connection: sa.Connection, key: str, failures: int, blocked_until: int, at: int) -> None:
    connection.execute(
        sa.update(login_attempts)
        .where(login_attempts.c.subject == key)
        .values(failures=failures, blocked_until=blocked_until, last_at=at)
    )


def _pause(failures_too_many: int) -> int:
    if failures_too_many < 0:
        return 0
    return min(_LONGEST_PAUSE, _FIRST_PAUSE << min(failures_too_many, 10))


def _by_key(subject: Subject) -> str:
    return subject.key


def _key(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind}:{who}".encode("utf-8", "surrogatepass")).hexdigest()
