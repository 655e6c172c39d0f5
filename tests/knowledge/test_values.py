"""A value comes back from JSON exactly as it was, whatever fields it has."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields

from knowledge.model import EvidenceKind, Passage, ReplyKind, Source
from knowledge.values import from_plain, to_plain

PASSAGE = Passage(
    key="k" * 64,
    document="rest",
    revision=3,
    title="Title",
    path=("One", "Two"),
    text="Text – “quoted”",
    questions=("a", "b"),
    evidence=EvidenceKind.CLAIM,
    sources=(Source("one", "First", "https://example.org"), Source("two", "Second")),
    reviewer="Dr. A. B.",
    reviewed_on="2025-01-02",
    reply=ReplyKind.COST,
)


def test_the_example_sets_every_field() -> None:
    """So that the next test really covers each field, one added tomorrow included."""
    defaults = {each.name: each.default for each in fields(Passage) if each.default is not MISSING}
    assert [name for name, default in defaults.items() if getattr(PASSAGE, name) == default] == []


def test_a_passage_survives_json() -> None:
    again = from_plain(Passage, json.loads(json.dumps(to_plain(PASSAGE))))
    assert again == PASSAGE
    assert isinstance(again.evidence, EvidenceKind)
    assert isinstance(again.reply, ReplyKind)
    assert isinstance(again.sources[0], Source)


def test_fields_of_another_version_do_no_harm() -> None:
    plain = to_plain(PASSAGE)
    del plain["reply"]
    plain["colour"] = "green"
    assert from_plain(Passage, plain).reply is ReplyKind.ANSWER
