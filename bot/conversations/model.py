"""Plain values that come out of the conversation log: conversations, messages, turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Who speaks with the patient now."""

    BOT = "bot"
    WAITING = "waiting"
    ADVISOR = "advisor"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message; shown to the patient with every message."""

    PATIENT = "patient"
    BOT = "bot"
    ADVISOR = "advisor"
    SYSTEM = "system"


class TurnState(StrEnum):
    """`queued` and `running` turns are open; the others are over for good."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"
    """The bot no longer owned the conversation when its reply was ready."""


class Reason(StrEnum):
    """Why a conversation waits for an advisor."""

    ASKED = "asked"
    ASKED_IN_WORDS = "asked_in_words"
    ABSTAINED_TWICE = "abstained_twice"
    EMERGENCY = "emergency"
    MEDICAL_ADVICE = "medical_advice"
    RETURNED = "returned"
    """Its advisor has not been seen for a while."""
    TRANSFERRED = "transferred"


BOT_SPEAKS = frozenset({Status.BOT, Status.WAITING})
"""While somebody waits the bot goes on answering; an advisor silences it."""

PATIENT_KIND = "message"
"""The `kind` of every patient message; bot kinds are listed in `BOT_KINDS`."""

BOT_KINDS = frozenset({"answer", "abstain", "emergency", "cost", "handoff", "medical_advice", "smalltalk"})


EMERGENCY_KIND = "emergency"
AFTERWORD_KIND = "after_emergency"
"""What is said to a message about an emergency that was noticed before. The dialogue never says it, so for the
dialogue the patient's next message is an interruption, as after an emergency."""


@dataclass(frozen=True, slots=True)
class Advisor:
    """Who acts at the desk: the account's id and the name that patients see."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody leaves to be called back, or for an answer to an enquiry."""

    name: str
    contact: str
    about: str = ""
    best_time: str = ""
    country: str = ""


WHAT_IS_NOTED = "⟦what is noted⟧"
"""Stands in a reply that reads back for what is kept of the patient's requests; Rasa does not know it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A bot message before it has a place in the log. `evidence` is for advisors only.

    `enquiry` is what the patient agreed to leave for an advisor: it becomes a work item, and never part
    of the message. `leaves` is a way to call the patient back, typed while they wait for a person or after it.
    `withdraws`: the patient takes back what they had asked advisors for; `takes_up_again` undoes that, `corrects`
    puts right what is with the advisors. `reads_back`: in place of `WHAT_IS_NOTED` in the text stands what is kept.
    `calls_off`: the patient wants no person after all; the wait for one ends, and a call-back is dropped.
    """

    kind: str
    text: str
    citations: tuple[Mapping[str, Any], ...] = ()
    quick_replies: tuple[str, ...] = ()
    evidence: Mapping[str, Any] | None = None
    enquiry: Wish | None = None
    leaves: Wish | None = None
    corrects: Wish | None = None
    withdraws: bool = False
    calls_off: bool = False
    takes_up_again: bool = False
    reads_back: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the log as patients may see it. `created_at` is in milliseconds since 1970, UTC."""

    seq: int
    author: Author
    kind: str
    text: str
    citations: tuple[Mapping[str, Any], ...]
    quick_replies: tuple[str, ...]
    in_reply_to: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class ConversationState:
    """What a stream needs to know before it reads messages."""

    status: Status
    ownership: int
    last_seq: int
    turn_open: bool


@dataclass(frozen=True, slots=True)
class NewConversation:
    """The only moment at which the token exists in clear: the log keeps its hash."""

    id: str
    token: str
    status: Status
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A patient message that the bot owes a reply to, claimed by one worker.

    `attempt` counts claims and fences off an earlier claimer; `ownership` is the number the
    conversation had when the patient wrote; `accepted_at` is when the message was acknowledged.
    `interrupted`: what was said last before the message was an emergency's instruction, or came from an
    advisor or the system, of which the dialogue knows nothing. `waiting`: the patient waits for a person.
    `left` holds the work that waits for advisors or is under way, `callback` or `enquiry`, each with the ways
    to answer it, `email` or `phone`, but never the address or the number itself. `withdrawn`: the patient took
    back what they had left last.
    """

    id: int
    conversation_id: str
    message_seq: int
    text: str
    ownership: int
    attempt: int
    accepted_at: int
    interrupted: bool = False
    waiting: bool = False
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A patient message in the log. `created` is false when the same id had been sent before.

    `turn` is set when the message's turn was claimed at once for the caller's worker.
    """

    message: Message
    created: bool
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """How a turn ended: `messages` were appended, or none because the bot no longer may speak.

    `next_turn` is the next waiting turn of the conversation, already claimed for the same worker.
    """

    messages: tuple[Message, ...]
    next_turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class HandoffView:
    """How the way to a person stands, as the patient may see it.

    `place` counts from 1 while the patient waits; `opens_at` (milliseconds since 1970, UTC) is set while
    the office is closed; `callback` is `offer` when a way to call back is asked for, `noted` when it is known.
    """

    place: int | None
    advisor: str | None
    online: bool
    opens_at: int | None
    callback: str | None
