"""The statements that every message runs, built once: building them again costs more than running them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.conversations.desk_schema import work_items
from bot.conversations.model import AFTERWORD_KIND, EMERGENCY_KIND
from bot.conversations.schema import OPEN_TURN, conversations, handoff_requests, messages, turns

PATIENT_COLUMNS = (
    messages.c.seq,
    messages.c.author,
    messages.c.kind,
    messages.c.text,
    messages.c.citations,
    messages.c.quick_replies,
    messages.c.in_reply_to,
    messages.c.created_at,
)
"""What a patient may see. Evidence is not among them: whoever reads messages for patients cannot leak it."""

_CONVERSATION: sa.BindParameter[Any] = bindparam("conversation")

TOKEN_HASH = sa.select(conversations.c.token_hash).where(conversations.c.id == _CONVERSATION)

LOCK_CONVERSATION = (
    sa.select(
        conversations.c.status,
        conversations.c.ownership,
        conversations.c.last_seq,
        conversations.c.advisor_id,
        conversations.c.advisor_name,
    )
    .where(conversations.c.id == _CONVERSATION)
    .with_for_update()
)

SAVE_CONVERSATION = (
    sa.update(conversations)
    .where(conversations.c.id == _CONVERSATION)
    .values(
        status=bindparam("to_status"),
        ownership=bindparam("to_ownership"),
        last_seq=bindparam("to_last_seq"),
        updated_at=bindparam("now"),
    )
)

STATE = sa.select(
    conversations.c.status,
    conversations.c.ownership,
    conversations.c.last_seq,
    sa.exists().where(turns.c.conversation_id == conversations.c.id, OPEN_TURN).label("turn_open"),
).where(conversations.c.id == _CONVERSATION)

CHANGED_SINCE = sa.select(conversations.c.id, conversations.c.last_seq, conversations.c.ownership).where(
    conversations.c.updated_at >= bindparam("moment")
)

INSERT_MESSAGE = sa.insert(messages)

MESSAGES_AFTER = (
    sa.select(*PATIENT_COLUMNS)
    .where(messages.c.conversation_id == _CONVERSATION, messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
)

MESSAGE_BY_CLIENT_ID = sa.select(*PATIENT_COLUMNS).where(
    messages.c.conversation_id == _CONVERSATION,
    messages.c.client_message_id == bindparam("client_message_id"),
)

AUTHOR = sa.select(messages.c.author).where(
    messages.c.conversation_id == _CONVERSATION, messages.c.seq == bindparam("seq")
)

EVIDENCE = sa.select(messages.c.evidence).where(
    messages.c.conversation_id == _CONVERSATION, messages.c.seq == bindparam("seq")
)

LAST_WORD_BEFORE = (
    sa.select(messages.c.author, messages.c.kind, messages.c.citations)
    .where(
        messages.c.conversation_id == _CONVERSATION,
        messages.c.seq < bindparam("seq"),
        messages.c.author != "patient",
    )
    .order_by(messages.c.seq.desc())
    .limit(1)
)

EMERGENCIES_BEFORE = sa.select(messages.c.evidence).where(
    messages.c.conversation_id == _CONVERSATION,
    messages.c.kind == "emergency",
    messages.c.author != "patient",
)

EVIDENCE_OF_BOT = sa.select(messages.c.evidence).where(
    messages.c.conversation_id == _CONVERSATION, messages.c.author == "bot"
)

LAST_EMERGENCY_WORD = (
    sa.select(messages.c.seq, messages.c.evidence)
    .where(
        messages.c.conversation_id == _CONVERSATION,
        messages.c.kind.in_([EMERGENCY_KIND, AFTERWORD_KIND]),
        messages.c.author != "patient",
    )
    .order_by(messages.c.seq.desc())
    .limit(1)
)

PATIENT_MESSAGES_AFTER = sa.select(sa.func.count()).where(
    messages.c.conversation_id == _CONVERSATION,
    messages.c.seq > bindparam("after"),
    messages.c.author == "patient",
)

LAST_HANDOFF_WORD = (
    sa.select(*PATIENT_COLUMNS)
    .join(
        handoff_requests,
        (handoff_requests.c.conversation_id == messages.c.conversation_id)
        & (handoff_requests.c.message_seq == messages.c.seq),
    )
    .where(handoff_requests.c.conversation_id == _CONVERSATION)
    .order_by(messages.c.seq.desc())
    .limit(1)
)
"""The message with which the patient's last wish for a person was taken up."""

LAST_SYSTEM_WORD = (
    sa.select(*PATIENT_COLUMNS)
    .where(messages.c.conversation_id == _CONVERSATION, messages.c.author == "system")
    .order_by(messages.c.seq.desc())
    .limit(1)
)

INSERT_TURN = sa.insert(turns)

_before = messages.alias("before")
_SAID_BEFORE = (
    sa.select(_before.c.author + "/" + _before.c.kind)
    .where(
        _before.c.conversation_id == turns.c.conversation_id,
        _before.c.seq < turns.c.message_seq,
        _before.c.author != "patient",
        (_before.c.author != "system") | (_before.c.kind == "emergency"),
    )
    .order_by(_before.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
"""Author and kind of the last message before the turn's that the patient did not write, and that wants an answer:
a notice such as "I am sorry that you have to wait" leaves what was asked before it open."""


def _left(kind: str) -> sa.ScalarSelect[Any]:
    """The ways to answer the turn's conversation's last work item of a kind that nobody has finished."""
    return (
        sa.select(work_items.c.contact)
        .where(
            work_items.c.conversation_id == turns.c.conversation_id,
            work_items.c.kind == kind,
            work_items.c.state.in_(["open", "doing"]),
        )
        .order_by(work_items.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_LAST_ABOUT = (
    sa.select(work_items.c.about)
    .where(work_items.c.conversation_id == turns.c.conversation_id)
    .order_by(work_items.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
"""Of the conversation's last work item; it says whether the patient took it back."""

FIRST_OPEN_TURN = (
    sa.select(
        turns,
        messages.c.text,
        _SAID_BEFORE.label("before"),
        _left("callback").label("callback"),
        _left("enquiry").label("enquiry"),
        _LAST_ABOUT.label("last_about"),
    )
    .join(
        messages,
        (messages.c.conversation_id == turns.c.conversation_id) & (messages.c.seq == turns.c.message_seq),
    )
    .where(turns.c.conversation_id == _CONVERSATION, OPEN_TURN)
    .order_by(turns.c.message_seq)
    .limit(1)
)

CLAIM_TURN = (
    sa.update(turns)
    .where(turns.c.id == bindparam("turn"))
    .values(
        state="running",
        attempt=bindparam("to_attempt"),
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
    )
)

_HELD = (
    (turns.c.id == bindparam("turn")) & (turns.c.state == "running") & (turns.c.attempt == bindparam("held"))
)

SETTLE_TURN = (
    sa.update(turns)
    .where(_HELD)
    .values(state=bindparam("to_state"), finished_at=bindparam("now"), claimed_by=None, lease_until=None)
)

RENEW_TURN = sa.update(turns).where(_HELD).values(lease_until=bindparam("until"))

DROP_OPEN_TURNS = (
    sa.update(turns)
    .where(turns.c.conversation_id == _CONVERSATION, OPEN_TURN)
    .values(state="dropped", finished_at=bindparam("now"), claimed_by=None, lease_until=None)
)

_earlier = turns.alias("earlier")

REQUEUE_OPEN_TURNS = (
    sa.update(turns)
    .where(turns.c.conversation_id == _CONVERSATION, OPEN_TURN)
    .values(state="queued", ownership=bindparam("to_ownership"), claimed_by=None, lease_until=None)
)

CLAIMABLE = (
    sa.select(turns.c.conversation_id)
    .where(
        OPEN_TURN,
        sa.text("NOT (turns.state = 'running' AND turns.lease_until > :now)"),
        ~sa.exists().where(
            _earlier.c.conversation_id == turns.c.conversation_id,
            _earlier.c.message_seq < turns.c.message_seq,
            sa.text("earlier.state IN ('queued', 'running')"),
        ),
    )
    .order_by(turns.c.accepted_at)
    .limit(bindparam("most"))
)
"""Conversations whose first open turn nobody works on, the longest waiting first."""
