"""Top-level Markdown blocks of a section's body, as verbatim text.

In: the Markdown subset of our documents (paragraphs, bullet and numbered lists, tables). Out: one
`Block` per top-level block, its text exactly as written. Splitting and importing share it so that both
agree on what a list or a table is. Never raises: what is not a list or a table is a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from markdown_it import MarkdownIt


class BlockKind(StrEnum):
    """What a block is; a HEADING only exists while a file is being imported."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `text` is Markdown (for a heading, its words alone); `level` counts headings from 1."""

    kind: BlockKind
    text: str
    level: int = 0

    @property
    def words(self) -> int:
        """Words a reader sees, near enough: list marks and table bars do not count."""
        return count_words(self.text)


_PARSER = MarkdownIt("commonmark").enable("table").disable(["html_block", "lheading", "code"])
_KINDS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
    "heading_open": BlockKind.HEADING,
}


def parse_blocks(markdown: str) -> list[Block]:
    """Cuts a body into its top-level blocks, in order; nothing but blank lines between them is lost."""
    lines = markdown.split("\n")
    blocks: list[Block] = []
    for token in _PARSER.parse(markdown):
        if token.level != 0 or token.nesting < 0 or token.map is None:
            continue
        first, last = token.map
        text = "\n".join(lines[first:last]).strip("\n").rstrip()
        if not text:
            continue
        kind = _KINDS.get(token.type, BlockKind.PARAGRAPH)
        if kind is BlockKind.HEADING:
            blocks.append(Block(kind, text.lstrip("#").strip(), int(token.tag[1:])))
        else:
            blocks.append(Block(kind, text))
    return blocks


def count_words(text: str) -> int:
    """How many words a text has; marks without a letter or digit are not words."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))
