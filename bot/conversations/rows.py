"""Steps inside a transaction that the log and the turn queue share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.conversations.errors import ConversationNotFound
from bot.conversations.model import Advisor, Author, Message, Reply, Status
from bot.conversations.statements import INSERT_MESSAGE, LOCK_CONVERSATION, SAVE_CONVERSATION


@dataclass(slots=True)
class Locked:
    """A conversation that this transaction alone may change until it ends."""

    connection: sa.Connection
    id: str
    status: Status
    ownership: int
    last_seq: int
    now: int
    advisor: Advisor | None = None

    def append(
        self,
        author: Author,
        reply: Reply,
        *,
        in_reply_to: int | None = None,
        client_message_id: str | None = None,
        advisor: Advisor | None = None,
    ) -> Message:
        """Puts a message at the next place. `save` must follow before the transaction ends."""
        self.last_seq += 1
        message = Message(
            seq=self.last_seq,
            author=author,
            kind=reply.kind,
            text=reply.text,
            citations=reply.citations,
            quick_replies=reply.quick_replies,
            in_reply_to=in_reply_to,
            created_at=self.now,
        )
        self.connection.execute(
            INSERT_MESSAGE,
            {
                "conversation_id": self.id,
                "seq": message.seq,
                "author": author.value,
                "kind": reply.kind,
                "text": reply.text,
                "citations": [dict(citation) for citation in reply.citations] or None,
                "quick_replies": list(reply.quick_replies) or None,
                "evidence": dict(reply.evidence) if reply.evidence else None,
                "in_reply_to": in_reply_to,
                "client_message_id": client_message_id,
                "created_at": self.now,
                "advisor_id": advisor.id if advisor else None,
                "advisor_name": advisor.name if advisor else None,
            },
        )
        return message

    def save(self) -> None:
        """Writes the conversation's own row: what other processes look at to see that something changed."""
        self.connection.execute(
            SAVE_CONVERSATION,
            {
                "conversation": self.id,
                "to_status": self.status.value,
                "to_ownership": self.ownership,
                "to_last_seq": self.last_seq,
                "now": self.now,
            },
        )


def lock(connection: sa.Connection, conversation_id: str, now: int) -> Locked:
    """Takes the conversation for this transaction. Raises `ConversationNotFound`."""
    row = connection.execute(LOCK_CONVERSATION, {"conversation": conversation_id}).first()
    if row is None:
        raise ConversationNotFound
    advisor = Advisor(row.advisor_id, row.advisor_name) if row.advisor_id is not None else None
    return Locked(connection, conversation_id, Status(row.status), row.ownership, row.last_seq, now, advisor)


def message_from(row: sa.Row[*tuple[Any, ...]]) -> Message:
    """A row of `statements.PATIENT_COLUMNS` as a value."""
    return Message(
        seq=row.seq,
        author=Author(row.author),
        kind=row.kind,
        text=row.text,
        citations=tuple(row.citations or ()),
        quick_replies=tuple(row.quick_replies or ()),
        in_reply_to=row.in_reply_to,
        created_at=row.created_at,
    )
