"""Errors of the API: always JSON, always with a code and a sentence, never with what a patient wrote."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from bot.conversations.errors import (
    AlreadyTaken,
    ConversationClosed,
    ConversationError,
    ConversationNotFound,
    MessageNotFound,
    NotYours,
    OwnershipChanged,
)
from bot.failures import where
from bot.web.words import PROBLEMS

_log = logging.getLogger(__name__)

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "json_expected",
}

_REFUSALS: dict[type[ConversationError], tuple[int, str]] = {
    ConversationNotFound: (404, "conversation_not_found"),
    ConversationClosed: (409, "conversation_closed"),
    MessageNotFound: (404, "message_not_found"),
    NotYours: (409, "not_yours"),
    OwnershipChanged: (409, "ownership_changed"),
}


class Problem(Exception):
    """Ends a request with an error. `code` is one of `words.PROBLEMS`; `values` fill its sentence."""

    def __init__(self, status: int, code: str, retry_after: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.values = values


def init_app(app: Flask) -> None:
    """Makes every error of the application a JSON error."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(ConversationError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(NoConnection, _database_error)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, code: str, **values: object) -> Response:
    """An error as the API writes it; `values` fill the sentence of its code."""
    sentence = PROBLEMS[code].format(**values) if values else PROBLEMS[code]
    response = jsonify({"error": {"code": code, "message": sentence}})
    response.status_code = status
    return response


def _problem(problem: Problem) -> Response:
    response = answer(problem.status, problem.code, **problem.values)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _refusal(refusal: ConversationError) -> Response:
    if isinstance(refusal, AlreadyTaken):
        return answer(409, "already_taken", name=refusal.by)
    status, code = _REFUSALS.get(type(refusal), (409, "conversation_closed"))
    return answer(status, code)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = answer(status, _CODES.get(status, "bad_request" if status < 500 else "server_error"))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _database_error(error: DBAPIError | NoConnection) -> Response:
    _log.error("the database failed: %s", where(error))
    g.fault = "database"  # counted with the answer
    response = answer(503, "unavailable")
    response.headers["Retry-After"] = "2"
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("a request failed: %s", where(error))
    g.fault = "request"
    return answer(500, "server_error")
