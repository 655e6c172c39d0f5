"""What the patient asked and what was said before, read from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

LATELY = 3
"""So many turns back a passage counts as shown: after that it may be said again, as a person would."""
CONTEXT = 3
"""How many earlier questions a follow-up may lean on."""
SUBJECTS = frozenset({"question", "ask_cost", "medical_advice"})
"""Intents whose messages have a subject; "thanks" and "ok" have none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One message with what is known around it.

    `certainty` (0…1) is how sure Rasa is of the intent. `context` holds the earlier questions, oldest first,
    as they were understood; `shown` the keys of the passages that were said lately; `before` the replies of
    the last turn, of which at least `kind` and `quick_replies` are known. `interrupted`: since then an
    advisor spoke, or what to do in an emergency was said. `waiting`: the patient waits for a person. `left` says
    what waits for advisors, `callback` or `enquiry`, with the kinds of ways to answer it, `email` or `phone`.
    """

    text: str
    intent: str = "question"
    certainty: float = 0.0
    context: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()
    before: tuple[Mapping[str, Any], ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    in_form: bool = False
    interrupted: bool = False
    waiting: bool = False
    left: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lists: tuple[Sequence[str], ...] = ()
    """The points of the lists that were shown lately, the newest first."""
    digests: frozenset[str] = frozenset()
    """Marks of what was said lately, word for word (`saying.digest`)."""
    advised: int = 0
    """How often personal advice was declined lately."""
    told: tuple[str, ...] = ()
    """What the patient wrote before, oldest first, without messages that held contact details."""
    begun: bool = False
    """Whether something was said to this message already, by an action that passed it on."""
    withdrawn: bool = False
    """Whether the patient took back what they had left, and has left nothing since."""

    @property
    def last(self) -> Mapping[str, Any]:
        """The last reply; empty when nothing was said."""
        return self.before[-1] if self.before else {}

    def offered(self, quick_reply: str) -> bool:
        """Whether the last turn offered this to tap on."""
        return any(quick_reply in (reply.get("quick_replies") or ()) for reply in self.before)


def read(tracker: Tracker) -> Asked:
    """The message to answer, with what came before it.

    A turn that is sent again after a failure has the same message id and is not its own context.
    """
    *earlier, (message, said_now) = list(_turns(tracker.events)) or [({}, [])]
    number = message.get("message_id")
    earlier = [turn for turn in earlier if number is None or turn[0].get("message_id") != number]
    around = message.get("metadata") or {}
    latest = tracker.latest_message or {}
    intent = latest.get("intent") or {}
    questions: list[str] = []
    for turn in earlier:
        questions += [each for each in _questions(*turn) if each not in questions[-1:]]
    replies = [reply for _, said in earlier for reply in said]
    lately = [reply for _, said in earlier[-LATELY:] for reply in said]
    return Asked(
        text=str(latest.get("text") or ""),
        intent=str(intent.get("name") or ""),
        certainty=float(intent.get("confidence") or 0.0),
        context=tuple(questions[-CONTEXT:]),
        shown=frozenset(key for reply in lately for key in _read_whole(reply)),
        before=tuple(earlier[-1][1]) if earlier else (),
        slots=tracker.slots or {},
        in_form=bool((tracker.active_loop or {}).get("name")),
        interrupted=bool(around.get("interrupted")),
        waiting=bool(around.get("waiting")),
        left=around.get("left") or {},
        lists=tuple(reply["items"] for reply in reversed(lately) if reply.get("items")),
        digests=frozenset(str(reply["digest"]) for reply in lately if reply.get("digest")),
        advised=sum(reply.get("kind") == "medical_advice" for reply in replies),
        told=tuple(text for turn, _ in earlier if (text := str(turn.get("text") or ""))),
        begun=any(reply.get("kind") == "cost" for reply in said_now),
        withdrawn=bool(around.get("withdrawn")),
    )


def _read_whole(reply: Mapping[str, Any]) -> Sequence[str]:
    """The passages of a reply; where personal advice was declined, only the beginning of one was shown."""
    return () if reply.get("kind") == "medical_advice" else reply.get("passages") or ()


Turn = tuple[Mapping[str, Any], list[Mapping[str, Any]]]


def _turns(events: Sequence[Mapping[str, Any]]) -> Iterator[Turn]:
    """Each patient message with the replies that followed it."""
    turn: Turn | None = None
    for event in events:
        if event.get("event") == "user":
            if turn is not None:
                yield turn
            turn = (event, [])
        elif event.get("event") == "bot" and turn is not None:
            turn[1].append((event.get("data") or {}).get("custom") or {})
    if turn is not None:
        yield turn


def _questions(message: Mapping[str, Any], replies: Sequence[Mapping[str, Any]]) -> list[str]:
    """The questions of a turn as they were understood, else the message where it had a subject."""
    understood = [str(reply["question"]) for reply in replies if reply.get("question")]
    if understood:
        return understood
    text = str(message.get("text") or "")
    intent = ((message.get("parse_data") or {}).get("intent") or {}).get("name")
    return [text] if text and intent in SUBJECTS else []
