"""What a message does within an enquiry, other than give a detail: cancel, ask why, refuse, agree, correct."""

from __future__ import annotations

import re

from actions import enquiry_words as words

MOST_WORDS = 9
_POLITE = (
    r"(?:(?:please|ok|okay|oh|sorry|no|well|actually|thanks|thank you|just|hm+|i think|"
    r"let['’]?s|let us|can we|can you|could you|i want to|i['’]?d like to|i would like "
    r"to)\b[\s,.!]*)*"
)
_CANCEL = re.compile(
    rf"^{_POLITE}(?:cancel|stop|abort|quit|exit|end|drop|never\s*mind|nvm|forget\s+(?:it|"
    rf"about\s+it|that|this|everything)|leave\s+it|scrap|delete|discard|"
    r"changed\s+my\s+mind|i(?:['’]?ve| have)?\s+changed\s+my\s+mind|(?:i\s+)?(?:do\s+not|"
    r"don['’]?t)\s+(?:want\s+(?:this|that|it|to)|need\s+(?:this|it))|"
    r"not\s+interested|no\s+longer\s+(?:interested|needed)|lass\s+es|"
    r"basta)\b(?P<rest>[\w\s'’-]{0,50})[\s.!]*$",
    re.I,
)
_CANCEL_REST = re.compile(
    r"^\s*(?:it|this|that|the|my|enquiry|inquiry|request|form|now|here|please|everything|"
    r"thanks?|thank|you|all|data|details|"
    r"continue|go|on|any|more|anymore|asking|questions|about|do|be|contacted|want|need|whole|"
    r"thing|then|for|i|a|price|quote|to|me|so|after|actually|first|sorry|pls|lot|of)*"
    r"(?:\s+(?:it|this|that|the|my|enquiry|inquiry|request|form|now|here|please|everything|"
    r"thanks?|thank|you|all|data|details|"
    r"continue|go|on|any|more|anymore|asking|questions|about|do|be|contacted|want|need|whole|"
    r"thing|then|for|i|a|price|quote|to|me|so|after|actually|first|sorry|pls|lot|of))*\s*$",
    re.I,
)
_WHY = re.compile(r"\b(?:why|what for|what(?:['’]?s| is) (?:that|this|it) for|what do you need)\b", re.I)
_WHY_OF_US = re.compile(
    r"\b(?:you|need|ask|want|know|have to|must|necessary|that|this|my|data|details|for|country|name|e-?mail|"
    r"phone|number|address|illness|important|relevant)\b",
    re.I,
)
_PRIVACY = re.compile(
    r"\bwhat (?:happens|will happen|do you do|will you do) (?:to|with) (?:my|the|this|that|it)\b"
    r"|\bwho (?:sees|gets|reads|will (?:see|get|read)|can (?:see|read)|has access)\b|\bwhere "
    r"does (?:it|this|that) go\b"
    r"|\b(?:is|are) (?:it|this|that|my (?:data|details|e-?mail|number)) (?:safe with you|safe "
    r"here|confidential|private|secure|kept secret)\b"
    r"|\b(?:must|do|should) i (?:have to |need to |really )*(?:give|tell|write|provide|share|leave|say)\b"
    r"|\bis (?:it|that|this) (?:really )?(?:necessary|required|mandatory|needed|obligatory)\b"
    r"|\b(?:privacy|gdpr|data protection|spam)\b",
    re.I,
)
_REFUSE = re.compile(
    r"^(?:(?:sorry|no|hm+|well|please|can we|can i|let['’]?s|i['’]?d|i would|i|rather|just|to|ok)\b[\s,.!]*)*"
    r"(?:skip|pass|next(?: question)?|prefer\s+not|rather\s+not|not\s+(?:tell|say|give|shar|"
    r"want|comfortable|necessary|important|saying|telling|giving|sharing|now|relevant)\w*|"
    r"(?:do\s+not|don['’]?t|won['’]?t|will\s+not|can['’]?t|cannot)\s+(?:want|wish|like|tell|"
    r"say|give|share|have|know|need)\w*|"
    r"(?:that['’]?s|this\s+is|that\s+is|it['’]?s)\s+(?:keep\s+(?:it|that|"
    r"this)\s+(?:to\s+myself|private)|private|none\s+of\s+your\s+business|"
    r"not\s+your\s+business|personal|secret)|private|none\s+of\s+your\s+business|"
    r"no\s+(?:name|country|phone|email|e-mail|answer|comment|preference)|nothing|anonymous|"
    r"remain\s+anonymous|stay\s+anonymous|leave\s+(?:it|that|this)\s+(?:out|blank|empty)|nope|"
    r"no|nah|-+|n/?a|none)\b",
    re.I,
)
_DETAIL_WORDS = (
    ("email", r"e-?mail|mail|address"),
    ("phone", r"phone|telephone|mobile|cell|number|tel"),
    ("name", r"name"),
    ("country", r"country|where i live"),
    ("time", r"time|when|hours?|day"),
    ("about", r"about|subject|illness|disease|diagnosis|text|description|what it is"),
    ("contact", r"contact"),
)
_CHANGE = re.compile(
    r"\b(?:change|correct|fix|edit|update|modify|amend|redo|replace|re-?enter|wrong|incorrect|"
    r"mistake|typo|misspelt|misspelled|not right|not correct|different)\b",
    re.I,
)
_REMOVE = re.compile(
    r"\b(?:remove|delete|erase|strike|cross out|get rid of|leave out|take out|cut out|drop)\b"
    r"|\b(?:take|leave|cut|cross|get)\s+(?:\w+\s+){1,4}(?:out|off|away)\b",
    re.I,
)
_QUOTE = re.compile(r"(?<!\w)['‘’“”\"]([^“”\"]{3,120}?)['‘’“”\"](?!\w)")
_AGREEING = frozenset(
    "yes yep yeah yup ya y ok okay okey sure certainly definitely absolutely agreed agree "
    "consent accept confirm confirmed "
    "correct right good great perfect fine send go si sí ja oui da tak 👍 ✅".split()
)
_BESIDE_YES = frozenset(
    "please do it that this is are s all the everything i we you can may with me an a "
    "advisor off on and now ahead so to "
    "sounds looks look very well course of thanks thank contact them they for as be details "
    "data want would like let them just then".split()
)
MOST_WORDS_OF_YES = 10
_NO = re.compile(
    r"^(?:(?:hm+|um+|well|oh|sorry|ah)\b[\s,.!]*)*(?:no|nope|nah|n|not yet|don['’]?t(?: "
    r"send)?|do not(?: send)?|wait|i (?:do not|"
    r"don['’]?t) (?:agree|consent|want)|rather not|not now|👎)\b",
    re.I,
)
_ASKS = re.compile(
    r"^(?:(?:ok|okay|but|and|so|well|hi|hello|sorry|first|before that|wait|one question|quick "
    r"question|a question|actually|anyway|hey|oh|yes|no|btw|by the way|please|pls|one more thing|"
    r"um+|hm+|also)\b[\s,:.!-]*)*"
    r"(?:(?:what|how|who|when|where|why|which|explain)\b\s*\S+|(?:is|are|can|could|does|do|"
    r"did|will|would|should|may|has|"
    r"have|am|was|tell me,?)\s+\S+\s+\S+)",
    re.I,
)


_MONEY = re.compile(
    r"\b(?:prices?|priced|costs?|quot(?:e|ation)s?|estimate|how much|charges?|fees?|money|pay(?:ment)?s?|afford|"
    r"cheap\w*|expensive|instal\w+)\b",
    re.I,
)
_SENDS = re.compile(
    rf"^{_POLITE}(?:(?:and|but|so|then|now|yes|fine|go ahead(?: and)?)\b[\s,]*)*(?:you (?:can|may)\s+)?(?:send|submit)"
    r"(?:\s+(?:it|this|that|them|everything|all|off|on|in|the|my|enquiry|inquiry|request|form|details|already|now|then|"
    r"please|pls|anyway|to|an|advisor|like|as|is|for me|finally))*[\s.!?]*$",
    re.I,
)


def cancels(text: str) -> bool:
    """ "Cancel", "never mind", "stop": and not "should I stop my tablets"."""
    if text.strip() == words.CANCEL:
        return True
    found = _CANCEL.match(text.strip())
    return bool(found and "?" not in text and _CANCEL_REST.match(found.group("rest")))


def asks_why(text: str) -> bool:
    """ "Why do you need that?", "who sees this?"."""
    plain = text.strip(" ?!.").lower()
    if text.strip() == words.WHY or plain in ("why", "why not", "what for", "warum"):
        return True
    why = _WHY.search(text) is not None and _WHY_OF_US.search(text) is not None
    return len(text.split()) <= 2 * MOST_WORDS and (why or asks_about_privacy(text))


def asks_about_privacy(text: str) -> bool:
    """Of the questions why, those about what happens with the details."""
    return _PRIVACY.search(text) is not None


def wants_a_person(text: str) -> bool:
    """An explicit wish to talk to somebody, or to be connected."""
    return (
        re.search(r"\b(?:talk|speak|chat|connect|human|real person|advisor|agent|operator)\b", text, re.I)
        is not None
    )


def wants_contact(text: str) -> bool:
    """A wish to be written to or called later, which an enquiry serves."""
    if re.search(r"\b(?:talk|speak|chat|connect|now|right away|immediately)\b", text, re.I):
        return False
    return (
        re.search(r"\b(?:contact|call|write|e-?mail|ring|phone|get in touch|reach)\b", text, re.I) is not None
    )


def asks_for_price(text: str) -> bool:
    """Whether a text speaks of money."""
    return _MONEY.search(text) is not None


def wants_sent(text: str) -> bool:
    """ "Just send it then", "is it right now? then send": what waits shall go on to its summary."""
    return any(_SENDS.match(each.strip()) for each in sentences(text))


def refuses(text: str) -> bool:
    """ "I'd rather not say", "skip"."""
    return len(text.split()) <= 2 * MOST_WORDS and "?" not in text and _REFUSE.match(text.strip()) is not None


def to_change(text: str) -> str | None:
    """The detail that shall be changed: a step, `email` or `phone`; empty where it is not said which."""
    if not _CHANGE.search(text) or len(text.split()) > 2 * MOST_WORDS:
        return None
    return next((name for name, pattern in _DETAIL_WORDS if re.search(rf"\b(?:{pattern})\b", text, re.I)), "")


def to_remove(text: str) -> tuple[str, str, str] | None:
    """What shall be left out: the detail (empty where it is not said which), the words that are quoted of it, and
    what else the message says."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n+", text)
    for place, sentence in enumerate(sentences):
        if not _REMOVE.search(sentence):
            continue
        quote = _QUOTE.search(sentence)
        plain = sentence.replace(quote.group(), " ") if quote else sentence
        detail = next(
            (name for name, words_ in _DETAIL_WORDS if re.search(rf"\b(?:{words_})\b", plain, re.I)), ""
        )
        return detail, quote.group(1) if quote else "", " ".join(sentences[:place] + sentences[place + 1 :])
    return None


def named(text: str) -> str | None:
    """The detail that a short message names ("the phone number")."""
    if len(text.split()) > 4:
        return None
    return next(
        (name for name, pattern in _DETAIL_WORDS if re.search(rf"\b(?:{pattern})\b", text, re.I)), None
    )


def agrees(text: str) -> bool:
    """An explicit yes, and nothing beside it."""
    if "?" in text:
        return False
    words_ = re.findall(r"[^\W\d_]+|[👍✅]", text.lower())
    return (
        0 < len(words_) <= MOST_WORDS_OF_YES
        and bool(_AGREEING & set(words_))
        and set(words_) <= _AGREEING | _BESIDE_YES
    )


def disagrees(text: str) -> bool:
    """An explicit no."""
    return _NO.match(text.strip()) is not None


def asks(text: str) -> bool:
    """Whether it is a question of its own."""
    plain = text.strip()
    return plain.endswith("?") or _ASKS.match(plain) is not None


def sentences(text: str) -> list[str]:
    """The sentences of a message; a dot within an address or a number ends none."""
    found = re.split(r"(?<=[?!])\s+|(?<=[\w)])\.\s+|\n+|;\s+", text.strip())
    return [each.strip() for each in found if each.strip()]


def apart(text: str) -> tuple[str, str]:
    """What a message tells, and what it asks: "my mail is a@b.example. How long does it take?"."""
    each_of = sentences(text)
    asked = [each for each in each_of if asks(each)]
    told = [each for each in each_of if each not in asked]
    return ". ".join(told), " ".join(asked)
