"""Checks of everything that comes from outside, before anything else sees it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, current_app, request

from bot.web.errors import Problem

TEXT_LIMIT = 1_000
"""Characters of one message. Longer texts block Rasa for a long time."""

BODY_LIMIT = 16 * 1024
"""Bytes of one request body: room for a full text with every character escaped."""

_DRAIN_LIMIT = 512 * 1024

_View = TypeVar("_View", bound=Callable[..., Any])

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{1,200})", re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Refuses bodies that are too large, on every address."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.before_request(_refuse_large_bodies)


def takes(limit: int, code: str) -> Callable[[_View], _View]:
    """Marks a view, above all other decorators of ours, as one that takes larger bodies.

    `limit` is in bytes; `code` is the problem that is answered to a larger one.
    """

    def mark(view: _View) -> _View:
        vars(view).update(body_limit=limit, body_problem=code)
        return view

    return mark


def body_limit() -> int:
    """How many bytes the body of the current request may have."""
    view = current_app.view_functions.get(request.endpoint or "")
    return int(getattr(view, "body_limit", BODY_LIMIT))


def _refuse_large_bodies() -> None:
    length, limit = request.content_length, body_limit()
    request.max_content_length = limit
    if length is None or length <= limit:
        return
    if length <= max(_DRAIN_LIMIT, 2 * limit):
        # Read it away in slices, so that the sender gets the answer instead of a broken connection.
        stream = request.environ["wsgi.input"]
        left = length
        while left > 0 and (piece := stream.read(min(left, 65_536))):
            left -= len(piece)
    view = current_app.view_functions.get(request.endpoint or "")
    raise Problem(413, getattr(view, "body_problem", "too_large"))


def json_object(incoming: Request) -> dict[str, Any]:
    """The request's JSON object. Raises `Problem` when it is anything else."""
    if incoming.mimetype != "application/json":
        raise Problem(415, "json_expected")
    written = incoming.get_data(cache=False)
    if incoming.content_length is None and len(written) >= body_limit():
        raise Problem(413, "too_large")  # sent in pieces, and cut off at the limit
    try:
        body = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "invalid_json") from error
    if not isinstance(body, dict):
        raise Problem(400, "invalid_json")
    return body


def client_message_id(body: dict[str, Any]) -> str:
    """The client's own id of a message, in lower case."""
    value = body.get("client_message_id")
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Problem(400, "invalid_client_message_id")
    return value.lower()


def message_text(body: dict[str, Any], limit: int = TEXT_LIMIT) -> str:
    """What somebody wrote, without space around it; markup in it is just text."""
    value = body.get("text")
    if not isinstance(value, str):
        raise Problem(400, "invalid_text")
    text = value.strip()
    if len(text) > limit:
        raise Problem(400, "text_too_long", limit=f"{limit:,}")
    if not is_storable(text):
        raise Problem(400, "unreadable_text")
    if not any(_is_visible(character) for character in text):
        raise Problem(400, "empty_text")
    return text


def line(body: dict[str, Any], name: str, limit: int, *, needed: bool = False) -> str:
    """A text field of a form, without space around it; absent is empty unless it is `needed`."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Problem(400, "invalid_field", name=name)
    text = value.strip()
    if len(text) > limit:
        raise Problem(400, "field_too_long", name=name, limit=f"{limit:,}")
    if not is_storable(text):
        raise Problem(400, "unreadable_text")
    if needed and not any(_is_visible(character) for character in text):
        raise Problem(400, "field_missing", name=name)
    return text


def score(body: dict[str, Any]) -> int:
    """One to five stars; to JSON 4.0 is the same number as 4."""
    value = body.get("score")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise Problem(400, "invalid_score")
    return value


def helpful(body: dict[str, Any]) -> bool:
    """The thumb: up is true."""
    value = body.get("helpful")
    if not isinstance(value, bool):
        raise Problem(400, "invalid_helpful")
    return value


def sequence(value: str | None, code: str) -> int:
    """A sequence number from a query or a header; nothing counts as zero."""
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise Problem(400, code)
    return int(value)


def bearer_token(incoming: Request) -> str:
    """The conversation's token from the Authorization header."""
    found = _BEARER.fullmatch(incoming.headers.get("Authorization", ""))
    if found is None:
        raise Problem(401, "token_missing")
    return found.group(1)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair: no database and no browser takes it
        return False
    return True


def is_storable(text: str) -> bool:
    """Whether a database and a browser take the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and _is_unicode(text)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC"
