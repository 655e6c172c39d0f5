"""How it stands with what a patient left for advisors: sent, noted, withdrawn; and what they want done with it.

What is said here is true of what is kept: what waits for advisors comes with each message (`Asked.left`), and details
that are read back are put in by the web process, which alone has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

from actions import details, enquiry_reading, enquiry_words, words
from actions.asked import Asked
from actions.enquiry import Enquiry
from knowledge.model import Reply

LONGEST_QUESTION = 25
FEW_WORDS = 4
"""So many words beside an address or a number say nothing else."""

_NOT = re.compile(r"\b(?:wo|did|has|have|was|were|do|does|is|are)n['’]?t\b|\bnot (?:pass|save|sen[dt])", re.I)
CONTACTING = (
    r"(?<!my )(?<!your )(?<!the )"
    r"(?:call(?:ed|s)?|ring|phoned?|contact(?:ed)?|reach(?:ed)?|writes?|e-?mail(?:ed)?|text)"
)
SOMEBODY = (
    r"(?:some(?:body|one)|any(?:body|one)|nobody|no one|an? (?:advisor|person|doctor|colleague)|your? "
    r"(?:team|people|advisors?)|advisors?|they|you|he|she)"
)
WAY = r"(?:e-?mails?|mails?|mail address|number|phone(?: number)?|mobile|telephone|tel|whats?app|address)"
_WHAT_IS_LEFT = rf"(?:{WAY}|(?:contact )?details|enquiry|inquiry|requests?|complaint|call-?back|form)"
_SAVED = re.compile(
    rf"\b(?:did|have|has|had|was|were|is|are|does|do|will|won['’]?t|didn['’]?t|haven['’]?t|hasn['’]?t|wasn['’]?t)\b"
    rf".{{0,30}}\b(?:saved?|noted?|wr(?:ote|ite|itten)|kept|stored?|recorded|g[eo]t|received?|have|has|pass(?:ed)?|"
    rf"sen[dt]|taken?|took|go(?:ne)?|arrived?|submitted|forwarded)\b.{{0,25}}\bmy\s+(?:\w+\s+)?{_WHAT_IS_LEFT}\b"
    rf"|\b(?:was|is|has|were|wasn['’]?t|hasn['’]?t)\s+(?:my|the)\s+(?:\w+\s+)?{_WHAT_IS_LEFT}\b.{{0,25}}\b(?:saved|"
    r"noted|kept|stored|recorded|sent|received|passed|submitted|forwarded|arrived?|through|there|"
    r"with (?:them|you|the advisors?|an advisor|anybody|somebody))\b"
    r"|\bdid\s+(?:my|the)\s+(?:\w+\s+)?(?:enquiry|inquiry|request|form|details|number|e-?mail)\s+(?:go|get|arrive|"
    r"reach)\b"
    r"|\b(?:did|has|have)\s+(?:it|that|this|they|everything)\s+(?:really\s+|all\s+)?(?:go(?:ne)?|got?|come)\s+through\b"
    r"|\b(?:was|is|has|wasn['’]?t)\s+(?:it|that|everything)\s+(?:\w+\s+)?(?:been\s+)?sent\b"
    rf"|\b(?:has|have|had|got)\s+my\s+(?:\w+\s+)?{WAY}\b",
    re.I,
)
_WILL = re.compile(
    rf"\b(?:will|is|are|won['’]?t)\s+{SOMEBODY}\b.{{0,25}}\b(?:{CONTACTING}|calling|writing|contacting|"
    r"get(?:ting)? back)\b.{0,15}\b(?:me|us|back|or not)\b",
    re.I,
)
_WILL_ANSWER = re.compile(
    rf"\b(?:will|is|are|won['’]?t)\s+{SOMEBODY}\b.{{0,25}}\b(?:answer|reply|come)(?:ing)?\b", re.I
)
_WHEN = re.compile(
    rf"\b(?:when|how (?:soon|long|fast|quickly|many (?:days|hours)))\b.{{0,40}}\b(?:{SOMEBODY}|i|we)\b.{{0,20}}\b"
    rf"(?:{CONTACTING}|answers?|reply|replies|get back|hear)\b"
    rf"|\b(?:can|could|will)\s+(?:they|he|she|you)\s+{CONTACTING}\b.{{0,20}}\b(?:before|today|tomorrow|on|by|this)\b",
    re.I,
)
_NEED_NOT = re.compile(
    rf"\b(?:do i\s+(?:really\s+)?(?:have|need) to|(?:must|should) i(?:\s+really)?)\s+(?:leave|give|write|tell|share)\b"
    rf"|\b(?:rather not|prefer not|don['’]?t want to|do not want to)\b.{{0,25}}\b{WAY}\b",
    re.I,
)
_MAY_LEAVE = re.compile(
    rf"\bi\s+(?:can\s+|may\s+|could\s+|should\s+)?(?:leave|left|give|gave|send|write)\b.{{0,25}}\b{WAY}\b.*\?"
    rf"|\byou (?:said|told|asked|wrote)\b.{{0,40}}\b{WAY}\b",
    re.I | re.S,
)


_WITHDRAWS = re.compile(
    rf"^\W*(?:please\s+)?withdraw(?:\s+(?:it|that|this|(?:my|the)\s+(?:{WAY}|details|call-?back|enquiry|request)))?"
    r"(?:\s+please)?\W*$",
    re.I,
)

_TAKES_BACK = re.compile(
    rf"\b(?:cancel|withdraw|delete|remove|erase|take back|drop)\s+(?:it all|everything|(?:all (?:of )?)?(?:my|the)\s+"
    rf"(?:\w+\s+)?"
    rf"{_WHAT_IS_LEFT}|my data)\b|\btake\s+(?:it|that|this|my \w+)\s+back\b"
    r"|\b(?:do not|don['’]?t|no longer)\s+(?:want\s+(?:you\s+)?to\s+be\s+(?:called|contacted|written to)|"
    r"(?:call|contact|write to) me\s+(?:any ?more|after all)\b)",
    re.I,
)
_MAY_BE = re.compile(r"^\W*(?:\w+\s+){0,7}?(?:can|could|may|is it possible|how|what if|should|would)\b", re.I)
_PLEASE_DO = re.compile(r"\b(?:please|pls|(?:can|could|will|would) (?:you|u))\b", re.I)
_AGAIN = re.compile(
    rf"\b(?:(?:do\s+)?{CONTACTING}|noted?|take)\b.{{0,30}}\b(?:after all|anyway|again|still)\b"
    r"|\bsame (?:number|e-?mail|mail|address)\b"
    rf"|\bchanged my mind\b.{{0,30}}\b(?:do )?{CONTACTING}\b(?! me not)"
    r"|\b(?:take|put|have) it back up\b|\bi do want (?:it|the call|to be called)\b",
    re.I,
)
_CALL_ME = re.compile(rf"\b{CONTACTING}\s+(?:me|us)\b", re.I)
MOST_OF_A_WISH = 12
"""In words; a longer message with a number begins an enquiry of its own."""
_REFUSES = re.compile(r"\b(?:do not|don['’]?t|no longer|never|not to|stop|nobody)\b", re.I)
_GONE = re.compile(
    r"\b(?:is|are|was|were|has|have)\s+(?:it|that|this|everything|all of it|they)\s+(?:(?:really|all|now|truly|"
    r"completely|been|already)\s+)*(?:gone|withdrawn|cancell?ed|deleted|removed|taken back)\b(?!\s+(?:after|with|when|"
    r"from|by|in)\b)"
    rf"|\b(?:is|are|was|were|has|have)\s+(?:my|the)\s+(?:\w+\s+)?{_WHAT_IS_LEFT}\s+(?:\w+\s+){{0,4}}?(?:gone|withdrawn|"
    r"cancell?ed|deleted|removed|taken back)\b|\bdid you (?:really )?(?:withdraw|cancel|delete|remove)\b",
    re.I,
)
_STILL_WRITES = re.compile(
    r"\b(?:will|does|nobody|no one)\b.{0,20}\b(?:nobody|no one|anybody|anyone|somebody|they|will)\b.{0,20}"
    r"\b(?:call|write|contact)\b",
    re.I,
)
_NOTED = re.compile(
    r"\bwhat\s+(?:exactly\s+)?(?:did|have|do|has)\s+(?:you|u|they)\s+(?:\w+\s+)?(?:note|noted|write|written|wrote|save|saved|"
    r"have|got|get|keep|put|take|taken)\b"
    r"(?:\s+(?:exactly|down|now|so far|of me|about me|for me|from me))*\W*$"
    r"|\b(?:did|have)\s+(?:you|u)\s+(?:also\s+|really\s+)?(?:write|written|wrote|note|noted|put|take|taken)\s+(?:it\s+|that\s+)?(?:down\b|(?!to\b|the\b|any\b|an?\b)\w+)"
    r"|\bread (?:it|that|them|everything) back\b|\bshow me what (?:you|u) (?:noted|wrote|have)\b",
    re.I,
)
_CHANGE_SENT = re.compile(
    r"\b(?:change|correct|update|fix|replace|wrong|mistake|mistyped|typo|misspel\w+|"
    r"new (?:number|e-?mail|address|mail)|different)\b",
    re.I,
)
_OUR_ARTICLES = re.compile(r"\b(?:trial|stud(?:y|ies)|article|source|research|patients)\b", re.I)


class Deed(Enum):
    """What is to be done with, or said of, what the patient left."""

    WITHDRAW = auto()
    OFFER_TO_WITHDRAW = auto()
    TAKE_UP_AGAIN = auto()
    SAY_WHETHER_GONE = auto()
    READ_BACK = auto()
    CORRECT = auto()
    ASK_FOR_THE_NEW_WAY = auto()
    GO_ON = auto()
    """With the enquiry that waits: to its summary, from where it can be sent."""


def deed(message: Asked) -> Deed | None:
    """What a message that comes while no form is under way wants done; None for anything else."""
    text = message.text
    if len(text.split()) > LONGEST_QUESTION or _OUR_ARTICLES.search(text):
        return None
    if message.withdrawn:
        insists = _CALL_ME.search(text) and details.read(text).ways and len(text.split()) <= MOST_OF_A_WISH
        if (_AGAIN.search(text) or insists) and not _REFUSES.search(text):
            return Deed.TAKE_UP_AGAIN
        return (
            Deed.SAY_WHETHER_GONE
            if any(each.search(text) for each in (_GONE, _SAVED, _STILL_WRITES))
            else None
        )
    if message.left:
        return _with_what_is_left(text, message)
    enquiry = Enquiry.of(message.slots)
    if not enquiry.begun:
        return None
    if enquiry_reading.wants_sent(text) or (enquiry.next == "consent" and _SAVED.search(text)):
        return Deed.GO_ON
    return Deed.READ_BACK if _NOTED.search(text) else None


def _with_what_is_left(text: str, message: Asked) -> Deed | None:
    ways = details.read(text).ways
    for sentence in enquiry_reading.sentences(text):
        if _TAKES_BACK.search(sentence) and not ways:
            may = _MAY_BE.match(sentence) and not _PLEASE_DO.search(sentence)
            return Deed.OFFER_TO_WITHDRAW if may else Deed.WITHDRAW
    if _GONE.search(text):
        return Deed.SAY_WHETHER_GONE
    if "enquiry" in message.left and ways:
        bare = message.offered(enquiry_words.WITHDRAW) and len(text.split()) <= FEW_WORDS
        return Deed.CORRECT if bare or _CHANGE_SENT.search(text) else None
    if _CHANGE_SENT.search(text) and re.search(rf"\b{WAY}\b", text, re.I) and _MAY_BE.match(text):
        return Deed.ASK_FOR_THE_NEW_WAY
    return Deed.READ_BACK if _NOTED.search(text) and not _SAVED.search(text) else None


def asks_whether_sent(text: str) -> bool:
    """ "Is my number with them or not?"."""
    return _SAVED.search(text) is not None


def of_withdrawal(message: Asked) -> Reply:
    """Whether what was left is withdrawn."""
    if message.withdrawn:
        text = enquiry_words.IS_WITHDRAWN
        no = _SAVED.search(message.text) and not _GONE.search(message.text)
        return Reply(kind="smalltalk", text=f"{'No' if no else 'Yes'}, {text}")
    return Reply(kind="smalltalk", text=enquiry_words.NOT_WITHDRAWN, quick_replies=(enquiry_words.WITHDRAW,))


def withdraws(message: Asked) -> bool:
    """ "Withdraw", after a way to be called back was noted."""
    return bool(message.left) and _WITHDRAWS.match(message.text) is not None


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
    if Enquiry.of(message.slots).begun:  # a complete one is shown instead
        go_on = (enquiry_words.GO_ON, enquiry_words.CANCEL)
        return Reply(kind="smalltalk", text=enquiry_words.ENQUIRY_NOT_SENT, quick_replies=go_on)
    offer = (enquiry_words.START, *words.OFFER)
    return Reply(kind="smalltalk", text=enquiry_words.NOTHING_IS_OPEN, quick_replies=offer)


def asks(text: str, message: Asked) -> bool:
    """Whether a sentence asks what became of what was left, or whether it must be left."""
    if len(text.split()) > LONGEST_QUESTION:
        return False
    if _SAVED.search(text) or _WILL.search(text):
        return True
    if not message.waiting and not message.left:
        return False
    return any(pattern.search(text) for pattern in (_WHEN, _WILL_ANSWER, _NEED_NOT, _MAY_LEAVE))


def _listed(each: Iterable[str]) -> str:
    return " and ".join(each)
