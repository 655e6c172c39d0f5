"""Talk about the talk, and what is no matter of articles: jokes, sums, the weather, insults, "are you sure?"."""

from __future__ import annotations

import re

from actions import followups, idioms, talk_words, voice
from actions.asked import Asked
from actions.heard import Heard, varied

_LEAD = (
    r"^(?:(?:ok(?:ay)?|so|and|but|well|hi|hello|hey|then|no|yes|lol|haha+|hm+|oh|wow|boring|thx|thanks"
    r"|please|come\s+on|wait|sorry)\b[\s,.!?]*)*"
)
_MEDICAL = re.compile(
    r"\b(?:nk|cells?|therap\w+|treat\w*|cancer\w*|tumou?rs?|chemo\w*|infusions?|doctors?|hospital|clinics?"
    r"|trials?|stud(?:y|ies)|side\s+effects?|"
    r"risks?|immun\w+|blood|leuk\w+|lymph\w+|patients?|medicines?|drugs?|doses?|vitamins?|mg|ml|kg|cure\w*"
    r"|diet|food|pain|fever|donors?|remission|"
    r"mri|scans?|illness|disease|sick|ill|transplant|prices?|costs?|money|pay)\b",
    re.I,
)
_SUM = re.compile(
    _LEAD + r"(?:prove\s+it[\s.,!:;]*)?(?:(?:what(?:['’]?s|\s+is|\s+are)|how\s+much\s+is|calculate|compute"
    r"|can\s+you\s+(?:do|solve|calculate)|do\s+you\s+know"
    r"(?:\s+what)?|solve|quick)[\s:,]+)?(?:the\s+(?:square\s+)?root\s+of\s+\d+|\d+(?:[.,]\d+)?\s*(?:x|\*|×"
    r"|times|plus|\+|minus|-|divided\s+by|/|÷|\^)\s*"
    r"\d+(?:[.,]\d+)?)(?:\s+is)?\s*(?:=\s*)?[?!.\s]*$",
    re.I,
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "human",
        r"\b(?:human|(?:real\s+|actual\s+|live\s+)?(?:person|people|man|woman)|some(?:body|one)|any(?:body"
        r"|one)|real\s+one)\b(?:\s+(?:is|actually|really|"
        r"secretly|there|just|behind|who))*\s+(?:typing|writing\s+(?:this|to\s+me|back|these)"
        r"|answering\s+(?:me|this|now)|replying|behind\s+(?:this|"
        r"the\s+(?:screen|chat|bot|curtain))|at\s+the\s+other\s+end|on\s+the\s+other\s+(?:end|side))\b"
        r"|\bwho(?:['’]s|\s+is)\s+(?:really\s+)?(?:at|on)\s+the\s+other\s+(?:end|side)\b"
        r"|\bblink\s+(?:twice|once|if)\b|\bwho\s+is\s+typing\b|\bare\s+you\s+(?:secretly\s+"
        r"|really\s+)?(?:a\s+)?(?:human|person)\s+typing\b",
    ),
    (
        "prove",
        _LEAD + r"(?:(?:can\s+you\s+|go\s+on\W+)?prove\s+(?:it|that)(?:\s+to\s+me)?"
        r"|(?:can\s+you\s+)?prove\s+(?:that\s+)?you(?:['’]?re"
        r"|\s+are)\s+(?:not\s+)?(?:really\s+)?an?\s+"
        r"(?:\w+\s+)?(?:bot|robot|human|machine|person|computer|ai))\b",
    ),
    (
        "understands",
        r"\b(?:do|did|can)\s+you\s+(?:(?:actually|really|even|truly|at\s+all)\s+)*(?:understand|read"
        r"|comprehend|get)\s+(?:anything|a\s+(?:single\s+)?word|"
        r"(?:any\s+of\s+)?what\s+(?:i|we)(?:['’]?m)?\s+(?:\w+\s+)?(?:writ\w+|wrote|sa(?:y|id|ying)|typ\w+"
        r"|mean|ask\w*|tell\w*)|me(?=\s*(?:at\s+all)?\s*[?!.]*$)|"
        r"my\s+(?:words|messages?|questions?|english))",
    ),
    (
        "repeats",
        r"\bword\s+for\s+word\b.{0,40}\b(?:same|said|before|again)\b|\b(?:that|it|this)(?:['’]?s|\s+is"
        r"|\s+was)\s+word\s+for\s+word\b"
        r"|\byou(?:['’]?re|\s+are|\s+just|\s+keep|\s+always)?\s+(?:just\s+|only\s+|always\s+)?repeat(?:ing"
        r"|ed)?\s+(?:yourself|it|that|the\s+same)\b|\bstop\s+repeating\b"
        r"|\byou\s+(?:keep|always|just|already|only)?\s*(?:say(?:ing)?|said|writ(?:e|ing)|wrote|giv(?:e|ing)"
        r"|gave|send(?:ing)?|sent|copy(?:ing)?|past(?:e|ing))"
        r"(?:\s+me)?\s+(?:\w+\s+)?(?:exactly\s+)?the\s+(?:very\s+|exact\s+)?same\b"
        r"|\b(?:the\s+)?(?:very\s+|exact\s+)?same\s+(?:answer|text|sentence|words?|reply|message"
        r"|thing)\s+(?:\w+\s+)?(?:again|as\s+before|twice|three\s+times|over\s+and\s+over|"
        r"every\s+time|once\s+more)\b|\bsound\s+like\s+a\s+broken\s+record\b|\byou\s+just\s+repeated\b",
    ),
    (
        "sure",
        _LEAD
        + r"(?:are\s+you|r\s+u|you)\s+(?:really\s+|quite\s+|absolutely\s+|very\s+|100\s*%\s+)?(?:sure|certain"
        r"|positive)(?:\s+(?:about|of)\s+(?:that|this|it|what\s+you\s+\w+))?\s*[?!.]*$",
    ),
    (
        "report",
        r"\b(?:are|will|would|can|do|did|gonna)\s+(?:you|u)\s+(?:really\s+|now\s+)?(?:going\s+to\s+"
        r"|gonna\s+)?(?:report|denounce|sue|ban|block|snitch\s+on|tell\s+on|grass\s+on|"
        r"rat\s+on|get)\s+me\b(?:\s+(?:for|to|in\s+trouble|banned|arrested)\b.*|\s*[?!.]*)$"
        r"|\bam\s+i\s+(?:going\s+to\s+be\s+|gonna\s+be\s+|now\s+)?(?:reported|banned|blocked|in\s+trouble)\b",
    ),
    (
        "seller",
        r"\b(?:are|r)\s+(?:you|u)\s+(?:\w+\s+)?(?:an?\s+|the\s+)?(?:company|firm|business|sellers?"
        r"|salesm[ae]n|salesperson|shop|clinic|bot)\s*(?:that|who|which)?\s*(?:sell\w*|offer\w*|selling)\b"
        r"|\b(?:do|are)\s+you(?:\s+people|\s+guys|\s+lot)?\s+(?:also\s+|just\s+|only\s+"
        r"|really\s+)?(?:sell(?:ing)?|trying\s+to\s+sell)\s+(?:me\s+|us\s+|people\s+)?(?:it|this|that|these"
        r"|something|the\s+\w+|nk\b[\w\s]*|stuff)"
        r"|\bare\s+you\s+(?:really\s+|even\s+)?(?:neutral|independent|biased|unbiased|impartial|objective"
        r"|on\s+(?:commission|the\s+payroll))\b|\bis\s+this\s+(?:an?\s+)?(?:advert\w*|ad|sales\s+(?:chat"
        r"|pitch)|commercial)\b",
    ),
    (
        "only a joke",
        r"\b(?:it|that|this)(?:['’]?s|\s+is|\s+was)\s+(?:just\s+|only\s+)?(?:an?\s+)?jok(?:e"
        r"|ing)\b(?!\s+of\b)(?=\s*[.,!?]|\s*$|\s+(?:lol|haha|to|mate))"
        r"|\bi(?:\s+was|['’]?m|\s+am)\s+(?:just\s+|only\s+)?(?:joking|kidding|pulling\s+your\s+leg)\b"
        r"|\b(?:just|only)\s+(?:joking|kidding)\b|\bto\s+get\s+to\s+the\s+other\s+\w*\s*side\b",
    ),
    (
        "joke",
        r"\b(?:tell|know|got|write|make|give|sing|say|do\s+you\s+know)\s+(?:me\s+|us\s+|up\s+)?(?:an?\s+"
        r"|any\s+|some\s+|another\s+)?(?:\w+\s+)?(?:jokes?|poems?|songs?|limericks?|riddles?|funny\s+story"
        r"|haiku|rap|something\s+funny)\b"
        r"|\bmake\s+me\s+laugh\b|^\W*knock[\s,-]*knock\W*$|\bcross(?:ed)?\s+the\s+road\b"
        r"|\bwalks?\s+into\s+a\s+bar\b|\bhow\s+many\b.{0,30}\bchange\s+a\s+light\s?bulb\b"
        r"|\bbeep\s*boop\b(?=\W*$)",
    ),
    (
        "sorry",
        r"\bsorry\s+(?:for|about|that\s+i|i|if\s+i)\s+(?:was\s+|am\s+|being\s+|have\s+been\s+|the\s+|my\s+"
        r"|all\s+|got\s+|so\s+|a\s+bit\s+|such\s+)*(?:swear\w*|swore|rude\w*|shout\w*|angry|cross|language"
        r"|insult\w*|yell\w*|"
        r"snapp\w*|harsh|unfriendly|mean|impolite|impatient|grumpy|horrible|nasty|curs\w+|outburst|pain"
        r"|idiot)\b(?:\s+(?:at|to|with)\s+you)?|\bdid\s*n['’]?t\s+mean\s+to\s+be\s+(?:rude|mean|angry)\b",
    ),
    (
        "insult",
        r"\b(?:fuck|screw|damn|bugger|sod|piss)\s+(?:off\b|you\b|u\b|this\s+(?:bot|chat|thing)\b|your\b)"
        r"|\byou(?:['’]?re|\s+are|r)?\s+(?:all\s+|people\s+|a\s+|an\s+|such\s+|just\s+|so\s+|bloody\s+"
        r"|fucking\s+|really\s+|"
        r"useless\s+|stupid\s+|complete\s+|total\s+|absolute\s+)*(?:idiots?|morons?|imbeciles?|arseholes?"
        r"|assholes?|stupid|dumb|twats?|wankers?|cunts?|bastards?|piece\s+of\s+(?:crap|shit|junk)|useless"
        r"|pathetic)\b"
        r"|^(?:you\s+)?(?:useless|stupid|bloody|fucking|dumb)\s+(?:\w+\s+)?(?:bot|robot|machine|idiots?|thing"
        r"|program|chat\w*)\b|\bi\s+hope\s+you\s+(?:\w+\s+)?(?:get\s+cancer|rot|burn|die|choke)\b"
        r"|\bgo\s+to\s+hell\b|\bhate\s+(?:you|this\s+(?:bot|chat|thing))\b",
    ),
    (
        "feels",
        _LEAD
        + r"(?:are|r|do|don['’]?t|aren['’]?t|can)\s+(?:you|u)\s+(?:ever\s+|get\s+|feel\s+|also\s+|even\s+"
        r"|be\s+)*(?:lonely|alone|sad|happy|tired|bored|scared|afraid|in\s+love|jealous|love|miss|cry|sleep"
        r"|dream)\b[^.!?]{0,25}[?!.]*$",
    ),
    (
        "weather",
        r"\b(?:nice|lovely|awful|terrible|horrible|hot|cold|rainy|sunny|good|bad|crap)\s+(?:weather"
        r"|day\s+outside)\b|\bweather\s+(?:today|there|like|is|tomorrow|forecast|where)\b|\b(?:is"
        r"|will)\s+it\s+(?:going\s+to\s+)?(?:rain|snow|raining|snowing|sunny)\b|\bhow['’]?s\s+the\s+weather\b",
    ),
    (
        "opinion",
        _LEAD
        + r"(?:what\s+do\s+you\s+think\s+(?:of|about)|do\s+(?:you|u)\s+(?:like|love|hate|enjoy|watch|support"
        r"|play|prefer|have\s+(?:a\s+|any\s+)?(?:pets?|dogs?|cats?|hobby|hobbies|favou?rites?))|what(?:['’]?s"
        r"|\s+is)\s+your\s+favou?rite|"
        r"who(?:['’]?s|\s+(?:will|is\s+going\s+to))\s+(?:gonna\s+)?win)\b(?!\s+(?:my|this|that|it|me|him|her"
        r"|i|we|about)\b).*$",
    ),
)
_COMPILED = tuple((mark, re.compile(pattern, re.I)) for mark, pattern in _PATTERNS)
LIGHT = frozenset({"joke", "only a joke", "feels", "weather", "opinion", "insult", "sure", "report"})
"""What is no question to the articles only where nothing of medicine is asked beside it."""
MOST_WORDS = 25
FEWEST_WORDS = followups.FEWEST_WORDS


def heard(message: Asked, said: list[str], *, grieves: bool) -> Heard | None:
    """What is said to talk about the talk, with what is asked besides; None for anything else.

    In: `grieves` says whether the talk was of grief or fear.
    """
    text = " ".join(message.text.split())
    if len(text.split()) > 2 * MOST_WORDS or voice.injected(text) or message.offered(text):
        return None
    if _SUM.match(text):
        return varied("sum", talk_words.SUM, said)
    for mark, pattern in _COMPILED:
        found = pattern.search(text)
        if found is None:
            continue
        rest = _beside(text, found)
        if (
            mark in LIGHT
            and mark != "insult"
            and not rest
            and _MEDICAL.search(text)
            and mark not in ("joke", "only a joke", "report")
        ):
            return None
        return _said(mark, message, said, rest, grieves=grieves)
    return None


def _said(mark: str, message: Asked, said: list[str], rest: str, *, grieves: bool) -> Heard | None:
    if mark == "feels" and grieves:
        return varied(mark, talk_words.FEELS_WITH_YOU, said, rest)
    if mark == "sure":
        sourced = message.last.get("kind") in ("answer", "cost")
        return varied(mark, talk_words.SURE_OF_SOURCE if sourced else talk_words.SURE, said, rest)
    if (
        mark == "repeats"
        and not rest
        and message.context
        and message.last.get("kind") in ("answer", "abstain", "cost")
    ):
        return Heard(talk_words.RIGHT, said=mark, rest="You already said that.")
    if mark == "repeats" and not rest and message.waiting:
        return varied(mark, talk_words.REPEATS_IN_LINE, said)
    if rest and mark in talk_words.BEFORE_AN_ANSWER:
        return Heard(talk_words.BEFORE_AN_ANSWER[mark], said=mark, rest=rest)
    if mark == "only a joke" and message.intent == "anger" and not idioms.laughs(message.text):
        return None
    buttons = talk_words.WITH_PERSON.get(mark, ()) if not rest else ()
    return varied(mark, talk_words.TEXTS[mark], said, rest, quick_replies=buttons)


_ASKS = re.compile(
    r"\?\s*$|^(?:(?:and|so|but|ok|anyway|actually|also)\b[\s,]*)*(?:what|how|why|when|where|who|which|can"
    r"|could|is|are|do|does|did|will|would|should|tell\s+me)\b",
    re.I,
)


_THERE = re.compile(r"\b(?:any|some)(?:body|one)\s+(?:there|here|home|listening|alive)\b", re.I)


def _beside(text: str, found: re.Match[str]) -> str:
    """The questions of a message in sentences of their own, without the one in which something was found."""
    rest, place = [], 0
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        begin = text.index(sentence, place)
        place = begin + len(sentence)
        touched = begin < found.end() and found.start() < place
        own = len(sentence.split()) >= FEWEST_WORDS and _ASKS.search(sentence)
        if (
            not touched
            and own
            and not _THERE.search(sentence)
            and not any(pattern.search(sentence) for _, pattern in _COMPILED)
            and not _SUM.match(sentence)
        ):
            rest.append(sentence)
    return " ".join(rest)
