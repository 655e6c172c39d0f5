"""The way from the web process into Rasa, and nobody else's.

`POST /webhooks/nkbot/messages` takes `{"conversation_id", "message_seq", "text"}` and answers 200 with
`{"messages": [{"kind", "text", "citations", "quick_replies", "evidence"}, …]}`, never an empty list. It may
bring `"encoded"`, what the encoder made of the text (`knowledge.encoder.Encoded`), which saves doing it again.
The headers `X-Request-ID` and `X-Turn` say what log lines are about, here and in the action server.
`interrupted`: something was said between this message and what the dialogue said last that it does not know.
`waiting`: the patient waits for a person. `withdrawn`: they took back what they had left.
`left`: what waits for advisors, such as `{"callback": ["phone"]}`.
A reply may bring `enquiry`, which is for an advisor and not for the patient's page, `leaves`, a way to call the
patient back, `withdraws`, which takes back what the patient had asked advisors for, `takes_up_again`, which undoes
that, `corrects`, which puts it right, `calls_off`, which says that they want no person after all, or `reads_back`, in
whose text the web process puts what is kept. A turn that is sent again, with the same `message_seq`, begins where it
began the first time.
`DELETE /webhooks/nkbot/conversations/ID` forgets a conversation's dialogue state (204), and
`DELETE /webhooks/nkbot/conversations/ID/details/SEQ` what the enquiry collected that the turn of that message ended.
`GET /webhooks/nkbot/health` is 200 when a turn could be answered, else 503 and says why.

All need the shared token. Errors are `{"error": {"code", "message"}}`: 400 not our request, 401 token,
413 too long, 500 a defect, 502 the action failed or nothing was said, 503 not ready, 504 too slow.
No error and no log line contains what a patient wrote.
"""

from __future__ import annotations

import asyncio
import functools
import hmac
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Dict, Optional, Tuple

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.extensions import fast_path, log_lines
from bot.extensions.environment import internal_tokens, log_format
from bot.extensions.failures import TurnFailed, where
from bot.extensions.replies import ReplyCollector
from bot.extensions.tracker_store import ANSWERING, BoundedTrackerStore
from knowledge.encoder import DIMENSION, LATEST, MOST_HANDED_ON

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 1000
MAX_BODY = 16 * 1024 + MOST_HANDED_ON * DIMENSION * 6
"""1,000 characters, each escaped as two `\\uXXXX`, the text's token vectors, and the rest of the request."""
DEADLINE_SECONDS = 6.0
"""The patient sees something within 8 s; the web process needs the rest."""

CONVERSATION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
COMMAND_PREFIX = re.compile(r"^[\s/]+")

FLAGS = ("interrupted", "waiting", "withdrawn")
LEFT = "left"
WORK, WAYS = frozenset({"callback", "enquiry"}), frozenset({"email", "phone"})

Handler = Callable[[UserMessage], Awaitable[Any]]


class NkBotInput(InputChannel):
    """Rasa's input channel `nkbot`. Its tokens are the environment's; credentials may set a `deadline`."""

    def __init__(self, tokens: Sequence[str], deadline: float = DEADLINE_SECONDS) -> None:
        self._tokens = [token.encode("utf-8") for token in tokens]
        self._deadline = deadline

    @classmethod
    def name(cls) -> str:
        return "nkbot"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> NkBotInput:
        settings = credentials or {}
        fast_path.install()
        # Rasa writes messages into its debug lines, and 'rasa run --debug' must not put them in a file.
        logging.disable(logging.DEBUG)
        for handler in logging.getLogger().handlers:  # Rasa's own
            handler.setFormatter(log_lines.LineFormatter(log_format(), "rasa"))
        return cls(internal_tokens(), float(settings.get("deadline", DEADLINE_SECONDS)))

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Sanic's routes. Every handler answers; none lets an exception reach Sanic's error page."""
        routes = Blueprint("nkbot_channel")

        @routes.post("/messages", stream=True)  # stream: a long body is refused before it is read
        async def messages(request: Request) -> HTTPResponse:
            return await self._guarded(request, lambda: self._turn(request, on_new_message))

        @routes.delete("/conversations/<conversation_id:str>")
        async def forget(request: Request, conversation_id: str) -> HTTPResponse:
            return await self._guarded(request, lambda: self._forget(request, conversation_id))

        @routes.delete("/conversations/<conversation_id:str>/details/<message_seq:int>")
        async def forget_details(request: Request, conversation_id: str, message_seq: int) -> HTTPResponse:
            work = functools.partial(self._forget_details, request, conversation_id, message_seq)
            return await self._guarded(request, work)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return await self._guarded(request, lambda: self._health(request))

        return routes

    async def _guarded(self, request: Request, work: Callable[[], Awaitable[HTTPResponse]]) -> HTTPResponse:
        """Check the token, do the work within the deadline, and turn every failure into a JSON error.

        Every line that is written meanwhile names the request and the turn that the web process told of.
        """
        if not self._is_authorized(request):
            return _error(401, "unauthorized", "The token is missing or wrong.")
        told = log_lines.taken_over(
            request.headers.get(log_lines.REQUEST_HEADER), request.headers.get(log_lines.TURN_HEADER)
        )
        with log_lines.about(told.request, told.turn):
            return await self._answered(work)

    async def _answered(self, work: Callable[[], Awaitable[HTTPResponse]]) -> HTTPResponse:
        try:
            return await asyncio.wait_for(work(), self._deadline)
        except asyncio.TimeoutError:
            logger.error("A turn took longer than %.1f s and was given up.", self._deadline)  # noqa: TRY400
            return _error(504, "deadline", "The turn took too long and was given up.")
        except TurnFailed as failure:
            if failure.status >= 500:
                logger.error("A turn failed: %s (%s)", failure.message, failure.code)  # noqa: TRY400
            return _error(failure.status, failure.code, failure.message)
        except Exception as error:  # noqa: BLE001  (Rasa raises anything; the message may quote a patient)
            logger.error("A turn failed: %s", where(error))  # noqa: TRY400
            return _error(500, "internal", "The turn failed inside Rasa; its log says where.")

    def _is_authorized(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        known = [hmac.compare_digest(given, token) for token in self._tokens]
        return any(known) and scheme.lower() == "bearer"

    async def _turn(self, request: Request, on_new_message: Handler) -> HTTPResponse:
        conversation_id, message_seq, text, data = _parsed(await _body(request))
        _ready_store(request)
        LATEST.accept(data.get("encoded"))
        ANSWERING.set(str(message_seq))
        replies, began = ReplyCollector(), time.monotonic()
        await on_new_message(
            UserMessage(
                as_plain_text(text),
                replies,
                conversation_id,
                input_channel=self.name(),
                message_id=str(message_seq),
                metadata=known_around(data) or None,
            )
        )
        if not replies.messages:
            raise TurnFailed(502, "no_reply", "The dialogue ended without a reply.")
        took = round((time.monotonic() - began) * 1000)
        logger.info("A turn was answered.", extra={log_lines.FIELDS: {"ms": took}})
        return response.json({"messages": replies.messages})

    async def _forget(self, request: Request, conversation_id: str) -> HTTPResponse:
        if not CONVERSATION_ID.fullmatch(conversation_id):
            raise TurnFailed(400, "bad_request", "That is not a conversation id.")
        await _ready_store(request).delete(conversation_id)
        return response.empty(status=204)

    async def _forget_details(self, request: Request, conversation_id: str, message_seq: int) -> HTTPResponse:
        if not CONVERSATION_ID.fullmatch(conversation_id):
            raise TurnFailed(400, "bad_request", "That is not a conversation id.")
        await _ready_store(request).forget_details(conversation_id, str(message_seq))
        return response.empty(status=204)

    async def _health(self, request: Request) -> HTTPResponse:
        await _ready_store(request).check()
        return response.json({"status": "ok", "model": request.app.ctx.agent.model_id})


def known_around(data: Dict[str, Any]) -> Dict[str, Any]:
    """What the web process knows about the conversation, for our actions: the flags that are set, and what is left
    with advisors. Rasa's state never keeps it."""
    known: Dict[str, Any] = {flag: True for flag in FLAGS if data.get(flag) is True}
    left = data.get(LEFT)
    if isinstance(left, dict):
        known[LEFT] = {
            kind: [way for way in ways if isinstance(way, str) and way in WAYS]
            for kind, ways in left.items()
            if kind in WORK and isinstance(ways, list)
        }
    return known


def as_plain_text(text: str) -> str:
    """Take away what would make Rasa read a command.

    Rasa takes a message that starts with `/` for an intent (`/restart`, `/cost{"a":1}`), after it has
    stripped white space. What the patient wrote stays as it is in our own log.
    """
    return COMMAND_PREFIX.sub("", text) or "?"


async def _body(request: Request) -> bytes:
    """The request's body. Raises `TurnFailed` (413) as soon as it is clear that it is too long."""
    too_long = TurnFailed(413, "too_large", f"The request is longer than {MAX_BODY} bytes.")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > MAX_BODY:
        raise too_long
    body = b""
    stream: Any = request.stream
    while (part := await stream.read()) is not None:
        body += part
        if len(body) > MAX_BODY:
            raise too_long
    return body


def _parsed(body: bytes) -> Tuple[str, int, str, Dict[str, Any]]:
    """Conversation, sequence number, text, and the whole request. Raises `TurnFailed` (400) for anything else."""
    try:
        data = json.loads(body)
    except ValueError:
        raise TurnFailed(400, "bad_request", "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise TurnFailed(400, "bad_request", "The body is not a JSON object.")
    conversation_id, seq, text = data.get("conversation_id"), data.get("message_seq"), data.get("text")
    if not isinstance(conversation_id, str) or not CONVERSATION_ID.fullmatch(conversation_id):
        raise TurnFailed(400, "bad_request", "conversation_id must be 1 to 64 letters, digits, '-' or '_'.")
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1:
        raise TurnFailed(400, "bad_request", "message_seq must be a whole number from 1.")
    if not isinstance(text, str) or not text.strip():
        raise TurnFailed(400, "bad_request", "text must not be empty.")
    if len(text) > MAX_CHARACTERS:
        raise TurnFailed(413, "too_large", f"text is longer than {MAX_CHARACTERS} characters.")
    return conversation_id, seq, text, data


def _ready_store(request: Request) -> BoundedTrackerStore:
    """Our tracker store inside Rasa's wrapper. Raises `TurnFailed` (503) while Rasa cannot answer.

    Rasa replaces a store that it cannot load, and ignores messages while it has no model, both silently.
    """
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise TurnFailed(503, "no_model", "Rasa has no model, or could not load it: its log says why.")
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, BoundedTrackerStore):
        raise TurnFailed(
            503,
            "dialogue_state",
            "Rasa runs without our tracker store; check tracker_store in endpoints.yml.",
        )
    return store


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)
