"""What a message asks that leans on what was said: "the second one", "no, I meant the donor", "tell me more",
two questions at once. Out come questions that can be searched for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.asked import Asked

MOST_QUESTIONS = 2
FEWEST_WORDS = 3
"""A question of its own has so many."""
_PLACES = {
    **dict.fromkeys(("first", "1st", "one", "1"), 0),
    **dict.fromkeys(("second", "2nd", "two", "2"), 1),
    **dict.fromkeys(("third", "3rd", "three", "3"), 2),
    **dict.fromkeys(("fourth", "4th", "four", "4"), 3),
    **dict.fromkeys(("fifth", "5th", "five", "5"), 4),
    **dict.fromkeys(("sixth", "6th", "six", "6"), 5),
    **dict.fromkeys(("seventh", "7th", "seven", "7"), 6),
    **dict.fromkeys(("last", "final"), -1),
}
_ORDER = r"first|second|third|fourth|fifth|sixth|seventh|last|final|1st|2nd|3rd|4th|5th|6th|7th"
_COUNT = r"one|two|three|four|five|six|seven|[1-7]"
_ORDINAL = re.compile(
    rf"\b(?:the\s+)?(?P<order>{_ORDER})(?:\s+(?:one|point|item|option|step|thing|bullet|part|"
    rf"reason|risk))?(?=\s*[?.!,]|\s*$|\s+(?:you|on|in|of|mean|exactly|again|please))"
    rf"|\b(?:number|no\.?|nr\.?|point|item|step|option|#)\s*(?P<count>{_COUNT})\b",
    re.I,
)
MOST_WORDS_OF_ORDINAL = 11
_CORRECTION = re.compile(
    r"^(?:(?:no|nope|nah|sorry|oops|wait|hm+|well|actually|not that)\b[\s,.!:;-]*)*"
    r"(?:(?:what\s+)?i\s+(?:actually\s+|really\s+)?(?:meant|mean|was\s+(?:asking|"
    r"talking)\s+about|am\s+asking\s+about|asked\s+about)"
    r"|i['’]?m\s+asking\s+about)(?:\s+(?:was|is|about))?\s*[,:]?\s*(?P<meant>.{2,})$",
    re.I,
)
_NOT_BUT = re.compile(
    r"^(?:(?:no|nope|sorry)\b[\s,.!:;-]*)?not\s+(?:the\s+|"
    r"about\s+)?[\w\s-]{2,40}?(?:,\s*(?:but\s+)?|\s+but\s+)(?P<meant>.{2,})$",
    re.I,
)
_MORE = re.compile(
    r"^(?:(?:ok|okay|yes|and|please|can you|could you)\b[\s,]*)*(?:(?:tell|show|give|"
    r"explain)\s+(?:me\s+|us\s+)?)?(?:a\s+(?:bit|little)\s+)?"
    r"(?:more(?:\s+(?:details?|info(?:rmation)?|about\s+(?:it|that|this)|on\s+(?:it|that|this)|please))*"
    r"|go\s+on|continue|keep\s+going|what\s+else(?:\s+(?:is there|do you know))?|"
    r"anything\s+else(?:\s+(?:about|on)\s+(?:it|that|this))?)[\s?.!]*(?:please)?[\s?.!]*$",
    re.I,
)
_MANNER = (
    r"(?:(?:again|differently|better|simpl(?:er|y)|easier|more\s+(?:simply|slowly|clearly|plainly)|another\s+way"
    r"|(?:in|with|using)\s+(?:\w+\s+){0,3}?(?:english|words?|terms|language|way|detail|sentences?|example)"
    r"|for\s+(?:an?\s+)?(?:dummies|child|children|kids?|beginners?|lay\w*|old\s+\w+|me)|like\s+i[\w'’ ]*)\b)"
)
"""How somebody wants a thing to be said."""
_CLARIFY = re.compile(
    r"^(?:(?:sorry|hm+|ok|okay|but|please|well|uh|um)\b[\s,.!]*)*"
    r"(?:what\s+do(?:es)?\s+(?:you|that|this|it)\s+mean(?:\s+(?:by\s+)?(?:that|this|it|exactly))?"
    r"|what\s+(?:is|does)\s+that\s+(?:supposed\s+to\s+)?mean"
    r"|(?:i\s+)?(?:still\s+)?(?:do\s+not|don['’]?t|didn['’]?t|did\s+not|can['’]?t|cannot)\s+(?:really\s+|"
    r"quite\s+)?(?:understand|get|follow)(?:\s+(?:it|that|this|you|a word))?(?:\s+at\s+all)?"
    r"|i\s+am\s+confused|i['’]?m\s+(?:lost|confused)"
    r"|(?:can|could)\s+you\s+(?:please\s+)?(?:explain|say|repeat|rephrase)"
    rf"(?:\s+(?:it|that|this)\b(?:\s+{_MANNER})*|(?:\s+{_MANNER})+|(?=[\s?.!]*(?:please)?[\s?.!]*$))"
    rf"|explain\s+(?:(?:it|that|this)\s+)?{_MANNER}(?:\s+{_MANNER})*|explain\s+(?:it|that|this)(?=[\s?.!]*$)"
    r"|(?:say|put)\s+(?:it|that|this)\s+(?:again|differently|simpl\w+|another\s+way|in\s+[\w ]+)"
    r"|in\s+(?:plain|simple|easy|simpler|easier|normal)\s+(?:english|words|terms|language)"
    r"|(?:that|this|it)\s+(?:does\s+not|doesn['’]?t|did\s+not|"
    r"didn['’]?t)\s+(?:really\s+)?(?:help(?:\s+me)?|answer\s+(?:it|(?:my|the)\s+question)|"
    r"make\s+sense)"
    r"|(?:that|this|it)(?:\s+is|\s+was|['’]?s)\s+(?:not\s+(?:what\s+i\s+(?:asked|meant|"
    r"wanted(?:\s+to\s+know)?)|helpful|my\s+question|an\s+answer)|too\s+(?:complicated|"
    r"difficult|technical|hard))"
    r"|you\s+(?:already|just)\s+said\s+(?:that|this|so)|not\s+(?:clear|helpful)|once\s+more|again)"
    r"(?:\s+please)?(?:[\s?.!,:;-]+|$)(?:(?:please|thanks)[\s?.!]*)?",
    re.I,
)
_START = r"(?:what|how|is|are|can|could|does|do|did|who|when|where|why|which|will|would|should|may)"
_AND_ASKS = re.compile(rf"\s*(?:,\s*)?\b(?:and|or)\s+(?:also\s+)?(?={_START}\b)", re.I)
_MONEY = re.compile(r"\b(cost|costs|price|prices|pricing|expensive|cheap|fees?|pay|money|insurance)\b", re.I)

_PRICE_WORDS = frozenset(
    "what whats s is are the your a how much many does do it this that cost costs price "
    "prices priced pricing fee fees "
    "charge charges charged rate rates tariff tariffs expensive money please therapy "
    "treatment of for you me i to pay "
    "nk cell cells killer natural looking tell about so and ok approximately roughly would "
    "will be know want wants can "
    "ballpark figure just give quote estimate hi hello infusion total overall any idea on "
    "pls list need have".split()
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What to search for. `unclear`: the patient did not understand, and wants it in other words; `its_own`:
    and says what."""

    questions: tuple[str, ...]
    unclear: bool = False
    its_own: bool = False


def meant(asked: Asked) -> Meant:
    """The questions of a message, one or two; none where it asks for more of nothing."""
    text = " ".join(asked.text.split())
    if (item := _item(text, asked)) is not None:
        return Meant((f"What about {item}?",))
    corrected = _CORRECTION.match(text) or (_NOT_BUT.match(text) if asked.context else None)
    if corrected:
        said = re.sub(r"^(?:about\s+|in\s+)?", "", corrected.group("meant"), count=1).strip()
        return Meant(
            (said if said.endswith("?") and len(said.split()) > 4 else f"What about {said.strip(' .!?')}?",)
        )
    if _MORE.match(text):
        return Meant(asked.context[-1:])
    rest = text
    while found := _CLARIFY.match(rest):
        rest = rest[found.end() :].strip()
    if rest != text:
        its_own = len(rest.split()) >= FEWEST_WORDS
        return Meant((rest,) if its_own else asked.context[-1:], unclear=True, its_own=its_own)
    return Meant(split(text))


def asks_for_more(text: str) -> bool:
    """Whether the message asks for more of the same, not for other words."""
    return _MORE.match(" ".join(text.split())) is not None


def split(text: str) -> tuple[str, ...]:
    """The message as one question, or as the two that it asks."""
    sentences = [each.strip() for each in re.findall(r"[^?]+\?+", text)]
    if len(sentences) == MOST_QUESTIONS and text.rstrip().endswith("?"):
        if all(len(each.split()) >= FEWEST_WORDS for each in sentences):
            return tuple(sentences)
    elif len(sentences) <= 1:
        parts = _AND_ASKS.split(text, maxsplit=1)
        first = parts[0].strip(" ,")
        if (
            len(parts) == 2
            and re.match(_START, first, re.I)
            and min(len(first.split()), len(parts[1].split())) >= FEWEST_WORDS
        ):
            return (f"{first}?", parts[1].strip())
    return (text,)


def just_the_price(question: str) -> bool:
    """Whether the message asks for the price and for nothing in particular: "fees?", "how much is it"."""
    return set(re.findall(r"[a-z]+", question.lower())) <= _PRICE_WORDS


def about_money(question: str) -> bool:
    """Whether a part of a message asks about money."""
    return _MONEY.search(question) is not None


def _item(text: str, asked: Asked) -> str | None:
    """The point of the list just shown that the message points at."""
    points: Sequence[str] = next(
        (reply["items"] for reply in reversed(asked.before) if reply.get("items")), ()
    )
    found = _ORDINAL.search(text)
    if not points or not found or len(text.split()) > MOST_WORDS_OF_ORDINAL:
        return None
    place = _PLACES[(found.group("order") or found.group("count")).lower()]
    return points[place] if place < len(points) else None
