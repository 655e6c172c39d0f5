"""Word files (DOCX): the body's headings, paragraphs, lists and tables as blocks.

In: the bytes of a DOCX. Out: `Docx` with title, blocks and what was left out. The archive is checked
before anything in it is parsed: number of files, declared and real unpacked size, macros, document type
declarations. Raises `ImportRefused` for what is not allowed or not readable.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from knowledge.blocks import Block, BlockKind, count_words
from knowledge.importing.decode import tidy
from knowledge.importing.limits import ImportRefused, Limits
from knowledge.importing.tables import markdown_table
from knowledge.importing.text import list_markdown

_DAMAGED = (
    "This Word file is damaged and cannot be read. Please open it, save it again as .docx, and upload that."
)
_BOMB = "This Word file unpacks to far more than a document needs. Please upload its text instead."


@dataclass(slots=True)
class Docx:
    """What a Word file says (`blocks`), and what was left out by its markup (`dropped`)."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def read_docx(data: bytes, limits: Limits) -> Docx:
    """The text of a Word file."""
    _check_archive(data, limits)
    try:
        package = docx.Document(io.BytesIO(data))
        reader = _Reader(package)
        blocks = list(reader.blocks(package.element.body))
        title = str(package.core_properties.title or "").strip()
    except (MemoryError, RecursionError):
        raise
    except (
        PackageNotFoundError, KeyError, ValueError, AttributeError, TypeError, IndexError, zipfile.BadZipFile,
        etree.XMLSyntaxError, zlib.error, NotImplementedError, RuntimeError, OSError,
    ) as error:  # fmt: skip
        raise ImportRefused(_DAMAGED) from error
    looks_made_up = title.lower() in ("", "title", "untitled", "word document") or len(title.split()) > 25
    return Docx(
        title=reader.title or ("" if looks_made_up else tidy(title)), blocks=blocks, dropped=reader.dropped
    )


# The archive


def _check_archive(data: bytes, limits: Limits) -> None:
    """Unpacks every entry once, counting, without keeping it; sizes that an archive declares are not trusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if (
                len(entries) > limits.archive_entries
                or sum(e.file_size for e in entries) > limits.unpacked_bytes
            ):
                raise ImportRefused(_BOMB)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise ImportRefused(
                    "This Word file is locked with a password. Please save it without one and upload it again."
                )
            if "word/document.xml" not in names or "[content_types].xml" not in names:
                raise ImportRefused(
                    "This is not a Word file, though its name says so. Please save it as .docx first."
                )
            if any("vbaproject" in name or "vbadata" in name for name in names):
                raise ImportRefused("This Word file contains macros. Please save it as .docx without macros.")
            unpacked = 0
            for entry in entries:
                unpacked += _check_entry(archive, entry, limits.unpacked_bytes - unpacked)
    except ImportRefused:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise ImportRefused(_DAMAGED) from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> int:
    """The real size of an entry; its XML may not declare a document type, and the package no macros."""
    size = 0
    tail = b""
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    is_types = entry.filename.lower() == "[content_types].xml"
    with archive.open(entry) as stream:
        while part := stream.read(65_536):
            size += len(part)
            if size > room:
                raise ImportRefused(_BOMB)
            window = (tail + part).replace(b"\x00", b"")
            if is_xml and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                raise ImportRefused(
                    "This Word file declares entities, which no word processor does. Please save it again as .docx."
                )
            if is_types and b"macroenabled" in window.lower():
                raise ImportRefused("This Word file contains macros. Please save it as .docx without macros.")
            tail = part[-64:]
    return size


# The body


class _Reader:
    """Walks the body in order; what is inside deletions, comments and the table of contents is no text."""

    def __init__(self, package: Any) -> None:
        self.title = ""
        self.dropped: list[str] = []
        self._styles = {style.style_id: style for style in package.styles}
        self._formats = _number_formats(package)

    def blocks(self, body: Any) -> Iterator[Block]:
        """The blocks of a body; list paragraphs that follow each other are one list."""
        items: list[str] = []
        numbered = False
        for element in self._elements(body):
            item = self._item(element) if element.tag == qn("w:p") else None
            if item is not None:
                text, is_numbered, depth = item
                if depth > 0 and items:
                    items[-1] = f"{items[-1].rstrip(';')}{'' if items[-1].endswith(':') else ';'} {text}"
                    continue
                if items and is_numbered != numbered:
                    yield Block(BlockKind.LIST, list_markdown(items, numbered=numbered))
                    items = []
                numbered = is_numbered
                items.append(text)
                continue
            if items and (element.tag == qn("w:tbl") or self._text(element)):
                yield Block(BlockKind.LIST, list_markdown(items, numbered=numbered))
                items = []
            yield from self._table(element) if element.tag == qn("w:tbl") else self._paragraph(element)
        if items:
            yield Block(BlockKind.LIST, list_markdown(items, numbered=numbered))

    def _elements(self, parent: Any) -> Iterator[Any]:
        for child in parent:
            if child.tag in (qn("w:p"), qn("w:tbl")):
                yield child
            elif child.tag == qn("w:sdt"):
                gallery = child.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
                content = child.find(qn("w:sdtContent"))
                if gallery is not None and "content" in (gallery.get(qn("w:val")) or "").lower():
                    self.dropped.append("Table of contents")
                elif content is not None:
                    yield from self._elements(content)
            elif child.tag in (qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self._elements(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = self._text(element)
        if not text:
            return
        style = self._style_name(element)
        if re.match(r"toc\b|table of contents|toc heading", style):
            self.dropped.append(text)
            return
        plain = text.replace("**", "").replace("\n", " ")
        if style == "title":
            self.title = self.title or plain
            yield Block(BlockKind.HEADING, plain, 1)
            return
        level = self._level(element, style)
        if level:
            yield Block(BlockKind.HEADING, plain, min(level + 1, 6))
        elif (
            re.fullmatch(r"\*\*[^*\n]{2,90}\*\*:?", text)
            and count_words(text) <= 12
            and not plain.endswith(".")
        ):
            yield Block(BlockKind.HEADING, plain.rstrip(" :"), 6)
        else:
            yield Block(BlockKind.PARAGRAPH, text.replace("\n", " "))

    def _level(self, element: Any, style: str) -> int:
        match = re.fullmatch(r"heading (\d)", style)
        if match:
            return int(match.group(1))
        for properties in self._properties(element):
            outline = properties.find(qn("w:outlineLvl"))
            if outline is not None and (value := outline.get(qn("w:val"), "")).isdigit() and int(value) < 9:
                return int(value) + 1
        return 0

    def _item(self, element: Any) -> tuple[str, bool, int] | None:
        """(text, whether it is numbered, depth) of a list paragraph."""
        style = self._style_name(element)
        if self._level(element, style) or style == "title":
            return None
        number, depth = "", 0
        for properties in self._properties(element):
            numbering = properties.find(qn("w:numPr"))
            if numbering is not None and not number:
                identity, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
                number = identity.get(qn("w:val"), "") if identity is not None else ""
                value = level.get(qn("w:val"), "0") if level is not None else "0"
                depth = int(value) if value.isdigit() else 0
        if number in ("", "0") and not style.startswith(("list bullet", "list number")):
            return None
        text = self._text(element).replace("\n", " ")
        if not text:
            return None
        kind = self._formats.get((number, depth)) or ("decimal" if "number" in style else "bullet")
        nested = re.match(r"list (?:bullet|number) ([2-9])", style)
        return text, kind not in ("bullet", "none"), depth or (int(nested.group(1)) - 1 if nested else 0)

    def _properties(self, element: Any) -> Iterator[Any]:
        """The paragraph's own properties, then those of its style and the styles it is based on."""
        own = element.find(qn("w:pPr"))
        if own is not None:
            yield own
        style = self._style(element)
        for _ in range(10):
            if style is None:
                return
            inherited = style.element.find(qn("w:pPr"))
            if inherited is not None:
                yield inherited
            style = getattr(style, "base_style", None)

    def _style(self, element: Any) -> Any:
        named = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return self._styles.get(named.get(qn("w:val"))) if named is not None else None

    def _style_name(self, element: Any) -> str:
        style = self._style(element)
        return str(style.name or "").lower() if style is not None else ""

    def _text(self, element: Any) -> str:
        """The words of a paragraph; runs in bold keep it, deleted text is gone."""
        runs: list[tuple[bool, str]] = []
        for run in element.iter(qn("w:r")):
            if any(parent.tag in (qn("w:del"), qn("w:moveFrom")) for parent in run.iterancestors()):
                continue
            text = "".join(_run_text(part) for part in run)
            bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
            is_bold = bold is not None and bold.get(qn("w:val")) not in ("0", "false", "none")
            if (runs and runs[-1][0] == is_bold) or (not text.strip() and runs):
                runs[-1] = (runs[-1][0], runs[-1][1] + text)
            elif text:
                runs.append((is_bold, text))
        marked = (_in_bold(text) if is_bold and text.strip() else text for is_bold, text in runs)
        text = re.sub(r"[ \t]+", " ", tidy("".join(marked)))
        return re.sub(r" ?\n\s*", "\n", text).strip()

    def _table(self, element: Any) -> Iterator[Block]:
        rows: list[list[str]] = []
        for row in element.iter(qn("w:tr")):
            cells = []
            for cell in row.findall(qn("w:tc")):
                texts = (self._text(paragraph).replace("\n", " ") for paragraph in cell.iter(qn("w:p")))
                cells.append(" ".join(text for text in texts if text).replace("**", ""))
            rows.append(cells)
        if (
            element.find(f".//{qn('w:tbl')}") is not None
            or max(map(len, rows), default=0) < 2
            or len(rows) < 2
        ):
            for cell in element.iter(qn("w:tc")):  # a table that only frames text
                for paragraph in cell.findall(qn("w:p")):
                    yield from self._paragraph(paragraph)
            return
        yield Block(BlockKind.TABLE, markdown_table(rows))


def _in_bold(text: str) -> str:
    """The words between ** and the spaces around them outside."""
    core = text.strip()
    lead = text[: len(text) - len(text.lstrip())]
    return f"{lead}**{core}**{text[len(text.rstrip()) :]}"


def _run_text(part: Any) -> str:
    if part.tag == qn("w:t"):
        return part.text or ""
    if part.tag in (qn("w:tab"), qn("w:cr")):
        return " "
    if part.tag == qn("w:noBreakHyphen"):
        return "-"
    if part.tag == qn("w:br"):
        return "\n" if part.get(qn("w:type")) in (None, "textWrapping") else " "
    return ""


def _number_formats(package: Any) -> dict[tuple[str, int], str]:
    """(list, depth) → 'bullet', 'decimal', … as the numbering part says."""
    try:
        root = package.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for definition in root.iter(qn("w:abstractNum")):
        levels: dict[int, str] = {}
        for level in definition.iter(qn("w:lvl")):
            form = level.find(qn("w:numFmt"))
            depth = level.get(qn("w:ilvl"), "0")
            levels[int(depth) if depth.isdigit() else 0] = (
                form.get(qn("w:val"), "") if form is not None else ""
            )
        abstract[definition.get(qn("w:abstractNumId"), "")] = levels
    formats: dict[tuple[str, int], str] = {}
    for number in root.iter(qn("w:num")):
        base = number.find(qn("w:abstractNumId"))
        levels = abstract.get(base.get(qn("w:val"), ""), {}) if base is not None else {}
        for depth, form in levels.items():
            formats[(number.get(qn("w:numId"), ""), depth)] = form
    return formats
