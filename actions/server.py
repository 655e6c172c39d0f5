"""The action server's HTTP side: a small Sanic application around the SDK's executor.

Not the SDK's own server, which listens on every interface, has no token, and sends the whole request,
patient text included, back with an error.

`POST /webhook` runs an action for Rasa, which may send along what the encoder made of the message (`encoded`)
and what log lines are `about`.
`GET /ready` is 200 when the knowledge base can be searched, else 503; both with `{"ready", "detail", …}`.
Every request needs `Authorization: Bearer <token>`, else 401.
Errors are `{"error": {"code", "message"}}` and contain nothing of the request.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa_sdk.interfaces import ActionNotFoundException
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from actions.answering import (
    ActionAnswer,
    ActionCost,
    ActionMedicalAdvice,
    ActionThanks,
    ActionWorry,
)
from actions.enquiry_doors import ActionCancel, ActionGiveDetails, ActionGreet, ActionRequestEnquiry
from actions.enquiry_form import ValidateCostEnquiry
from actions.handoff import ActionAffirm, ActionCourtesy, ActionHandoff, ActionLanguage
from actions.listening import Listening
from actions.searching import Knowledge
from knowledge import log_lines
from knowledge.encoder import LATEST
from knowledge.live import NotReady

logger = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
"""Rasa sends the last events of one conversation: some ten kilobytes."""


class Executor(Listening):
    """The SDK's executor with our actions; they never read the domain, so Rasa need not send it."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        for action in (
            ActionAnswer(knowledge),
            ActionCost(knowledge),
            ActionMedicalAdvice(knowledge),
            ActionWorry(knowledge),
            ValidateCostEnquiry(knowledge),
            ActionRequestEnquiry(),
            ActionGiveDetails(),
            ActionGreet(),
            ActionCancel(),
            ActionHandoff(),
            ActionCourtesy(),
            ActionAffirm(),
            ActionLanguage(),
            ActionThanks(),
        ):
            self.register_action(action)

    def update_and_return_domain(self, _payload: dict[str, Any], _action_name: str) -> dict[str, Any]:
        """The SDK refuses a call without a domain that it has not seen before."""
        return {}


def create_app(tokens: Sequence[str], knowledge: Knowledge) -> Sanic[Any, Any]:
    """The application, to be run in a single process. It accepts each of the tokens."""
    app = Sanic("nkbot_actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.ACCESS_LOG = False
    executor = Executor(knowledge)
    expected = [token.encode("utf-8") for token in tokens]

    @app.on_request
    async def check_token(request: Request) -> HTTPResponse | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        sent = given.strip().encode("utf-8", "surrogateescape")
        known = [hmac.compare_digest(sent, token) for token in expected]
        if any(known) and scheme.lower() == "bearer":
            return None
        return _error(401, "unauthorized", "The token is missing or wrong.")

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        try:
            call = json.loads(request.body)
        except ValueError:
            call = None
        if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
            return _error(400, "bad_request", "The body is not an action call.")
        LATEST.accept(call.pop("encoded", None))
        told = call.pop("about", None)
        named = told if isinstance(told, dict) else {}
        found = log_lines.taken_over(named.get("request"), named.get("turn"))
        with log_lines.about(found.request, found.turn):
            return await _run(executor, call)

    @app.get("/ready")
    async def ready(_request: Request) -> HTTPResponse:
        status = knowledge.status()
        return json_response({**status, "detail": _served(status)}, status=200 if status["ready"] else 503)

    @app.exception(Exception)
    async def failed(_request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, SanicException) and error.status_code < 500:
            return _error(error.status_code, "refused", "The request was refused.")
        return _failed(error)

    return app


async def _run(executor: Executor, call: dict[str, Any]) -> HTTPResponse:
    """The action that Rasa calls for. What fails is told here, where it is known what the lines are about."""
    began = time.monotonic()
    try:
        result = await executor.run(call)
    except ActionNotFoundException:
        return _error(404, "unknown_action", "There is no such action; domain.yml and actions/ disagree.")
    except NotReady as error:
        logger.warning("The knowledge base is not ready.")
        return _error(503, "not_ready", str(error))
    except Exception as error:  # noqa: BLE001 - the answer is the same for all
        return _failed(error)
    if result is None:
        return _error(400, "bad_request", "The body names no action.")
    took = round((time.monotonic() - began) * 1000)
    logger.info("%s was run.", call["next_action"], extra={log_lines.FIELDS: {"ms": took}})
    return json_response({"events": result.events, "responses": result.responses})


def _failed(error: Exception) -> HTTPResponse:
    # Neither the error's message nor the request is written: both may quote a patient.
    logger.error("An action failed: %s", where(error))
    return _error(500, "action_failed", "The action failed; the action server's log says where.")


def _served(status: dict[str, object]) -> str:
    """What is served, and what is wrong if something is."""
    problem, publication = str(status.get("problem") or ""), status.get("publication")
    if not problem:
        which = "" if publication is None else f": publication {publication} is served"
        return f"The knowledge base can be searched{which}."
    return problem if publication is None else f"{problem} Publication {publication} is served meanwhile."


def where(error: BaseException) -> str:
    """The error's type and the last places it passed, without its message: safe to log."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json_response({"error": {"code": code, "message": message}}, status=status)
