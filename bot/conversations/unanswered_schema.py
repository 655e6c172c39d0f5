"""The tables of unanswered questions: what patients asked in vain, put together by meaning.

A question is a reference to a patient's message, never a copy of it: what is erased is gone here too. The
groups hold no words of patients at all.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations.schema import metadata

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

unanswered_groups = sa.Table(
    "unanswered_groups",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("kept", sa.Boolean, nullable=False),
    sa.Column("label_id", sa.BigInteger),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("draft", sa.String(80)),
    sa.Column("draft_heading", sa.Text, nullable=False),
    sa.Column("decided_at", sa.BigInteger),
    sa.Column("decided_by", sa.String(80), nullable=False),
    sa.Column("size_then", sa.Integer, nullable=False),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("came_back", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)
"""`kept`: an editor has done something with it, so it is not rearranged any more. `label_id` is the question
that stands for all. `size_then` is how many questions it had when it was put aside (`decided_at`)."""

unanswered_questions = sa.Table(
    "unanswered_questions",
    metadata,
    sa.Column("id", _ROW_ID, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("message_seq", sa.Integer, nullable=False),
    sa.Column("reply_seq", sa.Integer, nullable=False),
    sa.Column("group_id", sa.ForeignKey("unanswered_groups.id"), index=True),
    sa.Column("pinned", sa.Boolean, nullable=False),
    sa.Column("abstained", sa.Boolean, nullable=False),
    sa.Column("disliked", sa.Boolean, nullable=False),
    sa.Column("taken_over", sa.Boolean, nullable=False),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
    sa.Column("noticed_at", sa.BigInteger, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("encoder", sa.String(80), nullable=False),
    sa.Column("vector", sa.LargeBinary),
    sa.Column("asked_again_on", sa.Integer),
    sa.Column("answered", sa.Boolean),
    sa.Column("answer_document", sa.String(80), nullable=False),
    sa.Column("answer_heading", sa.Text, nullable=False),
    sa.UniqueConstraint("conversation_id", "message_seq", name="uq_unanswered_questions_message"),
)
"""`message_seq` is what the patient wrote, `reply_seq` what the bot said. `asked_again_on` is the publication
that it was last asked of, `answered` what came of it; `noticed_at` is when its reasons last changed."""
sa.Index(
    "ix_unanswered_questions_new",
    unanswered_questions.c.id,
    sqlite_where=sa.text("group_id IS NULL"),
    postgresql_where=sa.text("group_id IS NULL"),
)

unanswered_progress = sa.Table(
    "unanswered_progress",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
)
"""How far the log has been read, for each thing that is looked at."""
