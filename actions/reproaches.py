"""Words in an enquiry that are no detail: a reproach ("you didn't answer"), and the bare wish for a price.

They must never end up in what an advisor reads. A reproach is owed a word, so it is told apart from the wish.
"""

from __future__ import annotations

import re

_YOU = r"(?:you|u|ya|it|this (?:thing|bot|chat|form))"
_NOT = r"(?:n['’]?t|\s+not)"
_SAID = (
    r"(?:said|told you|told u|written|wrote|gave|given|mentioned|typed|entered|put|answered|explained)"
    r"(?:\s+(?:it|that|this|so|you|u|all|everything|them|to|above|before|already|earlier|just|now|twice|once|"
    r"\w+ times|\d+ times|here|down|a|minute|moment|ago|my|name|at|the|start|beginning|in|first|message|line|of|"
    r"chat|again|and|several)\b)*"
)
_I_SAID = (
    r"\b(?:(?:as|like|but|because|well|again|and)\s+)*i(?:['’]?ve|\s+have|\s+did|\s+had)?(?:\s+(?:just|already|only|"
    rf"all|really))*\s+{_SAID}(?=\s*(?:[.,;:!?\n]|lol\b|$))[.,;:!?]*"
)
_I_SAY_FIRST = (
    r"(?:^|(?<=[.,;:!?\n]))\s*(?:(?:as|like|but|well|again|and|no)\s+)*i(?:['’]?ve|\s+have)?(?:\s+(?:just|already))*\s+"
    r"(?:say|said|told (?:you|u))(?:\s+(?:it|that|you|already|before|my name))*(?:\s+(?:is|was))?\b(?!\s+(?:to|about|"
    r"no)\b)"
)
_HEARING = r"(?:answer|listen|read|understand|get (?:it|me)|remember|hear|pay attention)(?:ing|ed|s)?"
_DID_NOT = (
    rf"{_YOU}\s+(?:just\s+|still\s+|have\s+|really\s+)*(?:(?:did|do|does|have|has|are|is|can|could|wo){_NOT}|never|"
    rf"cannot)(?:\s+(?:even|really|ever|just|yet|to))*\s+{_HEARING}\b"
    rf"|(?:you|u)\s+(?:still\s+)?(?:(?:did|have|has|do){_NOT}|never)\s+(?:even\s+)?(?:repl(?:y|ied)|respond(?:ed)?|"
    r"ask(?:ed)? me)\b"
    r"|(?:you|u|it)\s+(?:just\s+)?(?:keep|keeps|kept)\s+(?:on\s+)?(?:asking|repeating|saying|ignoring|forgetting)\b"
    r"|(?:you|u)(?:['’]re| are|r)?\s+(?:just\s+)?(?:ignor\w+|repeating yourself|forgot my question)\b"
)
_REPROACHES = (
    re.compile(_I_SAID, re.I),
    re.compile(_I_SAY_FIRST, re.I),
    re.compile(
        r"\b(?:see|read) (?:it )?above\b|\bhow (?:often|many times) (?:do|must|should|did) i\b[^.!?\n]*[.!?]*"
        r"|\b(?:you|u|it) (?:already|just) (?:have|has|know|got)s? (?:it|that|this|them|my name)\b",
        re.I,
    ),
    re.compile(
        r"\bwhy\s+(?:can['’]?t|(?:do|did|does|can|are|is|wo|have)(?:n['’]?t|\s+not)?|don)\s+(?:you|u|it|i)\s+(?:not\s+|always\s+|"
        r"keep\s+|just\s+|even\s+|still\s+|never\s+|have to\s+)*(?:remember|listen|read|understand|answer|"
        r"repeat|forget|ignor\w*|write it|writing|asking|tell you (?:again|twice)|ask (?:again|twice|me again))\b"
        r"[^.!?\n]*[.!?]*|\bwhy does it say\b[^.!?\n]*[.!?]*",
        re.I,
    ),
    re.compile(
        r"(?:^|(?<=[.,;:!?\n]))\s*(?:(?:no|and|but|hey|hello|please|pls|ok|so|well)\b[\s,]*)*(?:first\s+)?"
        r"(?:answer (?:me|my (?:first |other |last )?question|the question|that|it)(?: first)?|"
        r"(?:that|this|it)(?:['’]?s| is| was)?\s*(?:not|n['’]t)\s+(?:what i (?:asked|said|wrote|meant|mean)|my "
        r"question|an answer)|read what i (?:wrote|said)|stop repeating[^.!?\n]*|"
        r"pay attention|(?:this|that) is (?:ridiculous|stupid|useless|annoying)|(?:lol|omg|wtf|ffs|argh+|haha+))"
        r"\s*[.!?,]*",
        re.I,
    ),
    re.compile(r"\s+(?:lol|omg|haha+)\b[.!?]*", re.I),
)
_UNANSWERED = re.compile(
    rf"(?:^|(?<=[.,;:!?\n]))\s*(?:(?:no|and|but|hey|ok|so|well|again|still)\b[\s,]*)*(?:{_DID_NOT})"
    r"(?P<topic>[^.!?\n]*)[.!?]*",
    re.I,
)
_PRICE = r"(?:price|quote|quotation|cost estimate|estimate|offer|enquiry|inquiry)s?"
_PRICE_WISH = re.compile(
    r"(?:\b(?:ok|okay|fine|so|please|pls|just|then|yes|hi|hello|and)\b[\s,]*)*"
    r"\b(?:ask(?:ing)? for|(?:i\s+)?(?:just\s+|only\s+|really\s+)?(?:want|need|would like|['’]?d like)(?:\s+to (?:get|"
    r"have|know|ask for))?|(?:please |pls )?(?:get|give|send) me|(?:can|could|may) i (?:get|have|ask for)|request)\s+"
    rf"(?:(?:a|an|the|your|you|some)\s+)?{_PRICE}(?:\s+(?:please|pls|then|now|first|thanks))*(?=\s*(?:[.,;:!?\n]|$))"
    r"[.,;:!?]*",
    re.I,
)


def without(text: str) -> str:
    """A text without "I said that at the start", "you didn't answer me", "why don't you remember"."""
    return _tidy(_without(text))


def reproached(text: str) -> bool:
    """Whether a text holds a reproach."""
    return _without(text) != text


def of_no_answer(text: str) -> str | None:
    """What a reproach says was not answered ("the chemo"), empty where it does not say; None where it is none."""
    found = _UNANSWERED.search(text)
    if found is None or not re.search(r"answer|repl|respon|ignor|forgot my question", found.group(), re.I):
        return None
    return re.sub(
        r"^\s*(?:to\s+)?(?:me|it|that|this)?\s*(?:about|on|the question (?:about|of))?\s+", "", found["topic"]
    ).strip(" .!?")


def without_price_wish(text: str) -> str:
    """A text without "I want a price please": what the form is for, and no detail of it."""
    return _tidy(_PRICE_WISH.sub(" ", text))


def _without(text: str) -> str:
    for pattern in _REPROACHES:
        text = pattern.sub(" ", text)
    return _UNANSWERED.sub(" ", text)


def _tidy(text: str) -> str:
    return text.strip(" ,;:")
