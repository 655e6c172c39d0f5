"""Does what a patient wants done with what they left for advisors, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import AllSlotsReset, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import enquiry, enquiry_words, standing
from actions.asked import Asked
from actions.saying import say
from actions.standing import Deed
from knowledge.model import Reply


def done(
    dispatcher: CollectingDispatcher, deed: Deed, values: Mapping[str, str], message: Asked
) -> list[dict[str, Any]]:
    """Says what is done, and has it done; the events that end the turn. `values` are details in the message."""
    if deed is Deed.GO_ON:
        return [FollowupAction(enquiry.FORM)]
    if deed is Deed.WITHDRAW:
        reply = Reply(kind="cost", text=enquiry_words.NOW_WITHDRAWN)
        return [AllSlotsReset(), *say(dispatcher, reply, private=True, withdraws=True)]
    if deed is Deed.SAY_WHETHER_GONE:
        return say(dispatcher, standing.of_withdrawal(message), private=True)
    if deed is Deed.READ_BACK and not message.left:
        so_far = enquiry.Enquiry.of(message.slots).so_far()
        reply = Reply("cost", so_far, quick_replies=(enquiry_words.GO_ON, enquiry_words.CANCEL))
        return say(dispatcher, reply, private=True)
    text, *buttons = {
        Deed.OFFER_TO_WITHDRAW: (enquiry_words.MAY_WITHDRAW, enquiry_words.WITHDRAW),
        Deed.ASK_FOR_THE_NEW_WAY: (enquiry_words.WRITE_THE_NEW_WAY, enquiry_words.WITHDRAW),
        Deed.READ_BACK: (enquiry_words.READ_BACK, enquiry_words.WITHDRAW),
        Deed.CORRECT: (enquiry_words.SENT_IS_CORRECTED, enquiry_words.WITHDRAW),
        Deed.TAKE_UP_AGAIN: (enquiry_words.TAKEN_UP_AFTER_ALL, enquiry_words.WITHDRAW),
    }[deed]
    ways = ", ".join(values[kind] for kind in ("email", "phone") if kind in values)
    wish = {"contact": ways, "name": values.get("name", ""), "best_time": values.get("time", "")}
    return say(
        dispatcher,
        Reply(kind="smalltalk", text=text, quick_replies=tuple(buttons)),
        private=True,
        corrects=wish if ways and deed in (Deed.CORRECT, Deed.TAKE_UP_AGAIN) else None,
        takes_up_again=deed is Deed.TAKE_UP_AGAIN,
        reads_back=enquiry_words.WHAT_IS_NOTED in text,
    )
