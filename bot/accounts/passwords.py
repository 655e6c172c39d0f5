"""Passwords: which ones are accepted, and how they are kept (argon2id with the library's defaults)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.accounts.errors import WeakPassword

SHORTEST = 12
LONGEST = 200
_FEWEST_DIFFERENT = 5
_LEFT_WITHOUT_NAMES = 8

_COMMON = frozenset(
    "password1234 passwordpassword password12345 password123456 123456789012 1234567890123 qwertyuiopas "
    "qwertyuiop12 qwertyuiop123 qwerty123456 letmeinletmein iloveyou1234 administrator administrator1 "
    "welcome12345 welcome123456 changemechangeme abcdefghijkl abcdefghijklm abc123abc123 1q2w3e4r5t6y "
    "adminadminadmin correcthorsebatterystaple".split()
)

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else

T = TypeVar("T")
Elsewhere = Callable[[Callable[[], T]], T]
"""Runs slow work where it holds nobody else up, and gives its result."""


def here(work: Callable[[], T]) -> T:
    """Runs the work on the spot."""
    return work()


def check(password: str, login: str, *names: str) -> None:
    """Raises WeakPassword with a sentence when a password is too easy to guess. Any characters are fine."""
    if len(password) < SHORTEST:
        raise WeakPassword(
            f"Please choose a password of at least {SHORTEST} characters. A few words in a row are good."
        )
    if len(password) > LONGEST:
        raise WeakPassword(f"Please keep the password within {LONGEST} characters.")
    plain = _normal(password).casefold()
    if plain in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT:
        raise WeakPassword(
            "This password is one of the first that somebody would try. Please choose another."
        )
    rest = plain
    for part in sorted(_parts(login, *names), key=len, reverse=True):
        rest = rest.replace(part, "")
    if rest != plain and len(rest) < _LEFT_WITHOUT_NAMES:
        raise WeakPassword("This password is too close to your login or your name. Please choose another.")


def one_time() -> str:
    """A password that is easy to copy from a screen: 20 characters of 31, about 99 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


class Passwords:
    """Hashes and compares passwords. It takes about a tenth of a second of work, on purpose."""

    def __init__(self, elsewhere: Callable[[Callable[[], object]], object] = here) -> None:
        self._elsewhere = elsewhere
        self._hasher = PasswordHasher()
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """What the database keeps."""
        return str(self._elsewhere(lambda: self._hasher.hash(_normal(password))))

    def matches(self, password: str, known_hash: str | None) -> bool:
        """Whether it is the password behind the hash. Without a hash: no, after the same work."""
        wanted = known_hash or self._hash_of_nobody()
        try:
            self._elsewhere(lambda: self._hasher.verify(wanted, _normal(password)))
        except (VerificationError, InvalidHashError):
            return False
        return known_hash is not None

    def is_outdated(self, known_hash: str) -> bool:
        """Whether the library hashes with more work by now."""
        return self._hasher.check_needs_rehash(known_hash)

    def prepare(self) -> None:
        """Does at the start what the first unknown login would otherwise wait for."""
        self._hash_of_nobody()

    def _hash_of_nobody(self) -> str:
        if self._nobody is None:
            self._nobody = self.hash(secrets.token_urlsafe(32))
        return self._nobody


def same(one: str, other: str) -> bool:
    """Whether two passwords are the same to `Passwords`."""
    return _normal(one) == _normal(other)


def _normal(password: str) -> str:
    """The same password from every keyboard: composed and decomposed letters are alike."""
    return unicodedata.normalize("NFKC", password)


def _parts(login: str, *names: str) -> set[str]:
    whole = [login, *names]
    pieces = [piece for text in whole for piece in re.split(r"[\W_]+", text)]
    return {
        each
        for each in (unicodedata.normalize("NFKC", p).casefold() for p in [*whole, *pieces])
        if len(each) > 2
    }
