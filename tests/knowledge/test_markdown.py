"""The document format: what is written reads back the same, and a mistake is named with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.markdown import parse_document, render_document
from knowledge.model import Document, EvidenceKind, Section, Source

EXAMPLE = """---
slug: what-rain-is
title: What rain is
language: en
reviewer: ""
reviewed_on: 2025-03-31
sources:
  - key: R1
    title: "A book: of clouds"
    url: "https://example.org/clouds"
---

# What rain is

This greets the reader of the file and is not a section.

## Where does it come from?

```section
evidence: early
sources: [R1]
facts: [A1.1, A1.2]
questions:
  - where does rain come from
  - "rain: why?"
  - no
```

Rain falls from **clouds**.

- small drops
- large drops

### How fast

Fast.

## Empty heading
"""


def test_reads_front_matter_sections_and_questions() -> None:
    document = parse_document(EXAMPLE, "rain.md")
    assert document.slug == "what-rain-is"
    assert document.reviewed_on == "2025-03-31"
    assert document.sources == (Source("R1", "A book: of clouds", "https://example.org/clouds"),)
    first, second = document.sections
    assert first.path == ("Where does it come from?",)
    assert first.questions == ("where does rain come from", "rain: why?", "no")
    assert first.evidence is EvidenceKind.EARLY
    assert first.facts == ("A1.1", "A1.2")
    assert first.markdown == "Rain falls from **clouds**.\n\n- small drops\n- large drops"
    assert second == Section(path=("Where does it come from?", "How fast"), markdown="Fast.")


def test_a_lead_with_a_section_block_is_a_section() -> None:
    text = EXAMPLE.replace("This greets", "```section\nevidence: claim\n```\n\nThis greets")
    lead = parse_document(text, "rain.md").sections[0]
    assert lead.path == ()
    assert lead.evidence is EvidenceKind.CLAIM
    assert lead.markdown.startswith("This greets")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert parse_document("\ufeff" + EXAMPLE.replace("\n", "\r\n"), "x") == parse_document(EXAMPLE, "x")


def test_a_hash_inside_a_fenced_block_is_text() -> None:
    text = EXAMPLE.replace("Fast.", "Fast.\n\n```\n# not a heading\n```")
    assert "# not a heading" in parse_document(text, "x").sections[1].markdown


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("---\nslug", "slug", 1, "front matter"),
        ("evidence: early", "evidence: sure", 20, "established, early, claim"),
        ("sources: [R1]", "sources: [R9]", 21, "R9"),
        ("sources: [R1]", "sources: R1", 21, "must be a list"),
        ("slug: what-rain-is", "slug: What Rain", 2, "hyphens"),
        ("slug: what-rain-is\n", "", 2, "“slug” is missing"),
        ("2025-03-31", "31.3.2025", 6, "2025-03-31"),
        ("language: en", "langauge: en", 4, "langauge"),
        ("language: en", "title: Twice", 4, "twice"),
        ("https://example.org/clouds", "javascript:alert(1)", 10, "https://"),
        ("# What rain is", "# What snow is", 13, "make them the same"),
        ("### How fast", "##### How fast", 34, "use ###"),
        ("### How fast", "###", 34, "no words"),
        ("```\n\nRain falls", "\n\nRain falls", 19, "never closed"),
        ("Rain falls from **clouds**.\n\n- small drops\n- large drops\n\n###", "###", 17, "no text"),
        ('  - "rain: why?"', '  - "rain: why?', 26, "YAML"),
        ("# What rain is\n", "A line.\n\n# What rain is\n", 12, "below a heading"),
        ("## Empty heading", "# What rain is", 38, "second # heading"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(ValueError, match=r"^rain\.md, line \d+: ") as caught:
        parse_document(EXAMPLE.replace(old, new, 1), "rain.md")
    assert f"line {line}:" in str(caught.value)
    assert says in str(caught.value)


def test_yaml_references_and_depth_do_no_harm() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}]" for n in range(30))
    for hostile in (bomb, "sources: " + "[" * 5_000, "title: !!python/object/apply:os.system [true]"):
        with pytest.raises(ValueError, match=r"line \d+"):
            parse_document(f"---\n{hostile}\n---\n# x\n", "x")


@pytest.mark.parametrize(
    "section",
    [
        Section(path=("A",), markdown="text\n\n## B\n\nmore"),
        Section(path=("A",), markdown="text\n```\nnever closed"),
        Section(path=("A",), markdown="text\n\n"),
        Section(path=("A",), markdown=""),
        Section(path=("A\nB",), markdown="text"),
        Section(path=("A", "B", "C", "D", "E", "F"), markdown="text"),
        Section(path=("A",), markdown="text", source_keys=("nowhere",)),
    ],
)
def test_what_cannot_be_written_without_loss_is_refused(section: Section) -> None:
    with pytest.raises(ValueError, match="written as Markdown|too deep"):
        render_document(Document(slug="a", title="A title", sections=(section,)))


_ONE_LINE = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n\r"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
_HEADING = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="#"), min_size=1, max_size=20
)
_BODY = (
    st.lists(
        st.one_of(
            _ONE_LINE.filter(lambda line: not line.startswith(("#", "```", "~~~"))),
            st.sampled_from(
                ["- one\n- two", "1. first\n2. second", "| a | b |\n| --- | --- |\n| 1 | 2 |", "   in"]
            ),
        ),
        min_size=1,
        max_size=4,
    )
    .map("\n\n".join)
    .filter(lambda body: bool(body.split("\n")[0].strip()) and bool(body.split("\n")[-1].strip()))
)
_KEYS = ["R1", "R 2", "swiss: one", "№3"]
_SECTIONS = st.builds(
    Section,
    path=st.lists(_HEADING, min_size=1, max_size=5).map(tuple),
    markdown=_BODY,
    questions=st.lists(_ONE_LINE, max_size=3).map(tuple),
    evidence=st.sampled_from(EvidenceKind),
    source_keys=st.lists(st.sampled_from(_KEYS), max_size=2).map(tuple),
    facts=st.lists(_ONE_LINE, max_size=2).map(tuple),
)
_DOCUMENTS = st.builds(
    Document,
    slug=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True),
    title=_HEADING,
    sections=st.lists(_SECTIONS, max_size=4).map(tuple),
    sources=st.tuples(*(st.builds(Source, key=st.just(key), title=_ONE_LINE) for key in _KEYS)),
    reviewer=st.one_of(st.just(""), _ONE_LINE),
    reviewed_on=st.sampled_from(["", "2024-12-01"]),
    language=st.sampled_from(["en", "pt-BR"]),
    dropped=st.lists(_ONE_LINE, max_size=2).map(tuple),
)


@given(_DOCUMENTS)
def test_what_is_written_reads_back_the_same(document: Document) -> None:
    text = render_document(document)
    assert parse_document(text, "x") == document
    assert render_document(parse_document(text, "x")) == text
