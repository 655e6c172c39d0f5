"""Names in a text: where a sentence introduces one, where a list knows one, and capitals that nothing explains.

A capitalised word that is neither an everyday word, a word of our own articles, a country, an illness nor a
medicine is taken for a name. In a language whose words we do not know, that goes for capitals within a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.editorial import introductions as intro
from knowledge.settings import CHECKOUT

NAME = "[name]"

_DATA = Path(__file__).with_name("data")
_OUR_TEXTS = (
    "knowledge/documents/*.md",
    "knowledge/calibration/answerable.jsonl",
    "knowledge/calibration/unanswerable.txt",
)
_EXAMPLES = "bot/dialogue/nlu/*.yml"
_EXAMPLES_OF_NAMES = {"give_details.yml"}
"""Examples of people who say who they are: nothing in them explains a capital."""
_LOWER_WORD = re.compile(r"(?<![\w'’-])[a-z]{2,}(?:['’][a-z]+)?(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PIECES = re.compile(r"(\[[a-z]+\])")
_SENTENCE_END = re.compile(r"[.!?…:\n]\W*$")
_ENDINGS = ("'s", "s", "es", "ed", "ing", "ly", "d")
_ADJECTIVE = re.compile(r"(?:ic|ive|ed|ing|ous|al|ful|less|able|ible|ant|ent|ary|ory|ly|ish)$")
_ACRONYM = 5
"""Letters of an acronym at most; a longer word in capitals is a word."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    first: bool
    """It begins a sentence."""

    @property
    def lower(self) -> str:
        return re.sub(r"['’]s$", "", self.text.lower())

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


def names_out(text: str, language: str) -> str:
    """The text with `[name]` in place of names. `language` is what `language.guess` said."""
    text = _introduced_out(text, language)
    return "".join(
        piece if _PIECES.fullmatch(piece) else _listed_out(piece, language, text)
        for piece in _PIECES.split(text)
    )


def is_known(word: str) -> bool:
    """Whether a word in lower case (or one that it comes from) is in our texts or lists of words."""
    known = _vocabulary()
    if word in known:
        return True
    if "-" in word:
        return all(is_known(part) for part in word.split("-") if part)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and (stem in known or f"{stem}e" in known or f"{stem}y" in known):
            return True
    return word.endswith("ies") and f"{word[:-3]}y" in known


def _introduced_out(text: str, language: str) -> str:
    for pattern in intro.CERTAIN:
        text = pattern.sub(lambda found: f"{found['before']}{NAME} ", text)
    for pattern in intro.LIKELY if language == "de" else (*intro.LIKELY, intro.NOT_GERMAN):
        text = pattern.sub(_if_a_name, text)
    lines = text.rstrip().split("\n")
    if len(lines) > 1 and intro.LAST_LINE.fullmatch(lines[-1]) and not _all_known(lines[-1]):
        lines[-1] = NAME
    return "\n".join(lines)


def _if_a_name(found: re.Match[str]) -> str:
    """What follows "I am", "my husband", "thanks," and the like, unless it is an ordinary word."""
    said = str(found["name"])
    word = re.sub(r"['’]s$", "", said.split()[0].lower())
    ordinary = is_known(word) or _ADJECTIVE.search(word) or _is_acronym(said.split()[0])
    listed = word in _first_names() and (said[:1].isupper() or word not in _vocabulary())
    if word in _capitals() or (ordinary and not listed):
        return found[0]
    return f"{found['before']}{NAME} "


def _listed_out(piece: str, language: str, whole: str) -> str:
    tokens = _tokens(piece)
    letters = [character for character in whole if character.isalpha()]
    shouted = len(letters) > 10 and sum(each.isupper() for each in letters) > 0.6 * len(letters)
    words = [each for each in _tokens(whole) if len(each.text) > 3]
    titled = len(words) > 2 and sum(each.capital for each in words) > 0.7 * len(words)
    found: list[bool] = []
    for at, token in enumerate(tokens):
        after_name = bool(found) and found[-1] and not piece[tokens[at - 1].end : token.start].strip(" -")
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        beside_digit = (
            piece[token.start - 1 : token.start].isdigit() or piece[token.end : token.end + 1].isdigit()
        )
        found.append(
            not beside_digit
            and _is_name(token, following, after_name, language, shouted=shouted, odd=shouted or titled)
        )
    for token, is_name in reversed(list(zip(tokens, found, strict=True))):
        if is_name:
            piece = f"{piece[: token.start]} {NAME} {piece[token.end :]}"
    return piece


def _is_name(
    token: _Token, following: _Token | None, after_name: bool, language: str, *, shouted: bool, odd: bool
) -> bool:
    word, english = token.lower, language in {"en", ""}
    known = is_known(word)
    if word in _first_names():
        return word not in _vocabulary() or (token.capital and not token.first and not odd)
    if not token.capital:
        return after_name and english and not known
    if word in _capitals() or (_is_acronym(token.text) and not shouted):
        return False
    if after_name and not odd and not (known and english and token.first):
        return True
    if english:
        return not known
    beside = following is not None and following.capital and not following.first
    if language == "de":
        return beside and not token.first and not known
    return not token.first or (beside and not known)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(each.start(), each.end(), each[0], _begins_sentence(text[: each.start()]))
        for each in _WORD.finditer(text)
    ]


def _begins_sentence(before: str) -> bool:
    return not before.strip(" \t\"'“”‘’«»¿¡(-–—") or bool(_SENTENCE_END.search(before[-6:]))


def _is_acronym(word: str) -> bool:
    """NK, HPV, CAR-NK, mRNA; not ANNA-MARIA."""
    parts = word.rstrip("s").split("-")
    return all(part.isupper() and len(part) <= _ACRONYM for part in parts) and (
        word.lower() not in _first_names()
    )


def _all_known(line: str) -> bool:
    words = [each.lower() for each in _WORD.findall(line)]
    return bool(words) and all(is_known(each) and each not in _first_names() for each in words)


@cache
def _vocabulary() -> frozenset[str]:
    words = set(_list("everyday_words.txt"))
    for pattern in _OUR_TEXTS:
        for path in CHECKOUT.glob(pattern):
            words.update(_LOWER_WORD.findall(path.read_text(encoding="utf-8")))
    for path in CHECKOUT.glob(_EXAMPLES):
        if path.name not in _EXAMPLES_OF_NAMES:
            said = set(_LOWER_WORD.findall(path.read_text(encoding="utf-8")))
            words |= said - _first_names()  # an example may well name somebody
    return frozenset(words | {"i", "a", "i'm", "i've", "i'd", "i'll"})


@cache
def _first_names() -> frozenset[str]:
    return _list("first_names.txt")


@cache
def _capitals() -> frozenset[str]:
    return _list("known_capitals.txt")


def _list(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
