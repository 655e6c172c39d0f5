"""Complaints and wishes for an appointment: what the assistant can do about them, which is to pass them on."""

from __future__ import annotations

import re

from actions import feelings, words
from actions.asked import Asked
from actions.heard import Heard, varied

COMPLAINT, BOOKING = "complaint", "booking"
_NOBODY = r"(?:nobody|no\s*one|none\s+of\s+you(?:\s+people)?|not\s+one\s+of\s+you|noone)"
_YOU = r"(?:you(?:\s+(?:people|lot|guys|all))?|they|your\s+(?:clinic|people|team|staff|office|advis[eo]rs?))"
_PHONE = r"(?:the\s+|your\s+|my\s+|any\s+)?(?:phone|calls?|e-?mails?|mails?|messages?|telephone)"
_DID = (
    r"(?:(?:called|calls|rang|rung|rings?|phoned|phones?|wrote|writes?|got|gets?|came"
    rf"|comes)\s+(?:\w+\s+)?back|answer(?:s|ed)?\s+{_PHONE}|"
    r"(?:called|rang|phoned|contacted|answered)\s+(?:me|us|him|her|my\b)|pick(?:s|ed)?\s+up"
    rf"|returned\s+{_PHONE}|replied|responded)"
)
_NO_CALL = re.compile(
    rf"\b{_NOBODY}\s+(?:has\s+|have\s+|had\s+)?(?:ever\s+|even\s+|bothered\s+to\s+|bothers\s+to\s+)?{_DID}\b"
    rf"|\b{_NOBODY}\s+(?:has\s+|ever\s+)*"
    r"(?:called|rang|rings|phoned)\s*(?:[.,;!]|$)"
    rf"|\b{_YOU}\s+(?:have\s+|['’]ve\s+)?(?:never|still\s+(?:have\s+not|haven['’]?t)|did\s+not|didn['’]?t"
    r"|have\s+not|haven['’]?t|do\s+not|don['’]?t|"
    r"don['’]?t\s+even)\s+(?:even\s+|ever\s+)?"
    rf"(?:call(?:ed)?\s+(?:me\s+|us\s+)?back|r[aiu]ng\s+(?:me\s+|us\s+)?back|answer(?:ed)?\s+{_PHONE}"
    r"|pick(?:ed)?\s+up|g[eo]t\s+back|repl(?:y|ied)|"
    r"called\s+(?:me|us))\b"
    r"|\bwait(?:ed|ing)\s+(?:\w+\s+){0,5}?(?:for\s+)(?:an?\s+|your\s+|the\s+|that\s+"
    r"|my\s+)?(?:call(?:-?\s?back)?|return\s+call|reply|answer)\b"
    r"|\bwait(?:ed|ing)\s+by\s+the\s+(?:tele)?phone\b"
    r"|\b(?:call|call-?\s?back)\s+(?:that\s+)?(?:you\s+promised\s+)?(?:never|did\s*n['’]?t"
    r"|still\s+has\s*n['’]?t)\s+c[ao]me\b"
    r"|\b(?:still|yet)\s+no\s+(?:call(?:-?\s?back)?|reply|answer)\s+(?:from\s+(?:you|your|anyone|anybody)|back)\b",
    re.I,
)
_NO_COMPLAINT = re.compile(
    r"\b(?:what\s+if|if|suppose|when|in\s+case|unless|until)\b|\b(?:my|his|her|our)\s+(?:\w+\s+)?(?:doctors?"
    r"|oncologists?|gp|hospital|team|nurses?|"
    r"consultants?|surgeon|brother|sister|son|daughter)\b|^(?:who|how|where|which)\b",
    re.I,
)
_NUMBER_AGAIN = re.compile(
    r"(?:\bnot|n['’]t)\s+(?:leav|giv|writ|tell|repeat)(?:ing|e)?\s+(?:you\s+)?(?:my|the|a"
    r"|any)\s+(?:\w+\s+)?(?:number|e-?mail|address|details)\s+"
    r"(?:again|once\s+more|a\s+\w+\s+time)\b"
    r"|\b(?:already|have|['’]ve)\s+(?:gave|given|left|sent|told|wrote"
    r"|written)\s+(?:you\s+)?(?:my\s+(?:\w+\s+)?(?:number|e-?mail|address|details)|it\s+to\s+you)"
    r"\s+(?:twice|\w+\s+times|again\s+and\s+again|before|already)",
    re.I,
)
_COMPLAINS = re.compile(
    r"\b(?:i|we)(?:['’]d|\s+would|\s+want|\s+wish|\s+need|\s+like|\s+have|['’]ve|\s+am|['’]?m|\s+will|['’]ll"
    r"|\s+must|\s+to|\s+make|\s+going)*"
    r"\s+(?:to\s+)?(?:make|file|lodge|submit|put\s+in|register|raise|leave|write"
    r"|have)\s+an?\s+(?:\w+\s+){0,2}?complaint\b"
    r"|\b(?:i|we)\s+(?:want|wish|need|would\s+like|am\s+going|have)\s+to\s+complain\b|\bi['’]d\s+like\s+to\s+complain\b"
    r"|\b(?:this|that|it)\s+is\s+a(?:n\s+official)?\s+complaint\b"
    r"|\b(?:where|how|whom?|to\s+whom)\b.{0,30}\b(?:complain(?!\s+of)|(?:file|make|lodge|send"
    r"|address\s+for)\s+(?:an?\s+|my\s+)?complaints?)\b"
    r"|\b(?:address|e-?mail|number|person|office)\s+for\s+complaints\b|\bwant\s+an\s+apology\b",
    re.I,
)
_MY_COMPLAINT = re.compile(r"\b(?:my|the|this|[A-Z]\w+['’]?s?)\s+complaint\b", re.I)
_APOLOGY = re.compile(
    r"\b(?:say|said|saying|tell)\s+(?:me\s+)?(?:you\s+are\s+|you['’]re\s+)?sorry\b|\bapologi[sz]e\b|\bapology\b",
    re.I,
)

_VISIT = (
    r"(?:appointments?|consultations?|time\s*slot|slot|video\s+(?:call|consultation|visit|appointment)"
    r"|visit\s+(?:at|with|to)\b)"
)
_BOOKS = re.compile(
    r"\b(?:book|schedule|arrange|reserve|set\s+up|fix|re-?schedule|make|get|move|postpone|bring\s+forward"
    r"|cancel)\s+(?:me\s+|us\s+|him\s+|her\s+)?"
    rf"(?:an?\s+|the\s+|my\s+|our\s+|his\s+|her\s+|another\s+)?(?:\w+\s+){{0,2}}?{_VISIT}"
    r"|\b(?:i|we)(?:['’]d|\s+would)?\s+(?:want|need|like)\s+(?:an?\s+"
    rf"|another\s+)(?:\w+\s+){{0,2}}?(?:appointment|consultation|slot)\b"
    r"|\b(?:can|could|may)\s+(?:i|we)\s+have\s+an?\s+(?:\w+\s+){0,2}?(?:appointment|consultation|slot)\b"
    r"|\b(?:book|schedule|reserve)\s+(?:me|us)\s+(?:in|for)\b"
    r"|\b(?:please\s+)?appointment\s+(?:please|for\s+(?:next|this|mon|tues|wednes|thurs|fri|tomorrow))",
    re.I,
)
_NO_BOOKING = re.compile(
    r"\b(?:what|which|questions?)\b.{0,40}\b(?:bring|ask|happens?|expect|at\s+(?:my|the))\b|\b(?:doctor"
    r"|hospital|gp|oncologist)['’]s\b|"
    r"\bdo\s+(?:i|we)\s+(?:need|have)\b|\b(?:my|his|her)\s+(?:\w+\s+)?(?:doctor|gp|oncologist|hospital)\b",
    re.I,
)
_CALENDAR = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.{0,30}\b(?:possible|free|available|ok|okay|fine|booked"
    r"|confirmed|work|not)\b"
    r"|\b(?:am\s+i|is\s+(?:it|that|the\s+appointment)|are\s+we)\s+(?:now\s+|already\s+)?(?:booked|confirmed"
    r"|fixed|on\s+the\s+calendar)\b"
    r"|\b(?:video|on\s+(?:zoom|skype|teams))\b|\bopening\s+(?:hours|times)\b|\bwhen\s+(?:are\s+you"
    r"|do\s+you)\s+open\b|\bfree\s+(?:slots?|times?|days?)\b",
    re.I,
)


def heard(message: Asked, said: list[str]) -> Heard | None:
    """What is said to a complaint, or to who wants to book; None for any other message."""
    return _complaint(message, said) or _booking(message, said)


def complains(text: str) -> bool:
    """Whether somebody complains of the clinic or of the assistant's people."""
    return (_NO_CALL.search(text) is not None and not _NO_COMPLAINT.search(text)) or _COMPLAINS.search(
        text
    ) is not None


def _complaint(message: Asked, said: list[str]) -> Heard | None:
    text = message.text
    where = words.COMPLAINT_WHERE_NUMBER if "callback" in message.left else words.COMPLAINT_WHERE
    if _NUMBER_AGAIN.search(text):
        return Heard(f"{words.SORRY_NUMBER} {where}", said=COMPLAINT, kind="handoff")
    goes_on = COMPLAINT in said and (_MY_COMPLAINT.search(text) or _APOLOGY.search(text))
    if not complains(text) and not goes_on:
        return None
    if COMPLAINT in said:
        texts = tuple(f"{each} {where}" for each in words.COMPLAINT_AGAIN)
        return Heard(texts[(said.count(COMPLAINT) - 1) % len(texts)], said=COMPLAINT, kind="handoff")
    sorry = words.SORRY_COMPLAINT
    if _NO_CALL.search(text) and not _NO_COMPLAINT.search(text):
        kind = feelings.kind_sentence(text)
        sorry = f"{kind} {words.SORRY_NO_CALL_EITHER}" if kind else words.SORRY_NO_CALL
    return Heard(f"{sorry} {words.COMPLAINT}", said=COMPLAINT, kind="handoff")


def _booking(message: Asked, said: list[str]) -> Heard | None:
    text = message.text
    if _BOOKS.search(text) and not _NO_BOOKING.search(text):
        return varied(BOOKING, (words.BOOKING, words.BOOKING_AGAIN), said, kind="handoff")
    if BOOKING in said and _CALENDAR.search(text):
        return Heard(words.CALENDAR, said=BOOKING, kind="handoff")
    return None
