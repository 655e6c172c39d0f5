"""Contact details that are typed outside the enquiry form, and questions about what became of them.

While the patient waits for a person, or has left a way to be called back already, an address or a number is noted
for the call-back. Otherwise one that is written with the wish to be contacted begins the enquiry form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from actions import details, enquiry_reading, enquiry_words, words
from actions.asked import Asked
from actions.enquiry import Enquiry
from knowledge.model import Reply

FEW_WORDS = 4
"""So many words beside an address or a number say nothing else."""
LONGEST_QUESTION = 25
SHORTEST_QUESTION = 3
"""In words; "huh?" is not searched for beside an address."""

_NOT = re.compile(r"\b(?:wo|did|has|have|was|were|do|does|is|are)n['’]?t\b|\bnot (?:pass|save|sen[dt])", re.I)
_CONTACTING = (
    r"(?<!my )(?<!your )(?<!the )"
    r"(?:call(?:ed|s)?|ring|phoned?|contact(?:ed)?|reach(?:ed)?|writes?|e-?mail(?:ed)?|text)"
)
_SOMEBODY = (
    r"(?:some(?:body|one)|any(?:body|one)|nobody|no one|an? (?:advisor|person|doctor|colleague)|your? "
    r"(?:team|people|advisors?)|advisors?|they|you|he|she)"
)
_WAY = r"(?:e-?mails?|mails?|mail address|number|phone(?: number)?|mobile|telephone|tel|whats?app|address)"
_WISH = re.compile(
    rf"\b(?:quot(?:e|ation)s?|offer|estimate|enquiry|inquiry|price|costs?|call-?back|appointment|consultation)\b"
    rf"|\bhow much\b|\bget (?:back to|in touch)\b|\bgive (?:me|us|him|her) a (?:call|ring)\b"
    rf"|\b{_CONTACTING}(?: to)?\s+(?:me|us|him|her|my|our|back)\b"
    rf"|\b{_SOMEBODY}\b.{{0,25}}\b{_CONTACTING}\b"
    rf"|\b(?:please|instead|kindly)\b.{{0,25}}\b{_CONTACTING}\b|\b{_CONTACTING}\b.{{0,25}}\b(?:please|instead)\b"
    rf"|\b(?:my|our|his|her)\s+(?:[\w'’]+\s+)?{_WAY}\b",
    re.I,
)
_WISH_FOR_CONTACT = re.compile(
    rf"\b(?:can|could|would|may|might|please|want|like|need|have|let)\b.{{0,30}}\b{_CONTACTING}\b"
    rf"|\b{_CONTACTING}\s+(?:me|us)\b|\bget (?:back to|in touch with) (?:me|us)\b|\b(?:quote|call-?back)\b",
    re.I,
)
_NO_WISH = re.compile(
    rf"\b(?:do not|don['’]?t|never|not to|nobody should|no one should|stop)\s+(?:\w+\s+)?(?:{_CONTACTING}|calling|"
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
_WITHDRAWS = re.compile(
    rf"^\W*(?:please\s+)?withdraw(?:\s+(?:it|that|this|(?:my|the)\s+(?:{_WAY}|details|call-?back|enquiry|request)))?"
    r"(?:\s+please)?\W*$",
    re.I,
)

_WHAT_IS_LEFT = (
    rf"(?:{_WAY}|(?:contact )?details|enquiry|inquiry|request for a (?:price|quote)|call-?back|form)"
)
_SAVED = re.compile(
    rf"\b(?:did|have|has|had|was|were|is|are|does|do|will|won['’]?t|didn['’]?t|haven['’]?t|hasn['’]?t|wasn['’]?t)\b"
    rf".{{0,30}}\b(?:saved?|noted?|wr(?:ote|ite|itten)|kept|stored?|recorded|g[eo]t|received?|have|has|pass(?:ed)?|"
    rf"sen[dt]|taken?|took|go(?:ne)?|arrived?|submitted|forwarded)\b.{{0,25}}\bmy\s+(?:\w+\s+)?{_WHAT_IS_LEFT}\b"
    rf"|\b(?:was|is|has|were|wasn['’]?t|hasn['’]?t)\s+(?:my|the)\s+(?:\w+\s+)?{_WHAT_IS_LEFT}\b.{{0,25}}\b(?:saved|"
    r"noted|kept|stored|recorded|sent|received|passed|submitted|forwarded|arrived?|through|there)\b"
    r"|\bdid\s+(?:my|the)\s+(?:\w+\s+)?(?:enquiry|inquiry|request|form|details|number|e-?mail)\s+(?:go|get|arrive|"
    r"reach)\b"
    r"|\b(?:did|has|have)\s+(?:it|that|this|they|everything)\s+(?:really\s+|all\s+)?(?:go(?:ne)?|got?|come)\s+through\b"
    r"|\b(?:was|is|has|wasn['’]?t)\s+(?:it|that|everything)\s+(?:\w+\s+)?(?:been\s+)?sent\b"
    rf"|\b(?:has|have|had|got)\s+my\s+(?:\w+\s+)?{_WAY}\b",
    re.I,
)
_WILL = re.compile(
    rf"\b(?:will|is|are|won['’]?t)\s+{_SOMEBODY}\b.{{0,25}}\b(?:{_CONTACTING}|calling|writing|contacting|"
    r"get(?:ting)? back)\b.{0,15}\b(?:me|us|back|or not)\b",
    re.I,
)
_WILL_ANSWER = re.compile(
    rf"\b(?:will|is|are|won['’]?t)\s+{_SOMEBODY}\b.{{0,25}}\b(?:answer|reply|come)(?:ing)?\b", re.I
)
_WHEN = re.compile(
    rf"\b(?:when|how (?:soon|long|fast|quickly|many (?:days|hours)))\b.{{0,40}}\b(?:{_SOMEBODY}|i|we)\b.{{0,20}}\b"
    rf"(?:{_CONTACTING}|answers?|reply|replies|get back|hear)\b"
    rf"|\b(?:can|could|will)\s+(?:they|he|she|you)\s+{_CONTACTING}\b.{{0,20}}\b(?:before|today|tomorrow|on|by|this)\b",
    re.I,
)
_NEED_NOT = re.compile(
    rf"\b(?:do i\s+(?:really\s+)?(?:have|need) to|(?:must|should) i(?:\s+really)?)\s+(?:leave|give|write|tell|share)\b"
    rf"|\b(?:rather not|prefer not|don['’]?t want to|do not want to)\b.{{0,25}}\b{_WAY}\b",
    re.I,
)
_MAY_LEAVE = re.compile(
    rf"\bi\s+(?:can\s+|may\s+|could\s+|should\s+)?(?:leave|left|give|gave|send|write)\b.{{0,25}}\b{_WAY}\b.*\?"
    rf"|\byou (?:said|told|asked|wrote)\b.{{0,40}}\b{_WAY}\b",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a message says about how to reach the patient.

    `values` are details, and `tried` ways that cannot be right; both are empty where the patient does not mean to
    give any. `notes`: they go to the call-back; `begins`: they begin an enquiry. `held` says whether an address
    or a number is in the message at all. `question` is what is asked beside it, `standing` whether it asks what
    became of an enquiry or a call-back.
    """

    values: dict[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    notes: bool = False
    begins: bool = False
    held: bool = False
    question: str = ""
    standing: bool = False

    @property
    def concerns(self) -> bool:
        """Whether the message is about being contacted at all."""
        return self.held or self.notes or self.begins or self.standing or bool(self.tried)


def read(message: Asked) -> Written:
    """What a message that comes while no form is under way says about how to reach the patient."""
    text = message.text
    told, question = _apart(text)
    found = _details(text)
    asked = [each for each in re.split(r"(?<=[?!])\s+", question) if each]
    beside = " ".join(each for each in asked if not _standing(each, message) and not _is_wish(each))
    standing = any(_standing(each, message) for each in (*asked, told))
    waits = message.waiting or "callback" in message.left
    meant = found.ways and _meant(text, told, found, waits=waits)
    named = "name" in found.values and _WISH_FOR_CONTACT.search(text) is not None
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
        begins=not waits and (meant or (named and not found.ways)),
        held=found.ways,
        question=beside,
        standing=standing and not meant,
    )


def withdraws(message: Asked) -> bool:
    """ "Withdraw", after a way to be called back was noted."""
    return bool(message.left) and _WITHDRAWS.match(message.text) is not None


def noted(written: Written, message: Asked) -> tuple[Reply, dict[str, str]]:
    """What is said to an address or a number for the call-back, and what an advisor gets."""
    ways = {kind: written.values[kind] for kind in ("email", "phone") if kind in written.values}
    before = set(message.left.get("callback", ()))
    text = enquiry_words.CALLBACK_NOTED
    if before:
        replaces = before & set(ways)
        text = enquiry_words.CALLBACK_CHANGED if replaces else enquiry_words.CALLBACK_ADDED
    what = _listed(ways.values())
    if name := written.values.get("name"):
        what = f"{what} ({name})"
    reply = Reply(
        kind="smalltalk",
        text=f"{text.format(what=what)} {enquiry_words.CALLBACK_CONSENT}",
        quick_replies=(enquiry_words.WITHDRAW_WORD,),
    )
    about = written.values.get("about", "")
    wish = {
        "name": written.values.get("name", ""),
        "contact": ", ".join(ways.values()),
        "country": written.values.get("country", ""),
        "about": written.question or ("" if _standing(about, message) else about),
        "best_time": written.values.get("time", ""),
    }
    return reply, wish


def standing(message: Asked) -> Reply:
    """How it stands with what the patient left, as far as it is known for sure."""
    text = message.text
    if not message.left:
        return _nothing_left(message)
    parts = [
        sentence.format(ways=_listed(enquiry_words.WAYS[way] for way in message.left[kind]))
        for kind, sentence in (
            ("enquiry", enquiry_words.ENQUIRY_IS_SENT),
            ("callback", enquiry_words.CALLBACK_IS_NOTED),
        )
        if message.left.get(kind)
    ]
    known = {way for ways in message.left.values() for way in ways}
    asked_for = {
        "email": re.search(r"\be-?mail|\bmail\b", text, re.I),
        "phone": re.search(r"\bphone|\bnumber\b|\bmobile\b", text, re.I),
    }
    missing = [enquiry_words.WAYS[way] for way, found in asked_for.items() if found and way not in known]
    if missing:
        parts.append(enquiry_words.NOT_AMONG_THEM.format(ways=_listed(missing)))
    elif _SAVED.search(text) and not _NOT.search(text):
        parts[0] = f"Yes. {parts[0]}"
    return Reply(kind="smalltalk", text=" ".join([*parts, enquiry_words.NO_TIME]))


def _nothing_left(message: Asked) -> Reply:
    if message.waiting:
        if _NEED_NOT.search(message.text):
            return Reply(kind="smalltalk", text=enquiry_words.NEED_NOT_LEAVE)
        timed = f"{enquiry_words.NO_TIME} " if _WHEN.search(message.text) else ""
        return Reply(kind="smalltalk", text=timed + enquiry_words.NOTHING_NOTED_YET)
    if Enquiry.of(message.slots).begun:
        go_on = (enquiry_words.GO_ON, enquiry_words.CANCEL)
        return Reply(kind="smalltalk", text=enquiry_words.ENQUIRY_NOT_SENT, quick_replies=go_on)
    offer = (enquiry_words.START, *words.OFFER)
    return Reply(kind="smalltalk", text=enquiry_words.NOTHING_IS_OPEN, quick_replies=offer)


def _standing(text: str, message: Asked) -> bool:
    """Whether a sentence asks what became of what was left, or whether it must be left."""
    if len(text.split()) > LONGEST_QUESTION:
        return False
    if _SAVED.search(text) or _WILL.search(text):
        return True
    if not message.waiting and not message.left:
        return False
    return any(pattern.search(text) for pattern in (_WHEN, _WILL_ANSWER, _NEED_NOT, _MAY_LEAVE))


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
        bare = details.read(text, "name")
        if bare.values.get("name", "")[:1].isupper() and bare.ways:
            return details.Found({**bare.values, **found.values, "name": bare.values["name"]}, found.wrong)
    return found


def _meant(text: str, told: str, found: details.Found, *, waits: bool) -> bool:
    """Whether an address or a number was written in order to be contacted there."""
    if _NO_WISH.search(text):
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
    return _WISH_FOR_CONTACT.search(question) is not None


def _tried(told: str, *, waits: bool) -> tuple[str, ...]:
    """The ways to be contacted on that somebody tried to give, and that are not complete."""
    if waits and _DIGITS.fullmatch(told.strip()):
        return ("phone",)
    return details.read(told).wrong if told and (waits or _WISH.search(told)) else ()


def _listed(each: Iterable[str]) -> str:
    return " and ".join(each)
