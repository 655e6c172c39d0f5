"""What gets a vector: every sentence, list item, table row and question of a passage."""

from __future__ import annotations

from knowledge.model import Passage
from knowledge.units import UnitKind, sentences, units

TABLE = """Both kinds differ.

| What | Frogs | Toads |
| --- | --- | --- |
| Skin | **smooth** | dry |
| Legs | long | short |

1. First, look. Then listen.
2. Then write it down."""


def passage(text: str, questions: tuple[str, ...] = ()) -> Passage:
    return Passage("k", "pond", 1, "The pond", ("Frogs and toads",), text, questions)


def test_a_table_row_is_said_with_its_column_names_and_quoted_verbatim() -> None:
    rows = [unit for unit in units(passage(TABLE)) if "Skin" in unit.text and unit.kind is UnitKind.SENTENCE]
    assert [row.text for row in rows] == ["Frogs and toads: Skin; Frogs: smooth; Toads: dry"]
    assert rows[0].quote in TABLE


def test_every_quote_is_verbatim() -> None:
    quotes = [unit.quote for unit in units(passage(TABLE)) if unit.kind is UnitKind.SENTENCE]
    assert len(quotes) == 5
    assert all(quote in TABLE for quote in quotes)


def test_questions_and_heading_have_units_of_their_own() -> None:
    found = units(passage("One sentence.", ("can toads swim", "can toads swim")))
    assert [unit.text for unit in found if unit.kind is UnitKind.QUESTION] == ["can toads swim"]
    assert any(unit.kind is UnitKind.HEADING and unit.text == "Frogs and toads" for unit in found)


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "Some animals, e.g. Frogs, jump. Dr. Toad said so (2.5 times). “Really?” Yes!"
    assert sentences(text) == [
        "Some animals, e.g. Frogs, jump.",
        "Dr. Toad said so (2.5 times).",
        "“Really?”",
        "Yes!",
    ]


def test_names_are_written_in_one_form() -> None:
    found = units(passage("Natural killer cells and killer cells and NKs.", ("what's a nk-cell",)))
    assert any(unit.text == "what's a NK cells" for unit in found)
    assert any("NK cells and NK cells and NK cells" in unit.text for unit in found)
