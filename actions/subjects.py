"""What an enquiry is about: whether words name an illness, or say whom the treatment is for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.vocabulary import CLOSE, ILLNESS

SHORTEST_SUBJECT = 8
MOST_PARTS = 5

_ILLNESS = re.compile(
    rf"\b(?:{ILLNESS}|relapsed?|terminal|palliative|chemo\w*|(?:was |is |been |am )?diagnos\w+)\b", re.I
)
_PERSON = (
    r"(?:me|myself|(?:(?:my|our) )?(?:(?:little|old(?:er)?|young(?:er)?|elderly|own|late|dear) )?"
    rf"{CLOSE}\b)"
)
_WHOM = re.compile(
    rf"^(?:(?:and|so|ok|well)\s+)?(?:it(?:['’]?s| is)\s+|this is\s+)?(?:all\s+)?(?:for\s+)?{_PERSON}"
    r"(?:['’]s)?(?:\s*\(?\d{1,3}\)?)?(?:\s+(?:please|actually))?[\s.!]*$"
    r"|^(?:(?:she|he|i)(?:['’]?s| is|['’]?m| am)\s+|aged?\s+)\d{1,3}(?:\s+years?\s*(?:old)?)?[\s.!]*$",
    re.I,
)
_FOR_WHOM = re.compile(
    rf"\b(?P<whom>(?:my|our)\s+(?:(?:little|old(?:er)?|young(?:er)?|elderly|own|late|dear)\s+)?{CLOSE})\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:and|so|ok|okay|well)\s+)?(?:it(?:['’]?s| is)\s+(?:about|for|regarding|because of)|regarding|"
    r"concerning|(?:about|topic|subject|illness|diagnosis)\s*[:=]|(?:the )?treatment is for|"
    r"for(?=\s+(?:my|our|me)\b))\s+(?=\S)",
    re.I,
)
_ADVISOR_ABOUT = re.compile(r"^.*\b(?:call|ring|phone|write|talk|speak|contact)\b.*?\babout\s+(?=\S)", re.I)
_REQUEST = re.compile(
    r"^(?:(?:hello|hi|hey|ok|and|so)[\s,]+)*(?:please|can|could|would|i want|i['’]?d like|i would like|"
    r"i need|get|let|use|thanks?|just)\b"
    r"|\b(?:price|quote|how much|costs?)\b",
    re.I,
)


def tells_illness(text: str) -> bool:
    """Whether an illness is named."""
    return _ILLNESS.search(text) is not None


def tells_whom(text: str) -> bool:
    """Whether it only says whom the treatment is for, or their age ("me", "for my father", "she's 58")."""
    return _WHOM.match(text.strip()) is not None


def names_a_person(text: str) -> bool:
    """Whether somebody is named who may be the patient."""
    return re.search(rf"\b(?:me|myself|i|{CLOSE}(?:['’]?s)?)\b", text, re.I) is not None


def whom(text: str) -> str | None:
    """The person in a text for whom the treatment is wanted, as they are named ("my mother")."""
    found = _FOR_WHOM.search(text)
    return re.sub(r"['’]s$", "", found["whom"]) if found else None


def subject(parts: Sequence[str], *, any_words: bool) -> str | None:
    """What the parts of a message say of the matter: illness and person, in the order given.

    Where neither is named, the first part that is long enough and no request, if `any_words` will do.
    """
    marked = [
        plain(part) for part in parts if tells_illness(part) or tells_whom(part) or _LEAD.match(part.strip())
    ]
    if any(tells_illness(part) or len(part) >= SHORTEST_SUBJECT for part in marked) or (marked and any_words):
        return ", ".join(dict.fromkeys(marked[:MOST_PARTS]))
    spare = [part for part in parts if len(part) >= SHORTEST_SUBJECT and not _REQUEST.search(part)]
    return spare[0] if spare and any_words else None


def plain(part: str) -> str:
    """A part without what only leads up to it ("it's for my father", "please ring me about lupus")."""
    return _ADVISOR_ABOUT.sub("", _LEAD.sub("", part.strip())).strip(" .:")
