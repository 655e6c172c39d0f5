"""What a message tells of illness and loss, and which kind sentence is said to it before anything else.

Only what is told of the writer or of somebody close counts: "my dad has lymphoma", "doctors say 3 months".
"Does it help with lymphoma?" tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions import words
from actions.vocabulary import CLOSE, ILLNESS

_WHOSE = r"(?:my|our)\s+(?:\w+\s+){0,2}?" + CLOSE
_SOMEBODY = rf"(?:{_WHOSE}|he|she)"
_GAP = r"(?:(?!(?:questions?|read|heard|doubts?|about|against|never|no|not|to|for|if|without|good|like)\b)[\w'’-]+\s+)"
_NOT_ASKED = r"(?<!do )(?<!does )(?<!did )(?<!if )(?<!would )(?<!could )(?<!can )(?<!should )(?<!when )"
_LOSS = re.compile(
    rf"\b{_SOMEBODY}\s+(?:\w+\s+){{0,2}}?(?:died|passed(?:\s+away)?|is\s+dead|has\s+died|is\s+gone)\b"
    rf"|\b(?:i|we|he|she|they)(?:\s+(?:have|had|has)|['’]ve)?\s+(?:just\s+|already\s+)?lost\s+(?:{_WHOSE}|him\b|her\b|"
    r"(?:\w+\s+){0,3}?(?:pregnanc(?:y|ies)|bab(?:y|ies)|child|children|twins))"
    r"|\b(?:i|we)(?:\s+(?:have|had)|['’]ve\s+had)\s+(?:\w+\s+){0,2}?(?:miscarriages?|stillbirth)\b|\bi\s+miscarried\b"
    r"|\bafter\s+(?:my|our|her)\s+(?:\w+\s+){0,2}?(?:miscarriages?|stillbirth)\b",
    re.I,
)
_HARD_NEWS = re.compile(
    r"\b(?:doctors?|they|oncologists?|consultants?|hospital|professor)\s+(?:\w+\s+){0,2}?(?:says?|said|(?:gives?|"
    r"gave|told)\s+(?:me|us|him|her|my|our))\s+(?:\w+\s+){0,5}?(?:\d+|one|two|three|four|five|six|a\s+few|some|couple\s+of)\s+"
    r"(?:days|weeks|months|month|week)\b"
    r"|\b(?:nothing\s+(?:more|else|left)\s+(?:(?:that\s+)?(?:they|we|he|she)\s+can\s+do|to\s+(?:do|try|offer))|"
    r"says?\s+there['’]?s\s+nothing\s+more|there\s+is\s+nothing\s+more)\b"
    rf"|\b(?:{_SOMEBODY}(?:['’]s|\s+is)|i\s*(?:am|['’]m))\s+(?:\w+\s+)?(?:dying|terminal\w*|incurable|palliative|"
    r"in\s+a\s+hospice)\b"
    r"|\b(?:the|my|his|her)\s+cancer\s+(?:is|came|has\s+come)\s+back\b|\bwe\s+are\s+running\s+out\s+of\s+time\b",
    re.I,
)
_ILL = re.compile(
    rf"\b{_NOT_ASKED}i(?:\s*(?:have|got|had|['’]ve(?:\s+got)?|live\s+with|suffer\s+from))\s+{_GAP}{{0,5}}?{ILLNESS}\b"
    rf"|\bi\s*(?:am|['’]?m)\s+(?:\w+,?\s+){{0,5}}?(?:(?:and\s+)?(?:have|got|with))\s+{_GAP}{{0,4}}?{ILLNESS}\b"
    rf"|\b{_SOMEBODY}\s+(?:\w+\s+){{0,5}}?(?:has|have|had|got|with|suffers\s+from|lives\s+with|fights)\s+"
    rf"{_GAP}{{0,4}}?{ILLNESS}\b"
    rf"|\b(?:i|we|{_SOMEBODY})\s*(?:was|were|is|['’]s|has|have|['’]ve|just|got|been|\s)+\s*diagnosed\b"
    rf"|\btold\s+(?:me|us|him|her)\s+(?:\w+\s+){{0,2}}?(?:that\s+)?(?:i|we|it|he|she)(?:['’]?s|['’]?m|\s+(?:is|have|"
    rf"has|had|am))?\s+{_GAP}{{0,4}}?{ILLNESS}\b"
    rf"|\b(?:{_SOMEBODY}(?:['’]s|\s+is|\s+are)|i\s*(?:am|['’]m))\s+(?:\w+\s+)?(?:(?:very|so|really|seriously|gravely)\s+"
    r"(?:ill|sick|unwell)|fighting\s+for\s+(?:his|her)\s+life)\b"
    rf"|^(?:hi\W+|hello\W+)?{ILLNESS}\s+(?:since|for)\s+\d",
    re.I,
)


def kind_sentence(text: str) -> str:
    """The sentence to say first to who tells of a loss, of hard news or of an illness; empty where nothing is told."""
    for told, sentence in (
        (_LOSS, words.KIND_LOSS),
        (_HARD_NEWS, words.KIND_HARD_NEWS),
        (_ILL, words.KIND_ILL),
    ):
        if told.search(text):
            return sentence
    return ""


def told_before(events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an earlier message of the talk told of illness, loss or worry: the kind sentence has been said."""
    spoken = [event for event in events if event.get("event") == "user"]
    now = spoken[-1].get("message_id") if spoken else None
    earlier = [event for event in spoken[:-1] if now is None or event.get("message_id") != now]
    return any(
        ((event.get("parse_data") or {}).get("intent") or {}).get("name") == "worry"
        or kind_sentence(str(event.get("text") or ""))
        for event in earlier
    )


_HURTS = re.compile(
    r"\bi(?:['’]m|\s+am|\s+feel|m)\s+(?:\w+\s+){0,2}?(?:guilty|scared|afraid|alone|lonely|lost|sad|broken|helpless|"
    r"hopeless|exhausted|terrified|frightened|worried|desperate|overwhelmed|a\s+burden|like\s+a\s+burden)\b"
    r"|\b(?:it\s+(?:hurts|breaks\s+my\s+heart)|i\s+miss\s+(?:him|her|them|my)|can['’]?t\s+(?:stop\s+crying|sleep))\b"
    r"|[😢😭💔😞🥺]",
    re.I,
)


def hurts(text: str) -> bool:
    """Whether a message speaks of pain of the heart: guilt, fear, grief, being alone, or a loss."""
    return _HURTS.search(text) is not None or bool(kind_sentence(text))
