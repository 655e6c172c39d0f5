"""Checks of what the editors' pages send: every field has its type before anything else looks at it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import request

from bot.web.editor.article import from_article, from_text
from bot.web.errors import Problem
from bot.web.inputs import is_storable, json_object, line
from bot.web.staff_inputs import switch
from knowledge.markdown import DEEPEST, SLUG
from knowledge.model import Document, EvidenceKind, ReplyKind

BODY_LIMIT = 6_000_000
"""Bytes of a document in JSON."""
NOTE_LIMIT = 500
_MOST = 5_000
"""Entries of any list."""


def body() -> dict[str, Any]:
    """The request's JSON object, all of it storable. Raises `Problem`."""
    found = json_object(request)
    if not _is_storable(found):
        raise Problem(400, "unreadable_text")
    return found


def slug(value: str) -> str:
    """A document's address from the URL. Raises `Problem` 404 when it can be none."""
    if not SLUG.fullmatch(value):
        raise Problem(404, "document_gone")
    return value


def number(found: dict[str, Any], name: str) -> int:
    """A revision's number. Raises `Problem`."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Problem(400, "bad_request")
    return value


def note(found: dict[str, Any]) -> str:
    """What somebody says about a change."""
    return " ".join(line(found, "note", NOTE_LIMIT).split())


def is_on(found: dict[str, Any], name: str) -> bool:
    """A switch that may be left out."""
    return name in found and switch(found, name)


def day(found: dict[str, Any], name: str, *, needed: bool = False, until: date | None = None) -> str:
    """An ISO date, or "". Raises `Problem`; also for one after `until`."""
    value = line(found, name, 10, needed=needed)
    if not value:
        return ""
    try:
        read = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        read = None
    if read is None:
        raise Problem(400, "invalid_day")
    if until is not None and read > until:
        raise Problem(400, "day_to_come")
    return value


def tomorrow() -> date:
    """The last day that is today somewhere."""
    return (datetime.now(UTC) + timedelta(days=1)).date()


def document(found: dict[str, Any]) -> Document:
    """The document in `article` (the form) or `markdown` (the text). Raises `Problem`, `Mistaken`.

    It takes computing: call it through `Editing.think`.
    """
    markdown = found.get("markdown")
    if isinstance(markdown, str):
        return from_text(markdown)
    return from_article(article(found.get("article")))


def article(value: Any) -> dict[str, Any]:
    """The form's fields, each of its type. Raises `Problem`."""
    fields = ("slug", "title", "language", "reviewer", "reviewed_on")
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in fields):
        raise Problem(400, "bad_request")
    return {
        **{name: value[name] for name in fields},
        "sources": [_source(each) for each in _list(value, "sources")],
        "sections": [_section(each) for each in _list(value, "sections")],
        "dropped": _texts(value, "dropped"),
    }


def _source(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Problem(400, "bad_request")
    return {name: _text(value, name) for name in ("key", "title", "url")}


def _section(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Problem(400, "bad_request")
    level = value.get("level")
    if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= DEEPEST:
        raise Problem(400, "bad_request")
    evidence, reply = _text(value, "evidence"), _text(value, "reply")
    if evidence not in set(EvidenceKind) or reply not in set(ReplyKind):
        raise Problem(400, "bad_request")
    return {
        "level": level,
        "heading": _text(value, "heading"),
        "text": _text(value, "text"),
        "evidence": evidence,
        "reply": reply,
        **{name: _texts(value, name) for name in ("questions", "sources", "facts")},
    }


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise Problem(400, "bad_request")
    return found


def _list(value: dict[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    if not isinstance(found, list) or len(found) > _MOST:
        raise Problem(400, "bad_request")
    return found


def _texts(value: dict[str, Any], name: str) -> list[str]:
    found = _list(value, name)
    if not all(isinstance(each, str) for each in found):
        raise Problem(400, "bad_request")
    return found


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(is_storable(key) and _is_storable(each) for key, each in value.items())
    return all(_is_storable(each) for each in value) if isinstance(value, list) else True
