"""What a patient said of themselves before the enquiry began: it is offered as filled in, and asked no second time.

Only what is said for sure counts: people ask about trials in Germany without living there, and about illnesses that
nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import countries, details, enquiry_reading, names, reproaches, subjects
from actions.vocabulary import CLOSE

_LIVES = re.compile(
    r"\b(?:i|we|i['’]?m|im|she|he|my \w+)\b[^.!?\n]{0,40}?\b(?:live[sd]?|living|stay(?:ing)?|based|from|in)\b"
    r"(?:\s+(?:in|at|near|from))?\s+(?P<place>[^.!?\n]{2,40})"
    r"|\bwe\s+live\s+(?P<bare>[^.!?\n]{2,40})"
    r"|^\s*(?:we(?:['’]re| are)|i(?:['’]m| am))?\s*from\s+(?P<from>[^.!?\n]{2,40})",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|clinics?|hospitals?|cent(?:re|er)s?|fly|flying|travel\w*|visit\w*|go(?:ing)? to|"
    r"approved|allowed|available|treated|treatment|therapy|offer\w*|read|heard|holidays?|born)\b",
    re.I,
)
_OF_SOMEBODY = re.compile(rf"\b(?:my|our|i|i['’]?m|im|i['’]?ve|we|she|he|her|his|{CLOSE}(?:['’]?s)?)\b", re.I)
_HEALTHY = re.compile(
    r"\b(?:no|not|never|without|free of|if|prevent\w*|afraid|scared|fear\w*|worr\w+)\b", re.I
)
_ONLY_THE_NAME = re.compile(
    r"\b(?:my name(?: is|['’]s)|i am called|name(?: is)?|i['’]?m|i am|this is)\b", re.I
)
LONGEST = 90
"""Of a sentence that tells of an illness; a longer one is asked about anew."""


def details_of(texts: Sequence[str]) -> dict[str, str]:
    """Name, country and illness (or `whom` alone) as earlier messages tell them; the last word counts."""
    values: dict[str, str] = {}
    for text in texts:
        values |= _of_one(text)
    if "about" in values:
        whom = values.pop("whom", "")
        if whom and not subjects.names_a_person(values["about"]):
            values["about"] = f"{values['about']} ({whom})"
    return values


def _of_one(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    plain = reproaches.without_price_wish(reproaches.without(text))
    if _ONLY_THE_NAME.search(plain) and (name := details.read(plain).values.get("name")):
        values["name"] = names.tidied(name)
    for sentence in enquiry_reading.sentences(plain):
        if country := _country(sentence):
            values["country"] = country
        if (about := _illness(sentence)) and "about" not in values:
            values["about"] = about
    if whom := subjects.whom(plain):
        values["whom"] = whom
    return values


def _country(sentence: str) -> str | None:
    if known := countries.alone(sentence):
        return known
    for found in _LIVES.finditer(sentence):
        if not _ELSEWHERE.search(sentence[: found.end()]):
            place = found["place"] or found["bare"] or found["from"]
            return countries.found_in(place)
    return None


def _illness(sentence: str) -> str | None:
    """The part of a sentence that tells who has which illness; None where it only asks about one."""
    parts = [part.strip(" .!?") for part in re.split(r"[,;!?]\s+|\.\s+|\s+[-–]\s+", sentence)]
    for part in parts:
        if (
            subjects.tells_illness(part)
            and _OF_SOMEBODY.search(part)
            and not _HEALTHY.search(part)
            and not enquiry_reading.asks(part)
            and len(part) <= LONGEST
        ):
            return subjects.plain(part)
    return None
