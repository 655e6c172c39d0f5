"""What of a conversation's events is worth keeping: its state before the last turn, and that turn.

Rasa replays every event at each turn, so an event that is kept costs something at every turn to come. Of
the turns before the last one these stay: what a form has collected so far (one event per slot), whether
it is under way, the patient's last messages, and what the last replies were about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Dict, List, Optional

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)

EARLIER_MESSAGES = 6
"""Patient messages kept from before the last turn: twice what a follow-up question needs."""

REMEMBERED = ("kind", "quick_replies", "question", "passages", "items", "again", "digest", "cited", "said")
"""What is kept of the bot's replies: what a "yes" is an answer to, which question was answered from which
passages, the points of a list, for "the second one", a mark of the words and which kind words were said, not to say
them twice, and the citation, for "where is that from?"."""
PRIVATE = "private"
"""A reply says with this that the message before it held contact details; the message is kept without words."""


def worth_keeping(events: Sequence[Event]) -> List[Event]:
    """The last turn as it is, from its message on; before it, the state that it began with."""
    messages = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if not messages:
        return list(events)
    last = messages[-1]
    turn = list(events[last:])
    before = list(events[:last])
    if len(messages) == 1:
        return before + turn
    began = messages[-1 - EARLIER_MESSAGES] if len(messages) > EARLIER_MESSAGES else messages[0]
    said = [event for event in before[began:] if isinstance(event, (UserUttered, BotUttered))]
    given_up = any(isinstance(event, AllSlotsReset) for event in turn)
    return [*_form(before, given_up), *said, ActionExecuted(ACTION_LISTEN_NAME), *turn]


def _form(events: Sequence[Event], given_up: bool) -> List[Event]:
    """One event for each slot that is filled, and one for the form that is under way.

    Nothing of what was collected when the last turn gave it up: nobody will ask for it again.
    """
    slots: Dict[str, SlotSet] = {}
    loop: Optional[ActiveLoop] = None
    for event in events:
        if isinstance(event, SlotSet):
            slots[event.key] = event
        elif isinstance(event, AllSlotsReset):
            slots.clear()
        elif isinstance(event, ActiveLoop):
            loop = event
    filled = [] if given_up else [event for event in slots.values() if event.value is not None]
    return [*filled, *([loop] if loop is not None and loop.name is not None else [])]


def as_stored(events: Sequence[Event]) -> List[Dict[str, Any]]:
    """The events as dictionaries, without what neither Rasa's rules nor our actions ever read."""
    stored: List[Dict[str, Any]] = []
    spoken: Optional[Dict[str, Any]] = None
    for event in events:
        entry = _slim(event)
        stored.append(entry)
        if isinstance(event, UserUttered):
            spoken = entry
        elif isinstance(event, BotUttered) and spoken is not None and _custom(event).get(PRIVATE):
            spoken["text"] = spoken["parse_data"]["text"] = ""
    return stored


def before_turn(stored: List[Dict[str, Any]], message_id: Optional[str]) -> List[Dict[str, Any]]:
    """The stored events without the last turn, where that turn is the one that is being asked again.

    Its reply may not have arrived; without this, a name given once would be taken for the answer to the
    next question as well.
    """
    last = _last_message(stored)
    again = last is not None and message_id is not None and stored[last].get("message_id") == message_id
    return stored[:last] if again else stored


def without_details(stored: List[Dict[str, Any]], message_id: str) -> List[Dict[str, Any]]:
    """The stored events without the slots as they were before the turn of that message."""
    last = _last_message(stored)
    if last is None or stored[last].get("message_id") != message_id:
        return stored
    return [entry for entry in stored[:last] if entry["event"] != SlotSet.type_name] + stored[last:]


def _last_message(stored: Sequence[Dict[str, Any]]) -> Optional[int]:
    places = range(len(stored) - 1, -1, -1)
    return next((place for place in places if stored[place].get("event") == UserUttered.type_name), None)


def _custom(event: BotUttered) -> Dict[str, Any]:
    return (event.data or {}).get("custom") or {}


def _slim(event: Event) -> Dict[str, Any]:
    stored: Dict[str, Any] = event.as_dict()
    stored.pop("metadata", None)
    if isinstance(event, UserUttered):
        parsed = stored.get("parse_data") or {}
        stored["parse_data"] = {
            "text": parsed.get("text"),
            "intent": parsed.get("intent") or {},
            "entities": parsed.get("entities") or [],
        }
    elif isinstance(event, BotUttered):
        custom = _custom(event)
        stored["text"] = None
        stored["data"] = {"custom": {name: custom[name] for name in REMEMBERED if custom.get(name)}}
    return stored
