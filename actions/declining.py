"""How a question about one person is declined: kindly, and with what the articles say in general where that is safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from actions import advice, words
from actions.asked import Asked
from knowledge.live import NotReady
from knowledge.model import Reply

ENOUGH = 160
"""Characters of a passage that make an answer in general."""
_THERAPY = re.compile(r"\b(?:nk|therap\w+|treat\w+|infusions?|cells?|car-?nk)\b", re.I)


def reply(message: Asked, search: Callable[..., Reply]) -> Reply:
    """The reply to a message about one person; `search` is `Knowledge.answer`.

    People tell their story with a general question. Where they say so, or where the search is surer that an
    article answers the message than Rasa is that it asks for advice, the general answer is given, but never
    where the wording leaves no doubt. Who asks whether to stop a medicine is only told where to read on:
    anything said in general would be taken for a yes or a no. Who asks whether somebody lives is told that
    nobody here can know that.
    """
    if advice.looks_back(message.text):
        return Reply(kind="medical_advice", text=words.LOOKING_BACK, quick_replies=words.OFFER)
    hopes = advice.asks_for_hope(message.text)
    declined = Reply(kind="medical_advice", text=_declined(message, hopes=hopes), quick_replies=words.OFFER)
    if hopes and not _THERAPY.search(message.text):
        return declined
    try:
        found = search(message.text, message.context, shown=message.shown)
    except NotReady:
        return declined  # declining needs no article
    if found.kind not in {"answer", "abstain"} or not found.citations:
        return replace(declined, evidence=found.evidence)
    sure = advice.asks_for_advice(message.text) or hopes
    surer = float(str(found.evidence["probability"])) > message.certainty
    if advice.says_general(message.text) or advice.asks_in_general(message.text) or (surer and not sure):
        return found
    text = _in_general(found, message, declined.text, hopes=hopes)
    return replace(declined, text=text, citations=found.citations[:1], evidence=found.evidence)


def _declined(message: Asked, *, hopes: bool) -> str:
    """The words where no article is shown; never the same ones twice in a row."""
    if hopes:
        first = words.HOPING if advice.asks_whether_to_hope(message.text) else words.HOPE
        return f"{words.HOPE_AGAIN if message.advised else first} {words.HOPE_OFFER}"
    if advice.changes_treatment(message.text):
        first, again = words.MEDICINE, (words.MEDICINE_AGAIN, words.MEDICINE_ONCE_MORE)
    else:
        first, again = words.MEDICAL_ADVICE, (words.MEDICAL_ADVICE_AGAIN, words.MEDICAL_ADVICE_ONCE_MORE)
    return again[(message.advised - 1) % len(again)] if message.advised else first


def _in_general(found: Reply, message: Asked, declined: str, *, hopes: bool) -> str:
    """The words of a declined question about one person, with what the articles say in general."""
    if advice.changes_treatment(message.text):
        return f"{declined}\n\n{words.MEDICAL_ADVICE_SOURCE.format(title=found.citations[0].title)}"
    if hopes:
        before, after = f"{words.HOPE} {words.HOPE_GENERAL}", words.HOPE_OFFER
    elif message.advised:
        before, after = words.MEDICAL_ADVICE_BEFORE_AGAIN, words.MEDICAL_ADVICE_AFTER_AGAIN
    else:
        before, after = words.MEDICAL_ADVICE_BEFORE, words.MEDICAL_ADVICE_AFTER
    return f"{before}\n\n{opening(found.text)}\n\n{after}"


def opening(text: str) -> str:
    """The first paragraphs of a passage, as many as make an answer; a list goes with the line before it."""
    paragraphs = text.split("\n\n")
    said = paragraphs[:1]
    for paragraph in paragraphs[1:]:
        if sum(map(len, said)) >= ENOUGH and not said[-1].rstrip().endswith(":"):
            break
        said.append(paragraph)
    return "\n\n".join(said)
