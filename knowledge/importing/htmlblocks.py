"""From HTML elements to blocks: headings, paragraphs, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from knowledge.blocks import Block, BlockKind, count_words
from knowledge.importing.decode import tidy
from knowledge.importing.tables import markdown_table
from knowledge.importing.text import list_markdown, text_blocks

Element = etree._Element

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_BOLD = frozenset(("b", "strong"))
_MOST_CELL_WORDS = 60
"""A table whose cells are longer on average only arranges a page."""
_MOST_LEVEL = 6


class BlockReader:
    """Walks an element in reading order and collects its blocks; links by themselves go to `dropped`."""

    def __init__(self, dropped: list[str]) -> None:
        self._blocks: list[Block] = []
        self._run: list[str] = []
        self._linked = 0
        self._dropped = dropped

    def read(self, root: Element) -> list[Block]:
        """The blocks of `root`."""
        self._walk(root)
        self._close()
        return _bold_headings(self._blocks)

    def _walk(self, element: Element) -> None:
        """Inline content gathers in the run; a block element closes it, reads itself and goes on."""
        self._run.append(str(element.text or ""))
        for child in element:
            self._child(child)
            self._run.append(str(child.tail or ""))

    def _child(self, child: Element) -> None:
        tag = str(child.tag)
        if tag in _HEADINGS:
            self._close()
            text = inline_text(child, marks=False).replace("\n", " ")
            if text:
                self._blocks.append(Block(BlockKind.HEADING, text, _HEADINGS[tag]))
        elif tag in ("ul", "ol"):
            self._close()
            self._list(child, numbered=tag == "ol")
        elif tag == "dl":
            self._close()
            self._definitions(child)
        elif tag == "table":
            self._close()
            self._table(child)
        elif tag in _BLOCKS or _has_block(child):
            self._close()
            self._walk(child)
            self._close()
        else:
            text = _inline(child)
            if child.tag == "a":
                self._linked += len(text.strip())
            else:
                self._linked += sum(
                    len("".join(map(str, link.itertext())).strip()) for link in child.iter("a")
                )
            self._run.append(text)

    def _close(self) -> None:
        """Ends the paragraph that is being gathered; its lines may be items of a list that someone typed."""
        text = _squeeze("".join(self._run))
        linked, self._run, self._linked = self._linked, [], 0
        if not text:
            return
        if linked >= len(text.replace("**", "")) and count_words(text) > 12:
            self._dropped.append(text)
            return
        lines = text.split("\n")
        if len(lines) > 1:
            self._blocks.extend(_typed_lines(text))
        else:
            self._blocks.append(Block(BlockKind.PARAGRAPH, text))

    # Lists

    def _list(self, element: Element, *, numbered: bool) -> None:
        items = [child for child in element if child.tag == "li"]
        texts = [text for item in items if (text := _item_text(item))]
        if not texts:
            return
        links = sum(1 for item in items if _is_link(item))
        if links == len(items) and len(items) > 1:
            self._dropped.extend(texts)
            return
        if max(count_words(text) for text in texts) > 3 * _MOST_CELL_WORDS or any(
            item.find(".//table") is not None for item in items
        ):
            for item in items:  # a list used as a page's frame
                self._close()
                self._walk(item)
            self._close()
            return
        texts = [re.sub(rf"\A\**{number}\s*[.):]?\**\s+", "", text) for number, text in enumerate(texts, 1)]
        self._blocks.append(Block(BlockKind.LIST, list_markdown(texts, numbered=numbered or _counts(items))))

    def _definitions(self, element: Element) -> None:
        items: list[str] = []
        for child in element.iter("dt", "dd"):
            text = inline_text(child, marks=False).replace("\n", " ")
            if not text:
                continue
            if child.tag == "dt":
                items.append(f"**{text.rstrip(' :')}**:")
            elif items:
                items[-1] += f" {text}"
        if items:
            self._blocks.append(Block(BlockKind.LIST, list_markdown(items, numbered=False)))

    # Tables

    def _table(self, element: Element) -> None:
        rows = [
            [inline_text(cell, marks=False).replace("\n", " ") for cell in row if cell.tag in ("td", "th")]
            for row in element.iter("tr")
        ]
        rows = [row for row in rows if any(row)]
        cells = [cell for row in rows for cell in row if cell]
        nested = element.find(".//table") is not None
        long = cells and sum(map(count_words, cells)) / len(cells) > _MOST_CELL_WORDS
        if nested or long or len(rows) < 2 or max((len(row) for row in rows), default=0) < 2:
            self._walk(element)
            self._close()
            return
        self._blocks.append(Block(BlockKind.TABLE, markdown_table(rows)))


def _has_block(element: Element) -> bool:
    return any(child.tag in _BLOCKS or child.tag == "table" for child in element.iter(etree.Element))


def _is_link(item: Element) -> bool:
    text = "".join(map(str, item.itertext())).strip()
    linked = sum(len("".join(map(str, link.itertext())).strip()) for link in item.iter("a"))
    return bool(text) and linked >= len(text)


def _counts(items: Sequence[Element]) -> bool:
    """Whether the items of a bullet list carry the numbers 1, 2, 3 … as text of their own."""
    firsts = [
        next((part.strip() for part in map(str, item.itertext()) if part.strip()), "") for item in items
    ]
    return len(firsts) > 1 and all(
        re.fullmatch(rf"(?:step )?{number}[.):]?", first, re.IGNORECASE)
        for number, first in enumerate(firsts, 1)
    )


def _item_text(item: Element) -> str:
    """One item on one line: a heading in it becomes bold, a list in it follows after a colon."""
    parts: list[str] = []
    run: list[str] = [str(item.text or "")]

    def close() -> None:
        if text := _squeeze("".join(run)).replace("\n", " "):
            parts.append(text)
        run.clear()

    def walk(element: Element) -> None:
        for child in element:
            if child.tag in _HEADINGS:
                close()
                if text := inline_text(child, marks=False).replace("\n", " "):
                    parts.append(f"**{text.rstrip(' :.')}**:")
            elif child.tag in ("ul", "ol"):
                close()
                inner = [text for part in child if part.tag == "li" and (text := _item_text(part))]
                if inner:
                    if parts and not parts[-1].endswith((".", ":", "!", "?", "**")):
                        parts[-1] += ":"
                    parts.append("; ".join(text.rstrip(".;") for text in inner) + ".")
            elif child.tag in _BLOCKS or _has_block(child):
                close()
                run.append(str(child.text or ""))
                walk(child)
                close()
            else:
                run.append(_inline(child))
            run.append(str(child.tail or ""))

    walk(item)
    close()
    return " ".join(parts)


# Text


def inline_text(element: Element, *, marks: bool = True) -> str:
    """The words of an element, breaks as line ends, bold kept as ** where `marks` is set."""
    return _squeeze(_inline(element, marks=marks))


def _inline(element: Element, *, marks: bool = True) -> str:
    if element.tag == "br":
        return "\n"
    parts = [_flat(str(element.text or ""))]
    for child in element:
        inner = _inline(child, marks=marks)
        parts.append(f" {inner} " if child.tag in _BLOCKS else inner)
        parts.append(_flat(str(child.tail or "")))
    text = "".join(parts)
    core = text.strip()
    if marks and element.tag in _BOLD and core and "**" not in core and "\n" not in core:
        lead = text[: len(text) - len(text.lstrip())]
        return f"{lead}**{core}**{text[len(text.rstrip()) :]}"
    return text


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _squeeze(text: str) -> str:
    """One space between words, no space around line ends, no empty lines, no bold that is empty or doubled."""
    text = tidy(text).replace("****", "")
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r" ?(?:\n ?)+", "\n", text).strip()


def _typed_lines(text: str) -> list[Block]:
    """Lines parted by breaks: read like plain text when they make a list, else as paragraphs."""
    blocks = text_blocks(text)
    if any(block.kind in (BlockKind.LIST, BlockKind.TABLE) for block in blocks):
        return [replace_level(block) for block in blocks]
    lines = text.split("\n")
    if all(line.endswith((".", "!", "?", ":", "”")) for line in lines):
        return [Block(BlockKind.PARAGRAPH, line) for line in lines]
    return [Block(BlockKind.PARAGRAPH, " ".join(lines))]


def replace_level(block: Block) -> Block:
    """A heading found inside a paragraph lies below every heading that the page marks itself."""
    return Block(block.kind, block.text, _MOST_LEVEL) if block.kind is BlockKind.HEADING else block


def _bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """A short line all in bold above a text is a heading that was not marked as one."""
    marked: list[Block] = []
    for at, block in enumerate(blocks):
        match = (
            re.fullmatch(r"\*\*([^*\n]{2,90})\*\*:?", block.text)
            if block.kind is BlockKind.PARAGRAPH
            else None
        )
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        heads = following is not None and following.kind is not BlockKind.HEADING
        if match and heads and count_words(block.text) <= 12 and not match.group(1).endswith((".", "!", ",")):
            marked.append(Block(BlockKind.HEADING, match.group(1).strip(" :"), _MOST_LEVEL))
        else:
            marked.append(block)
    return marked
