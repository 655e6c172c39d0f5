"""Takes names and contact details out of what patients (and advisors) wrote, before an editor sees it.

Rather too much is taken out than too little: an editor needs to see what is asked, not by whom. What is taken
out is said in brackets: `[name]`, `[contact]`, `[address]`, `[date]`, `[number]`.

Where the script has no capitals (Arabic, Chinese, …) names are found only where a sentence introduces them or
a line ends with one.
"""

from __future__ import annotations

import re
import unicodedata

from bot.editorial import language
from bot.editorial.contacts import contacts_out
from bot.editorial.names import names_out

MARKS = ("[name]", "[contact]", "[address]", "[date]", "[number]")

_MARK = "|".join(re.escape(mark) for mark in MARKS)
_SAME_AGAIN = re.compile(rf"({_MARK})(?:(?:[\s,;:/&+.-]|\band\b)*\1)+")
_LEAD = (
    r"(?:\b(?:hi|hello|hey|my|the|is|name|i am|i['’]m|this|from|call|ring|phone|tel|mail|e-?mail|write|reach|me|us|to|"
    r"at|on|under|please|thanks|thank you|best|kind|regards|greetings|sincerely|yours|number|mr|mrs|ms|dr|and|or)\b"
    r"[\s,.:–-]*)*"
)
_WITH_ITS_LEAD = re.compile(rf"{_LEAD}(?:{_MARK})[\s,.;:]*(?:(?:here|please)\b[\s,.;:]*)?", re.I)
_GAP = re.compile(r"(?<=\]) (?=[.,;:!?])")
_HIDDEN = {"Cf", "Cc", "Co", "Cs"}


def scrub(text: str) -> str:
    """The text without names and contact details, its white space made even."""
    plain = _plain(text)
    spoken = language.guess(plain)
    without = names_out(contacts_out(plain), spoken)
    return _GAP.sub("", " ".join(_SAME_AGAIN.sub(r"\1", without).split()))


def unmarked(scrubbed: str) -> str:
    """What is left when the marks and the words that led to them are left out: what a vector is made of."""
    return " ".join(_WITH_ITS_LEAD.sub(" ", scrubbed).split())


def _plain(text: str) -> str:
    """One form for look-alikes (full-width digits and the like); what cannot be seen is left out."""
    even = unicodedata.normalize("NFKC", text)
    return "".join(
        character if character in "\n\t" or unicodedata.category(character) not in _HIDDEN else ""
        for character in even
    )
