"""What a message asks that leans on what was said: "the second one", "no, I meant the donor", "tell me more",
two questions at once. Out come questions that can be searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

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
    r"^(?:(?:no+|nope|nah|sorry|oops|wait|what|huh|hm+|well|but|actually|not that|wrong|please|excuse me|hey|"
    r"(?:that|this|it)(?:['’]?s|\s+is|\s+was)\s+not\s+(?:what\s+i\s+(?:asked|meant|wanted|said)|it|my\s+question)|"
    r"you\s+(?:did\s+not|didn['’]?t)\s+(?:answer|understand)(?:\s+(?:me|it|that|my\s+question))?)\b[\s,.!?:;-]*)*"
    r"(?:(?:what\s+)?i\s+(?:actually\s+|really\s+|only\s+|just\s+)?(?:meant|mean|was\s+(?:asking|"
    r"talking)\s+about|am\s+asking\s+about|asked\s+(?:you\s+)?(?:about|"
    r"for(?=[^.?!]{2,40}[.!]*$)|if|whether|(?=(?:what|why|how|which|who|when|where)\b)))"
    r"|my\s+question\s+(?:was|is)"
    r"|i['’]?m\s+(?:only\s+|just\s+)?asking\s+(?:about|if|whether))(?:\s+(?:was|is|about))?\s*[,:]?\s*(?P<meant>.{2,})$",
    re.I,
)
_NOT_BUT = re.compile(
    r"^(?:(?:no|nope|sorry)\b[\s,.!:;-]*)*not\s+(?:the\s+|about\s+|with\s+|for\s+)?(?P<not>[\w\s-]{2,40}?)"
    r"(?:[,.;!]+\s*(?:but\s+)?|\s+but\s+)(?P<meant>.{2,})$",
    re.I,
)
_BUT_NOT = re.compile(
    r"(?:\s*[,;.]\s*|\s+)(?:and\s+|but\s+)?not\s+(?:about\s+|the\s+|for\s+)?(?P<not>[\w-]+(?:\s+[\w-]+){0,3})[.!]*$",
    re.I,
)
"""What is not meant, at the end of what is: "for Germany, not Belarus"."""
_REJECTS = re.compile(
    r"^(?:(?:no|nope|sorry|hey|but|please)\b[\s,.!:;-]*)*"
    r"(?:(?:that|this|it)(?:['’]?s|\s+is|\s+was)\s+(?:all\s+|only\s+)?about\s+[^.,;!?]{2,40}"
    r"|(?:i|we)\s+(?:did\s+not|didn['’]?t|never|do\s+not|don['’]?t)\s+ask(?:ed)?\s+(?:you\s+)?"
    r"(?:about|for|to)\s+[^.,;!?]{2,40}"
    r"|why\s+(?:do|did|are)\s+you\s+(?:always\s+|keep\s+)?(?:show|tell|giv|talk|send|mention|bring|answer|say)\w*"
    r"\s+[^.;!?]{2,60}"
    r"|(?:please\s+)?stop\s+(?:with|showing|telling|talking|sending|giving|about)\b[^.,;!?]{2,40}"
    r"|you\s+(?:keep|are)\s+(?:showing|telling|giving|talking|sending|mixing)\b[^.,;!?]{2,40})"
    r"[.,;!?]+\s*(?P<meant>\S.{2,})$",
    re.I,
)
"""A complaint about what was shown; what follows it is wanted."""
MOST_WORDS_OF_WANTED = 4
"""Of what is wanted instead of something else, to be asked together with the question before it."""
_YES_OR_NO = re.compile(
    r"^(?:(?:no|but|so|ok|i\s+(?:said|asked(?:\s+you)?)|just|please|only|tell\s+me|answer(?:\s+me)?(?:\s+with)?|omg|come\s+on|"
    r"simply|a|is\s+(?:it|that)|say|straight\s+answer)\b[\s,.!:;-]*)*yes\s+or\s+no[\s?.!]*(?:please)?[\s?.!]*$",
    re.I,
)
_NEXT_POINT = re.compile(
    r"^(?:(?:ok|okay|and|so|thanks?|thank you|good)\b[\s,]*)*"
    r"(?:(?:what\s+(?:comes|happens|is)\s+)?(?:after\s+(?:that|this|it)|next|then)|(?:the\s+)?next\s+(?:one|step|point))[\s?.!]*$",
    re.I,
)
"""What comes after the point that was asked about just now."""
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
    r"|(?:like\s+)?(?:for|to)\s+(?:an?\s+)?(?:dummies|child(?:\s+of\s+\w+)?|children|kids?|beginners?|lay\w*|old\s+\w+|"
    r"me)|like\s+i[\w'’ ]*)\b)"
)
"""How somebody wants a thing to be said."""
_CLARIFY = re.compile(
    r"^(?:(?:sorry|hm+|ok|okay|but|please|well|uh|um|no|and|thanks|wow|i\s+meant)\b[\s,.!]*)*"
    r"(?:what\s+do(?:es)?\s+(?:you|that|this|it)\s+mean(?!\s+(?:for|if|when|to|in)\b)(?:\s+(?:by\s+)?(?:that|this|it|exactly))?"
    r"|(?:wait\W+)?(?:what|huh)(?=\W*$)"
    r"|what\s+(?:is|does)\s+that\s+(?:supposed\s+to\s+)?mean"
    r"|(?:i\s+)?(?:still\s+|just\s+)?(?:do\s+not|don['’]?t|didn['’]?t|did\s+not|can['’]?t|cannot|not)\s+(?:really\s+|"
    r"quite\s+)?(?:understand|get|follow)(?:\s+(?:(?:all\s+|any\s+of\s+)?(?:this|that|these|those|the|"
    r"your|so\s+many)\s+(?:answers?|table|numbers?|words?|text|explanation|article|part)|it|that|this|you|a\s+word|anything))?(?:\s+at\s+all)?"
    r"|i\s+am\s+confused|i['’]?m\s+(?:lost|confused)|you(?:['’]ve)?\s+lost\s+me"
    r"|(?:that|this|it)(?:['’]?s|\s+is|\s+was)\s+(?:a\s+lot(?:\s+of\s+(?:text|words|numbers|information))?|"
    r"(?:much\s+|way\s+)?too\s+(?:long|much))"
    r"|(?:much\s+|way\s+)?too\s+(?:long|complicated|difficult|technical|many\s+(?:words|numbers)|much\s+text)"
    r"|(?:a\s+(?:bit|little)\s+)?(?:(?:much\s+)?(?:simpl(?:er|y)|easier|shorter|plainer)|more\s+(?:simpl[ey]|easy|plainly|"
    r"clear(?:ly)?)|eli5|tl;?dr)(?:\s+(?:words?|english|version|answer))?(?=[\s,)]*(?:please|pls|thanks)?\s*(?:[?.!:;)]|$))"
    r"|(?:can|could)\s+you\s+(?:please\s+)?(?:explain|say|repeat|rephrase)"
    rf"(?:\s+(?:it|that|this)\b(?:\s+{_MANNER})*|(?:\s+{_MANNER})+|(?=[\s?.!]*(?:please)?[\s?.!]*$))"
    rf"|(?:explain|say|tell\s+me)\s+(?:(?:it|that|this)\s+)?{_MANNER}(?:\s+{_MANNER})*|like\s+for\s+an?\s+child|explain\s+(?:it|that|this)(?=[\s?.!]*$)"
    r"|(?:say|put)\s+(?:it|that|this)\s+(?:again|differently|simpl\w+|another\s+way|in\s+[\w ]+)"
    r"|in\s+(?:plain|simple|easy|simpler|easier|normal)\s+(?:english|words|terms|language)"
    r"|(?:that|this|it)\s+(?:does\s+not|doesn['’]?t|did\s+not|"
    r"didn['’]?t)\s+(?:really\s+)?(?:help(?:\s+me)?|answer\s+(?:it|(?:my|the)\s+question)|"
    r"make\s+sense)"
    r"|(?:that|this|it)(?:\s+is|\s+was|['’]?s)\s+(?:not\s+(?:what\s+i\s+(?:asked|meant|"
    r"wanted(?:\s+to\s+know)?)|helpful|my\s+question|an\s+answer)|too\s+(?:complicated|"
    r"difficult|technical|hard))"
    r"|not\s+(?:clear|helpful)|once\s+more|again)"
    r"(?:\s+(?:please|pls))?(?:[\s?.!,:;-]+|$)(?:(?:please|thanks)[\s?.!]*)?",
    re.I,
)
_HEARD = re.compile(
    r"^(?:(?:no|but|yes|ok|sorry|hey|well)\b[\s,.!]*)*you(?:['’]ve|\s+have)?\s+(?:(?:already|just)\s+(?:said|told\s+me|"
    r"wrote)|(?:said|told\s+me|wrote))\s+(?:that|this|so|it)(?:\s+(?:already|before|twice))?(?:[\s?.!,:;-]+|$)",
    re.I,
)
_TERM = r"[\"“”'‘’]?(?P<{}>[^\s\"“”,;:.?!][^\"“”,;:.?!]*?)[\"“”'‘’]?"
_WORD = re.compile(
    r"^(?:(?:sorry|hm+|ok|okay|and|but|please|well|wait|yes|no)\b[\s,.!]*)*(?:"
    rf"what\s+do\s+you\s+mean\s*,?\s*(?:by\s+|with\s+|when\s+you\s+say\s+)?(?:the\s+(?:word|term)\s+)?{_TERM.format('a')}"
    rf"|what\s+does\s+(?:the\s+(?:word|term)\s+)?(?!that\b|this\b|it\b){_TERM.format('b')}\s+mean"
    rf"|what(?:['’]?s|\s+is)\s+(?:that|this|the)\s+(?:word|term|expression|thing)\s*[,:]?\s+{_TERM.format('c')}"
    rf"|what\s+is\s+meant\s+by\s+{_TERM.format('d')}"
    rf"|(?:i\s+(?:only\s+|just\s+)?meant?\s+)?(?:the|a)\s+(?:word|term)\s+{_TERM.format('e')}"
    rf"|what\s+(?!(?:do|does|did|you|that|this|it|i)\b){_TERM.format('f')}\s+means"
    rf"|{_TERM.format('g')}\s*\?+\s*what(?:['’]?s|\s+is)\s+(?:that|this|it)"
    r")\s*(?:[?.!,;:]+\s*(?P<rest>.*))?$",
    re.I,
)
"""A message that names the word or the words that were not understood."""
_NO_TERM = re.compile(r"^(?:that|this|it|exactly|so|you|we|they|i|he|she|there)\b", re.I)
MOST_WORDS_OF_TERM = 8
_START = (
    r"(?:what|how|is|are|can|could|does|do|did|who|when|where|why|which|will|would|should|may|has|have|"
    r"(?:is|are|do|does|did|ca|wo|would|could)n['’]?t)"
)
_FILLER = r"(?:(?:and|or|but|so|also|then|please|well|now|first)\b[\s,]*)*"
_CUTS = re.compile(
    rf"(?P<asked>(?<=\?)\s+(?=[^?\s]))|(?P<stop>(?<=[.!])\s+(?={_FILLER}{_START}\b))"
    rf"|(?P<and>\s*(?:,\s*)?\b(?:and|or)\s+(?:also\s+)?(?={_START}\b))",
    re.I,
)
"""Where a second question may begin."""
_LEANS = re.compile(
    rf"^{_FILLER}(?:(?:is|was|are|were|isn['’]?t|can|could|would)\s+(?:that|this|these|those)\s+(?:\w+\s+)?(?:normal|bad|good|"
    r"true|right|ok|okay|serious|common|usual|possible|dangerous|a\s+lot|many|much|so|safe|be)\b.*"
    r"|(?:why|how|what)\s+(?:is|was|does|would|can|could)\s+(?:that|this)\b(?:\s+(?:be|so|mean|happen|possible))?|"
    r"why\s+(?:not|so)|how\s+(?:so|come))\W*$",
    re.I,
)
"""A question that has no subject without what stands before it."""
_CHATTER = re.compile(
    r"^(?:(?:(?:ok(?:ay)?|alright|all\s+right|hi|hello|hey|hm+|oh|ah|wow|well|thx|thanks|thank\s+you|one\s+more(?:\s+thing|\s+"
    r"question)?|another\s+question)\b(?:\s+(?:so|then|and|but|now)\b)?"
    r"|(?:good|great|fine|cool|right|yes|yeah|no|so|sorry|wait|huh|what|interesting|i\s+see|understood|never\s*mind|"
    r"the\s+other\s+way\s+round|(?:my\s+)?(?:last|next)\s+(?:one|question))(?=\s*[,.!:;?…-]))[\s,.!:;?…-]*)+(?=\w)",
    re.I,
)
_THANKS = re.compile(
    r"^(?:(?:ok(?:ay)?|oh|great|good|alright|many|well)\b[\s,.!]*)*(?:thank\s*(?:you|s)|thanx|thx|ty|cheers)\b"
    r"(?:\s+(?:so|very)\s+much|\s+a\s+lot|\s+anyway)?[\s,.!:;-]*(?:(?:and|but)\s+)?",
    re.I,
)
_BACK_TO = re.compile(r"^back\s+to\s+(?=[^?.!]{2,40}:)", re.I)
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
    """What to search for. `unclear`: the patient did not understand, and wants it in other words; `puzzled`: did not
    either, and says what the question was; `heard`: was told it before, and wants something else. `corrected`: was
    misunderstood, and says what was meant; `rejected`: and what was not."""

    questions: tuple[str, ...]
    unclear: bool = False
    puzzled: bool = False
    heard: bool = False
    corrected: bool = False
    rejected: str = ""


def meant(asked: Asked) -> Meant:
    """The questions of a message, one or two; none where it asks for more of nothing."""
    text = " ".join(asked.text.split())
    if asked.offered(asked.text.strip()):
        return Meant((text,))
    if (item := _item(text, asked)) is not None:
        return Meant((f"What about {item}?",))
    if named := _word(text, asked):
        return named
    if (told := _REJECTS.match(text)) and not _CLARIFY.match(text):
        return meant(replace(asked, text=told.group("meant")))
    if corrected := _CORRECTION.match(text):
        said = corrected.group("meant")
        instead_of = _BUT_NOT.search(said)
        rejected = instead_of.group("not") if instead_of else ""
        return replace(_corrected(said, asked), corrected=bool(asked.context), rejected=rejected)
    if asked.context and _YES_OR_NO.match(text):
        return Meant(asked.context[-1:], unclear=True)
    if asked.context and (instead := _NOT_BUT.match(text)):
        return Meant((_instead(instead.group("not"), instead.group("meant"), asked),))
    if _MORE.match(text):
        return Meant(asked.context[-1:])
    return _not_understood(text, asked) or Meant(split(text))


def takes_up(asked: Asked) -> bool:
    """Whether a message points at what was said or puts right how it was understood, whatever else it looks like."""
    if not asked.context or asked.offered(asked.text.strip()):
        return False
    understood = meant(asked)
    return bool(understood.questions) and understood.questions != split(" ".join(asked.text.split()))


def _not_understood(text: str, asked: Asked) -> Meant | None:
    """What is to be said in other words, or the question after "I do not understand"; None for any other message."""
    heard = _HEARD.match(text)
    rest = text[heard.end() :].strip() if heard else text
    while found := _CLARIFY.match(rest):
        rest = rest[found.end() :].strip()
    if rest == text:
        return None
    if _whole(rest) or "?" in rest or len(rest.split()) > FEWEST_WORDS:
        asks = meant(replace(asked, text=rest))
        return replace(asks, puzzled=bool(asked.context) and not heard)
    return Meant(asked.context[-1:], unclear=True, heard=heard is not None)


def _corrected(said: str, asked: Asked) -> Meant:
    """What a correction asks for: a word, a question, or a subject."""
    said = _BUT_NOT.sub("", said).strip()
    if (named := _word(said, asked)) and not named.unclear:
        return named
    if plea := _not_understood(said, asked):
        return plea
    said = re.sub(r"^(?:about\s+|in\s+|for\s+)?", "", said, count=1).strip()
    if re.match(rf"{_START}\b", said, re.I) or (said.endswith("?") and len(said.split()) > FEWEST_WORDS + 1):
        return Meant((said,))
    return Meant((f"What about {said.strip(' .!?')}?",))


def _instead(rejected: str, wanted: str, asked: Asked) -> str:
    """The question before with what is wanted in the place of what is not; a longer wish stands for itself."""
    wanted = wanted.strip(" .!?")
    before = asked.context[-1].strip(" .!?")
    if len(wanted.split()) > MOST_WORDS_OF_WANTED:
        return f"{wanted}?"
    named = re.sub(r"^(?:the|an?)\s+", "", wanted, flags=re.I)
    swapped = re.sub(rf"\b{re.escape(rejected.strip())}\b", named, before, flags=re.I)
    return f"{swapped}?" if swapped != before else f"{before}, {wanted}?"


def _word(text: str, asked: Asked) -> Meant | None:
    """The question about the word that a message names, or the question that follows "what do you mean"."""
    found = _WORD.match(text)
    if not found:
        return None
    term = next(found.group(each) for each in "abcdefg" if found.group(each)).strip()
    rest = (found.group("rest") or "").strip()
    if not _NO_TERM.match(term) and len(term.split()) <= MOST_WORDS_OF_TERM:
        return Meant(
            (f"What is {term}?" if len(term.split()) <= FEWEST_WORDS else f"What does “{term}” mean?",)
        )
    if rest and (_CORRECTION.match(rest) or _whole(rest)):
        return meant(replace(asked, text=rest))
    return Meant(asked.context[-1:], unclear=True) if _NO_TERM.match(term) else None


def asks_for_more(text: str) -> bool:
    """Whether the message asks for more of the same, not for other words."""
    return _MORE.match(" ".join(text.split())) is not None


def split(text: str) -> tuple[str, ...]:
    """The message as one question, or as the two that it asks, each of them whole and without chatter before it."""
    if len(re.findall(r"[^?]+\?+", text)) > MOST_QUESTIONS:
        return (text,)
    for cut in _CUTS.finditer(text):
        first, second = text[: cut.start()].strip(" ,"), text[cut.end() :].strip()
        if _whole(first) and _whole(second) and not _LEANS.match(_last_clause(second)):
            first = first if first.endswith("?") else f"{first.rstrip('.!')}?"
            return _without_chatter(first), _without_chatter(second)
    return (text,)


def _whole(part: str) -> bool:
    """Whether a part of a message is a question of its own: its last clause begins as one."""
    clause = _last_clause(part)
    asks = re.match(rf"{_FILLER}{_START}\b", clause, re.I)
    return asks is not None and len(clause.split()) >= FEWEST_WORDS


def _last_clause(part: str) -> str:
    return _CHATTER.sub("", re.split(r"[.,:;!]\s+", part.strip(" .,!"))[-1])


def _without_chatter(part: str) -> str:
    """The question without "ok so" before it; "back to the donors:" is kept as what it is about."""
    return _BACK_TO.sub("about ", _CHATTER.sub("", part, count=1), count=1)


def without_thanks(text: str) -> str:
    """What a message says besides "thank you"."""
    return _THANKS.sub("", text.strip(), count=1)


def just_the_price(question: str) -> bool:
    """Whether the message asks for the price and for nothing in particular: "fees?", "how much is it"."""
    return set(re.findall(r"[a-z]+", question.lower())) <= _PRICE_WORDS


def about_money(question: str) -> bool:
    """Whether a part of a message asks about money."""
    return _MONEY.search(question) is not None


def _item(text: str, asked: Asked) -> str | None:
    """The point of the list just shown that the message points at."""
    if _NEXT_POINT.match(text):
        return _next_point(asked)
    found = _ORDINAL.search(text)
    if not found or len(text.split()) > MOST_WORDS_OF_ORDINAL:
        return None
    place = _PLACES[(found.group("order") or found.group("count")).lower()]
    return next((points[place] for points in asked.lists if place < len(points)), None)


def _next_point(asked: Asked) -> str | None:
    """The point of a list after the one that was asked about last."""
    last = asked.context[-1] if asked.context else ""
    for points in asked.lists:
        for point, following in pairwise(points):
            if last == f"What about {point}?":
                return following
    return None
