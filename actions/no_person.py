"""Who wants no person: neither an advisor here nor a call. What they ask besides is answered all the same."""

from __future__ import annotations

import re

from actions import enquiry_words, voice, words
from actions.asked import Asked
from actions.heard import Heard

MARK = "no person"
FEWEST_WORDS = 3
"""So many words ask or tell something of their own."""
_ANYBODY = (
    r"(?:any(?:body|one)|some(?:body|one)|people|them|him|her|(?:an?|the|your|any)\s+(?:\w+\s+)?(?:advis[eo]rs?|person|"
    r"people|humans?|doctors?|nurses?|colleagues?|staff|team)|advis[eo]rs)"
)
_NOT = r"(?:do\s*n['’]?o?t|do\s+not|dont|don['’]t|never|no\s+need\s+to|need\s+not|you\s+needn['’]?t)"
_CALLS_OFF = re.compile(
    rf"\b(?:i|we)\s+(?:said\s+)?(?:really\s+|still\s+)?(?:{_NOT}|didn['’]?t)\s+(?:want|need|like"
    rf"|wish(?:\s+for)?|ask(?:\s+for)?)\s+(?:{_ANYBODY}|you)"
    r"\s+to\s+(?:call|ring|phone|contact|come|write|answer|reach|get|talk|speak|join|be\s+(?:called|contacted"
    r"|bothered))\b"
    r"(?:\s+(?:me|us|back))?|"
    rf"(?<!to )(?<!why )(?<!they )(?<!you )\b{_NOT}\s+(?:please\s+|even\s+|have\s+to\s+|need\s+to\s+)?(?:call"
    r"|bother|disturb|contact|"
    rf"wake|involve|ring|phone|trouble|send|fetch|get|alert|notify)\s+{_ANYBODY}\b(?!\s+(?:is|are|was|who|that)\b)"
    rf"|\b{_NOT}\s+(?:call|ring|phone|contact)\s+me(?:\s+(?:back|please|any\s*more|at\s+all|after\s+all"
    r"|again))*\s*(?:[.!]|$)"
    r"|\b(?:i|we)\s+(?:really\s+)?(?:need|want)\s+no\s+(?:advis[eo]rs?|person|human|people|calls?|doctor)\b"
    r"|\b(?:nobody|no\s*one)\s+(?:should|needs?\s+to|has\s+to|must|shall|is\s+to)\s+(?:call|ring|phone"
    r"|contact|write|come|be\s+"
    r"(?:called|bothered|contacted|disturbed))\b(?:\s+(?:me|us|back))*"
    r"|(?:^|[,.;!]\s*|\bplease\s+|\band\s+|\bso\s+)no\s+(?:phone\s+|more\s+)?calls?(?:\s+(?:to"
    r"|from)\s+(?:anyone|anybody|me|your\s+\w+|"
    r"advisors?))?(?:\s+please)?\s*(?:[,.!?]|\bright\b|\bok\b|$)"
    r"|\b(?:take|remove|get)\s+(?:me|my\s+name|us)\s+(?:off|out\s+of|from)\s+(?:the\s+|your\s+"
    r"|that\s+)?(?:list|queue|line)\b"
    r"|\b(?:cancel|scrap|withdraw|drop|call\s+off|take\s+back|undo|forget)\s+(?:about\s+)?(?:the|that|my|your"
    r"|this)\s+(?:\w+\s+){0,2}?"
    r"(?:advis[eo]rs?|person|hand-?over|human|call-?backs?|phone\s+call|call|request\s+for\s+(?:a"
    r"|the)\s+(?:person|human|advisor))\b"
    r"|\bi\s+(?:can|could|will|['’]?ll)\s+(?:do|manage|go\s+on)\s+without\s+(?:an?\s+|your\s+|the\s+"
    r"|any\s+)?(?:advisors?|person|human)\b",
    re.I,
)
"""A person or a call that is called off, whether or not one was asked for."""
_SHY = re.compile(
    r"\b(?:want|wish|like|mean)\s+to\s+(?!talk|speak|chat|be\s+(?:called|contacted|connected|phoned|rung)"
    r"|have|get|wait|use|deal|involve|call)\w+",
    re.I,
)
"""Who does not want to bother or to see anybody says how they feel, and calls nobody off."""
_LETS_BE = re.compile(
    r"^(?:(?:ok(?:ay)?|oh|no|well|then|please|actually|sorry|hm+|ah|just)\b[\s,.!]*)*"
    r"(?:(?:cancel|forget|scrap|drop|stop|undo|leave)\s+(?:it|that|this)|never\s*mind|nvm|cancel|"
    r"(?:i(?:['’]ve|\s+have)?\s+)?changed\s+my\s+mind|(?:it['’]?s\s+)?no\s+longer\s+needed"
    r"|not\s+needed\s+(?:any\s*more|after\s+all))"
    r"(?:\s+(?:then|please|again|after\s+all|now|thanks?|thank\s+you))*[\s.!]*$",
    re.I,
)
"""Takes back what was just arranged, whatever it was."""
_SURE = re.compile(
    r"\b(?:nobody|no\s*one)\b.{0,25}\b(?:call|contact|ring|phone|write|come|coming|going\s+to|gonna|called"
    r"|contacted)\w*\b.{0,30}\b(?:right|"
    r"correct|yes|true|ok(?:ay)?|sure)\b\s*\?*$"
    r"|\b(?:took|taken|take|removed?)\s+(?:me|us|my\s+name)\s+(?:off|out\s+of|from)\b"
    r"|\b(?:is|was|has)\s+(?:it|that|this|the\s+(?:call|request))\s+(?:really\s+"
    r"|now\s+)?(?:been\s+)?(?:cancel\w+|off|withdrawn|gone|stopped)\b"
    r"|\b(?:did|have)\s+you\s+(?:really\s+)?cancel\w*\b"
    r"|\b(?:is|are|will)\s+(?:any(?:body|one)|some(?:body|one)|they)\s+(?:still\s+"
    r"|really\s+)?(?:going\s+to\s+|gonna\s+)?"
    r"(?:call|contact|ring|phone|calling|contacting|coming)\b",
    re.I,
)
"""Makes sure that it was called off."""
_OTHER_WAY = re.compile(
    r"\b(?:e-?mail|text|write|message|sms|instead|but\s+(?:do|please|you)|before|after\s+\d|until|at\s+\d)\b|@",
    re.I,
)
"""A call is not wished for, but a word by another way or at another time is."""
_BESIDE = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|oh|ah|hm+|well|no|nope|yes|please|thanks?|thank\s+you|sorry|then|anyway"
    r"|right|correct|really|just|"
    r"lol|haha)\b[\s,.!?]*)*"
    r"(?:is\s+(?:any|some)(?:body|one)\s+(?:there|here|around|online)"
    r"|leave\s+(?:them|your\s+\w+|everybody|people)\s+(?:alone|out(?:\s+of\s+(?:it|this))?)"
    r"|(?:i\s+)?(?:have\s+)?changed\s+my\s+mind"
    r"|(?:oh\s+)?(?:there\s+is\s+)?(?:nobody|no\s*one)(?:\s+is)?\s+(?:there|here|around|online)"
    r"|i\s+(?:already\s+)?(?:said|told\s+you|say)"
    r"(?:\s+(?:that|so|no|it))*|(?:i\s+)?just\s+(?:want\s+to\s+be\s+sure|checking|to\s+be\s+sure)|yes\s+or\s+no|"
    r"you\s+(?:said|say|told\s+me|wrote|already|have|just)\b.{0,40}\b(?:advisors?|person|some(?:body|one)"
    r"|any(?:body|one)|called?))?[\s,.!?]*$",
    re.I,
)
"""What stands beside a refusal and asks nothing."""
_FILLER = frozenset(
    "please ok okay for me us then thanks thank you now lol and but so at all with this that it again i said "
    "no yes".split()
)


def heard(message: Asked, said: list[str]) -> Heard | None:
    """What is said to who wants no person, and what they ask besides; None for any other message.

    In: `said` are the marks of what was said before.
    """
    text = message.text
    expected = message.waiting or "callback" in message.left
    if (
        message.intent == "cancel"
        and not message.waiting
        and MARK not in said
        and voice.without_refusal(text) is None
    ):
        return None  # "do not contact me" withdraws what was sent
    rest = _rest(text)
    just_arranged = message.waiting and (message.last.get("kind") == "handoff" or message.interrupted)
    if rest is None and just_arranged and _LETS_BE.match(text):
        rest = ""
    makes_sure = MARK in said and _SURE.search(text) is not None
    if rest is None and not makes_sure:
        return None
    if rest is None:
        rest = ""
    if expected:
        parts = [words.CALLED_OFF]
        if "callback" in message.left:
            parts.append(words.CALL_BACK_OFF)
    elif MARK in said:
        parts = [words.NOBODY_WILL]
    else:
        parts = [words.NO_PERSON_BESIDE if rest else words.NO_PERSON]
    buttons: tuple[str, ...] = ()
    if "enquiry" in message.left and not rest:
        parts.append(words.ENQUIRY_STAYS)
        buttons = (enquiry_words.WITHDRAW,)
    return Heard(" ".join(parts), said=MARK, rest=rest, quick_replies=buttons, calls_off=True)


def _rest(text: str) -> str | None:
    """What a message says that refuses a person or a call, without the refusal; None where it refuses none."""
    left = None if _SHY.search(text) else voice.without_refusal(text)
    if left is None:
        found = _CALLS_OFF.search(text)
        if found is None or _OTHER_WAY.search(text):
            return None
        left = f"{text[: found.start()].strip(' ,')} {text[found.end() :].strip()}".strip()
    kept = [
        each
        for each in _clauses(left)
        if not (_BESIDE.match(each) or _LETS_BE.match(each) or _CALLS_OFF.search(each))
    ]
    rest = " ".join(kept).strip(" ,")
    own = [each for each in re.findall(r"[\w'’-]+", rest.lower()) if each not in _FILLER]
    return rest if len(rest.split()) >= FEWEST_WORDS and len(own) > 1 else ""


def _clauses(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"(?<=[.!?;,])\s+", text) if each.strip()]
