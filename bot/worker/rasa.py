"""Asks Rasa to forget a conversation."""

from __future__ import annotations

from collections.abc import Sequence

import urllib3

from bot.addresses import Addresses

_SECONDS = 5.0


class NotForgotten(Exception):
    """Rasa has not confirmed; `why` names the fault. To be tried again."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Rasa did not confirm that it has forgotten a conversation ({why}).")
        self.why = why


class RasaMemory:
    """What Rasa remembers of conversations, reached through our channel.

    All Rasas keep it in one database, so one that answers is enough.
    """

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self._pool = urllib3.PoolManager(num_pools=len(urls), retries=False)
        self._addresses = Addresses(urls)
        self._headers = {"Authorization": f"Bearer {token}"}

    def forget(self, conversation_id: str) -> None:
        """Rasa has nothing of the conversation any more, nor will it. Raises `NotForgotten`."""
        fault = NotForgotten("there is no Rasa")
        for url in self._addresses.order(conversation_id):
            try:
                self._ask(url, conversation_id)
            except NotForgotten as error:
                self._addresses.failed(url)
                fault = error
            else:
                self._addresses.answered(url)
                return
        raise fault

    def _ask(self, url: str, conversation_id: str) -> None:
        try:
            reply = self._pool.request(
                "DELETE",
                f"{url.rstrip('/')}/webhooks/nkbot/conversations/{conversation_id}",
                headers=self._headers,
                timeout=urllib3.Timeout(total=_SECONDS),
            )
        except urllib3.exceptions.HTTPError as error:
            raise NotForgotten(type(error).__name__) from error
        if reply.status != 204:
            raise NotForgotten(f"status {reply.status}")
