"""Corrections of an enquiry, several in one message: "the topic should be X and the time Y", "it's my uncle not
my dad", "take her name out", "only by e-mail".

Each is found for itself and taken out of the message; what is left is read as any other. Addresses and numbers are
put right in `corrections`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from actions import countries, details, subjects
from actions.vocabulary import CLOSE


@dataclass(frozen=True, slots=True)
class Edits:
    """`values` are details written anew, `removed` those that shall not be in it; `swaps` give each detail in
    which a word was replaced as it is now. `how` is the only way in which the patient wants to be reached
    (`email`, `text`, `phone`), `rest` what else the message says."""

    values: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    swaps: Mapping[str, str] = field(default_factory=dict)
    how: str = ""
    rest: str = ""

    def __bool__(self) -> bool:
        return bool(self.values or self.removed or self.swaps or self.how)


_LABELS = {
    "about": (
        r"what\s+it(?:['’]?s|\s+is)\s+about|about|topic|subject|illness|diagnosis|disease|description|reason"
    ),
    "time": r"(?:best\s+)?time(?:\s+to\s+(?:call|ring|write))?|when(?:\s+to\s+call)?",
    "country": r"country",
    "name": r"(?:first\s+|full\s+|last\s+)?name",
    "email": r"e-?mail(?:\s+address)?|mail",
    "phone": r"(?:phone|mobile|telephone)(?:\s+number)?|number",
}
_OWNER = r"(?:(?:the|my|her|his|our|their|that|any)\s+|[^\W\d_]+['’]s\s+)?"
_ANY = "|".join(f"(?:{pattern})" for pattern in _LABELS.values())
_BLANK = r"(?:(?:please\s+)?(?:leave|keep|make)\s+(?:it\s+)?)?"
_BLANK += r"(?:blank|empty|none|nothing|nobody|n/?a|anonymous|skip|-+)"
_LABEL = re.compile(
    rf"(?<![\w'’]){_OWNER}(?P<label>{_ANY})\s*"
    r"(?P<verb>(?:should|must|shall|has\s+to|needs\s+to|ought\s+to|can)\s+(?:be|say|read)\b|(?:is|['’]s)\b|[:=])"
    r"(?:\s+(?:supposed\s+to\s+be|called))?\s*",
    re.I,
)
_SET_TO = re.compile(
    rf"(?:\b(?:change|set|correct|put|make|update)\s+|(?:,|\band)\s+){_OWNER}(?P<label>{_ANY})\s+(?:in)?to\s+(?:be\s+)?",
    re.I,
)
_CHANGES = re.compile(r"\b(?:change|set|correct|put|make|update)\b", re.I)
_BARE = re.compile(
    rf"(?:,|;|\band\b)\s*(?:and\s+)?the\s+(?P<label>{_ANY})\s+(?!of\b|when\b|for\b|and\b|is\b|should\b)", re.I
)
_END = re.compile(r"[.!?\n;](?:\s|$)")
_JOINT = re.compile(r"[\s,;.]*(?:\b(?:and|but|also|so|then)\b[\s,]*)*$", re.I)
_REMOVED = re.compile(
    rf"\b(?:take|leave|cut|get|keep|cross)\s+(?!it\b){_OWNER}(?P<a>{_ANY})\s+(?:\w+\s+){{0,1}}?(?:out|off|away|blank|empty)\b"
    r"(?:\s+(?:again|of (?:it|this|that)|please|pls|now))*"
    rf"|\b(?:remove|delete|erase|leave out|take out|drop|cross out|get rid of|forget|(?:do not|don['’]?t) "
    rf"(?:mention|include|put|write(?: down)?|use|send))\s+{_OWNER}(?P<b>{_ANY})\b"
    r"(?:\s+(?:again|please|pls|now|there|in))*"
    r"|\b(?:no|without(?:\s+(?:a|my|the|her|his|any))?)\s+(?P<c>name|names|country|topic)\b"
    r"(?=\s*(?:[.,;!?\n]|$|please|pls|thanks|needed|and\b|but\b))"
    rf"|(?<![\w'’]){_OWNER}(?P<d>{_ANY})\s*(?:[:=]|is|should\s+(?:be|stay)|must\s+be)?\s*{_BLANK}(?=\s*(?:[.,;!?\n]|$))"
    rf"|\bkeep\s+{_OWNER}(?P<e>name)\s+out\b",
    re.I,
)
_REMOVED_TOO = re.compile(
    rf"^\s*(?:,|and\b|,\s*and\b)\s*{_OWNER}(?P<label>{_ANY})\b(?=\s*(?:[.,;!?\n]|$|and\b|please\b|pls\b))",
    re.I,
)
_QUESTION = re.compile(
    r"^\W*(?:(?:and|but|so|ok)\s+)?(?:do|does|did|will|why|how|what|is|are|who|when)\b[^.!\n]*\?", re.I
)
_BESIDE_REMOVED = re.compile(r"^\s*,\s*[A-Z][\w'’-]*(?=\s*(?:[,.!?]|$))")
_ASKED_POLITELY = re.compile(
    r"(?:\b(?:can|could|would|will)\s+(?:you|u|ya)\s+|\bplease\s+|\bpls\s+|\bbut\s+|\band\s+|\bi\s+want\s+(?:you\s+)?to\s+)+$",
    re.I,
)

_WORD = r"[\w'’+-]+"
_SOME = rf"{_WORD}(?:\s+{_WORD}){{0,4}}"
_SWAPS = (
    re.compile(
        rf"(?P<new>{_SOME})\s*,?\s*(?:and\s+)?(?:\bnot\b|\binstead\s+of\b|\brather\s+than\b)\s+(?P<old>{_SOME})",
        re.I,
    ),
    re.compile(
        rf"\bnot\s+(?P<old>{_SOME}?)\s*(?:,|\bbut\b|\bit['’]?s\b|\bit\s+is\b)\s*(?P<new>{_SOME})", re.I
    ),
    re.compile(
        rf"\b(?:change|replace|swap|correct|turn|make)\s+(?P<old>{_SOME}?)\s+(?:to|with|by|for|into)\s+(?P<new>{_SOME})",
        re.I,
    ),
    re.compile(
        rf"\bsays\s+(?P<old>{_WORD}(?:\s+{_WORD})?)[\s.,;:!?]+(?:(?:it['’]?s|it\s+is|should\s+(?:be|say)|but|not)\s+)*(?P<new>{_WORD}(?:\s+{_WORD})?)",
        re.I,
    ),
)
_LEADS = frozenset(
    "it its it's it’s is was be to my the a an his her our for write say says said put i i'm im no not only wanted you "
    "want meant mean about and that this actually sorry he's she's with of on in at should again please".split()
)
_ONLY_A_PERSON = re.compile(
    rf"^\W*(?:(?:no|it['’]?s|its|it is|for|i said|i wrote|i mean|the|my|about|sorry|actually)\b"
    rf"[\s,.:!]*)*(?P<who>{CLOSE})\W*$",
    re.I,
)
_PERSON = re.compile(rf"\b(?P<who>{CLOSE}?)(?P<end>['’]?s)?\b", re.I)
_SAYS = re.compile(
    r"\b(?:it|still)\s+(?:still\s+)?says?\b|^\W*(?:(?:so|and|but|ok|now)\b[\s,]*)*(?:is|was|does|did|has|have)\s+(?:it|that|this|"
    r"you)\b.*\b(?:now|say|written|wrote|put|changed?|noted|corrected)\W*$|\bdid\s+you\s+(?:put|change|write|note)\b",
    re.I,
)
_POLITE = frozenset("please pls thanks thank you and but ok".split())
MOST_OF_A_CHECK = 10
MOST_OF_A_SWAP = 3
MOST_OF_A_LEAD = 6
"""In words: "I only wanted you to write" before what shall be written."""

_CALLS = r"(?:(?:phone|telephone)\s+calls?|phone|call|ring|telephone)(?:ing|s)?"
_HOW = {
    "text": (
        r"\b(?:by\s+)?(?:text|sms|whats?app)(?:\s+messages?)?\s+only\b|\bonly\s+(?:by\s+)?(?:text|sms|whats?app)\b"
        r"|\b(?:you\s+)?(?:can|may|could|please|pls|just)\s+(?:only\s+|just\s+)?text\b"
        r"(?:\s+(?:me|us|her|him))?(?:\s+(?:on|at))?"
        rf"|\btext,?\s*(?:and\s+|but\s+)?(?:do not|don['’]?t|no|not)\s+{_CALLS}\b"
        r"|\btext\s+(?:me|us)\b(?:\s+(?:on|at))?|\bby\s+text\b"
    ),
    "email": (
        r"\b(?:only|just)\s+(?:by\s+|via\s+|per\s+|over\s+)?(?:e-?mails?|mail)\b(?!\s+(?:address|is)\b)(?:\s+(?:me|please|pls))*"
        r"|\b(?:by\s+|via\s+)?e-?mails?\s+only\b|\bin\s+writing\s+only\b|\bonly\s+in\s+writing\b"
        rf"|\b(?:do not|don['’]?t|never|please no|not to)\s+{_CALLS}\b(?:\s+(?:me|us|her|him|my \w+))?\b"
        r"(?!\s+(?:me|us|before|after|on|at|between|until|"
        r"in|during|early|late|too|[\d+]))"
        r"|\bno\s+(?:phone\s*|telephone\s*)?calls?\b(?!\s+(?:before|after|on|at|between|until|in|during))"
        r"|\b(?:i\s+)?(?:do not|don['’]?t|would not|won['’]?t|rather not|prefer not)\s+(?:want\s+|like\s+|wish\s+)?"
        r"(?:to\s+)?(?:give|leave|share|tell)"
        r"\s+(?:you\s+|out\s+|u\s+)?(?:my|our|any|a)\s+(?:phone|number|mobile|telephone)(?:\s+number)?\b"
        r"(?!\s*(?:,|or|nor|and)\s*(?:my\s+|an?\s+)?(?:e-?mail|mail|address))"
        r"|\b(?:do not|don['’]?t)\s+want\s+(?:to be\s+(?:called|phoned|rung)|"
        r"(?:phone\s+)?calls|a (?:phone )?call|you to (?:call|phone|ring)(?: me)?)\b"
    ),
    "phone": (
        r"\bonly\s+(?:by\s+)?(?:phone|telephone)\b|\b(?:by\s+)?phone\s+only\b|\bcalls?\s+only\b"
        r"|\bno\s+e-?mails\b|\b(?:do not|don['’]?t)\s+(?:e-?mail|write(?:\s+to)?)\s+(?:me|us)\b"
    ),
}
_HOW_FOUND = {how: re.compile(pattern, re.I) for how, pattern in _HOW.items()}


def read(text: str, given: Mapping[str, str]) -> Edits:
    """The corrections in a message. `given` are the details so far."""
    rest, how = _ways(text)
    rest, removed = _removals(rest, given.get("name", ""))
    rest, values = _sets(rest, given)
    rest, swaps = _swaps(rest, given)
    removed += tuple(name for name, value in values.items() if not value)
    values = {name: value for name, value in values.items() if value}
    kept = tuple(dict.fromkeys(each for each in removed if each not in values))
    return Edits(values, kept, swaps, how, _tidied(rest))


def says_what_is_held(text: str, given: Mapping[str, str]) -> bool:
    """ "It still says uncle", "is it uncle now?": words about what is written down, where it is so already."""
    if len(text.split()) > MOST_OF_A_CHECK or not (_SAYS.search(text) or _ONLY_A_PERSON.match(text)):
        return False
    held = " ".join(given.values()).lower()
    words = {word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in _LEADS}
    return any(word in held for word in words)


def _ways(text: str) -> tuple[str, str]:
    """In which way alone the patient wants to be reached."""
    if _QUESTION.match(text):
        return text, ""
    how, rest = "", text
    for each, pattern in _HOW_FOUND.items():
        if pattern.search(rest):
            how = how or each
            rest = pattern.sub(" ", rest)
    return rest, how


def _removals(text: str, known_name: str) -> tuple[str, tuple[str, ...]]:
    """What shall be taken out."""
    removed: list[str] = []
    while (found := _REMOVED.search(text)) and not _in_a_question(text, found.start()):
        detail = _detail(next(each for each in found.groups() if each))
        removed.append(detail)
        before, behind = _ASKED_POLITELY.sub(" ", text[: found.start()]), text[found.end() :]
        while too := _REMOVED_TOO.match(behind):
            removed.append(_detail(too["label"]))
            behind = behind[too.end() :]
        if detail == "name":
            behind = _BESIDE_REMOVED.sub(" ", behind)
            if known_name:
                before, behind = (
                    re.sub(rf"\b{re.escape(known_name)}\b", " ", each) for each in (before, behind)
                )
        text = f"{before} {behind}"
    return text, tuple(removed)


def _in_a_question(text: str, place: int) -> bool:
    start = max(text.rfind(mark, 0, place) for mark in ".!?\n") + 1
    return _QUESTION.match(text[start:]) is not None


def _sets(text: str, given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Details that are named with their new value; an empty value where the old one shall go."""
    marks = [found for found in _LABEL.finditer(text) if not _in_a_question(text, found.start())]
    if _CHANGES.search(text):
        marks += list(_SET_TO.finditer(text))
    if not marks:
        return text, {}
    marks.sort(key=lambda found: found.start())
    starts = {found.start() for found in marks}
    bare = [
        found
        for found in _BARE.finditer(text)
        if found.start() > marks[0].start() and found.start() not in starts
    ]
    each_of = sorted([*marks, *bare], key=lambda found: found.start())
    values: dict[str, str] = {}
    taken: list[tuple[int, int]] = []
    for place, found in enumerate(each_of):
        if taken and found.start() < taken[-1][1]:
            continue
        detail = _detail(found["label"])
        until = each_of[place + 1].start() if place + 1 < len(each_of) else len(text)
        end = _END.search(text, found.end(), until)
        stop = end.start() if end else until
        firm = (
            found.re is not _LABEL
            or found["verb"][0] in ":="
            or found["verb"].lower() not in ("is", "'s", "’s")
        )
        stop = found.end() + _length(detail, text[found.end() : stop])
        value = _value(
            detail, _JOINT.sub("", text[found.end() : stop]), firm=firm, before=given.get(detail, "")
        )
        if value is not None:
            values[detail] = value
            taken.append((found.start(), stop))
    for start, stop in reversed(taken):
        text = f"{text[:start]} . {text[stop:]}"
    return text, values


def _length(detail: str, said: str) -> int:
    """How much of the words behind a label may be its value: a name ends at a comma, a topic does not."""
    comma = said.find(",")
    rest = said[comma:]
    goes_on = detail == "about" or (detail == "time" and (details.is_a_time(rest) or details.any_time(rest)))
    return len(said) if comma < 0 or goes_on else comma


def _value(detail: str, said: str, *, firm: bool, before: str) -> str | None:
    """The value as it is kept; None where the words give none. `firm`: they were meant as a value for sure."""
    said = said.strip(" \"'“”‘’")
    if not said or detail in ("email", "phone"):
        return None
    denied = re.match(r"not\s+(?P<old>.+)$", said, re.I)
    if denied:
        old = denied["old"].strip(" .!")
        return "" if old.lower() in (before.lower(), "") or not before else None
    said = re.split(r"\s*,?\s+not\s+", said)[0]
    if detail == "country":
        return countries.found_in(said) or (
            details.read(said, "country").values.get("country") if firm else None
        )
    if detail == "time":
        return details.clean_time(said) if details.is_a_time(said) or details.any_time(said) else None
    if detail == "name":
        return details.read(f"my name is {said}", "name").values.get("name")
    marked = subjects.tells_illness(said) or subjects.tells_whom(said)
    return subjects.plain(said) if marked or (firm and len(said) > 1) else None


def _swaps(text: str, given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Words of a detail that shall be others: "my uncle, not my dad"."""
    for pattern in _SWAPS:
        for found in pattern.finditer(text):
            old, new = _without_leads(found["old"]), _near(found)
            if (
                not new
                or re.search(r"\d{3}|^\d+$", new)
                or re.fullmatch(_ANY, new, re.I)
                or " ".join(old) == new
            ):
                continue
            for size in range(min(len(old), MOST_OF_A_SWAP), 0, -1):
                if swapped := _swapped(" ".join(old[:size]), new, given):
                    return f"{text[: _clause(text, found.start())]} . {text[found.end() :]}", swapped
    if alone := _ONLY_A_PERSON.match(text):
        named = _person_of(given.get("about", ""))
        if (
            named
            and named.lower() != alone["who"].lower()
            and (swapped := _swapped(named, alone["who"].lower(), {"about": given["about"]}))
        ):
            return "", swapped
    return text, {}


def _clause(text: str, place: int) -> int:
    """Where the clause begins that leads up to a place, as long as it says nothing else."""
    start = max(text.rfind(mark, 0, place) for mark in ".!?;,\n") + 1
    lead = text[start:place]
    return place if len(lead.split()) > MOST_OF_A_LEAD or re.search(r"[\d@]", lead) else start


def _person_of(about: str) -> str | None:
    found = re.search(rf"\b{CLOSE}(?=['’]?s?\b)", about, re.I)
    return re.sub(r"['’]?s$", "", found.group()) if found else None


def _near(found: re.Match[str]) -> str:
    """The words that shall be there, without what leads up to them; of those before "not" the last ones."""
    words = found["new"].split()
    if found.start("new") < found.start("old"):
        kept: list[str] = []
        for word in reversed(words):
            if word.lower() in _LEADS or len(kept) == MOST_OF_A_SWAP:
                break
            kept.insert(0, word)
        new = " ".join(kept)
    else:
        new = " ".join(_without_leads(found["new"])[:MOST_OF_A_SWAP])
        new = re.split(r"\s+(?:and|then|please|pls|so|now)\b", new)[0]
    return new.lower() if new.isupper() and len(new) > MOST_OF_A_SWAP else new


def _without_leads(words: str) -> list[str]:
    each = words.split()
    while each and each[0].lower() in _LEADS:
        each = each[1:]
    return each


def _swapped(old: str, new: str, given: Mapping[str, str]) -> dict[str, str] | None:
    pattern = re.compile(rf"(?<!\w){re.escape(re.sub(r'[.!?,]+$', '', old))}(?=(?:['’]?s)?(?!\w))", re.I)
    for detail in ("about", "name", "country", "time"):
        before = given.get(detail, "")
        if old and pattern.search(before):
            after = pattern.sub(new, before)
            if detail == "country":
                after = countries.found_in(new) or new
            return {detail: after}
    return None


def _detail(label: str) -> str:
    plain = label.strip().removesuffix("s") if label.lower() == "names" else label.strip()
    return next(name for name, pattern in _LABELS.items() if re.fullmatch(pattern, plain, re.I))


def _tidied(text: str) -> str:
    """Without the joints and marks that nothing stands between any more."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?:\s*[,;.]\s*(?:(?:and|but|so|also)\s*(?=[,;.]|$))?){2,}", ". ", text)
    text = re.sub(
        r"(?:[\s,;]+(?:and|but|so|also|the|please))+[\s.,;]*$|^[\s.,;:]*(?:(?:and|but|also)\b[\s.,;]*)*",
        "",
        text,
        flags=re.I,
    )
    only_polite = not set(re.findall(r"\w+", text.lower())) - _POLITE
    return "" if only_polite else text.strip(" ,;:")
