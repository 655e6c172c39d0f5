"""How a conversation changes hands, as steps inside a transaction that holds it.

Each step raises the ownership number by one, settles what is open, and says to the patient what happened.
`Locked.save` must follow before the transaction ends.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.conversations import presence, turns, words, work_items
from bot.conversations.model import Advisor, Author, Message, Reason, Reply, Status
from bot.conversations.office import OfficeHours
from bot.conversations.rows import Locked
from bot.conversations.schema import conversations, handoff_requests


def put_in_queue(
    locked: Locked, reason: Reason, office: OfficeHours, *, since: int | None = None, seq: int | None = None
) -> None:
    """The patient waits for an advisor from now on, or from `since`; the bot goes on answering.

    In: `seq` is the message with which the wish came. Asks at once for a way to call back when nobody is
    there, except in an emergency, and where one is noted already.
    """
    had_advisor = locked.status is Status.ADVISOR
    _change(locked, Status.WAITING, waiting_since=since or locked.now, callback_offered_at=None)
    if had_advisor:
        turns.drop_open(locked)
    else:
        turns.requeue_open(locked)
    locked.connection.execute(
        sa.insert(handoff_requests),
        {
            "conversation_id": locked.id,
            "message_seq": seq or locked.last_seq,
            "reason": reason.value,
            "requested_at": locked.now,
        },
    )
    if reason is Reason.EMERGENCY:
        # What to do now must stay the last word; a way to call back is asked for later.
        if somebody_is_there(locked, office):
            say(locked, "waiting", words.WAITING[reason])
    elif somebody_is_there(locked, office):
        return
    elif work_items.call_back_is_noted(locked):
        say(locked, "waiting", words.STILL_NOTED)
        _set(locked, callback_offered_at=locked.now)
    elif not office.is_open(locked.now):
        opens_at = office.opens_at(locked.now)
        when = words.opens(opens_at, office.zone) if opens_at is not None else "soon"
        offer_callback(locked, words.OFFICE_CLOSED.format(when=when))
    else:
        offer_callback(locked, words.NOBODY_ONLINE)


def somebody_is_there(locked: Locked, office: OfficeHours) -> bool:
    """Whether an advisor can be expected to look at the queue now."""
    return office.is_open(locked.now) and not presence.nobody_online(locked.connection, locked.now)


def offer_callback(locked: Locked, text: str) -> None:
    """Asks the waiting patient for a way to be called back."""
    say(locked, "callback_offer", text)
    _set(locked, callback_offered_at=locked.now)


def hand_to_advisor(locked: Locked, advisor: Advisor, text: str) -> None:
    """From now on the advisor speaks, and the bot is silent."""
    _settle_requests(locked, "taken", advisor.id)
    _change(locked, Status.ADVISOR, advisor, alert_seen_at=locked.now)
    turns.drop_open(locked)
    presence.touch(locked.connection, advisor, locked.now)
    say(locked, "joined", text)


def hand_to_bot(locked: Locked, kind: str, text: str, how: str) -> Message:
    """The bot alone speaks with the patient again; what the patient asked while waiting is still answered.

    Out: what is said about it.
    """
    leave_to_bot(locked, how)
    return say(locked, kind, text)


def leave_to_bot(locked: Locked, how: str) -> None:
    """As `hand_to_bot`, where the bot itself has just said what happened."""
    had_advisor = locked.status is Status.ADVISOR
    _settle_requests(locked, how)
    _change(locked, Status.BOT)
    if had_advisor:
        turns.drop_open(locked)
    else:
        turns.requeue_open(locked)


def call_off(locked: Locked) -> None:
    """The patient wants no person after all, and the bot has just said so: nobody comes, and nobody calls back.

    An emergency stays before the advisors until one of them has seen it.
    """
    work_items.withdraw(locked, work_items.Kind.CALLBACK)
    if locked.status is Status.WAITING:
        leave_to_bot(locked, "withdrawn")


def end(locked: Locked, text: str) -> None:
    """Nothing more can be said in this conversation."""
    _settle_requests(locked, "closed")
    _change(locked, Status.CLOSED, locked.advisor, closed_at=locked.now)
    turns.drop_open(locked)
    say(locked, "closed", text)


def pin_alert(locked: Locked, alert: str) -> None:
    """Marks the conversation as an emergency until an advisor has seen it."""
    _set(locked, alert=alert[:32], alert_at=locked.now, alert_seen_at=None)


def say(locked: Locked, kind: str, text: str) -> Message:
    """Appends a message of the system itself."""
    return locked.append(Author.SYSTEM, Reply(kind, text))


def _change(locked: Locked, status: Status, advisor: Advisor | None = None, **more: Any) -> None:
    locked.status = status
    locked.ownership += 1
    locked.advisor = advisor
    values = {"waiting_since": None, **more}
    _set(
        locked,
        advisor_id=advisor.id if advisor else None,
        advisor_name=advisor.name if advisor else None,
        **values,
    )


def _set(locked: Locked, **values: Any) -> None:
    locked.connection.execute(
        sa.update(conversations).where(conversations.c.id == locked.id).values(**values)
    )


def _settle_requests(locked: Locked, how: str, taken_by: int | None = None) -> None:
    locked.connection.execute(
        sa.update(handoff_requests)
        .where(
            handoff_requests.c.conversation_id == locked.id,
            handoff_requests.c.settled_at.is_(None),
        )
        .values(settled_at=locked.now, settled_how=how, taken_by=taken_by)
    )
