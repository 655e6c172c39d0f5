"""`knowledge.log_lines` for Rasa's Python, letter by letter below this sentence; a test keeps the two alike."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

TEXT, JSON = "text", "json"
REQUEST_HEADER, TURN_HEADER = "X-Request-ID", "X-Turn"
FIELDS = "fields"
"""`_log.info(…, extra={FIELDS: {"ms": 12}})`: figures that belong to a line. Never what somebody wrote."""

# Nothing but the two usual shapes of random ids: no word and no telephone number fits them.
_REQUEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TURN = re.compile(r"[0-9A-Za-z_-]{1,12}\.[1-9][0-9]{0,9}", re.ASCII)
_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


@dataclass(frozen=True)
class About:
    """What the work at hand belongs to; "" where it is not known."""

    request: str = ""
    turn: str = ""

    def named(self) -> dict[str, str]:
        """What is known, by name."""
        return {name: value for name, value in (("request", self.request), ("turn", self.turn)) if value}


_NOTHING = About()
_current: ContextVar[About] = ContextVar("about", default=_NOTHING)


def current() -> About:
    """What the caller is working on."""
    return _current.get()


@contextmanager
def about(request: str = "", turn: str = "") -> Iterator[About]:
    """For the length of a block, every line is about this request and this turn."""
    found = About(request, turn)
    token = _current.set(found)
    try:
        yield found
    finally:
        _current.reset(token)


def new_request() -> str:
    """An id for a request that came without one."""
    return secrets.token_hex(16)


def reference(conversation_id: str, message_seq: int) -> str:
    """What a turn is called in the logs: the beginning of its conversation's number, and its message's place."""
    return f"{conversation_id[:12]}.{message_seq}"


def handed_on() -> dict[str, str]:
    """The headers that tell another process what it is asked for."""
    found = current()
    named = ((REQUEST_HEADER, found.request), (TURN_HEADER, found.turn))
    return {name: value for name, value in named if value}


def taken_over(request: object, turn: object) -> About:
    """What another process told, as far as it can be nothing but an id."""
    return About(harmless(request), turn if isinstance(turn, str) and _TURN.fullmatch(turn) else "")


def harmless(request: object) -> str:
    """The id if it has the shape of one, in small letters, else ""."""
    lowered = request.lower() if isinstance(request, str) else ""
    return lowered if _REQUEST.fullmatch(lowered) else ""


class LineFormatter(logging.Formatter):
    """Writes a record as a line of text with `name=value` at its end, or as one JSON object.

    In: `style` is `text` or `json`; `process` says in JSON who wrote the line.
    """

    def __init__(self, style: str, process: str, line: str = _LINE) -> None:
        super().__init__(line)
        self._json = style == JSON
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        return self._object(record) if self._json else super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line itself, before a traceback."""
        return super().formatMessage(record) + "".join(f" {name}={value}" for name, value in _more(record))

    def _object(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
            **dict(_more(record)),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True, default=str)


def _more(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    fields: Mapping[str, Any] = getattr(record, FIELDS, None) or {}
    yield from fields.items()
    yield from current().named().items()


def configure(process: str, level: str, style: str) -> None:
    """Lets the process write its lines to standard error. Call it once, at the start."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter(style, process))
    logging.basicConfig(level=level, handlers=[handler])
