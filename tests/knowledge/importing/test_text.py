"""Plain text as people copy it from web pages: structure is found, boilerplate is left out and listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing import load_file
from knowledge.importing.assemble import assemble
from knowledge.importing.boilerplate import clean
from knowledge.importing.text import text_blocks
from knowledge.markdown import parse_document, render_document
from knowledge.model import Document
from knowledge.split import split

PAGE = """Bees are small animals that visit flowers and carry pollen from one plant to the next all summer long.
What Does a Bee Do All Day?
A worker bee cleans, feeds the young, builds wax cells, and only later in life flies out to collect food.
Their main jobs are:
- Feeding the young. They do this with a milk made in glands of the head.
- Guarding the door of the hive.

Scent = the doorbell
It tells the guards who is coming home.
- Every hive has its own smell.
- Strangers are sent away.
Dance = the map
It shows the others where the flowers are.
- The angle gives the direction.
- The length gives the distance.
We also sell honey from our own hives, and many people love it. Click here to see what we have in the shop.
Shop nowWhy Hives Matter to Gardens
Gardens with hives near them set more fruit, and the fruit is larger and keeps longer in the cellar.
Here's why:
More Visits
Each flower is visited ten times a day, so that hardly any of them stays without pollen.
Better Fruit
Apples that were visited often are rounder, heavier and sweeter than those that were not.

Book a free consultation
Wondering where to begin? Our friendly beekeepers are here to answer your questions about the first hive.

Senior Advisor, Hive House beekeeper
Bees vs Wasps
Feature | Bees | Wasps |
Food | Pollen and nectar | Insects and fruit |
Nest | Wax | Paper |
Explore nowHow Honey Is Made
-
1
Collecting
The bee drinks nectar from a flower and stores it in a second stomach. -
2
Passing On
At home it is passed from mouth to mouth, and each bee takes water out of it. -
3
Drying
Bees fan with their wings until the honey is thick.
This picture shows the way from the flower to the jar.
1. Sealing the Cells
When the honey is dry enough, the bees close each cell with a thin lid of new wax.
You might also like: Ten Plants That Bees Love
2. Harvest by the Keeper
The keeper takes the full frames out in July, and leaves enough of them for the winter.
Jane Rowan

Leave a Comment

Your email address will not be published. Required fields are marked *
Name *
Popular posts
Why Do Bees Sting?
Ten Reasons to Love Drones and Queens
List of References
Roe, J., & Doe, K. (2019). A life of bees. Journal of Hives, 12(3), 4-9.
Available at: https://example.org/bees.pdf
"""


def read(text: str, name: str = "page") -> Document:
    kept, dropped = clean(text_blocks(text))
    return assemble(name, kept, dropped)


@pytest.fixture(scope="module")
def page() -> Document:
    return read(PAGE)


def test_headings_and_the_text_before_the_first(page: Document) -> None:
    paths = [section.path for section in page.sections]
    assert paths == [
        (),
        ("What Does a Bee Do All Day?",),
        ("What Does a Bee Do All Day?", "Scent = the doorbell"),
        ("What Does a Bee Do All Day?", "Dance = the map"),
        ("Why Hives Matter to Gardens",),
        ("Why Hives Matter to Gardens", "More Visits"),
        ("Why Hives Matter to Gardens", "Better Fruit"),
        ("Bees vs Wasps",),
        ("How Honey Is Made",),
        ("How Honey Is Made", "Sealing the Cells"),
        ("How Honey Is Made", "Harvest by the Keeper"),
    ]


def test_a_mini_heading_keeps_its_sentence_and_its_list(page: Document) -> None:
    passage = next(p for p in split(page, 1) if p.path[-1:] == ("Scent = the doorbell",))
    assert passage.text == (
        "It tells the guards who is coming home.\n\n- Every hive has its own smell.\n- Strangers are sent away."
    )


def test_steps_with_their_numbers_on_lines_of_their_own_are_one_list(page: Document) -> None:
    steps = next(section for section in page.sections if section.path == ("How Honey Is Made",)).markdown
    assert [line[:14] for line in steps.split("\n")] == ["1. **Collectin", "2. **Passing O", "3. **Drying**:"]
    assert steps.endswith("Bees fan with their wings until the honey is thick.")


def test_rows_with_bars_are_one_table(page: Document) -> None:
    table = next(section for section in page.sections if section.path == ("Bees vs Wasps",)).markdown
    assert table.split("\n") == [
        "| Feature | Bees | Wasps |",
        "| --- | --- | --- |",
        "| Food | Pollen and nectar | Insects and fruit |",
        "| Nest | Wax | Paper |",
    ]


@pytest.mark.parametrize(
    "boilerplate",
    [
        "Click here", "Shop now", "Explore now", "free consultation", "friendly beekeepers", "Senior Advisor",
        "You might also like", "Jane Rowan", "Leave a Comment", "email address", "Name *", "Popular posts",
        "Why Do Bees Sting", "Ten Reasons", "List of References", "A life of bees", "Available at",
        "This picture shows",
    ],
)  # fmt: skip
def test_boilerplate_is_in_no_passage_and_is_listed(page: Document, boilerplate: str) -> None:
    assert boilerplate in PAGE
    everything = "\n".join("\n".join([*p.path, p.text]) for p in split(page, 1))
    assert boilerplate not in everything
    assert any(boilerplate in dropped for dropped in page.dropped)


def test_nothing_is_lost_without_being_listed(page: Document) -> None:
    said = " ".join(
        ["\n".join([*s.path, s.markdown]) for s in page.sections] + list(page.dropped) + [page.title]
    )
    words = {
        word.strip(".,:*?|-()")
        for word in PAGE.replace("nowWhy", "now Why").replace("nowHow", "now How").split()
    }
    words -= {"1", "2", "3", "1.", "2.", "="}
    assert [word for word in words if word and word not in said] == []


def test_prose_that_only_resembles_boilerplate_stays() -> None:
    text = """Living With the Treatment
Call your doctor at once if you have a fever, and call 112 when you cannot breathe well.
Comments from patients helped the team to plan the day, and by evening most people felt better.
Roe et al. (2020) showed in a small study of twelve people that rest helped more than tea did.
Read the leaflet before the first day, because it explains what happens in each room.
Questions for Your Doctor
- Who calls me after the infusion?
- Where do I go at night?
"""
    page = read(text)
    assert page.dropped == ()
    assert page.sections[0].markdown.count("\n\n") == 3
    assert page.sections[1].path == ("Questions for Your Doctor",)


def test_only_the_call_goes_when_the_paragraph_says_more() -> None:
    text = "Our Standards\nAll jars are tested twice in an outside laboratory. Book a call with our team today!\n"
    page = read(text)
    assert page.sections[0].markdown == "All jars are tested twice in an outside laboratory."
    assert page.dropped == ("Book a call with our team today!",)


def test_hard_wrapped_text_becomes_whole_paragraphs() -> None:
    text = """A Note on Rivers

Rivers begin as small streams that come down from the hills, where
rain and melting snow gather in the ground and find their way out be-
tween the stones. Most of them grow on the way to the sea, and some
of them dry out before they get there.

Things to bring along on a walk:

* a coat that keeps the rain out, because the weather in the hills
  changes quickly
* good shoes
"""
    page = read(text)
    body = page.sections[0].markdown.split("\n\n")
    assert page.title == "A Note on Rivers"
    assert body[0].startswith("Rivers begin") and body[0].endswith("before they get there.")
    assert "out between the stones" in body[0]
    assert (
        body[2]
        == "- a coat that keeps the rain out, because the weather in the hills changes quickly\n- good shoes"
    )


def test_numbered_lists_and_typed_bullets() -> None:
    page = read(
        "How to Plant\n\n  1. Dig: a hole.\n  2. Put: the plant in.\n\n\u2022 Water it.\n\u2022 Wait.\n"
    )
    assert page.sections[0].markdown == "1. Dig: a hole.\n2. Put: the plant in.\n\n- Water it.\n- Wait."


def test_an_imported_page_is_a_claim_of_its_source(write: Callable[[str, str], Path]) -> None:
    document = load_file(write("Bees & more.txt", PAGE))
    assert document.slug == "bees-more"
    assert {section.evidence for section in document.sections} == {"claim"}
    assert all(passage.sources[0].title == document.title for passage in split(document, 1))


_LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60),
        st.sampled_from(
            [*PAGE.split("\n"), "# x", "```", "-", "1", "2", "| a | b |", "---", "- ", "1. ", "#", "\\"]
        ),
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(_LINES)
def test_any_text_becomes_a_document_that_can_be_written(lines: list[str]) -> None:
    document = read("\n".join(lines))
    if document.sections:
        assert parse_document(render_document(document), "x") == document
    split(document, 1)
