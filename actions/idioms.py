"""Figures of speech and laughing: "dying to know" is no dying, and "haha" is no grief."""

from __future__ import annotations

import re

_LAUGH = r"(?:\b(?:lol|lmao|rofl|ha(?:ha)+h?|he(?:he)+|hihi+|xd)\b|[😂🤣😆😄😅😁😹])"
_IDIOM = re.compile(
    r"\b(?:dying|dead\s+keen)\s+(?:to|for)\s+(?:know|hear|see|try|ask|find|learn|meet|get|tell|read"
    r"|understand|do|eat|a|an|some|news)\b"
    r"|\bdying\s+(?:of|from)\s+(?:laughter|laughing|boredom|curiosity|embarrassment|shame|thirst|hunger"
    r"|heat)\b|\bdying\s+(?:laughing|here\s+lol)\b"
    r"|\b(?:bor(?:ed?|ing|es)|laugh(?:ed|ing)?|tickled|loved?|annoy(?:ed|ing|s)?|talk(?:ed)?)\s+(?:\w+\s+)?to\s+death\b"
    r"|\b(?:nearly|almost|could\s+have)\s+died\s+(?:of|from|when|laughing|with)\s*(?:laughing|laughter"
    r"|embarrassment|shame|boredom|i\s+(?:saw|heard|read))?"
    r"|\bdied\s+(?:laughing|of\s+(?:laughter|boredom|shame|embarrassment))\b"
    r"|\b(?:phone|battery|laptop|computer|car|tablet|wi-?fi|internet|connection|screen|chat|plants?"
    r"|goldfish)\s+(?:\w+\s+)?(?:died|is\s+dead|is\s+dying)\b"
    r"|\bto\s+die\s+for\b|\bover\s+my\s+dead\s+body\b|\bdead\s+(?:tired|serious|right|sure|easy|wrong|good"
    r"|simple|slow|boring|funny|line)\b"
    r"|\b(?:curiosity|suspense|my\s+(?:feet|back|boss|kids)|this\s+form|the\s+wait(?:ing)?)\s+(?:is"
    r"|are)\s+killing\s+me\b",
    re.I,
)
_FRIGHT = re.compile(
    r"\b(?:scared?|frighten(?:ed)?|worr(?:y|ied))\s+(?:\w+\s+)?to\s+death\b|\bheart\s+attack\b", re.I
)
_SO_TO_SAY = re.compile(
    r"\b(?:just|only)\s+(?:an?\s+)?(?:way\s+of\s+(?:saying|speaking|talking|putting)\b|figure\s+of\s+speech"
    r"|expression|saying|manner\s+of\s+speaking)"
    r"|\b(?:a|the)\s+way\s+of\s+(?:saying|speaking)\b|\bfigure\s+of\s+speech\b"
    r"|(?<!\bif )(?<!\bwhen )\b(?:i(?:['’]?m|\s+am)"
    r"|we(?:['’]?re|\s+are))\s+(?:only\s+|just\s+)?(?:laughing|not\s+(?:\w+\s+)?(?:sad"
    r"|dying|upset|ill|sick|crying|grieving|depressed|"
    r"going\s+through\s+anything))\b"
    r"|\bnobody(?:['’]s|\s+is|\s+has|\s+was)?\s+(?:dying|died|dead|ill|sick|sad)\b|\bi(?:['’]?m"
    r"|\s+am)\s+(?:totally\s+|perfectly\s+|absolutely\s+)?fine[!,.]",
    re.I,
)
_LAUGHS = re.compile(_LAUGH, re.I)
_FEAR = re.compile(
    r"\bi(?:['’]?m|\s+am|\s+feel)\s+(?:\w+\s+){0,3}?(?:scared|afraid|terrified|lonely|desperate|sad)\b|[😢😭💔]",
    re.I,
)


def plainly(text: str) -> str:
    """The message without its figures of speech; a fright to death is one only where somebody laughs about it."""
    without = _IDIOM.sub(" ", text)
    return (
        _FRIGHT.sub(" ", without)
        if _LAUGHS.search(text) or re.search(r"\byou\b.{0,12}\bscared\b", text, re.I)
        else without
    )


def laughs(text: str) -> bool:
    """Whether somebody laughs, and says nothing of fear beside it."""
    return _LAUGHS.search(text) is not None and not _FEAR.search(plainly(text))


def laughs_only(text: str) -> bool:
    """Whether a message is laughing and nothing else."""
    return laughs(text) and not re.search(r"\w", _LAUGHS.sub(" ", text))


def taken_too_hard(text: str) -> bool:
    """Whether somebody says that it was not meant sadly: "just a way of saying it", "I am laughing, not sad"."""
    return _SO_TO_SAY.search(text) is not None


def was_frightened_in_jest(text: str) -> bool:
    """ "You scared me to death haha"."""
    return _FRIGHT.search(text) is not None and laughs(text)
