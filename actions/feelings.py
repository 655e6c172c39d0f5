"""What a message tells of illness and loss, and which kind sentence is said to it before anything else.

Only what is told of the writer or of somebody close counts: "my dad has lymphoma", "doctors say 3 months".
"Does it help with lymphoma?" tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions import idioms, words
from actions.vocabulary import CLOSE, ILLNESS

STILL_SORE = 3
"""For so many messages after grief or fear no button speaks of death or danger."""
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
    r"gave|told)\s+(?:me|us|him|her|my|our))\s+(?:\w+\s+){0,5}?(?:\d+|one|two|three|four|five|six|a\s+few"
    r"|some|couple\s+of)\s+"
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
    rf"|\b(?:{_SOMEBODY}(?:['’]s|\s+is|\s+are)|i\s*(?:am|['’]m))\s+(?:\w+\s+)?(?:(?:very|so|really|seriously"
    r"|gravely)\s+"
    r"(?:ill|sick|unwell)|fighting\s+for\s+(?:his|her)\s+life)\b"
    rf"|^(?:hi\W+|hello\W+)?{ILLNESS}\s+(?:since|for)\s+\d",
    re.I,
)


_NOT_YET = re.compile(
    r"\?|^(?:(?:and|so|but)\s+)?(?:is|are|was|were|do|does|did|has|have)\b"
    r"|\b(?:if|when|unless|until|hope|wish|want|will|would|could|can|should|whether|pray|once|how|why"
    r"|tell\s+me|want(?:ed)?|need)\b"
    r"|\b(?:not|never|no\s+longer|n['’]t)\b",
    re.I,
)
_WELL = (
    r"(?:stable|ok(?:ay)?|better|fine|well|alright|safe|cancer-?\s?free|home|out\s+of\s+(?:danger"
    r"|hospital|icu|intensive\s+care|the\s+woods)|recovering|recovered)"
)
_END = r"(?=\s*(?:[.,!;)]|$|now|again|thank|and\b|for\s+now|since))"
_RATHER = (
    r"(?:now\s+|finally\s+|much\s+|already\s+|so\s+much\s+|a\s+lot\s+|doing\s+|feeling\s+|back\s+"
    r"|all\s+|a\s+bit\s+)*"
)
_BETTER = re.compile(
    r"\b(?:in|into|reached)\s+(?:full\s+|complete\s+|total\s+|partial\s+|deep\s+)?remission\b"
    rf"|\b(?:{_SOMEBODY}|mum|mom|dad|mother|father|wife|husband|baby)(?:['’]s|\s+is|\s+seems|\s+feels|\s+was"
    rf"|\s+looks)?\s+{_RATHER}{_WELL}{_END}"
    rf"|\bi\s*(?:am|['’]?m|feel)\s+{_RATHER}(?:cancer-?\s?free|much\s+better|better|home|out\s+of\s+(?:danger"
    rf"|hospital))\b{_END}"
    r"|\b(?:scans?|results?|tests?|mri|ct|biopsy)\s+(?:is|are|was|were|came\s+back|came\s+out"
    r"|all)\s+(?:\w+\s+)?(?:clear|clean|good|fine|negative|benign)\b"
    r"|\b(?:got|gave|given|have|had)\s+(?:\w+\s+)?the\s+all[\s-]clear\b|\b(?:have|had|got)\s+(?:\w+\s+)?good\s+news\b",
    re.I,
)
_WORSE = re.compile(
    r"\b(?:but|died|dead|worse|dying|relaps\w+|bad\s+news|not\s+good)\b"
    r"|\b(?:it|cancer|tumou?r|disease|lymphoma|leuk\w+)\s+(?:has\s+|is\s+)?(?:c[ao]me\s+)?back\b",
    re.I,
)
_CLAUSE = re.compile(r"(?<=[.!?;,])\s+|\s+[-–—]\s+")


def good_news(text: str) -> bool:
    """Whether the message tells that somebody is well again or a result is good; wishes and questions tell none."""
    told = [each for each in _CLAUSE.split(text) if _BETTER.search(each) and not _NOT_YET.search(each)]
    return bool(told) and not _WORSE.search(text)


def kind_sentence(text: str) -> str:
    """The sentence to say first to who tells of a loss, of hard news or of an illness; empty where nothing is told.

    Who tells of good news beside an illness hears that one is glad.
    """
    plain = idioms.plainly(text)
    told = next((sentence for pattern, sentence in _TOLD if pattern.search(plain)), "")
    if told in ("", words.KIND_ILL) and good_news(plain):
        return words.KIND_GLAD
    return told


_TOLD = ((_LOSS, words.KIND_LOSS), (_HARD_NEWS, words.KIND_HARD_NEWS), (_ILL, words.KIND_ILL))
_SAD = frozenset({words.KIND_LOSS, words.KIND_HARD_NEWS})


def loses(text: str) -> bool:
    """Whether the message tells of a death or a loss."""
    return _LOSS.search(idioms.plainly(text)) is not None


def told_before(events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an earlier message of the talk told of illness, loss or worry: the kind sentence has been said."""
    return any(intent == "worry" or kind_sentence(text) for text, intent in earlier(events))


def grieved_before(events: Sequence[Mapping[str, Any]], latest: int = STILL_SORE) -> bool:
    """Whether one of the latest messages before this one spoke of pain of the heart."""
    return any(intent == "worry" or hurts(text) for text, intent in earlier(events)[-latest:])


def earlier(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The patient's messages before the one to answer, each with its intent."""
    spoken = [event for event in events if event.get("event") == "user"]
    now = spoken[-1].get("message_id") if spoken else None
    before = [event for event in spoken[:-1] if now is None or event.get("message_id") != now]
    return [
        (str(event.get("text") or ""), str(((event.get("parse_data") or {}).get("intent") or {}).get("name")))
        for event in before
    ]


_HURTS = re.compile(
    r"\bi(?:['’]m|\s+am|\s+feel|m)\s+(?:\w+\s+){0,2}?(?:guilty|scared|afraid|alone|lonely|lost|sad|broken|helpless|"
    r"hopeless|exhausted|terrified|frightened|worried|desperate|overwhelmed|a\s+burden|like\s+a\s+burden)\b"
    r"|\b(?:it\s+(?:hurts|breaks\s+my\s+heart)|(?:that|this|it)\s+(?:scares|frightens|terrifies)\s+me"
    r"|i\s+miss\s+(?:him|her|them|my)|"
    r"can['’]?t\s+(?:stop\s+crying|sleep)|scared\s+to\s+death)\b"
    r"|[😢😭💔😞🥺]",
    re.I,
)
_LONELY = re.compile(
    r"\b(?:quiet|empty|silent|lonely)\s+(?:in\s+)?(?:the\s+|my\s+|our\s+|this\s+)?(?:house|flat|home|here|bed"
    r"|room|at\s+night|without\s+(?:him|her|them))\b"
    r"|\b(?:house|flat|home|bed|chair|room|evenings?|nights?)\s+(?:is|are|feels?|feel)\s+(?:so\s+|too\s+"
    r"|very\s+|terribly\s+)?(?:quiet|empty|silent|lonely|long)\b"
    r"|\b(?:nobody|no\s*one)\s+(?:left\s+|there\s+|here\s+)?(?:to\s+(?:talk|speak|turn|tell)|who\s+(?:listens"
    r"|understands))\b"
    r"|\b(?:have|got|has)\s+(?:nobody|no\s*one)\b(?!\s+(?:to\s+ask|told|ever))"
    r"|\bwant(?:ed)?\s+(?:some(?:body|one)|a\s+person)?\s*to\s+(?:just\s+)?(?:listen|be\s+there|hold\s+me"
    r"|be\s+with\s+me)\b"
    r"|\bi(?:['’]?m|\s+am|\s+feel|['’]ve\s+been)\s+(?:\w+\s+){0,2}?(?:lonely|all\s+alone|so\s+alone"
    r"|alone\s+(?:with|in|at|now|here))\b",
    re.I,
)


def lonely(text: str) -> bool:
    """Whether somebody tells that they are alone, or how still it has become."""
    return "?" not in text and _LONELY.search(text) is not None


_AFRAID = re.compile(r"\b(?:scar(?:ed|es|y)|afraid|fright\w+|terrif\w+|worried|panic\w*)\b", re.I)


def afraid(text: str) -> bool:
    """Whether what hurts is fear."""
    return hurts(text) and _AFRAID.search(idioms.plainly(text)) is not None


_LOST = re.compile(
    r"^\W*(?:sorry\W+|ok(?:ay)?\W+|now\s+)?i(?:['’]?m|\s+am)\s+(?:a\s+bit\s+|totally\s+|completely\s+|now\s+)?lost(?:\s+(?:now|here))?\W*$",
    re.I,
)
"""Who is lost in an answer, and in nothing else."""


def hurts(text: str) -> bool:
    """Whether a message speaks of pain of the heart: guilt, fear, grief, being alone, or a loss."""
    if idioms.laughs(text) or idioms.taken_too_hard(text) or _LOST.match(text):
        return False
    plain = idioms.plainly(text)
    return _HURTS.search(plain) is not None or lonely(plain) or kind_sentence(plain) in _SAD


_FRIGHTENING = re.compile(
    r"\b(?:d(?:ie|ied|ies|ying|eaths?|ead)|kill\w*|fatal|risks?|danger\w*|harm\w*|serious|severe|fail\w*"
    r"|worse|side\s+effects?|brain|nerves?|"
    r"tumou?r\s+lysis|suicide|crisis|emergency|relapse\w*|surviv\w+|unsafe|infections?|bleed\w*|sepsis|reject\w*)\b",
    re.I,
)


def gentle(offered: Sequence[str], text: str, *, sore: bool) -> tuple[str, ...]:
    """Which quick replies may stand below what is said to a message.

    Related questions are none for who speaks of grief or fear. Where the talk was `sore` lately, or an illness is
    told, none that speaks of death or danger.
    """
    if hurts(text):
        kept = tuple(each for each in offered if not each.endswith("?"))
        return kept if words.OFFER[0] in kept else (*kept, *words.OFFER)
    if sore or kind_sentence(text):
        return tuple(each for each in offered if not (each.endswith("?") and _FRIGHTENING.search(each)))
    return tuple(offered)
