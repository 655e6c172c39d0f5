"""Talks with Rasa's custom channel over connections that stay open."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import urllib3

from bot.addresses import Addresses
from bot.conversations.model import Reply, Turn
from bot.web import replies
from knowledge.encoder import LATEST
from knowledge.log_lines import handed_on

_CONNECT_SECONDS = 1.0
_FORGET_SECONDS = 3.0
_CONNECTIONS = 32
_LEAST_SECONDS = 0.3


class BotUnavailable(Exception):
    """Rasa gave no sound reply. `why` names the fault without any text of a patient.

    `may_retry` is false when the time is used up; `is_down`: so would other turns fail there just now.
    """

    def __init__(self, why: str, *, may_retry: bool, is_down: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.may_retry = may_retry
        self.is_down = is_down


class Bot(Protocol):
    """Whoever can answer a turn."""

    def reply(self, turn: Turn, seconds: float) -> list[Reply]:
        """The replies to a patient's message, within so many seconds. Raises `BotUnavailable`."""

    def forget_details(self, turn: Turn) -> None:
        """What the enquiry collected that this turn ended is kept elsewhere now. Raises `BotUnavailable`."""


class RasaClient:
    """The bot behind `POST /webhooks/nkbot/messages`, at one or several addresses.

    All Rasas keep the dialogue's state in one database, and a turn that is asked again begins where it began:
    whatever happens to one, another can answer.
    """

    def __init__(
        self, urls: Sequence[str], token: str, asked_besides: Callable[[str], str] | None = None
    ) -> None:
        """`asked_besides` gives what a message asks that follows an alarm, without what it says about the alarm."""
        self._asked_besides = asked_besides or str
        self._pool = urllib3.PoolManager(num_pools=len(urls), maxsize=_CONNECTIONS, retries=False)
        self._addresses = Addresses([f"{url.rstrip('/')}/webhooks/nkbot" for url in urls])
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def reply(self, turn: Turn, seconds: float) -> list[Reply]:
        """See `Bot.reply`. While there is another Rasa to ask, one gets no more than half of the time."""
        text = self._asked_besides(turn.text) if turn.interrupted else turn.text
        body, until = _body(turn, text), time.monotonic() + seconds
        order = self._addresses.order(turn.conversation_id)
        fault = BotUnavailable("no time to ask", may_retry=False)
        for place, channel in enumerate(order, 1):
            left = until - time.monotonic()
            if left < _LEAST_SECONDS < seconds:
                break
            try:
                found = self._ask(channel, body, left if place == len(order) else left / 2)
            except BotUnavailable as error:
                fault = error
                if error.is_down:
                    self._addresses.failed(channel)
                if not error.is_down and not error.may_retry:
                    break
            else:
                self._addresses.answered(channel)
                return found
        raise fault

    def _ask(self, channel: str, body: bytes, seconds: float) -> list[Reply]:
        timeout = urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), total=seconds)
        try:
            response = self._pool.request(
                "POST", f"{channel}/messages", body=body, headers=self._told(), timeout=timeout
            )
        except urllib3.exceptions.ReadTimeoutError as error:
            raise BotUnavailable("no answer in time", may_retry=False, is_down=True) from error
        except urllib3.exceptions.HTTPError as error:
            raise BotUnavailable(type(error).__name__, may_retry=True, is_down=True) from error
        if response.status != 200:
            why, status = f"status {response.status}", response.status
            raise BotUnavailable(why, may_retry=status >= 500, is_down=status == 503)
        try:
            return replies.parse(json.loads(response.data))
        except replies.UnsoundReply as error:
            raise BotUnavailable(str(error), may_retry=True) from error
        except ValueError as error:
            raise BotUnavailable("not JSON", may_retry=True) from error

    def forget_details(self, turn: Turn) -> None:
        """See `Bot.forget_details`."""
        fault = BotUnavailable("no Rasa", may_retry=True)
        for channel in self._addresses.order(turn.conversation_id):
            address = f"{channel}/conversations/{turn.conversation_id}/details/{turn.message_seq}"
            try:
                response = self._pool.request(
                    "DELETE", address, headers=self._told(), timeout=_FORGET_SECONDS
                )
            except urllib3.exceptions.HTTPError as error:
                fault = BotUnavailable(type(error).__name__, may_retry=True)
                self._addresses.failed(channel)
                continue
            if response.status == 204:
                self._addresses.answered(channel)
                return
            fault = BotUnavailable(f"status {response.status}", may_retry=True)
        raise fault

    def _told(self) -> dict[str, str]:
        """The headers of a request, with what its log lines are about."""
        return {**self._headers, **handed_on()}


def _body(turn: Turn, text: str) -> bytes:
    message: dict[str, object] = {
        "conversation_id": turn.conversation_id,
        "message_seq": turn.message_seq,
        "text": text,
    }
    if turn.interrupted:
        message["interrupted"] = True
    if turn.waiting:
        message["waiting"] = True
    if turn.withdrawn:
        message["withdrawn"] = True
    if turn.left:
        message["left"] = {kind: list(ways) for kind, ways in turn.left.items()}
    if encoded := LATEST.take(text):  # by the red-flag screen; Rasa need not do it again
        message["encoded"] = encoded.to_json()
    return json.dumps(message).encode()
