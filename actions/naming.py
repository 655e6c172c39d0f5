"""Says by name that the articles have nothing on an illness, where a message asks about it.

What is said of a neighbour (leukaemia for neuroblastoma) must not be taken for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from actions import words
from actions.illnesses import ILLNESSES, Illness
from knowledge.model import Reply

MOST_WORDS_ALONE = 5
"""A message of so few words with an illness in it asks about the illness: "multiple sclerosis stage 2"."""
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_ASKS = re.compile(
    r"\?|^\W*(?:(?:hi|hello|hey|and|so|but|ok|or|please|also|then|now)\b[\s,]*)*"
    r"(?:and|or|what|which|how|who|why|when|where|is|are|does|do|did|can|could|will|would|has|have|was|were|any|tell|"
    r"explain|show|i\s+(?:want|would\s+like|['’]?d\s+like|wonder|need)|looking\s+for)\b"
    r"|\b(?:wonder\w*|ask\w*|want\w*\s+to\s+know|tell\s+me|looking\s+for|know\s+(?:if|whether|about))\b",
    re.I,
)
_WHAT_IT_DOES = re.compile(
    r"\b(?:help\w*|work\w*|treat\w*|cure\w*|heal\w*|effective\w*|used?|uses|good|trials?|stud(?:y|ies|ied)|research\w*|tested|"
    r"results?|success\w*|evidence|proven|proof|prove|options?|hope|chances?|risks?|risky|safe|dangerous|suitable|"
    r"candidates?|surviv\w+|for\s+(?:this|that|it|him|her|me)|improve\w*|slow\w*|shrink\w*|fight\w*|benefit\w*|"
    r"anything\s+(?:about|on|for)|something\s+(?:about|on|for)|do\s+for|do\s+about)\b",
    re.I,
)
_SOMETHING_ELSE = re.compile(
    r"\b(?:costs?|prices?|pay\w*|paid|money|fees?|insur\w+|refund\w*|afford\w*|expens\w+|cheap\w*|deposit|invoice|"
    r"travel\w*|fly|flying|flights?|visas?|passports?|hotels?|airports?|embassy|interpreters?|luggage|"
    r"contact\w*|phone|e-?mails?|address|call\s+(?:me|you|back)|ring\s+(?:me|you)|appointments?|advisors?|opening|"
    r"who\s+(?:reads?|sees?|answers?)|privacy|delete\w*|stored|personal\s+data|a\s+(?:robot|bot|human|machine)|"
    r"emergenc\w+|ambulance|111|112|911|999|"
    r"donors?|donat\w+|laborator\w+|(?:cells?\s+(?:are\s+|get\s+)?|are\s+they\s+|are\s+the\s+cells\s+|(?:do|did)\s+you\s+)"
    r"(?:made|make|grown?|produced?|prepared?|multipl\w+|frozen|stored|collected))\b",
    re.I,
)
_LEADS = (words.MISUNDERSTOOD, words.ANOTHER_WAY)
_IN_GENERAL = (words.MEDICAL_ADVICE_BEFORE, words.MEDICAL_ADVICE_BEFORE_AGAIN, words.HOPE)


def by_name(
    reply: Reply, question: str, message: str, speaks_of: Callable[[str], bool], *, alone: bool = True
) -> Reply:
    """The reply, with a plain word about illnesses that the message asks about and no article speaks of.

    `question` is what the reply answers, as understood, empty where it answers none; `speaks_of` is
    `Knowledge.speaks_of`. `alone`: no other reply is given to the message.
    """
    if reply.kind not in {"answer", "abstain", "medical_advice"} or not question:
        return reply
    if reply.kind == "medical_advice" and not (reply.citations and reply.text.startswith(_IN_GENERAL)):
        return reply
    asked = asked_about(message if alone else question)
    missing = [each for each in asked if not _told(each, reply, speaks_of)]
    if not missing:
        return reply
    names = _listed([f"treating {each.name}" if each.treated else each.name for each in missing])
    if reply.kind == "medical_advice":
        return replace(reply, text=_declined(reply.text, words.NOTHING_ON.format(illness=names)))
    if reply.kind == "abstain" and not reply.citations:
        trials = tuple(each for each in (words.FIND_TRIALS,) if speaks_of(re.escape(each)))
        text = f"{words.NOTHING_ON.format(illness=names)} {words.NO_PROOF_OF_NOTHING}"
        return replace(reply, text=text, quick_replies=(*trials, *words.OFFER))
    sentence = words.NOTHING_ON_ITSELF if len(missing) == 1 else words.NOTHING_ABOUT
    after = words.SAID_IN_GENERAL if len(missing) == len(asked) else words.SAID_OF_OTHERS
    lead = next((each for each in _LEADS if reply.text.startswith(each)), "")
    opening = f"{lead} {sentence.format(illness=names)} {after}".strip()
    return replace(reply, text=f"{opening}\n\n{reply.text.removeprefix(lead).strip()}")


def asked_about(message: str) -> list[Illness]:
    """The illnesses that a message asks about; none where it only tells of one and asks something else.

    An illness is asked about in the sentence that names it, or in another one that asks what the therapy does:
    "My dad has lung cancer. Would it help?"
    """
    told: list[Illness] = []
    asked: list[Illness] = []
    sentences = [each.strip() for each in _SENTENCE.findall(message) if each.strip()]
    asking = [each for each in sentences if _ASKS.search(each)]
    if any(_SOMETHING_ELSE.search(each) for each in asking or sentences):
        return []
    for sentence in sentences:
        (asked if sentence in asking else told).extend(named(sentence))
    meant = any(_WHAT_IT_DOES.search(each) for each in asking or sentences)
    short = len(message.split()) <= MOST_WORDS_ALONE
    if not asked and (short or meant):
        asked = told
    return list(dict.fromkeys(asked))


def named(text: str) -> list[Illness]:
    """The illnesses that a text names."""
    return [each for each in ILLNESSES if _compiled(each.asked).search(text)]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.M)


def _told(illness: Illness, reply: Reply, speaks_of: Callable[[str], bool]) -> bool:
    """Whether the reply or any article speaks of an illness."""
    said = "\n".join((reply.text, *(each.title for each in reply.citations)))
    if reply.citations and _compiled(illness.told).search(said):
        return True
    return speaks_of(illness.treated or illness.told)


def _declined(text: str, sentence: str) -> str:
    """The sentence in what is said to who asks to be judged, before what the articles say in general."""
    first, _, rest = text.partition("\n\n")
    return f"{first} {sentence}\n\n{rest}" if first.endswith(".") else f"{sentence} {text}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
