"""From cleaned blocks to a document: its title, and its sections with their heading paths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from knowledge.blocks import Block, BlockKind
from knowledge.importing.decode import tidy
from knowledge.model import Document, EvidenceKind, Section, Source

SOURCE_KEY = "original"
"""The key of the one source an imported file has: itself."""

_DEEPEST = 5


def assemble(
    name: str, blocks: Sequence[Block], dropped: Sequence[str], *, title: str = "", language: str = "en"
) -> Document:
    """The document of a file called `name`.

    Without a `title` of the file's own the first heading is it (a heading that opens the file is used up
    by that). An imported page speaks for whoever wrote it, so its sections are claims, attributed to the
    page, until an editor has judged them.
    """
    blocks = list(blocks)
    opening = blocks[0] if blocks and blocks[0].kind is BlockKind.HEADING else None
    if opening is not None and (not title or _same(opening.text, title)):
        title = title or opening.text
        blocks = blocks[1:]
    if not title:
        heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
        title = heading or tidy(re.sub(r"[_-]+", " ", name)).strip() or "Untitled"
    title = _one_line(title) or "Untitled"
    return Document(
        slug=slug_of(name) or slug_of(title) or "document",
        title=title,
        sections=tuple(_sections(blocks)),
        sources=(Source(key=SOURCE_KEY, title=title),),
        language=language,
        dropped=tuple(text for part in dropped if (text := part.strip())),
    )


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 80 characters."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:80].strip("-")


def _sections(blocks: Sequence[Block]) -> list[Section]:
    sections: list[Section] = []
    stack: list[tuple[int, str]] = []
    body: list[str] = []

    def close() -> None:
        if body:
            sections.append(
                Section(
                    path=tuple(heading for _, heading in stack),
                    markdown="\n\n".join(body),
                    evidence=EvidenceKind.CLAIM,
                    source_keys=(SOURCE_KEY,),
                )
            )
            body.clear()

    for block in blocks:
        if block.kind is BlockKind.HEADING:
            close()
            while stack and (stack[-1][0] >= block.level or len(stack) >= _DEEPEST):
                stack.pop()
            if heading := _one_line(block.text):
                stack.append((block.level, heading))
        else:
            body.append(_as_body(block))
    close()
    return sections


def _as_body(block: Block) -> str:
    """A paragraph must not begin like a heading, a list or a fence once it stands in a Markdown body."""
    text = block.text.strip()
    if block.kind is not BlockKind.PARAGRAPH:
        return text
    return "\n".join(_escape(line) for line in text.split("\n"))


def _escape(line: str) -> str:
    line = line.strip()
    if re.match(r"#{1,6}(\s|\Z)|[-+*](\s|\Z)|>|```|~~~|(?:-\s?){3,}\Z|={2,}\Z", line):
        return "\\" + line
    return re.sub(r"\A(\d{1,9})([.)])(?=\s|\Z)", r"\1\\\2", line)


def _one_line(text: str) -> str:
    """A heading's words; hash marks at its ends would be lost once it is written as Markdown."""
    return re.sub(r"\s+", " ", text).strip().strip("#").strip()


def _same(one: str, other: str) -> bool:
    def letters(text: str) -> str:
        return "".join(letter for letter in text.lower() if letter.isalnum())

    return bool(letters(one)) and letters(one) in letters(other)
