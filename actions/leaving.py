"""Contact details that are typed outside the enquiry form, and questions about what became of them.

While the patient waits for a person, or has left a way to be called back already, an address or a number is noted
for the call-back. Otherwise one that is written with the wish to be contacted begins the enquiry form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from actions import details, enquiry_edits, enquiry_reading, enquiry_words, names, standing
from actions.asked import Asked
from actions.standing import CONTACTING, FEW_WORDS, SOMEBODY, WAY, Deed
from knowledge.model import Reply

SHORTEST_QUESTION = 3
"""In words; "huh?" is not searched for beside an address."""

_WISH = re.compile(
    rf"\b(?:quot(?:e|ation)s?|offer|estimate|enquiry|inquiry|price|costs?|call-?back|appointment|consultation)\b"
    rf"|\bhow much\b|\bget (?:back to|in touch)\b|\bgive (?:me|us|him|her) a (?:call|ring)\b"
    rf"|\b{CONTACTING}(?: to)?\s+(?:me|us|him|her|my|our|back)\b"
    rf"|\b{SOMEBODY}\b.{{0,25}}\b{CONTACTING}\b"
    rf"|\b(?:please|instead|kindly)\b.{{0,25}}\b{CONTACTING}\b|\b{CONTACTING}\b.{{0,25}}\b(?:please|instead)\b"
    rf"|\b(?:my|our|his|her)\s+(?:[\w'’]+\s+)?{WAY}\b",
    re.I,
)
_WISH_FOR_CONTACT = re.compile(
    rf"\b(?:can|could|would|may|might|please|want|like|need|have|let)\b.{{0,30}}\b{CONTACTING}\b"
    rf"|\b{CONTACTING}\s+(?:me|us)\b|\bget (?:back to|in touch with) (?:me|us)\b|\b(?:quote|call-?back)\b",
    re.I,
)
_WISH_FOR_PRICE = re.compile(
    r"\b(?:want|need|like|get|give|send|ask for|tell me)\b.{0,25}\b(?:price|quote|quotation|offer|estimate|costs?)\b"
    r"|^\W*(?:price|quote|offer)\s+(?:please|pls)\b",
    re.I,
)
_OFFERS_WAY = re.compile(
    rf"\b(?:can|could|may|shall|should|let)\s+(?:i|me|we)\s+(?:just\s+)?(?:send|give|leave|write|text)\s+(?:you\s+|u\s+)?"
    rf"(?:my|our|a)\s+"
    rf"(?:\w+\s+)?{WAY}\b",
    re.I,
)
_IN_TOUCH = re.compile(r"\bput (?:me|us) (?:in touch|through)\b", re.I)
_NO_WISH = re.compile(
    rf"\b(?:do not|don['’]?t|never|not to|nobody should|no one should|stop)\s+(?:\w+\s+)?(?:{CONTACTING}|calling|"
    r"writing|contacting)\b",
    re.I,
)
_REPORTS = re.compile(
    r"\b(?:wrote|written|called|rang|tried|got|received|found|saw|scam|spam|fake|website|belongs?)\b", re.I
)
_AMOUNT = re.compile(
    r"\d\s*(?:cells?|mg|ml|g|kg|units?|people|patients|copies|euros?|dollars?|pounds?|usd|eur|[€$£%])(?!\w)"
    r"|[€$£]\s*\d|^(?:19|20)\d\d\s*[-/]\s*(?:19|20)\d\d$",
    re.I,
)
_DIGITS = re.compile(r"[+(]?\d[\d\s().\-/]{2,}")
_WONDERS = re.compile(
    r"[,;.]?\s*(?:\b(?:and|but)\s+)?\b((?:i(?:['’]?d| would) (?:like|love|want) to know|i (?:want|need) to know|"
    r"i(?:['’]?m| am) wondering|i wonder|(?:please )?tell me)\b.+)",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a message says about how to reach the patient.

    `values` are details, and `tried` ways that cannot be right; both are empty where the patient does not mean to
    give any. `notes`: they go to the call-back; `begins`: they begin an enquiry. `held` says whether an address
    or a number is in the message at all. `question` is what is asked beside it, `standing` whether it asks what
    became of an enquiry or a call-back, `deed` what shall be done with it.
    """

    values: dict[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    notes: bool = False
    begins: bool = False
    held: bool = False
    question: str = ""
    standing: bool = False
    deed: Deed | None = None

    @property
    def concerns(self) -> bool:
        """Whether the message is about being contacted at all."""
        return bool(self.held or self.notes or self.begins or self.standing or self.tried or self.deed)


def read(message: Asked) -> Written:
    """What a message that comes while no form is under way says about how to reach the patient."""
    text = message.text
    if wanted := standing.deed(message):
        return Written(values=_details(text).values, held=details.read(text).ways, deed=wanted)
    told, question = _apart(text)
    found = _details(text)
    asked = [
        each
        for each in re.split(r"(?<=[?!])\s+|\s+and\s+(?=(?i:(?:can|could|may|shall|should)\s+i\b))", question)
        if each
    ]
    beside = " ".join(each for each in asked if not standing.asks(each, message) and not _is_wish(each))
    of_standing = any(standing.asks(each, message) for each in (*asked, told))
    waits = message.waiting or "callback" in message.left
    meant = found.ways and _meant(text, told, found, waits=waits)
    wished = _WISH_FOR_CONTACT.search(text) or _WISH_FOR_PRICE.search(text)
    named = "name" in found.values and wished is not None
    offers = _OFFERS_WAY.search(text) is not None and enquiry_reading.asks_for_price(text) and not waits
    named = named and not enquiry_reading.wants_a_person(text) and not _NO_WISH.search(text)
    tried = _tried(told, waits=waits) if not found.ways else ()
    if details.read(beside).ways:  # neither searched for nor kept
        clauses = [each for each in re.split(r"[,;]\s*", beside) if enquiry_reading.asks(each)]
        beside = " ".join(each for each in clauses if not details.read(each).ways and not _is_wish(each))
    if len(beside.split()) < SHORTEST_QUESTION:
        beside = ""
    return Written(
        values=found.values if meant or named else {},
        tried=tried,
        notes=meant and waits,
        begins=not waits and (meant or offers or (named and not found.ways)),
        held=found.ways,
        question=beside,
        standing=of_standing and not meant,
    )


def noted(written: Written, message: Asked) -> tuple[Reply, dict[str, str]]:
    """What is said to an address or a number for the call-back, and what an advisor gets."""
    ways = {kind: written.values[kind] for kind in ("email", "phone") if kind in written.values}
    before = set(message.left.get("callback", ()))
    text = enquiry_words.CALLBACK_NOTED
    if before:
        replaces = before & set(ways)
        text = enquiry_words.CALLBACK_CHANGED if replaces else enquiry_words.CALLBACK_ADDED
    about = written.values.get("about", "")
    how = enquiry_words.HOW.get(enquiry_edits.read(message.text, {}).how, "")
    time = written.values.get("time", "")
    wish = {
        "name": names.tidied(written.values.get("name", "")),
        "contact": ", ".join(ways.values()),
        "country": written.values.get("country", ""),
        "about": written.question or ("" if standing.asks(about, message) else about),
        "best_time": "; ".join(each for each in (time, how) if each),
    }
    what = " and ".join(ways.values())
    beside = [wish[each] for each in ("name", "country", "best_time") if wish[each]]
    beside += [wish["about"]] if wish["about"] and not written.question else []
    if beside:
        what = f"{what} ({'; '.join(beside)})"
    reply = Reply(
        kind="smalltalk",
        text=f"{text.format(what=what)} {enquiry_words.CALLBACK_CONSENT}",
        quick_replies=(enquiry_words.WITHDRAW_WORD,),
    )
    return reply, wish


def _apart(text: str) -> tuple[str, str]:
    """What is told and what is asked; "my mail is a@b.example, I'd like to know …" asks, too."""
    told, question = enquiry_reading.apart(text)
    if wonders := _WONDERS.search(told):
        told, question = told[: wonders.start()], f"{wonders.group(1)} {question}".strip()
    return told, question


def _details(text: str) -> details.Found:
    """The details of a message; a number that is an amount or a year is none. A name may stand bare beside a way."""
    found = details.read(text)
    number = found.values.get("phone", "")
    if number and number[0] not in "+0(" and (_AMOUNT.search(text) or _AMOUNT.search(number)):
        found = details.Found({name: value for name, value in found.values.items() if name != "phone"})
    if found.ways and "name" not in found.values:
        if beside := names.beside(text, found.values.get("phone") or found.values["email"]):
            rest = details.read(text.replace(beside, " ", 1))
            return details.Found({**rest.values, "name": names.tidied(beside)}, rest.wrong)
        bare = details.read(text, "name")
        if bare.values.get("name", "")[:1].isupper() and bare.ways:
            return details.Found({**bare.values, **found.values, "name": bare.values["name"]}, found.wrong)
    return found


def _meant(text: str, told: str, found: details.Found, *, waits: bool) -> bool:
    """Whether an address or a number was written in order to be contacted there."""
    by_mail = "email" in found.values and enquiry_edits.read(text, {}).how == "email"
    if _NO_WISH.search(text) and not by_mail:
        return False
    if _WISH.search(text):
        return not (_REPORTS.search(text) and text.rstrip().endswith("?"))
    if not details.read(told).ways or _REPORTS.search(told):
        return False
    ways = [found.values[kind] for kind in ("email", "phone") if kind in found.values]
    left = told
    for way in ways:
        left = left.replace(way, " ")
    return waits or len(found.values) > 1 or len(left.split()) <= FEW_WORDS


def _is_wish(question: str) -> bool:
    """ "Can somebody call me?": nothing to be searched for."""
    return any(each.search(question) for each in (_WISH_FOR_CONTACT, _IN_TOUCH, _OFFERS_WAY))


def _tried(told: str, *, waits: bool) -> tuple[str, ...]:
    """The ways to be contacted on that somebody tried to give, and that are not complete."""
    if waits and _DIGITS.fullmatch(told.strip()):
        return ("phone",)
    return details.read(told).wrong if told and (waits or _WISH.search(told)) else ()
