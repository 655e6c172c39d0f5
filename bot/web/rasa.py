"""Talks with Rasa's custom channel over connections that stay open."""

from __future__ import annotations

import json
from typing import Protocol

import urllib3

from bot.conversations.model import Reply, Turn
from bot.web import replies
from knowledge.encoder import LATEST
from knowledge.log_lines import handed_on

_CONNECT_SECONDS = 1.0
_FORGET_SECONDS = 3.0
_CONNECTIONS = 32


class BotUnavailable(Exception):
    """Rasa gave no sound reply. `why` names the fault without any text of a patient.

    `may_retry` is false when the time is used up.
    """

    def __init__(self, why: str, *, may_retry: bool) -> None:
        super().__init__(why)
        self.why = why
        self.may_retry = may_retry


class Bot(Protocol):
    """Whoever can answer a turn."""

    def reply(self, turn: Turn, seconds: float) -> list[Reply]:
        """The replies to a patient's message, within so many seconds. Raises `BotUnavailable`."""

    def forget_details(self, turn: Turn) -> None:
        """What the enquiry collected that this turn ended is kept elsewhere now. Raises `BotUnavailable`."""


class RasaClient:
    """The bot behind `POST /webhooks/nkbot/messages`."""

    def __init__(self, url: str, token: str) -> None:
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=_CONNECTIONS, retries=False)
        channel = f"{url.rstrip('/')}/webhooks/nkbot"
        self._messages, self._conversations = f"{channel}/messages", f"{channel}/conversations"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def reply(self, turn: Turn, seconds: float) -> list[Reply]:
        """See `Bot.reply`."""
        message: dict[str, object] = {
            "conversation_id": turn.conversation_id,
            "message_seq": turn.message_seq,
            "text": turn.text,
        }
        if turn.interrupted:
            message["interrupted"] = True
        if encoded := LATEST.take(turn.text):  # by the red-flag screen; Rasa need not do it again
            message["encoded"] = encoded.to_json()
        body = json.dumps(message)
        timeout = urllib3.Timeout(connect=min(_CONNECT_SECONDS, seconds), total=seconds)
        try:
            response = self._pool.request(
                "POST", self._messages, body=body.encode(), headers=self._told(), timeout=timeout
            )
        except urllib3.exceptions.ReadTimeoutError as error:
            raise BotUnavailable("no answer in time", may_retry=False) from error
        except urllib3.exceptions.HTTPError as error:
            raise BotUnavailable(type(error).__name__, may_retry=True) from error
        if response.status != 200:
            raise BotUnavailable(f"status {response.status}", may_retry=response.status >= 500)
        try:
            return replies.parse(json.loads(response.data))
        except replies.UnsoundReply as error:
            raise BotUnavailable(str(error), may_retry=True) from error
        except ValueError as error:
            raise BotUnavailable("not JSON", may_retry=True) from error

    def forget_details(self, turn: Turn) -> None:
        """See `Bot.forget_details`."""
        address = f"{self._conversations}/{turn.conversation_id}/details/{turn.message_seq}"
        try:
            response = self._pool.request("DELETE", address, headers=self._told(), timeout=_FORGET_SECONDS)
        except urllib3.exceptions.HTTPError as error:
            raise BotUnavailable(type(error).__name__, may_retry=True) from error
        if response.status != 204:
            raise BotUnavailable(f"status {response.status}", may_retry=True)

    def _told(self) -> dict[str, str]:
        """The headers of a request, with what its log lines are about."""
        return {**self._headers, **handed_on()}
