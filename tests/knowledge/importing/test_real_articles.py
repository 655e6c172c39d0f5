"""The three articles copied from clinics' pages, which nobody of the project wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.importing import load_file
from knowledge.model import Document, Passage
from knowledge.split import split

SOURCES = Path(__file__).resolve().parents[4] / "shared" / "data" / "sources"
pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="the copied articles are not on this machine")

BOILERPLATE = (
    "read now", "explore now", "click here", "keep reading", "free online consultation", "book a call",
    "medical advisor", "leave a reply", "required fields", "you also might like", "popular posts", "michelle ibarra",
    "comments", "list of references", "available at", "doi", "http", "explore our website", "i'd knew earlier",
)  # fmt: skip


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [load_file(path) for path in sorted(SOURCES.glob("*.txt"))]


@pytest.fixture(scope="module")
def passages(documents: list[Document]) -> list[Passage]:
    return [passage for document in documents for passage in split(document, 1)]


@pytest.mark.parametrize("phrase", BOILERPLATE)
def test_no_passage_and_no_heading_is_boilerplate(passages: list[Passage], phrase: str) -> None:
    holders = [p.text for p in passages if phrase in " ".join([*p.path, p.text]).lower()]
    assert holders == []


def test_the_comparison_is_one_whole_table(passages: list[Passage]) -> None:
    (table,) = [p for p in passages if "| Feature |" in p.text]
    assert table.path == ("NK Cell Therapy vs Stem Cell Therapy",)
    assert len([line for line in table.text.split("\n") if line.startswith("|")]) == 11


def test_the_six_steps_are_one_whole_list(passages: list[Passage]) -> None:
    (steps,) = [p for p in passages if "leukapheresis" in p.text]
    lines = steps.text.split("\n")
    assert [line[:2] for line in lines] == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert "standard IV" in lines[-1]


def test_glued_and_mini_headings_are_found(passages: list[Passage]) -> None:
    headings = {p.heading for p in passages}
    assert {
        "Why NK Cells Matter in Regenerative Medicine",
        "Cultivated NK Cells: Pure, Powerful, and Ready to Go",
        "IL-10 = the peacekeeper",
        "Secretion of Growth Factors",
        "Key Differences",
    } <= headings


def test_what_is_left_out_is_a_small_part_and_is_listed(documents: list[Document]) -> None:
    for document in documents:
        kept = sum(len(section.markdown) for section in document.sections)
        prose = [text for text in document.dropped if "http" not in text and "et al" not in text]
        assert document.dropped
        assert sum(map(len, prose)) < kept / 8
