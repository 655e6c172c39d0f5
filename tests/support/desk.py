"""The advisors' side of a conversation, written straight into the web process's database.

For tests of what the patient sees; the console has tests of its own.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from bot.conversations.database import Database
from bot.conversations.handoffs import Handoffs
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor
from bot.conversations.ownership import Ownership
from bot.conversations.presence import Presence

MARIA = Advisor(1, "Maria Keller")


class Desk:
    """What advisors do, at a web process whose state folder is `folder`."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'conversations.sqlite3'}")
        self.log = ConversationLog(self.database)
        self.ownership = Ownership(self.database)
        self.presence = Presence(self.database)
        self.handoffs = Handoffs(self.database, callback_after=0)

    def open(self, advisor: Advisor = MARIA) -> None:
        """An advisor is there."""
        self.presence.seen(advisor, available=True)

    def empty(self, advisor: Advisor = MARIA) -> None:
        """Nobody is there."""
        self.presence.gone(advisor.id)

    def take(self, conversation: str, advisor: Advisor = MARIA) -> None:
        """An advisor takes the conversation over."""
        self.open(advisor)
        self.ownership.take(conversation, advisor)

    def write(self, conversation: str, text: str, advisor: Advisor = MARIA) -> None:
        """The advisor writes to the patient."""
        self.log.append_advisor_message(conversation, advisor, str(uuid.uuid4()), text)

    def release(self, conversation: str, advisor: Advisor = MARIA) -> None:
        """The advisor hands the conversation back to the assistant."""
        self.ownership.release(conversation, advisor)

    def end(self, conversation: str, advisor: Advisor = MARIA) -> None:
        """The advisor ends the conversation."""
        self.ownership.close(conversation, advisor)
