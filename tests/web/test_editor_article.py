"""The form and the document, there and back; two people's changes in one. Pure functions, no process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from bot.web.editor.article import Mistaken, from_article, to_article
from bot.web.editor.comparing import compare, merge
from bot.web.editor.documents import reviewed_as
from bot.web.editor.reading import safe_name
from knowledge.markdown import parse_document
from knowledge.model import Document, EvidenceKind, Section, Source

ARTICLES = sorted((Path(knowledge.__path__[0]) / "documents").glob("*.md"))

_words = st.text("abc äß<&>'\"`*_[]()", min_size=1, max_size=30).map(
    lambda text: f"w{' '.join(text.split())}"
)
_questions = st.lists(_words, max_size=3, unique=True).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of up to six sections, nested as headings may be."""
    sections: list[Section] = []
    stack: list[str] = []
    for number in range(draw(st.integers(1, 6))):
        depth = draw(st.integers(1, min(len(stack) + 1, 5)))
        stack = [*stack[: depth - 1], f"{draw(_words)} {number}"]
        if draw(st.booleans()) or number == 0:
            body = "\n\n".join(draw(st.lists(_words, min_size=1, max_size=3)))
            kind = draw(st.sampled_from(EvidenceKind))
            sections.append(Section(tuple(stack), body, draw(_questions), kind, ("s1",)))
    return Document("a-document", draw(_words), tuple(sections), (Source("s1", "A leaflet"),))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_every_article_that_ships_survives_the_form(path: Path) -> None:
    document = parse_document(path.read_text(encoding="utf-8"), path.name)
    assert from_article(to_article(document)) == document


@given(documents())
def test_any_document_survives_the_form(document: Document) -> None:
    assert from_article(to_article(document)) == document


@given(documents(), documents())
def test_what_only_one_of_two_changed_is_taken(base: Document, changed: Document) -> None:
    assert merge(base, base, changed)[1] == []
    assert set(merge(base, base, changed)[0].sections) == set(changed.sections)
    assert set(merge(base, changed, base)[0].sections) == set(changed.sections)
    assert merge(base, changed, changed) == (changed, [])


@given(documents(), documents())
def test_a_comparison_holds_every_line_of_both(before: Document, after: Document) -> None:
    rows = compare(before, after)
    for side, document in (("left", before), ("right", after)):
        lines = ["".join(text for _, text in row[side]["words"]) for row in rows if row[side]]
        for section in document.sections:
            assert [line for line in section.markdown.split("\n") if line.strip() and line not in lines] == []
    assert all(row["kind"] == "same" for row in compare(before, before))


def test_what_one_removed_and_the_other_changed_stays_and_is_named() -> None:
    one, two = Section(("One",), "First."), Section(("Two",), "Second.")
    base = Document("d", "D", (one, two))
    theirs = replace(base, sections=(one, replace(two, markdown="Second, better.")))
    mine = replace(base, sections=(one,))
    merged, clashes = merge(base, theirs, mine)
    assert (merged, clashes) == (theirs, ["“Two”"])
    merged, clashes = merge(base, mine, theirs)
    assert (merged, clashes) == (theirs, ["“Two”"])


def test_a_section_that_only_i_have_stands_where_i_put_it() -> None:
    one, two, new = (Section((name,), f"{name}.") for name in ("One", "Two", "New"))
    base = Document("d", "D", (one, two))
    mine = replace(base, sections=(one, new, two))
    theirs = replace(base, sections=(replace(one, markdown="Else."), two))
    assert [each.path for each in merge(base, theirs, mine)[0].sections] == [("One",), ("New",), ("Two",)]


def test_a_review_goes_with_the_words_it_was_of() -> None:
    before = Document("d", "D", (Section(("One",), "First."),), reviewer="Dr. V", reviewed_on="2026-01-01")
    other = replace(before, sections=(Section(("One",), "Else."),))
    assert reviewed_as(before, before) == before
    assert reviewed_as(other, before) == replace(other, reviewer="", reviewed_on="")
    assert reviewed_as(replace(before, dropped=("x",)), before).reviewer == "Dr. V"
    anew = replace(other, reviewed_on="2026-02-02")
    assert reviewed_as(anew, before) == anew


def test_what_is_only_missing_is_told_apart_from_what_is_wrong() -> None:
    blank = to_article(Document("x", "", ()))
    with pytest.raises(Mistaken) as caught:
        from_article({**blank, "slug": ""})
    assert [each.missing for each in caught.value.mistakes] == [True, True, True]
    with pytest.raises(Mistaken) as caught:
        from_article({**blank, "title": "T", "slug": "Wrong!"})
    assert [each.missing for each in caught.value.mistakes] == [False, True]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\leaflet.PDF", "leaflet.PDF"),
        ("  Ünïcode 名前.docx ", "Ünïcode 名前.docx"),
        ("-rf.txt", "rf.txt"),
        ("a/b/..", ""),
        ("x.tar.gz;rm", "x.tar"),
        ("", ""),
    ],
)
def test_names_of_files_mean_no_place(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept
