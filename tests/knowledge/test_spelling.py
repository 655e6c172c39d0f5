"""Spelling: terms of our field are mended, everything else is left alone."""

from __future__ import annotations

import pytest

from knowledge.encoder import Encoder
from knowledge.spelling import Speller, edits
from knowledge.units import plain
from tests.knowledge.articles import passages


@pytest.fixture(scope="module")
def speller(encoder_dir: object) -> Speller:
    encoder = Encoder(encoder_dir)  # type: ignore[arg-type]
    texts = (plain("\n".join((p.title, *p.path, p.text))) for p in passages())
    return Speller(texts, encoder.is_word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("what are sitokines", "what are cytokines"),
        ("leukaferesis donor", "leukapheresis donor"),
        ("nk cels", "nk cells"),
        ("macrofages", "macrophages"),
        ("wat r ur sources", "what are your sources"),
        ("cytokin relese sindrome", "cytokin release syndrome"),
        ("aganst diabtes and hart disease", "against diabetes and hart disease"),
    ],
)
def test_misspelt_terms_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "can statins, dialysis or ketamine change that",
        "rituximab and pembrolizumab",
        "my CVID and CLL",
        "jabs for the kids at the hostel",
        "boast, graze, sill and the lodger's dregs",
        "Wie lange dauert die Behandlung?",
        "ما هي المخاطر",
        "är det farligt",
        "",
    ],
)
def test_names_ordinary_words_and_other_languages_stay(speller: Speller, text: str) -> None:
    assert speller.mend(text) == text


def test_swapped_neighbours_are_one_mistake() -> None:
    assert edits("cytoknies", "cytokines", 2) == 1
    assert edits("cat", "cut", 1) == 1
    assert edits("cat", "catalogue", 1) == 2


def test_a_speller_that_knows_nothing_changes_nothing() -> None:
    assert Speller((), lambda _: True).mend("sitokines") == "sitokines"
