"""Reads what somebody leaves in order to be contacted: name, e-mail, phone, country, time, what it is about.

People answer a question with a word, or with a sentence, or give everything at once. What cannot be read
for sure is left out: the form asks again, which is better than a wrong number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from actions import countries

SHORTEST_SUBJECT = 8
FEWEST_DIGITS, MOST_DIGITS = 7, 15
LONGEST = {"name": 80, "country": 60, "about": 500, "time": 150}

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w@])")
_SPELT_AT = re.compile(
    r"\s*[(\[{]\s*(?:at|a|ät)\s*[)\]}]\s*|(?<=\w)\s+at\s+(?=[\w-]+\s*(?:\.|[(\[]?\bdot\b))", re.I
)
_SPELT_DOT = re.compile(r"\s*[(\[{]\s*dot\s*[)\]}]\s*|(?<=\w)\s+dot\s+(?=\w)", re.I)
_TRIED_EMAIL = re.compile(r"\S*@\S*|\be-?mail(?: address| adress)?(?:'s| is|:)\s+\S+", re.I)
_NUMBER = re.compile(r"(?<![\w@.])\+?\(?\d[\d\s().\-/]{3,24}\d(?![\w@])|(?<![\w@])\+?\d{5,20}(?![\w@])")
_PHONE_WORD = re.compile(r"\b(phone|telephone|tel|mobile|cell|cellphone|number|whats?app|call|ring)\b", re.I)
_DATE = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|^\d{4}-\d{2}-\d{2}$")
_HOURS = re.compile(r"^\d{1,2}([.:]?\d{2})?\s*[-/]\s*\d{1,2}([.:]?\d{2})?$")

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?"
_FULL_NAME = rf"(?P<name>{_WORD}(?:\s+{_WORD}){{0,4}})"
_NAMED = (
    re.compile(
        rf"\b(?:my|the|his|her)\s+(?:full\s+|first\s+|last\s+)?name(?:\s+is|['’]s|\s*[:=])\s*{_FULL_NAME}",
        re.I,
    ),
    re.compile(rf"\bname\s*[:=]\s*{_FULL_NAME}", re.I),
    re.compile(rf"(?:^|[.,;!]\s*){_FULL_NAME}\s+is\s+(?:my|the)\s+name\b", re.I),
    re.compile(
        rf"\b(?:call me|i am called|i['’]?m called|me llamo|mi chiamo|je m['’]appelle|ich hei(?:ß|"
        rf"ss)e|mein name ist)\s+{_FULL_NAME}",
        re.I,
    ),
)
_INTRODUCED = re.compile(
    rf"(?:^|[.,;!]\s*|\b(?:hi|hello|hey|ok|and|so|oh)\s+)(?:i\s+am|i['’]?m|this\s+is|it['’]?s|"
    rf"it\s+is)\s+{_FULL_NAME}",
    re.I,
)
_ENDS_NAME = frozenset(
    "and from in at my i im i'm is on or but the with for of a an e-mail email mail phone tel telephone "
    "mobile number you can could please living live here calling writing speaking by to who we thanks "
    "thank".split()
)
_NO_NAME = frozenset(
    """
    a about afraid after again all alone already also always am an and angry another any anyone around are as
    asking at away back bad based because been before being better between bit both bring but by call calling
    can cancel car card change chat clear come concerned confused cost could country curious dead desperate
    did different do doctor does doing done dont don't dying e-mail either else email enough euro even ever
    every fine first for form free from frightened go going good got great had happy hard has have he hello
    help her here hers hey hi him his home hope how i ill i'd i'm if in interested is it its it's just keep
    kidding know last late later leave less like living looking lost mail make many maybe me mean minute
    moment more mother much mum my need never new next nice no nobody none nope not nothing now number of off
    ok okay old on once one only or other our out over pass patient phone please possible prefer price private
    quite rather ready really right sad same say scared see sending she should sick skip so some somebody
    someone sorry stay still stop stuck such sure talk telling thank thanks that the their them then there
    they thinking this time tired to today tomorrow too treatment trying two unsure until up upset urgent us
    used using very waiting want was we welcome well were what when where which who whole why wife husband
    father will with without wondering work worried would writing wrong yeah yep yes yet you your yours nurse
    friend daughter son pretty kind tell mine human robot bot sir madam suffering feeling having getting
    """.split()
)
_PLACE = re.compile(
    r"\b(?:i\s+(?:live|stay|am|come)|i['’]?m|we\s+(?:live|are)|living|based|(?:she|"
    r"he)\s+lives|country(?:\s+is|\s*[:=])?|"
    r"from|in)\s+(?:(?:from|in|at)\s+)?(?:the\s+)?(?P<place>[^\W\d_][\w .'’-]{1,40})",
    re.I,
)
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|week-?ends?|mornings?|"
    r"afternoons?|evenings?|noon|"
    r"lunch ?time|any ?time|whenever|tonight|tomorrow|today|next week|working hours|office hours"
)
_CLOCK = (
    r"(?:after|before|between|around|about|from|until|till|at|"
    r"by)\s+\d{1,2}(?:[.:]\d{2})?\s*(?:am|pm|h|o['’]?clock|uhr)?"
)
_TIME = re.compile(rf"\b(?:(?:in the|on|at|only|every|best)\s+)*(?:{_DAY}|{_CLOCK})\b.*", re.I)
_CALL_ME = re.compile(r"^.*?\b(?:call|phone|ring|reach|contact|write)(?:\s+me|\s+us)?\s+(?=\S)", re.I)
_ABOUT = re.compile(
    r"\b(?:it(?:['’]?s| is)\s+(?:about|for|regarding|because of)|regarding|concerning|"
    r"about\s*[:=]|the treatment is for)\s+"
    r"(?P<about>\S.{2,})",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:no|yes|ok|okay|oops|sorry|well|sure|hi|hello|please|and|so|oh|um+|it['’]?s|it is)\b[\s,.!:-]*)+",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a message gives: `values` by detail, and which were tried in a form that cannot be right."""

    values: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def says_who(self) -> bool:
        """Whether the message was written in order to be contacted: a name or a way is in it, or was tried."""
        return bool({"name", "email", "phone"} & set(self.values) or self.wrong)

    @property
    def ways(self) -> bool:
        """Whether an address or a number is in it."""
        return bool({"email", "phone"} & set(self.values))


def read(message: str, asked: str | None = None) -> Found:
    """The details in a message. `asked` is what the patient was asked for just before: `name`, `contact`,
    `country`, `about`, `time`, or None when nothing was."""
    text = _tidy(message)
    values: dict[str, str] = {}
    wrong: list[str] = []
    text = _take_email(text, values, wrong)
    text = _take_phone(text, asked, values, wrong)
    text = _take_name(text, asked, values)
    _take_rest(text, asked, values, several=len(values) >= 2)
    return Found({name: value[: LONGEST.get(name, 200)] for name, value in values.items()}, tuple(wrong))


def is_a_time(message: str) -> bool:
    """Whether a message names a time, or that any will do."""
    return _TIME.search(message) is not None


def just_a_name(message: str) -> bool:
    """Whether a message may be a name and nothing else. Many other words look like one."""
    words = message.split()
    return (
        read(message, "name").values.get("name") == message.strip(" .!")
        and len(words) <= 4
        and message[0].isupper()
    )


def _tidy(text: str) -> str:
    """Digits of other scripts become those of a telephone; white space is one blank."""
    tidy = unicodedata.normalize("NFKC", text)
    tidy = "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in tidy)
    return re.sub(r"[ \t]+", " ", tidy).strip()


def _take_email(text: str, values: dict[str, str], wrong: list[str]) -> str:
    plain = _SPELT_DOT.sub(".", _SPELT_AT.sub("@", text))
    found = _EMAIL.search(plain)
    if found and ".." not in found.group():
        values["email"] = found.group().strip(".'’")
        return plain[: found.start()] + plain[found.end() :]
    tried = _TRIED_EMAIL.search(plain)
    if tried and not re.search(r"\b(?:not|no|wrong|private|why)\b", tried.group(), re.I):
        wrong.append("email")
        return plain[: tried.start()] + plain[tried.end() :]
    return text


def _take_phone(text: str, asked: str | None, values: dict[str, str], wrong: list[str]) -> str:
    meant = asked == "contact" or _PHONE_WORD.search(text) is not None
    for found in _NUMBER.finditer(text):
        number = found.group().strip(" .-/")
        digits = sum(each.isdigit() for each in number)
        if _DATE.match(number) or (_HOURS.match(number) and asked != "contact"):
            continue
        if FEWEST_DIGITS <= digits <= MOST_DIGITS and number.count("(") == number.count(")"):
            values["phone"] = " ".join(number.split())
        elif meant:
            wrong.append("phone")
        else:
            continue
        return text[: found.start()] + text[found.end() :]
    if asked == "contact" and "email" not in values and (few := re.search(r"\b\d{3,}\b", text)):
        wrong.append("phone")
        return text[: few.start()] + text[few.end() :]
    return text


def _take_name(text: str, asked: str | None, values: dict[str, str]) -> str:
    for pattern in (*_NAMED, _INTRODUCED):
        found = pattern.search(text)
        name = _cut(found.group("name")) if found else None
        if found is None or name is None:
            continue
        capital = name[0].isupper() and not text.isupper()
        if pattern is not _INTRODUCED or capital or (asked == "name" and len(name.split()) <= 3):
            values["name"] = name
            return f"{text[: found.start()]} {text[found.start('name') :].replace(name, ' ', 1)}"
    if asked == "name":
        first = _LEAD.sub("", re.split(r"[,;\n]|\s+(?:and|my|from)\s+", text, maxsplit=1)[0]).strip(" .!,")
        cut = _cut(first) if re.fullmatch(_FULL_NAME, first) else None
        if cut is not None and (cut == first or {"email", "phone"} & set(values)):
            values["name"] = cut
            return text.replace(cut, " ", 1)
    return text


def _cut(name: str) -> str | None:
    """The words up to one that ends a name; None where the first, or all of them, are no name."""
    words: list[str] = []
    for word in name.split():
        bare = word.lower().strip(".'’")
        if bare in _ENDS_NAME or bare in _NO_NAME or countries.alone(word) == word:
            break
        words.append(word)
    found = " ".join(words).strip(" .,")
    return found if len(found) >= 2 and not found.lower().endswith("ing") else None


def _take_rest(text: str, asked: str | None, values: dict[str, str], *, several: bool) -> None:
    """Country, time and subject; in a message that gives much, what is left over is the subject."""
    if asked in ("about", "time") and not several:
        rest = _LEAD.sub("", text).strip(" ,;")
        if len(re.sub(r"\W", "", rest)) >= 2:
            values[asked] = rest
            return
    left: list[str] = []
    for part in (
        each.strip(" .") for each in re.split(r"[,;\n]|\.\s|\s+(?:and|but)\s+(?=i|my|call|please)", text)
    ):
        if not part:
            continue
        if "country" not in values and (country := _country(part, asked)):
            values["country"] = country
        elif "time" not in values and (time := _time(part)):
            values["time"] = time
        elif "about" not in values and (about := _ABOUT.search(part)):
            values["about"] = about.group("about").strip()
        else:
            left.append(part)
    spare = [
        each
        for each in left
        if len(each) >= SHORTEST_SUBJECT and not _PHONE_WORD.search(each) and "mail" not in each
    ]
    if several and spare and "about" not in values:
        values["about"] = spare[0]


def _country(part: str, asked: str | None) -> str | None:
    if known := countries.alone(part):
        return known
    placed = _PLACE.search(part)
    if placed and (known := countries.found_in(placed.group("place"))):
        return known
    if asked != "country":
        return None
    if known := countries.found_in(part):
        return known
    rest = _LEAD.sub("", placed.group("place") if placed else part).strip(" .!")
    words = rest.split()
    if 1 <= len(words) <= 4 and all(re.fullmatch(_WORD, word) for word in words):
        return rest if not {word.lower() for word in words} & (_NO_NAME - {"new", "home"}) else None
    return None


def _time(part: str) -> str | None:
    called = _CALL_ME.sub("", part)
    found = _TIME.search(called)
    return found.group().strip() if found else None
