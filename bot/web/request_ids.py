"""The id of each request: minted here, told in the answer as `X-Request-ID`, named in every log line about it.

An id that the request brings is taken only from a proxy that is trusted, and only if it has the shape of a random id:
whoever sends it must not be able to write into our logs.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.wsgi import ClosingIterator

from bot.web.peers import through_proxies
from knowledge import log_lines

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REQUEST, _TURN = "nkbot.request", "nkbot.turn"
"""Where the WSGI environment keeps them, for the access log: it is written when the answer has been sent."""


def init_app(app: Flask, trusted_proxies: int) -> None:
    """Gives every request its id, before anything else looks at it."""
    app.wsgi_app = _RequestIds(app.wsgi_app, trusted_proxies)  # type: ignore[method-assign]


def asks_for_turn(conversation_id: str, message_seq: int) -> str:
    """The current request brought a message: its lines name the turn, too. Out: the request's id."""
    request.environ[_TURN] = log_lines.reference(conversation_id, message_seq)
    return str(request.environ.get(_REQUEST, ""))


def named(environ: dict[str, Any]) -> dict[str, str]:
    """What a request's line in the access log is about."""
    return log_lines.About(environ.get(_REQUEST, ""), environ.get(_TURN, "")).named()


class _RequestIds:
    def __init__(self, app: WSGIApplication, trusted_proxies: int) -> None:
        self._app = app
        self._trusted = trusted_proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        brought = environ.get("HTTP_X_REQUEST_ID", "") if through_proxies(environ, self._trusted) else ""
        own = environ[_REQUEST] = log_lines.harmless(brought) or log_lines.new_request()

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, (log_lines.REQUEST_HEADER, own)], *more)

        with ExitStack() as scope:
            scope.enter_context(log_lines.about(own))
            body = self._app(environ, start)
            # An event stream goes on writing lines after this function has returned.
            return ClosingIterator(body, scope.pop_all().close)
