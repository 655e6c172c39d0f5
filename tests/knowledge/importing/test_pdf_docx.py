"""PDF and Word files: headings, paragraphs, lists and tables, as far as the format shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.importing import ImportRefused, load_file

Word = tuple[docx.document.Document, Path]


def test_a_pdf_leaflet(make_pdf: Callable[..., Path]) -> None:
    def page(number: int, lines: list[tuple[float, float, str, str]]) -> list[tuple[float, float, str, str]]:
        return [(810, 8, "F1", "Leaflet of the garden house"), *lines, (30, 8, "F1", f"Page {number} of 3")]

    first = page(
        1,
        [
            (760, 22, "F2", "A garden in"),
            (734, 22, "F2", "spring"),
            (700, 11, "F1", "Most plants begin to grow when the soil is warm enough, and that de-"),
            (686, 11, "F1", "pends on the weather. An early-morning walk shows it best, but an early-"),
            (672, 11, "F1", "morning frost can hurt."),
            (640, 11, "F1", "A second paragraph stands alone here."),
            (610, 15, "F2", "What to bring"),
            (590, 11, "F1", "• a spade"),
            (576, 11, "F1", "• two pots, which have to be"),
            (562, 11, "F1", "large"),
        ],
    )
    second = page(
        2,
        [
            (780, 15, "F2", "Steps"),
            (760, 11, "F1", "1. Dig a hole."),
            (746, 11, "F1", "2. Put the plant in."),
            (720, 11, "F2", "When it rains"),
            (706, 11, "F1", "Stay at home and read about plants until"),
        ],
    )
    third = page(3, [(780, 11, "F1", "the sun comes out again.")])
    document = load_file(make_pdf([first, second, third]))
    assert document.title == "A garden in spring"
    assert {section.path: section.markdown for section in document.sections} == {
        (): (
            "Most plants begin to grow when the soil is warm enough, and that depends on the weather. An early-morning "
            "walk shows it best, but an early-morning frost can hurt.\n\nA second paragraph stands alone here."
        ),
        ("What to bring",): "- a spade\n- two pots, which have to be large",
        ("Steps",): "1. Dig a hole.\n2. Put the plant in.",
        ("Steps", "When it rains"): "Stay at home and read about plants until the sun comes out again.",
    }
    assert "Leaflet of the garden house" in document.dropped
    assert any("of 3" in dropped for dropped in document.dropped)


def test_a_word_leaflet(word: Word) -> None:
    file, path = word
    file.add_paragraph("A garden in spring", style="Title")
    file.add_paragraph("Plants grow when the soil is warm.")
    file.add_heading("What to bring", level=1)
    for text in ("a spade", "two pots"):
        file.add_paragraph(text, style="List Bullet")
    file.add_paragraph("large ones", style="List Bullet 2")
    file.add_heading("Steps", level=2)
    file.add_paragraph("Dig a hole.", style="List Number")
    file.add_paragraph("Put the plant in.", style="List Number")
    paragraph = file.add_paragraph("Water it ")
    paragraph.add_run("every day").bold = True
    paragraph.add_run(".")
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ["Month", "Work", "May", "Sow"], strict=True
    ):
        cell.text = text
    file.sections[0].header.paragraphs[0].text = "Garden house"
    deleted = (
        f"<w:p {nsdecls('w')}><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Added later.</w:t></w:r></w:ins></w:p>"
    )
    file.element.body.insert(-1, parse_xml(deleted))
    file.save(str(path))

    document = load_file(path)
    assert document.title == "A garden in spring"
    assert {section.path: section.markdown for section in document.sections} == {
        (): "Plants grow when the soil is warm.",
        ("What to bring",): "- a spade\n- two pots; large ones",
        ("What to bring", "Steps"): (
            "1. Dig a hole.\n2. Put the plant in.\n\nWater it **every day**.\n\n"
            "| Month | Work |\n| --- | --- |\n| May | Sow |\n\nAdded later."
        ),
    }
    assert "Garden house" not in str(document)


def test_a_table_of_contents_is_left_out(word: Word) -> None:
    file, path = word
    file.add_heading("One", level=1)
    contents = (
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        "</w:sdtPr><w:sdtContent><w:p><w:r><w:t>One ... 1</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    file.element.body.insert(0, parse_xml(contents))
    file.add_paragraph("Some text that says something.")
    file.save(str(path))
    assert "... 1" not in str(load_file(path).sections)


def test_a_pdf_of_pictures_says_what_to_do(make_pdf: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="text recognition"):
        load_file(make_pdf([[]]))
