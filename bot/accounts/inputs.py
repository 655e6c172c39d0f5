"""How logins and names are written before they are compared or kept."""

from __future__ import annotations

import re
import unicodedata

from bot.accounts.errors import InvalidLogin, InvalidName

LONGEST_NAME = 80
_LOGIN = re.compile(r"[\w.+@-]{3,80}")

_JOINERS = "\u200c\u200d"  # Persian and Indian names are written with them


def plain_login(login: str) -> str:
    """The one way in which a login is written, for looking it up. Never fails."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def new_login(login: str) -> str:
    """The same for a login to be made. Raises InvalidLogin."""
    plain = plain_login(login)
    if not _LOGIN.fullmatch(plain):
        raise InvalidLogin
    return plain


def name(text: str) -> str:
    """A person's name on one line. Raises InvalidName."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    letters = any(unicodedata.category(each)[0] == "L" for each in plain)
    hidden = any(unicodedata.category(each)[0] == "C" and each not in _JOINERS for each in plain)
    if not letters or hidden or len(plain) > LONGEST_NAME:
        raise InvalidName
    return plain
