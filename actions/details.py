"""Reads what somebody leaves in order to be contacted: name, e-mail, phone, country, time, what it is about.

People answer a question with a word, or with a sentence, or give everything at once. What cannot be read
for sure is left out: the form asks again, which is better than a wrong number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from actions import countries, names, reproaches, subjects

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
_NO_TIME_BEFORE = re.compile(
    r"(?!(?:best|good|fine|free|please|prefer\w*|available|would|suit\w*|me|be|is|are|am|"
    r"it['’]?s?|i['’]?m?|the|and|ok|or|maybe|only|ideally|usually|contact|reach|call|ring|write|"
    r"during)\b)[^\W\d_]+",
    re.I,
)
_NO_TIME_BEHIND = re.compile(
    r"\b(?:she|he|they|has|had|have|pain|fever|since|ago|last|years?|months?)\b", re.I
)
MOST_WORDS_BEHIND = 8
_SPLIT = re.compile(r"[,;\n]|(?<=[?!])\s|\.(?:\s|$)|\s+(?:and|but)\s+(?=i\b|my\b|call|please|best|any)", re.I)
_LEAD = re.compile(
    r"^(?:(?:no|yes|ok|okay|oops|sorry|well|sure|hi|hello|please|and|so|oh|um+|it['’]?s|it is)\b[\s,.!:-]*)+",
    re.I,
)
_ANY_TIME = re.compile(
    r"\b(?:(?:do not|don['’]?t|doesn['’]?t|does not|no)\s+(?:mind|care|matter|preference)|all the same|whatever|"
    r"flexible|(?:you|they) (?:decide|choose)|up to (?:you|them)|all day|always|24/7|as (?:soon|early) as|asap|soon|"
    r"now|immediately|not (?:before|after|on|in|at|during))\b",
    re.I,
)
_SOME_TIME = re.compile(
    r"\b(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun|day ?time|days?|nights?|early|late(?:r)?|midday|morning|school|"
    r"work|lunch|dinner|breakfast|months?|weeks?|hours?|am|pm|o['’]?clock|before|after|until|between|from|holidays?|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)\b|\d",
    re.I,
)
_CALL_IS_GOOD = re.compile(
    r"\s+(?:(?:a\s+)?(?:phone\s+)?calls?|to call|to ring)\s+(?:(?:is|are|would be|will be|works?|suits?|please|me|"
    r"good|fine|best|ok|okay|better|great|for)\b\s*)+[.!]*$",
    re.I,
)
_FILLERS = frozenset(
    "hm hmm um uh ok okay yes no yeah well so and but the a an i it is this that you u me my to of please pls thanks "
    "thank hi hello hey what huh sorry then just now lol".split()
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


def read(message: str, asked: str | None = None, *, lenient: bool = False) -> Found:
    """The details in a message. `asked` is what the patient was asked for just before: `name`, `contact`,
    `country`, `about`, `time`, or None when nothing was. `lenient`: they were asked twice, so what hardly looks
    like an answer is taken for one."""
    text = reproaches.without_price_wish(reproaches.without(_tidy(message)))
    values: dict[str, str] = {}
    wrong: list[str] = []
    text = _take_email(text, values, wrong)
    text = _take_phone(text, asked, values, wrong)
    text = _take_name(text, asked, values)
    _take_rest(text, asked, values, lenient=lenient)
    return Found({name: value[: LONGEST.get(name, 200)] for name, value in values.items()}, tuple(wrong))


def is_a_time(message: str) -> bool:
    """Whether a message names a time, or that any will do."""
    return _TIME.search(message) is not None


def any_time(message: str) -> bool:
    """Whether a message says when, in words that name no hour: "after work", "I don't mind"."""
    return _ANY_TIME.search(message) is not None or _SOME_TIME.search(message) is not None


def clean_time(text: str) -> str:
    """A time without what only leads up to it, or says that it suits: "evening call is good"."""
    return _CALL_IS_GOOD.sub("", _LEAD.sub("", text)).strip(" ,;.")


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
    found = names.found(text, asked=asked == "name", with_way=bool({"email", "phone"} & set(values)))
    if found is None:
        return text
    values["name"] = found[0]
    return found[1]


def _take_rest(text: str, asked: str | None, values: dict[str, str], *, lenient: bool) -> None:
    """Country, time and subject; in a message that gives much, what is left over is the subject."""
    several = len(values) >= 2
    parts = [part for each in _SPLIT.split(text) if (part := each.strip(" .:"))]
    if asked == "time" and not several:
        _take_asked_time(text, parts, values, lenient=lenient)
        return
    left: list[str] = []
    for part in parts:
        if "country" not in values and (country := _country(part, asked)):
            values["country"] = country
        elif "time" not in values and (time := _time(part)) and (asked != "about" or _is_time_alone(part)):
            values["time"] = time
        else:
            left.append(part)
    if asked == "about" and not several:
        rest = text if len(left) == len(parts) else ", ".join(left)
        if lenient or not _only_fillers(rest):
            _take_whole(rest, "about", values)
        return
    spare = [part for part in left if not _PHONE_WORD.search(part) or subjects.tells_illness(part)]
    spare = [part for part in spare if "mail" not in part]
    if about := subjects.subject(spare, any_words=several):
        values["about"] = about


def _take_asked_time(text: str, parts: list[str], values: dict[str, str], *, lenient: bool) -> None:
    """The answer to "when would it suit you?", without a country or an illness that is told beside it."""
    for part in parts:
        if country := countries.alone(_LEAD.sub("", part)):
            values.setdefault("country", country)
    timed = [part for part in parts if not countries.alone(_LEAD.sub("", part))]
    illness = [part for part in timed if _tells_of_the_ill(part) and not is_a_time(part)]
    if any(map(subjects.tells_illness, illness)):
        values["about"] = ", ".join(map(subjects.plain, illness))
        timed = [part for part in timed if part not in illness]
    rest = text if len(timed) == len(parts) else ", ".join(timed)
    if lenient or is_a_time(rest) or any_time(rest):
        _take_whole(clean_time(rest), "time", values)


def _tells_of_the_ill(part: str) -> bool:
    return subjects.tells_illness(part) or subjects.tells_whom(part)


def _only_fillers(text: str) -> bool:
    return not {word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 1} - _FILLERS


def _take_whole(text: str, detail: str, values: dict[str, str]) -> None:
    """A text that is the answer as it stands."""
    rest = _LEAD.sub("", text).strip(" ,;.")
    if len(re.sub(r"\W", "", rest)) >= 2:
        values[detail] = rest


def _country(part: str, asked: str | None) -> str | None:
    if known := countries.alone(part) or countries.exact(_LEAD.sub("", part)):
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
    if 1 <= len(words) <= 4 and all(re.fullmatch(names.WORD, word) for word in words):
        return rest if names.may_be_place(words) else None
    return None


def _time(part: str) -> str | None:
    found = _TIME.search(_CALL_ME.sub("", part)) or _TIME.search(part)
    return clean_time(found.group()) if found else None


def _is_time_alone(part: str) -> bool:
    """Whether a part of a message tells a time and nothing of an illness ("best in the evening")."""
    found = _TIME.search(part)
    return (
        found is not None
        and not _NO_TIME_BEFORE.search(part[: found.start()])
        and not _NO_TIME_BEHIND.search(part)
        and not subjects.tells_illness(part)
        and len(found.group().split()) <= MOST_WORDS_BEHIND
    )
