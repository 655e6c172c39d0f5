"""One form for names that patients write in many ways, applied alike to questions and to passages.

The sentence encoder takes "natural killer cells", "NK cells" and "killer cells" for different things.
Measured on the questions listed in our articles, each asked while it was out of the index: the right
section came first for 61.9 % without and 63.9 % with one form.
"""

from __future__ import annotations

import re

_NK_CELLS = re.compile(
    r"\b(natural[- ]killers?( \(?nks?\)?)?( cells?)?|nk[- ]?cells?|killer[- ]cells?|nks)\b(?![-a-z])", re.I
)


_MANNER = re.compile(
    r"[,;–-]*\s*\b(?:"
    r"(?:in|with|using) (?:very |really )?(?:simple|simpler|plain|easy|normal|everyday|lay|layman['’]?s?|a few|short)"
    r" (?:words?|terms?|language|english|sentences?)"
    r"|in (?:short|brief|a nutshell)"
    r"|(?:in a way|so that|so) (?:that )?(?:i|we|anyone|a child|my \w+) (?:can|could|will)? ?understands?(?: it)?"
    r"|for (?:dummies|beginners|a lay ?(?:wo)?man|a layperson|lay people)"
    r"|(?:like|as if) i(?:['’]?m| am| was| were) (?:five|5|a child|stupid)"
    r"|(?:very )?(?:simply|briefly) (?:explained|put|please)"
    r")\b",
    re.I,
)


def without_manner(text: str) -> str:
    """The question without how the patient would like it to be said: "in simple words", "for dummies".

    It is no part of what is asked; articles are plain anyway. The text as it is where nothing else is left.
    """
    rest = re.sub(r"\s+", " ", _MANNER.sub("", text)).strip(" ,;")
    return rest if len(rest.split()) > 1 else text


_THEY = re.compile(r"\b(?:they|them|these|those)\b", re.I)
_NAMED = re.compile(r"\b(?:nks?|killers?|cytokines?|stem|clinics?|advisors?)\b", re.I)


def with_subject(text: str) -> str:
    """The text with its first "they" read as NK cells, of which whoever writes here is thinking; as it is
    where it names a subject of its own. "Do they sit in one spot?" has nothing else to mean.
    """
    return text if _NAMED.search(text) else _THEY.sub("NK cells", text, count=1)


def canonical(text: str) -> str:
    """The text with every form of "NK cells" written as that."""
    return _NK_CELLS.sub("NK cells", text)
