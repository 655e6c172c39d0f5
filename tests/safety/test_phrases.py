"""The phrase language: what a phrase takes, and that trying only the likely phrases misses none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.safety import phrases
from bot.safety.lines import training_lines
from bot.safety.phrases import Phrases, needed_words
from bot.safety.rules import DATA, FRAMES, Rules, read_yaml


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Every phrase of the data files."""
    signs, frames = read_yaml(DATA / "signs.yml"), read_yaml(DATA / "frames.yml")
    found = [line for entry in signs.values() for kind in ("clear", "signs") for line in entry[kind]]
    found += [line for listed in read_yaml(DATA / "aftermath.yml").values() for line in listed]
    return found + [line for name in FRAMES for line in frames[name]]


def sentences() -> Iterator[str]:
    """Many sentences as the rules see them."""
    rules = Rules.load()
    for line in training_lines():
        yield from (sentence.text for sentence in rules.sentences(line.text))


def test_trying_only_the_likely_phrases_finds_what_trying_all_finds(lines: list[str]) -> None:
    quick, all_of_them = Phrases(lines), [phrases._pattern(line) for line in lines]
    found = 0
    for text in sentences():
        spans = [match.span() for pattern in all_of_them for match in pattern.finditer(text)]
        assert quick.spans(text) == spans, text
        assert (text in quick) == bool(spans), text
        found += len(spans)
    assert found > 1_000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("want* .. [to] (die|be dead)", {"want*"}),
        ("^ (can|could) (fever|a seizure)", {"fever", "seizure"}),
        ("^ i have $", {"have"}),
        ("[very] (hot|warm)", {"hot", "warm"}),
        ("(pill|tablet)*", {"pill*", "tablet*"}),
        (r"38.\d", {"38*"}),
        ("labou?r pain", {"labo*"}),
        ("labou?r", {"labo*"}),
        (r"(fever|\d+)", set()),
        ("[only] [this]", set()),
    ],
)
def test_a_phrase_names_the_words_it_cannot_do_without(line: str, words: set[str]) -> None:
    assert needed_words(line) == words


def test_each_phrase_of_ours_can_be_looked_up(lines: list[str]) -> None:
    """One that cannot is tried on every sentence: right, but slow."""
    assert sum(not needed_words(line) for line in lines) <= len(lines) / 20


def test_a_phrase_without_needed_words_is_always_tried() -> None:
    assert Phrases([r"(fever|\d+)"]).spans("now 40 and 41") == [(4, 6), (11, 13)]
    assert "he is 9" in Phrases([r"\d"])
