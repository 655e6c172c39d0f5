"""Puts an address or a number right that was given before: "ends with 0174 not 0147", "it should be hotmail".

In: a message and the ways to answer that are known. Out: the corrected ways, and what else the message says.
Nothing is guessed: what does not fit the number or the address that is known is left for the form to ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

PROVIDERS = (
    "gmail.com googlemail.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es outlook.com "
    "outlook.de yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.it icloud.com protonmail.com proton.me "
    "btinternet.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de live.com live.co.uk msn.com aol.com "
    "me.com mac.com mail.com mail.ru yandex.ru libero.it orange.fr wanadoo.fr free.fr laposte.net bluewin.ch "
    "rediffmail.com qq.com 163.com naver.com ymail.com comcast.net verizon.net zoho.com email.com".split()
)
OFTEN_MISSPELT = (
    *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk"),
    *("outlook.com", "yahoo.com", "icloud.com", "protonmail.com"),
)
EVERYDAY_WORDS = frozenset({"mail", "email", "live", "free", "orange", "me", "mac", "zoho", "proton", "web"})
"""Names of providers that are words of their own: only with their ending they are taken for a provider."""
LIKE_ENOUGH = 0.84
"""How alike a domain must be to a well-known one to be asked about."""
FEWEST_OF_END, MOST_OF_END = 2, 12

_DIGITS = r"\+?\d[\d\s().\-/]*\d|\d"
_NOT_THE_OTHER = re.compile(
    rf"(?P<new>{_DIGITS})\s*,?\s*(?:and\s+|but\s+)?(?:not|instead of|rather than)\s+(?P<old>{_DIGITS})"
    rf"|\bnot\s+(?P<old2>{_DIGITS})\s*,?\s*(?:but|it['’]?s|it is)\s+(?P<new2>{_DIGITS})",
    re.I,
)
_AT_THE_END = re.compile(
    rf"\b(?:ends?|ending|finish(?:es)?)\s+(?:with|in|on|is|are)?\s*(?P<a>{_DIGITS})"
    rf"|(?P<b>{_DIGITS})\s+(?:is\s+)?(?:at|in|for)\s+the\s+end\b"
    rf"|\b(?:end|last\s+(?:\w+\s+)?(?:digits?|numbers?|figures?|ones?)|last\s+(?:two|three|four|five|six))\s+"
    rf"(?:should\s+be|must\s+be|is|are|be|to|:)?\s*(?P<c>{_DIGITS})",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CORRECTS = re.compile(
    r"\b(?:wrong\w*|mistake|mis-?(?:typed|spelt|spelled)|typo|should(?: be|['’]?ve been| have been)|meant?|"
    r"correct(?:ed|ion)?|fix|change|not|actually|sorry|oops|it['’]?s|it is)\b",
    re.I,
)
_WORDS = re.compile(r"@?(?:[\w-]+\.)*[\w-]+")


def amended(text: str, ways: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What a message says beside the correction, and the ways that it corrects."""
    if "phone" in ways and (found := _number(text, ways["phone"])):
        return found[0], {"phone": found[1]}
    if "email" in ways and "@" not in text.replace(" @", " "):
        sentences = _SENTENCE.split(text)
        for place, sentence in enumerate(sentences):
            if address := _domain(sentence, ways["email"]):
                return _without(sentences, place), {"email": address}
    return text, {}


def with_prefix(new: str, old: str) -> str:
    """A number written anew without its country code keeps that of the number it corrects.

    Only where both have the same length behind the code, and begin alike: then it is the same number mended.
    """
    if not old.startswith(("+", "00")) or new.startswith(("+", "00")):
        return new
    plain, before = re.sub(r"\D", "", new).removeprefix("0"), re.sub(r"\D", "", old)
    code = len(before) - len(plain)
    lead = 2 if old.startswith("00") else 0
    if not 1 <= code - lead <= 4 or before[code : code + 2] != plain[:2]:
        return new
    return _tail_replaced(old, plain)


def doubtful(address: str) -> str | None:
    """The address as it was probably meant, where its domain looks like a slip for a well-known one."""
    name, _, domain = address.rpartition("@")
    domain = domain.lower()
    if not name or domain in PROVIDERS:
        return None
    near = get_close_matches(domain, OFTEN_MISSPELT, 1, LIKE_ENOUGH)
    return f"{name}@{near[0]}" if near else None


def _number(text: str, old: str) -> tuple[str, str] | None:
    sentences = _SENTENCE.split(text)
    for place, sentence in enumerate(sentences):
        new = _swapped(sentence, old) or _new_end(sentence, old)
        if new is not None:
            return _without(sentences, place), new
    return None


def _without(sentences: list[str], place: int) -> str:
    return " ".join(sentences[:place] + sentences[place + 1 :]).strip()


def _swapped(sentence: str, old: str) -> str | None:
    """ "0174 not 0147": the digits that were wrong stand once in the number."""
    found = _NOT_THE_OTHER.search(sentence)
    if not found:
        return None
    right = re.sub(r"\D", "", found["new"] or found["new2"])
    wrong = re.sub(r"\D", "", found["old"] or found["old2"])
    digits = re.sub(r"\D", "", old)
    if len(right) != len(wrong) or len(wrong) == len(digits) or digits.count(wrong) != 1:
        return None
    at = digits.index(wrong)
    return _with_digits(old, digits[:at] + right + digits[at + len(wrong) :])


def _new_end(sentence: str, old: str) -> str | None:
    found = _AT_THE_END.search(sentence)
    if not found:
        return None
    end = re.sub(r"\D", "", found["a"] or found["b"] or found["c"])
    return _tail_replaced(old, end) if FEWEST_OF_END <= len(end) <= MOST_OF_END else None


def _tail_replaced(old: str, end: str) -> str:
    digits = re.sub(r"\D", "", old)
    return _with_digits(old, digits[: len(digits) - len(end)] + end) if len(end) < len(digits) else old


def _with_digits(old: str, digits: str) -> str:
    """The number in its old spacing with as many new digits."""
    each = iter(digits)
    return "".join(next(each) if character.isdigit() else character for character in old)


def _domain(text: str, address: str) -> str | None:
    """The address with the domain that a message names: whole ("gmail.com"), or by its first part ("hotmail")."""
    if not _CORRECTS.search(text):
        return None
    name, _, old = address.rpartition("@")
    old = old.lower()
    known = {provider.split(".")[0]: provider for provider in reversed((*OFTEN_MISSPELT, *PROVIDERS))}
    for word in _WORDS.findall(text.lower()):
        said = word.lstrip("@")
        if said in PROVIDERS and said != old:
            return f"{name}@{said}"
        if said in known and said != old.split(".")[0] and said not in EVERYDAY_WORDS:
            ending = old.partition(".")[2]
            whole = f"{said}.{ending}"
            return f"{name}@{whole if whole in PROVIDERS else known[said]}"
    return None
