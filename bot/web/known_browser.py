"""Browsers that have signed in before are remembered, so that strangers who guess lock nobody out.

A cookie, signed by us, says that this browser once knew the password of a login. It opens nothing: it
only makes its failed attempts count apart from those of the rest of the world.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from flask import Response, request

from bot.accounts.inputs import plain_login
from bot.web.services import services

_A_YEAR = 365 * 24 * 3600


def device(login: str) -> str:
    """The name of this browser if it has signed in with this login before, else nothing."""
    return _read(login, services().settings.secret_keys)


def remember(response: Response, login: str) -> Response:
    """Remembers that this browser has signed in with this login.

    While the key is being changed a browser keeps its name, and gets it signed with the new key.
    """
    signs = services().settings.secret_keys[0]
    if not _read(login, (signs,)):
        nonce = device(login) or secrets.token_urlsafe(16)
        value = f"{nonce}.{_signature(signs, login, nonce)}"
        secure = services().settings.public_url.startswith("https://")
        response.set_cookie(
            _cookie(login), value, _A_YEAR, httponly=True, samesite="Strict", secure=secure, path="/sign-in"
        )
    return response


def _cookie(login: str) -> str:
    return "nkbot_known_" + hashlib.sha256(_bytes(plain_login(login))).hexdigest()[:12]


def _read(login: str, keys: Sequence[str]) -> str:
    """The name in this browser's cookie, if one of the keys has signed it."""
    nonce, _, signature = request.cookies.get(_cookie(login), "").partition(".")
    given = _bytes(signature)
    right = [hmac.compare_digest(given, _signature(key, login, nonce).encode()) for key in keys]
    return nonce if any(right) else ""


def _signature(key: str, login: str, nonce: str) -> str:
    told = _bytes(f"known browser\n{plain_login(login)}\n{nonce}")
    return hmac.new(_bytes(key), told, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
