"""Splitting a document into passages along its own structure.

In: a `Document` and its revision number. Out: passages in reading order, each the whole body of a
section or, where a section is long, a run of whole blocks of it. A list or a table is never cut and
stays with the paragraph that introduces it. Sizes are words and stand in `SplitOptions` alone.

A section's questions go to its first passage only: one question should find one answer, and a section
opens with it; giving them to every part would make all parts tie for the same question.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.blocks import Block, BlockKind, count_words, parse_blocks
from knowledge.model import Document, Passage, Section


@dataclass(frozen=True, slots=True)
class SplitOptions:
    """Every size that splitting uses, in words."""

    target: int = 140
    """A section up to this length stays one passage; a longer one is cut between blocks near it."""
    tail: int = 35
    """A last part shorter than this stays with the part before it."""
    paragraph: int = 260
    """Only a paragraph longer than this (a PDF without paragraphs) is cut, between sentences."""
    fragment: int = 12
    """A plain section shorter than this joins its neighbour under the same parent."""
    siblings: int = 0
    """Plain sub-sections under one parent join, with their headings, up to this length; 0 leaves them apart."""


DEFAULT = SplitOptions()


def split(document: Document, revision: int, options: SplitOptions = DEFAULT) -> list[Passage]:
    """Cuts a document into passages; the same document always gives the same passages and keys."""
    passages: list[Passage] = []
    seen: set[str] = set()
    for section in _joined(document.sections, options):
        for number, text in enumerate(_parts(section.markdown, options)):
            passage = _passage(document, revision, section, text, first=number == 0)
            if passage.key not in seen:
                seen.add(passage.key)
                passages.append(passage)
    return passages


def passage_key(slug: str, path: Sequence[str], text: str) -> str:
    """The SHA-256 that names a passage: of its document, its heading path and its text, nothing else."""
    digest = hashlib.sha256()
    for part in (slug, *path, text):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _passage(document: Document, revision: int, section: Section, text: str, *, first: bool) -> Passage:
    wanted = set(section.source_keys)
    return Passage(
        key=passage_key(document.slug, section.path, text),
        document=document.slug,
        revision=revision,
        title=document.title,
        path=section.path,
        text=text,
        questions=section.questions if first else (),
        evidence=section.evidence,
        sources=tuple(source for source in document.sources if source.key in wanted),
        reviewer=document.reviewer,
        reviewed_on=document.reviewed_on,
        reply=section.reply,
    )


# Parts of one section


def _parts(markdown: str, options: SplitOptions) -> list[str]:
    """The texts of a section's passages: whole when short, else runs of whole blocks near the target."""
    blocks = parse_blocks(markdown)
    if not blocks:
        return []
    whole = sum(block.words for block in blocks)
    if whole <= options.target + options.tail and all(block.words <= options.paragraph for block in blocks):
        return [_text(blocks)]
    parts: list[list[Block]] = []
    size = 0
    for group in _groups(blocks, options):
        words = sum(block.words for block in group)
        if parts and size + words <= options.target:
            parts[-1].extend(group)
            size += words
        else:
            parts.append(list(group))
            size = words
    if len(parts) > 1 and sum(block.words for block in parts[-1]) < options.tail:
        last = parts.pop()
        parts[-1].extend(last)
    return [_text(part) for part in parts]


def _groups(blocks: Sequence[Block], options: SplitOptions) -> list[list[Block]]:
    """Blocks that must not be parted: a list or table with its introduction; a mini-heading with its text."""
    groups: list[list[Block]] = []
    for block in (piece for whole in blocks for piece in _cut_paragraph(whole, options)):
        before = groups[-1][-1] if groups else None
        if before is not None and _belongs(before, block):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _belongs(before: Block, block: Block) -> bool:
    if before.kind is not BlockKind.PARAGRAPH:
        return False
    if _BOLD_LINE.match(before.text) or before.text.rstrip().endswith(":"):
        return True
    return block.kind is not BlockKind.PARAGRAPH and before.words <= 40


_BOLD_LINE = re.compile(r"\*\*[^*\n]+\*\*:?\s*\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")


def _cut_paragraph(block: Block, options: SplitOptions) -> Iterable[Block]:
    if block.kind is not BlockKind.PARAGRAPH or block.words <= options.paragraph:
        return [block]
    pieces: list[str] = []
    size = 0
    for sentence in _sentences(block.text, options.target):
        words = count_words(sentence)
        if pieces and size + words <= options.target:
            pieces[-1] += " " + sentence
            size += words
        else:
            pieces.append(sentence)
            size = words
    return [Block(BlockKind.PARAGRAPH, piece) for piece in pieces]


def _sentences(text: str, most: int) -> Iterable[str]:
    """Sentences of a paragraph; one without any full stop is cut by length, as there is nothing better."""
    for sentence in _SENTENCE_END.split(text):
        words = sentence.split()
        for start in range(0, len(words), 2 * most):
            yield " ".join(words[start : start + 2 * most])


def _text(blocks: Sequence[Block]) -> str:
    return "\n\n".join(block.text for block in blocks)


# Sections that belong together


def _joined(sections: Sequence[Section], options: SplitOptions) -> list[Section]:
    """Joins fragments to their neighbour, and short plain siblings where `options.siblings` asks for it.

    Only plain sections are joined, those without questions of their own: a section that someone wrote
    questions for is meant to be an answer by itself.
    """
    joined: list[Section] = []
    for section in sections:
        if not section.markdown.strip():
            continue
        before = joined[-1] if joined else None
        if before is not None and (together := _join(before, section, options)) is not None:
            joined[-1] = together
        else:
            joined.append(section)
    return joined


def _join(first: Section, second: Section, options: SplitOptions) -> Section | None:
    if first.questions or second.questions:
        return None
    if (first.evidence, first.source_keys, first.reply) != (
        second.evidence,
        second.source_keys,
        second.reply,
    ):
        return None
    parent = _common(first.path, second.path)
    small = min(count_words(first.markdown), count_words(second.markdown)) < options.fragment
    total = count_words(first.markdown) + count_words(second.markdown)
    limit = options.target if small else options.siblings
    if total > limit or len(parent) < min(len(first.path), len(second.path)) - 1:
        return None
    if not parent and (first.path or second.path):
        return None  # sections that share nothing but the document's title
    return replace(
        first,
        path=parent,
        markdown=_under(first, parent) + "\n\n" + _under(second, parent),
        facts=first.facts + second.facts,
    )


def _under(section: Section, parent: tuple[str, ...]) -> str:
    """A section's text as part of its parent: the headings below the parent become bold lines."""
    return "\n\n".join([*(f"**{heading}**" for heading in section.path[len(parent) :]), section.markdown])


def _common(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    shared: list[str] = []
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        shared.append(one)
    return tuple(shared)
