"""What is said to grief, fear, being alone and good news: a word that takes up what was told, never twice the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from actions import comfort_words, enquiry_reading, feelings, idioms, words
from actions.asked import Asked
from actions.heard import Heard, marks, varied
from actions.vocabulary import CLOSE, ILLNESS

FEWEST_WORDS = 3
MOST_WORDS_OF_NEWS = 20
_SHOWN_TO_ME = re.compile(
    r"^(?:(?:ok|oh|wow|but|and|no|please|hey|god|my\s+god|omg)\b[\s,.!]*)*why\s+(?:on\s+earth\s+"
    r"|the\s+hell\s+|in\s+god['’]?s\s+name\s+)?(?:would|did|do|are|were|must)\s+(?:you|it|this\s+\w+)\s+"
    r"(?:even\s+|ever\s+|just\s+|always\s+)?(?:show(?:ing)?|ask(?:ing)?|say(?:ing)?|suggest(?:ing)?"
    r"|send(?:ing)?|tell(?:ing)?|offer(?:ing)?|put(?:ting)?|bring(?:ing)?|mention(?:ing)?)\s+"
    r"(?:(?:me|us|up)\s+)?(?:that|this|it|such|an?\s+\w+|those|these|something|about\s+(?:death|dying"
    r"|dead)\w*|(?:people\s+)?(?:who\s+)?(?:death|dying|dead|died)\w*)\b",
    re.I,
)
_HURT = re.compile(
    r"(?:^|(?<=[.!?,;]\s))(?:(?:ok|oh|ouch|wow|well|no|and|but|you\s+know)\b[\s,.!]*)*(?:(?:that|this|it"
    r"|you)\s+(?:really\s+|just\s+|so\s+)?(?:hurt(?:s|ing)?(?:\s+(?:me|my\s+feelings|to\s+read(?:\s+(?:that"
    r"|this))?"
    r"|so\s+much|a\s+lot|now|deeply))?|made\s+me\s+cry|upset(?:s)?\s+me)|(?:that|this|it)(?:['’]?s|\s+is"
    r"|\s+was)\s+(?:so\s+|very\s+|really\s+|just\s+|pretty\s+|quite\s+|rather\s+|a\s+bit\s+)*"
    r"(?:hurtful|cruel|insensitive|tactless|heartless|cold|thoughtless|tasteless|unkind|harsh"
    r"|horrible\s+to\s+(?:read|say))|how\s+(?:can|could|dare)\s+you(?:\s+(?:say|show|ask"
    r"|send)\s+(?:me\s+)?(?:that|this|it))?)"
    r"\s*(?=[.!,;]|$)",
    re.I,
)
_WILL_BE_OK = re.compile(
    r"\b(?:tell(?:s|ing)?|say(?:s|ing)?|hear|told|assure\w*|reassure\w*|know|believe|need"
    r"|want)\b.{0,40}\b(?:it|this|that|everything|things|all|we|i|he|she|they)\s*(?:['’]ll"
    r"|['’]?s\s+(?:going\s+to|gonna)|\s+will|"
    r"\s+is\s+going\s+to|\s+are\s+going\s+to|\s+is\s+gonna)?\s+(?:all\s+)?be(?:\s+all)?\s+(?:ok(?:ay)?"
    r"|all\s+right|alright|fine|good|well)\b"
    r"|^(?:(?:but|and|so|please|just)\b[\s,]*)*will\s+(?:it|everything|things|this"
    r"|all\s+of\s+this)\s+(?:all\s+)?be\s+(?:ok(?:ay)?|all\s+right|alright|fine|good)\s*[?.!]*$",
    re.I,
)
_PROMISE = re.compile(
    r"(?:^|(?<=[.!?,;]\s)|\b(?:please|just|then|and|but|you|fine|ok|so)\s+)(?:can\s+you\s+|could\s+you\s+"
    r"|will\s+you\s+|would\s+you\s+|do\s+you\s+|cant\s+you\s+|can['’]t\s+you\s+|at\s+least\s+|just\s+"
    r"|please\s+|you\s+)*"
    r"(?:promise|swear|guarantee)\s+(?:to\s+)?(?:me|us)\b|^(?:(?:please|just|then|so|fine|ok|but"
    r"|and)\b[\s,.!]*)*(?:(?:do|can|will)\s+you\s+)?(?:promise|swear)\s*(?:[?.!]|\bthat\b|\bit\b|\bhe\b"
    r"|\bshe\b|$)",
    re.I,
)
_DEAD_WHO = re.compile(
    rf"\b(?:my|our|his|her)\s+(?:\w+\s+){{0,2}}?(?P<who>{CLOSE})\s+(?:(?:is\s+the\s+one\s+)?(?:who"
    rf"|that)\s+)(?:\w+\s+)?(?:died|passed|is\s+dead)\b|\b(?P<whom>{CLOSE})\s+died,?\s+not\b",
    re.I,
)
_LIVES = re.compile(
    r"\b(?:is|are|['’]s|am)\s+(?:still\s+|very\s+much\s+|quite\s+)?(?:(?:here|with\s+(?:me|us)|around)(?=\W*$"
    r"|[,.;!]|\s+(?:and|thank))|alive|living|not\s+dead)\b|\b(?:has\s+not|hasn['’]?t|did\s+not"
    r"|didn['’]?t)\s+(?:die|died|pass(?:ed)?)\b"
    r"|\bnot\s+(?:\w+\s+)?(?:dead|gone)\b|\bdied,?\s+(?:and\s+)?not\s+\w+|\bstill\s+(?:lives|alive)\b",
    re.I,
)
_BARE = re.compile(
    r"^(?:(?:it['’]?s|it\s+is|its|about|for|my|our|the|a|and|with|has|got|oh|hi|hello|i\s+have"
    rf"|because\s+of)\b\s*)*(?:(?P<who>{CLOSE})|(?P<what>(?:[a-z]+\s+){{0,2}}?{ILLNESS}(?:\s+(?:cancer"
    r"|stage\s+\w+))?))"
    rf"(?:\s*[,.]?\s*(?:(?:has|with|got|and|it['’]?s|my)\s+)*(?:(?P<who2>{CLOSE})"
    rf"|(?P<what2>(?:[a-z]+\s+){{0,2}}?{ILLNESS})))?\s*[.!…😢😭💔]*$",
    re.I,
)
_COURTESY = re.compile(
    r"\b(?:kind|kindly|help\w*|nice|good|great|better|appreciate\w*|bless|lovely|sweet|bye|goodbye|useful"
    r"|clear|understand|understood|enough|all|for\s+now|answer\w*|info\w*|take\s+care|you)\b",
    re.I,
)


def heard(message: Asked, said: list[str], events: Sequence[Mapping[str, Any]]) -> Heard | None:
    """What is said to a feeling before anything is searched, with what is asked besides; None where there is none."""
    text = " ".join(message.text.split())
    sore = feelings.grieved_before(events)
    if message.before and (found := _HURT.search(text) or (_SHOWN_TO_ME.search(text))):
        rest = _questions(text, found)
        loss = feelings.loses(text)
        return varied(
            "hurt",
            comfort_words.HURT_AFTER_LOSS if loss else comfort_words.HURT,
            said,
            rest,
            quick_replies=words.OFFER,
        )
    if idioms.was_frightened_in_jest(text):
        return varied("jest", comfort_words.FRIGHT, said, _questions(text, None))
    if message.before and idioms.taken_too_hard(text):
        return varied("too hard", comfort_words.TOO_HARD, said, _questions(text, None))
    if (
        _LIVES.search(text)
        and "?" not in text
        and any(feelings.loses(each) for each, _ in feelings.earlier(events))
    ):
        return _put_right(text, said)
    if _WILL_BE_OK.search(text):
        return varied("will be ok", comfort_words.WILL_BE_OK, said, quick_replies=words.OFFER)
    if found := _PROMISE.search(text):
        return varied(
            "promise", comfort_words.PROMISE, said, _questions(text, found), quick_replies=words.OFFER
        )
    return _told(message, text, said, events, sore=sore)


def _told(
    message: Asked, text: str, said: list[str], events: Sequence[Mapping[str, Any]], *, sore: bool
) -> Heard | None:
    """What is said to somebody who only tells: of good news, of being alone, or in one word who or what it is about."""
    if any(enquiry_reading.asks(each) for each in re.split(r"(?<=[.!?;:,])\s+", text)):
        return None
    if idioms.laughs_only(text) or (idioms.laughs(text) and message.intent == "worry"):
        return varied("light", comfort_words.LIGHT, said)
    if just_good_news(text) and not message.interrupted:  # after an alarm it is no all-clear
        return varied("glad", comfort_words.GLAD, said)
    if feelings.lonely(text) and not feelings.loses(text):
        return varied("lonely", comfort_words.LONELY, said, quick_replies=words.OFFER)
    listened_to = not message.before or message.last.get("kind") == "smalltalk"
    if (sore or message.intent == "worry") and listened_to and (found := _BARE.match(text)):
        who, what = found.group("who") or found.group("who2"), found.group("what") or found.group("what2")
        return Heard(
            _taken_up(who or _named_before(events), what), said="taken up", quick_replies=words.OFFER
        )
    if message.intent not in _WISHES and (
        feelings.loses(text) or (feelings.hurts(text) and not _THERAPY.search(text))
    ):
        return listening(message, events)
    return None


def just_good_news(text: str) -> bool:
    """Whether a message tells good news and nothing else."""
    short = len(text.split()) <= MOST_WORDS_OF_NEWS and not _THERAPY.search(text)
    return short and feelings.good_news(text) and not feelings.hurts(text)


_WISHES = frozenset({"ask_human", "request_enquiry", "give_details", "medical_advice", "ask_cost", "cancel"})
_THERAPY = re.compile(
    r"\b(?:nk|cells?|therap\w+|treatments?|infusions?|side\s+effects?|risks?|trials?|donors?|costs?)\b", re.I
)


def _named_before(events: Sequence[Mapping[str, Any]]) -> str | None:
    """Whom somebody named in one of their last two messages, in a word or two."""
    for text, _ in reversed(feelings.earlier(events)[-2:]):
        if found := _BARE.match(" ".join(text.split())):
            return found.group("who") or found.group("who2")
    return None


def _taken_up(who: str | None, what: str | None) -> str:
    """A word to who writes in one or two words whom or which illness it is about."""
    illness = re.sub(r"^(?:it['’]?s|has|my|with|a|the)\s+", "", what or "", flags=re.I)
    if who and illness:
        return comfort_words.WHO_AND_WHAT.format(who=f"your {who.lower()}", what=illness)
    if who:
        return comfort_words.WHO.format(who=f"your {who.lower()}")
    return comfort_words.WHAT.format(what=f"{illness[:1].upper()}{illness[1:]}")


def word_before(text: str, said: list[str]) -> str:
    """A word for fear or grief in a message whose question is answered; empty where it tells of none."""
    if not feelings.hurts(text):
        return ""
    texts = comfort_words.FEAR_BEFORE if feelings.afraid(text) else comfort_words.GRIEF_BEFORE
    return texts[said.count("word before") % len(texts)]


def _put_right(text: str, said: list[str]) -> Heard:
    """What is said to who puts right that somebody lives, and who it was that died."""
    found = _DEAD_WHO.search(text)
    who = found and (found.group("who") or found.group("whom"))
    if who:
        return Heard(comfort_words.PUT_RIGHT_WHO.format(who=f"your {who.lower()}"), said="put right")
    return varied("put right", comfort_words.PUT_RIGHT, said)


def listening(message: Asked, events: Sequence[Mapping[str, Any]]) -> Heard:
    """What is said to fear and grief that nothing more special was found for."""
    said = marks(events)
    sentence = feelings.kind_sentence(message.text)
    told = [feelings.kind_sentence(text) for text, _ in feelings.earlier(events)]
    if sentence in told:
        sentence = ""
    heard_before = feelings.told_before(events) or bool(sentence)
    texts = comfort_words.LISTENING if heard_before else comfort_words.FIRST
    found = varied("listening", texts, said, quick_replies=words.OFFER)
    return Heard(f"{sentence} {found.text}".strip(), said="listening", quick_replies=words.OFFER)


def goes_on_telling(rest: str, events: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what stands beside "thank you" goes on with a grief that was told before."""
    return feelings.grieved_before(events) and len(rest.split()) > FEWEST_WORDS and not _COURTESY.search(rest)


def _questions(text: str, found: re.Match[str] | None) -> str:
    """The questions of their own in a message, without the sentence in which something was found."""
    touched = found.group(0).strip() if found else ""
    parts = [each for each in enquiry_reading.sentences(text) if not (touched and touched in each)]
    return " ".join(
        each for each in parts if len(each.split()) >= FEWEST_WORDS and enquiry_reading.asks(each)
    )
