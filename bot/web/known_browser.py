"""Browsers that have signed in before are remembered, so that strangers who guess lock nobody out.

A cookie, signed by us, says that this browser once knew the password of a login. It opens nothing: it
only makes its failed attempts count apart from those of the rest of the world.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, request

from bot.accounts.inputs import plain_login
from bot.web.services import services

_A_YEAR = 365 * 24 * 3600


def device(login: str) -> str:
    """The name of this browser if it has signed in with this login before, else nothing."""
    nonce, _, signature = request.cookies.get(_cookie(login), "").partition(".")
    right = hmac.compare_digest(signature.encode(), _signature(login, nonce).encode())
    return nonce if nonce and right else ""


def remember(response: Response, login: str) -> Response:
    """Remembers that this browser has signed in with this login."""
    if not device(login):
        nonce = secrets.token_urlsafe(16)
        value = f"{nonce}.{_signature(login, nonce)}"
        secure = services().settings.public_url.startswith("https://")
        response.set_cookie(
            _cookie(login), value, _A_YEAR, httponly=True, samesite="Strict", secure=secure, path="/sign-in"
        )
    return response


def _cookie(login: str) -> str:
    return "nkbot_known_" + hashlib.sha256(_bytes(plain_login(login))).hexdigest()[:12]


def _signature(login: str, nonce: str) -> str:
    told = _bytes(f"known browser\n{plain_login(login)}\n{nonce}")
    return hmac.new(_bytes(services().settings.secret_key), told, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
