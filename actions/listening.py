"""Before an action runs, the message is listened to: feelings, talk about the talk, and who wants no person.

What is heard is answered with words of its own; what is asked besides goes to the action that answers it, and both
are said. After it has run, what it offers to tap on is made gentle for who grieves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import asked, comfort, complaints, feelings, followups, leaving, no_person, talk
from actions.asked import Asked
from actions.heard import Heard, marks
from actions.saying import say
from actions.searching import OWN_KINDS
from knowledge.model import Reply

_KIND = re.compile(r"I am (?:so )?(?:sorry|glad)\b|It is all right")
ANSWERING = frozenset({"action_answer", "action_cost", "action_medical_advice"})
"""Actions that answer what is asked; what is asked beside something else goes to one of them."""


class Listening(ActionExecutor):
    """Runs actions, for a message that was listened to first. Forms listen for themselves."""

    async def run(self, action_call: dict[str, Any], sink: Any = None, dispatcher: Any = None) -> Any:
        """The result of the action, or of what is said instead of it. Raises what the action raises."""
        name = str(action_call.get("next_action") or "")
        if not name.startswith("action_"):
            return await super().run(action_call, sink, dispatcher)
        tracker = Tracker.from_dict(action_call["tracker"])
        message = asked.read(tracker)
        found = None if message.in_form else heard(message, tracker.events)
        if found is None:
            return self._gently(await super().run(action_call, sink, dispatcher), message, tracker)
        spoken = CollectingDispatcher()
        events = say(spoken, _reply(found), said=found.said, calls_off=found.calls_off)
        alone = self._create_api_response(self.validate_events(events, name), spoken.messages)
        if not found.rest:
            return alone
        if name not in ANSWERING:
            name = "action_cost" if followups.about_money(found.rest) else "action_answer"
        result = self._gently(await super().run(_asking(action_call, name, found.rest)), message, tracker)
        return _together(alone, result) if result and result.responses else alone

    def _gently(self, result: Any, message: Asked, tracker: Tracker) -> Any:
        """The result with a word for fear or grief before an answer, and without buttons that would hurt."""
        sore = feelings.grieved_before(tracker.events)
        if word := comfort.word_before(message.text, marks(tracker.events)):
            _say_first(word, result)
        for response in result.responses if result else ():
            custom = response.get("custom")
            if custom and custom.get("quick_replies"):
                custom["quick_replies"] = feelings.gentle(custom["quick_replies"], message.text, sore=sore)
        return result


def heard(message: Asked, events: list[dict[str, Any]]) -> Heard | None:
    """What is said to a message before anything is searched; None for one that is just to be answered."""
    if message.offered(message.text.strip()):
        return None
    said, written = marks(events), leaving.read(message)
    if written.begins:
        return None  # "I want a price, no calls please"
    if found := no_person.heard(message, said):
        return found
    complaint = complaints.heard(message, said)
    if complaint and written.standing:
        return complaint
    if written.concerns:
        return None  # a way to be reached must not be lost
    return (
        complaint
        or comfort.heard(message, said, events)
        or talk.heard(message, said, grieves=feelings.grieved_before(events))
    )


def _say_first(word: str, result: Any) -> None:
    """Puts a kind word before an answer that has none."""
    custom = result.responses[0].get("custom") if result and result.responses else None
    if custom and custom["kind"] in OWN_KINDS and not _KIND.match(custom["text"]):
        custom["text"] = f"{word}\n\n{custom['text']}"
        custom["said"] = custom.get("said") or "word before"


def _reply(found: Heard) -> Reply:
    return Reply(kind=found.kind, text=found.text, quick_replies=found.quick_replies)


def _asking(action_call: Mapping[str, Any], name: str, text: str) -> dict[str, Any]:
    """The call for the action that answers the rest of a message."""
    tracker = action_call["tracker"]
    latest = {**(tracker.get("latest_message") or {}), "text": text}
    return {**action_call, "next_action": name, "tracker": {**tracker, "latest_message": latest}}


def _together(alone: Any, result: Any) -> Any:
    """What was heard and what was answered, as one reply where the answer has words of its own."""
    (first,), (answer, *_) = alone.responses, result.responses
    if not answer.get("custom"):
        result.responses.insert(0, first)
        return result
    own = first["custom"]
    answer["custom"] = {**answer["custom"], "text": f"{own['text']}\n\n{answer['custom']['text']}"}
    answer["custom"].update({name: own[name] for name in ("said", "calls_off") if own.get(name)})
    return result
