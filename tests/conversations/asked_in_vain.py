"""Conversations in which something is asked in vain, made through the log itself."""

from __future__ import annotations

import uuid
from typing import Any

from bot.conversations.clock import Clock
from bot.conversations.database import Database
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply
from bot.conversations.ownership import Ownership
from bot.conversations.ratings import Ratings

MARA = Advisor(1, "Mara Kunz")
CITED: dict[str, Any] = {
    "document": "what-nk-cells-are",
    "revision": 1,
    "title": "What NK cells are: In short",
    "passage": "a passage",
    "quote": "NK cells are white blood cells.",
}
EVIDENCE = {"probability": 0.2, "threshold": 0.5, "hits": [{"heading": "In short", "score": 0.3}]}


class Patient:
    """Somebody who writes in a conversation of their own; the bot says what the test wants."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._log = ConversationLog(database, clock)
        self._ownership = Ownership(database, clock)
        self._ratings = Ratings(database, clock)
        self.id = self._log.create([Reply("smalltalk", "Hello.")]).id

    def asks(self, text: str, kind: str = "abstain", passage: str = "a passage") -> int:
        """Asks; the bot abstains, or answers with a citation. Out: where the bot's reply stands."""
        turn = self._log.append_patient_message(self.id, str(uuid.uuid4()), text, worker="w").turn
        assert turn is not None
        cites = () if kind == "abstain" else ({**CITED, "passage": passage},)
        reply = Reply(kind, f"The bot's {kind}.", citations=cites, evidence=EVIDENCE)
        return self._log.append_replies(turn, [reply]).messages[0].seq

    def rates(self, seq: int, helpful: bool = False) -> None:
        self._ratings.rate_message(self.id, seq, helpful=helpful)

    def is_taken_over(self, *replies: str, by: Advisor = MARA) -> None:
        self._ownership.take(self.id, by)
        for text in replies:
            self._log.append_advisor_message(self.id, by, str(uuid.uuid4()), text)
        self._ownership.release(self.id, by)
