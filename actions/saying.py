"""How an action says a reply: in the form that our channel passes on, with what later turns need to know."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from knowledge.model import Citation, Reply

MOST_ITEMS = 9
LONGEST_ITEM = 80
_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(.+)$", re.M)
_ROW = re.compile(r"^\|(?![\s:|-]+\|?$)\s*([^|]+?)\s*\|", re.M)


def say(
    dispatcher: CollectingDispatcher,
    reply: Reply,
    question: str = "",
    *,
    private: bool = False,
    again: bool = False,
    enquiry: Mapping[str, str] | None = None,
    leaves: Mapping[str, str] | None = None,
    corrects: Mapping[str, str] | None = None,
    withdraws: bool = False,
    calls_off: bool = False,
    said: str = "",
    takes_up_again: bool = False,
    reads_back: bool = False,
) -> list[dict[str, Any]]:
    """Send a reply; the events to return with it.

    `question` is what it answers, as understood; `again`: in other words than before. `private`: the message
    held contact details, and Rasa must not keep its words. `enquiry` goes to an advisor; `leaves` is a way to
    call the patient back; `withdraws` takes back what was left with advisors before, `takes_up_again` undoes that,
    `corrects` puts right what was sent, and `calls_off` says that no person is wanted. `reads_back`: what is kept is
    put in the place of `enquiry_words.WHAT_IS_NOTED`. `said` marks kind words, not to say them twice. The event says
    what Rasa would find out by asking its policies once more: the turn is over.
    """
    custom = as_json(reply)
    # Where an article is only named ("under “…”"), the patient has not read it.
    read = [each for each in reply.citations if f"“{each.title}”" not in reply.text]
    custom["passages"] = list(dict.fromkeys(citation.passage for citation in read))
    custom["digest"] = digest(reply.text)
    if reply.citations:
        custom["cited"] = _fields(reply.citations[0])
    custom["items"] = items(reply.text) if reply.citations else []
    if question:
        custom["question"] = question
    if again:
        custom["again"] = True
    for name, wish in (("enquiry", enquiry), ("leaves", leaves), ("corrects", corrects)):
        if wish is not None:
            custom[name] = dict(wish)
    flags = {
        "private": private,
        "withdraws": withdraws,
        "calls_off": calls_off,
        "takes_up_again": takes_up_again,
        "reads_back": reads_back,
    }
    custom.update({name: True for name, holds in flags.items() if holds})
    if said:
        custom["said"] = said
    dispatcher.utter_message(json_message=custom)
    return over()


def digest(text: str) -> str:
    """A short mark of a text, by which the same words are known again."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def over() -> list[dict[str, Any]]:
    """The event that ends the turn."""
    return [FollowupAction("action_listen")]


def items(text: str) -> list[str]:
    """The points of a list (or the rows of a table) by their names, for "the second one"."""
    found = _ITEM.findall(text) or _ROW.findall(text)[1:]
    return [_named(each) for each in found[:MOST_ITEMS]] if len(found) > 1 else []


def _named(item: str) -> str:
    """The bold beginning of a point, or what stands before its colon, or its first words."""
    bold = re.match(r"\*\*(.+?)[:.]?\*\*", item)
    name = bold.group(1) if bold else item.split(":")[0] if 0 < item.find(":") < LONGEST_ITEM else item
    return name.replace("**", "")[:LONGEST_ITEM].strip(" .:")


def as_json(reply: Reply) -> dict[str, Any]:
    """As `dataclasses.asdict`, which would copy every number of the evidence."""
    return {**_fields(reply), "citations": tuple(map(_fields, reply.citations))}


def _fields(value: Reply | Citation) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
