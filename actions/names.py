"""Finds a person's name in a message, with other words around it or without."""

from __future__ import annotations

import re

from actions import countries, subjects

MOST_WORDS = 4

_LETTERS = r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*"
_TITLE = r"[^\W\d_]{1,2}\.|Mrs\.|Prof\."
WORD = rf"(?:{_TITLE}|{_LETTERS})"
_FULL_NAME = rf"(?P<name>{WORD}(?:\s+{WORD}){{0,4}})"
_BREAK = r"(?:^|[.,;:!?\n–]\s*|\s-\s)"
_NAMED = (
    re.compile(
        rf"\b(?:my|the|his|her)\s+(?:full\s+|first\s+|last\s+)?name(?:\s+is|['’]s|\s*[:=])\s*{_FULL_NAME}",
        re.I,
    ),
    re.compile(rf"\bname\s*[:=]\s*{_FULL_NAME}", re.I),
    re.compile(rf"{_BREAK}{_FULL_NAME}\s+is\s+(?:my|the)\s+name\b", re.I),
    re.compile(
        rf"\b(?:call me|i am called|i['’]?m called|me llamo|mi chiamo|je m['’]appelle|ich hei(?:ß|"
        rf"ss)e|mein name ist)\s+{_FULL_NAME}",
        re.I,
    ),
)
_LOOSELY_NAMED = re.compile(
    rf"(?:{_BREAK}|\b(?:my|and|with|full|first|ok|so)\s+)name(?:\s+is|['’]s)?\s+{_FULL_NAME}", re.I
)
_INTRODUCED = re.compile(
    rf"(?:{_BREAK}|\b(?:hi|hello|hey|ok|and|so|oh)\s+)(?:i\s+am|i['’]?m|this\s+is|it['’]?s|"
    rf"it\s+is)\s+{_FULL_NAME}",
    re.I,
)
_ENDS_NAME = frozenset(
    "and from in at my i im i'm is on or but the with for of a an e-mail email mail phone tel telephone "
    "mobile number you can could please living live here calling writing speaking by to who we thanks "
    "thank as".split()
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
    wait quote enquiry inquiry request info information details data contact address name names topic subject
    complaint said told wrote send use whatsapp anonymous dad mom sister brother advisor consent offer
    cheers asap urgently mobile office cool omg lol
    """.split()
)
_TIME_WORD = re.compile(
    r"\b(?:\w+days?|week-?ends?|mornings?|afternoons?|evenings?|noon|any ?time|whenever|tonight)\b", re.I
)
_PARTS = re.compile(
    r"[,;:\n!?()\"“”]|(?<![^\W\d_])\.|(?<=[^\W\d_]{3})(?<!\bMrs)(?<!\bProf)\.(?=\s|$)|\s[-–]\s|\s+(?:and|my)\s+"
)
_ORIGIN = re.compile(r"(?:^|\s+)from\b.*", re.I)
_FILLER = re.compile(
    r"^(?:(?:no|yes|ok|okay|oops|sorry|well|sure|hi|hello|hey|please|and|so|oh|um+|hm+|again|it['’]?s|it is|"
    r"i am|i['’]?m|im|this is|use|just|name|i meant?|then|still)\b[\s,.!:-]*)+",
    re.I,
)


def found(text: str, *, asked: bool, with_way: bool) -> tuple[str, str] | None:
    """The name in a text, and the text without it. `asked`: the name was asked for just before;
    `with_way`: an address or a number stood beside it."""
    for pattern in (*_NAMED, _LOOSELY_NAMED, _INTRODUCED):
        match = pattern.search(text)
        name = _cut(match.group("name")) if match else None
        if match is None or name is None:
            continue
        capital = name[0].isupper() and not text.isupper()
        whole = pattern is _LOOSELY_NAMED and re.match(
            r"\s*(?:[.,;:!?\n]|$)", text[match.start("name") + len(name) :]
        )
        if pattern in _NAMED or capital or whole or (asked and len(name.split()) <= 3):
            return name, f"{text[: match.start()]} {text[match.start('name') :].replace(name, ' ', 1)}"
    return _left_over(text, with_way=with_way) if asked else None


def _left_over(text: str, *, with_way: bool) -> tuple[str, str] | None:
    """The first part of a text that looks like a name and nothing else, once filler words are off.

    Behind the first words only what has a capital counts: there illnesses and grumbles stand, too.
    """
    first = True
    for part in _PARTS.split(text):
        bare = _FILLER.sub("", _ORIGIN.sub("", part.strip())).strip(" .").removesuffix(" please")
        if not bare:
            continue
        name = _cut(bare) if re.fullmatch(_FULL_NAME, bare) else None
        whole = name == bare and len(bare.split()) <= MOST_WORDS
        if name and (whole or (first and with_way)) and (first or name[0].isupper()):
            return name, text.replace(name, " ", 1)
        first = False
    return None


def _cut(name: str) -> str | None:
    """The words up to one that ends a name; None where the first, or all of them, are no name."""
    words: list[str] = []
    for word in name.split():
        bare = word.lower().strip(".'’")
        if bare in _ENDS_NAME or bare in _NO_NAME or (words and countries.exact(word)):
            break
        words.append(word)
    cut = " ".join(words).strip(" .,")
    if len(cut) < 2 or cut.lower().endswith("ing") or countries.exact(cut):
        return None
    return None if subjects.tells_illness(cut) or _TIME_WORD.search(cut) else cut


def beside(text: str, way: str) -> str | None:
    """A name that stands bare right beside an address or a number, even without a capital: "079 555 01 23 chidi"."""
    at = re.escape(way)
    for pattern in (
        rf"{at}\s*[,;:]?\s*(?P<name>{WORD}(?:\s+{WORD})?)\s*(?=[.,;:!?\n]|$)",
        rf"(?:^|[.,;:!?\n])\s*(?P<name>{WORD}(?:\s+{WORD})?)\s*[,;:]?\s*{at}",
    ):
        found = re.search(pattern, text, re.I)
        if found and _cut(found["name"]) == found["name"]:
            return found["name"]
    return None


def tidied(name: str) -> str:
    """A name with capitals where it was written without any, or in nothing else: "DAVE", "dave"."""
    loud = name.isupper() and len(name) > 2
    return name.title().replace("’S", "’s").replace("'S", "'s") if loud or name.islower() else name


def may_be_place(words: list[str]) -> bool:
    """Whether words may name a place: none of them is an everyday word that names nothing."""
    return not {word.lower() for word in words} & (_NO_NAME - {"new", "home"})
