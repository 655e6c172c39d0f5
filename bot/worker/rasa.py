"""Asks Rasa to forget a conversation."""

from __future__ import annotations

import urllib3

_SECONDS = 5.0


class NotForgotten(Exception):
    """Rasa has not confirmed; `why` names the fault. To be tried again."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Rasa did not confirm that it has forgotten a conversation ({why}).")
        self.why = why


class RasaMemory:
    """What Rasa remembers of conversations, reached through our channel."""

    def __init__(self, url: str, token: str) -> None:
        self._pool = urllib3.PoolManager(num_pools=1, retries=False)
        self._conversations = f"{url.rstrip('/')}/webhooks/nkbot/conversations"
        self._headers = {"Authorization": f"Bearer {token}"}

    def forget(self, conversation_id: str) -> None:
        """Rasa has nothing of the conversation any more, nor will it. Raises `NotForgotten`."""
        try:
            reply = self._pool.request(
                "DELETE",
                f"{self._conversations}/{conversation_id}",
                headers=self._headers,
                timeout=urllib3.Timeout(total=_SECONDS),
            )
        except urllib3.exceptions.HTTPError as error:
            raise NotForgotten(type(error).__name__) from error
        if reply.status != 204:
            raise NotForgotten(f"status {reply.status}")
