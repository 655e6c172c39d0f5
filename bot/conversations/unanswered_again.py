"""Asks what was asked in vain again, of what is live now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.conversations.database import Database
from bot.conversations.schema import messages
from bot.conversations.unanswered import SAID, earlier_questions
from bot.conversations.unanswered_schema import unanswered_questions as questions


@dataclass(frozen=True, slots=True)
class AskAgain:
    """A question to be asked of what is live now, with the patient's earlier ones, oldest first.

    `said` is the passage that was quoted then to somebody whom that did not help; empty after an abstention.
    """

    id: int
    text: str
    context: tuple[str, ...]
    language: str
    said: str


class AskedAgain:
    """Questions asked in vain that a later publication may answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def to_ask(self, publication: int, live_since: int, limit: int = 50) -> list[AskAgain]:
        """Questions asked before a publication went live that have not been asked of it."""
        reply = messages.alias("reply")
        query = (
            sa.select(questions, messages.c.text, reply.c.citations)
            .join(messages, SAID)
            .join(
                reply,
                (reply.c.conversation_id == questions.c.conversation_id)
                & (reply.c.seq == questions.c.reply_seq),
            )
            .where(
                questions.c.group_id.is_not(None),
                questions.c.asked_at < live_since,
                sa.or_(questions.c.asked_again_on.is_(None), questions.c.asked_again_on != publication),
            )
            .order_by(questions.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            return [
                AskAgain(
                    row.id,
                    row.text,
                    earlier_questions(connection, row.conversation_id, row.message_seq),
                    row.language,
                    "" if row.abstained else _passage(row.citations),
                )
                for row in rows
            ]

    def asked(self, question: int, publication: int, document: str, heading: str) -> None:
        """Notes what came of asking again: the section that answers now; no `document` when nothing does."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(questions)
                .where(questions.c.id == question)
                .values(
                    asked_again_on=publication,
                    answered=bool(document),
                    answer_document=document,
                    answer_heading=heading if document else "",
                )
            )


def _passage(citations: Sequence[Mapping[str, Any]] | None) -> str:
    return str(citations[0].get("passage", "")) if citations else ""
