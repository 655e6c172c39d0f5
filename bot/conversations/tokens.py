"""Conversation ids and the secret that opens a conversation."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid

_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """An id that says nothing about when or in which order conversations began."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether a text from outside can be a conversation's id at all."""
    return _ID.fullmatch(text) is not None


def new_token() -> str:
    """256 random bits, safe in a header."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps. A plain hash is enough: nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def matches(token: str, known_hash: str) -> bool:
    """Whether the token is the one behind the hash, in constant time."""
    return hmac.compare_digest(token_hash(token), known_hash)
