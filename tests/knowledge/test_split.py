"""Splitting: whole lists and tables, passages of a readable size, keys that only the text decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.blocks import count_words
from knowledge.model import Document, EvidenceKind, Section, Source
from knowledge.split import DEFAULT, SplitOptions, split

SENTENCE = "The river is wide here and slow, and in the spring it floods the fields on both of its sides. "
PARAGRAPH = (SENTENCE * 3).strip()
LIST = "\n".join(
    f"- item number {n} of a long list that has to stay in one piece whatever comes" for n in range(30)
)
TABLE = "| a | b |\n| --- | --- |\n" + "\n".join(f"| row {n} | {SENTENCE.strip()} |" for n in range(20))


def document(*sections: Section) -> Document:
    return Document(slug="rivers", title="Rivers", sections=sections, sources=(Source("R1", "A book"),))


def test_a_short_section_is_one_passage_with_its_path_questions_and_sources() -> None:
    section = Section(
        path=("Water", "Floods"),
        markdown=PARAGRAPH,
        questions=("when does it flood",),
        evidence=EvidenceKind.EARLY,
        source_keys=("R1",),
    )
    (passage,) = split(replace(document(section), reviewer="Dr Roe", reviewed_on="2025-01-02"), 7)
    assert passage.text == PARAGRAPH
    assert passage.path == ("Water", "Floods")
    assert passage.questions == ("when does it flood",)
    assert passage.evidence is EvidenceKind.EARLY
    assert passage.sources == (Source("R1", "A book"),)
    assert (passage.document, passage.revision, passage.title) == ("rivers", 7, "Rivers")
    assert (passage.reviewer, passage.reviewed_on) == ("Dr Roe", "2025-01-02")


def test_a_long_section_is_cut_between_blocks_and_its_questions_go_to_the_first_part() -> None:
    body = "\n\n".join(f"Part {n}. {PARAGRAPH}" for n in range(7))
    passages = split(document(Section(path=("Long",), markdown=body, questions=("q",))), 1)
    assert len(passages) > 1
    assert "\n\n".join(p.text for p in passages) == body
    assert [bool(p.questions) for p in passages] == [True] + [False] * (len(passages) - 1)
    assert all(count_words(p.text) <= DEFAULT.target + DEFAULT.tail for p in passages)


def test_equal_parts_of_one_section_are_one_passage() -> None:
    same = (SENTENCE * 7).strip()
    assert len(split(document(Section(path=("Long",), markdown=f"{same}\n\n{same}")), 1)) == 1


@pytest.mark.parametrize("whole", [LIST, TABLE])
def test_a_list_or_table_stays_whole_with_the_line_that_introduces_it(whole: str) -> None:
    intro = "These are the things to know:"
    body = f"{PARAGRAPH}\n\n{PARAGRAPH} And more.\n\n{intro}\n\n{whole}\n\n{PARAGRAPH} The end."
    passages = split(document(Section(path=("A",), markdown=body)), 1)
    assert len(passages) > 1
    holder = [p for p in passages if whole in p.text]
    assert len(holder) == 1
    assert f"{intro}\n\n{whole}" in holder[0].text


def test_a_paragraph_without_end_is_cut_between_sentences() -> None:
    numbered = " ".join(f"Sentence {n} says {SENTENCE.lower().strip()}" for n in range(60))
    passages = split(document(Section(path=("A",), markdown=numbered)), 1)
    assert len(passages) > 5
    assert all(p.text.endswith(".") for p in passages)
    assert " ".join(p.text for p in passages) == numbered


def test_a_heading_without_text_is_no_passage_and_a_fragment_joins_its_neighbour() -> None:
    passages = split(
        document(
            Section(path=("Care",), markdown="Two things matter."),
            Section(path=("Care", "Rest"), markdown=PARAGRAPH),
            Section(path=("Care", "Food"), markdown=PARAGRAPH + " Eat."),
            Section(path=("Other",), markdown="   "),
        ),
        1,
    )
    assert [p.path for p in passages] == [("Care",), ("Care", "Food")]
    assert passages[0].text == f"Two things matter.\n\n**Rest**\n\n{PARAGRAPH}"


def test_a_section_with_questions_of_its_own_stays_by_itself() -> None:
    passages = split(
        document(
            Section(path=("Care",), markdown="Yes, you may."),
            Section(path=("Care", "Rest"), markdown="Yes.", questions=("may i rest",)),
        ),
        1,
    )
    assert [p.path for p in passages] == [("Care",), ("Care", "Rest")]


def test_siblings_join_only_when_asked_to() -> None:
    sections = [
        Section(path=("Care", name), markdown=f"{name}: {SENTENCE}".strip()) for name in ("A", "B", "C")
    ]
    assert len(split(document(*sections), 1)) == 3
    (joined,) = split(document(*sections), 1, SplitOptions(siblings=100))
    assert joined.path == ("Care",)
    assert joined.text.count("**") == 6


def test_a_key_follows_the_text_and_its_place_and_nothing_else() -> None:
    section = Section(path=("A",), markdown=PARAGRAPH)
    key = split(document(section), 1)[0].key
    unchanged = [
        (document(section), 2),
        (replace(document(section), title="New title", reviewer="Dr Roe"), 1),
        (document(replace(section, questions=("a new question",))), 1),
        (document(Section(path=("Before",), markdown=SENTENCE), section), 1),
    ]
    assert all(key in [p.key for p in split(*case)] for case in unchanged)
    changed = [
        document(replace(section, markdown=PARAGRAPH + " More.")),
        document(replace(section, path=("B",))),
        document(replace(section, path=("A", ""))),
        replace(document(section), slug="lakes"),
    ]
    assert all(split(case, 1)[0].key != key for case in changed)


_BLOCKS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=400),
        st.sampled_from(
            [LIST, TABLE, PARAGRAPH, "A line:", "**Bold**", "1. a\n2. b", "```\ncode\n\nmore\n```"]
        ),
    ),
    max_size=8,
)


@given(_BLOCKS, st.integers(min_value=1, max_value=400))
def test_no_word_is_lost_and_no_passage_is_empty(blocks: list[str], target: int) -> None:
    body = "\n\n".join(blocks)
    passages = split(document(Section(path=("A",), markdown=body)), 1, SplitOptions(target=target))
    assert all(p.text.strip() for p in passages)
    assert len({p.key for p in passages}) == len(passages)
    said = {word for p in passages for word in p.text.split()}
    assert [word for word in body.split() if any(c.isalnum() for c in word) and word not in said] == []
