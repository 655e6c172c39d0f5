"""Headings of a text that marks none, and which heading lies below which.

In: blocks, all lines of prose still paragraphs. Out: the same blocks, those that look like headings
turned into headings with a level. A heading is short, ends without a full stop and has something below
it; its level follows from numbering, from an introduction that ends with a colon, and from length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.blocks import Block, BlockKind, count_words
from knowledge.importing import phrases

_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)]|step \d{1,2}[.:)]?)\s+(?=\S)", re.IGNORECASE)
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+?)\s*#*\Z")
_SMALL_WORDS = frozenset(
    "a an and as at but by for from in into is it its of on or the their to up vs via with your after be are".split()
)
_LEANS_BACK = re.compile(
    r"(?:why|how|what|when|where) (?:they|it|this|these|do they|does it)\b", re.IGNORECASE
)
"""'Why they matter' needs the heading before it to be understood, so it lies below it."""

TITLE_WORDS = 20
"""A heading in title case may be this long."""
PLAIN_WORDS = 10
"""One in sentence case looks like a sentence beyond this."""
SHORT_CHILD = 5
"""In a run of sub-headings a longer one, or a question, opens the next main section."""


def mark_headings(blocks: Sequence[Block]) -> list[Block]:
    """Turns the paragraphs that look like headings into headings with levels 1 (main), 2, 3."""
    marked: list[Block] = []
    for at, block in enumerate(blocks):
        hashes = _MARKDOWN.match(block.text) if block.kind is BlockKind.PARAGRAPH else None
        if hashes is not None:
            marked.append(Block(BlockKind.HEADING, hashes.group(2), len(hashes.group(1))))
        elif block.kind is BlockKind.PARAGRAPH and _is_heading(block.text, blocks[at + 1 : at + 4]):
            marked.append(Block(BlockKind.HEADING, block.text, 1))
        else:
            marked.append(block)
    return [_cleaned(block) for block in _with_levels(marked)]


def _is_heading(text: str, following: Sequence[Block]) -> bool:
    words = text.split()
    if len(text) > 140 or len(words) > TITLE_WORDS or not any(letter.isalpha() for letter in text):
        return False
    if phrases.is_button(text) or phrases.is_role(text) or phrases.is_line_noise(text):
        return False
    if phrases.is_section_noise(text):
        return not phrases.is_only_a_line(text)
    if text.endswith((".", "!", ";", ",", "…")) or ". " in _NUMBERED.sub("", text):
        return False
    titled = _is_titled(text)
    if text.endswith(":") and not (titled and sum(word[0].isupper() for word in words) >= 2):
        return False
    if not titled and len(words) > PLAIN_WORDS and not text.endswith("?"):
        return False
    return _heads_something(text, following)


def _heads_something(text: str, following: Sequence[Block]) -> bool:
    """Whether what follows is text for it: a longer paragraph, a list, a table, or a heading of such."""
    if not following:
        return False
    below = following[0]
    if below.kind in (BlockKind.LIST, BlockKind.TABLE):
        return True
    if phrases.is_button(below.text) or phrases.is_role(below.text) or phrases.is_line_noise(below.text):
        return False
    is_prose = below.text.rstrip().endswith((".", "!", "?", ":", ")", "”"))
    if is_prose and below.words >= 8 and below.words > count_words(text) / 2:
        return True
    if below.text.endswith(":"):
        return True
    return len(following) > 1 and _is_heading(below.text, following[1:])


def _is_titled(text: str) -> bool:
    """Most words that matter begin with a capital: 'Why NK Cells Matter', not 'They act at once'."""
    words = [word.strip("“”\"'‘’()[],:;?!") for word in re.split(r"[\s/—–-]+", _NUMBERED.sub("", text))]
    words = [word for word in words if word and word.lower() not in _SMALL_WORDS and word[0].isalpha()]
    capitals = sum(1 for word in words if word[0].isupper())
    return bool(words) and capitals >= max(1, round(len(words) * 0.6))


# Levels


def _with_levels(blocks: Sequence[Block]) -> list[Block]:
    """Levels by what plain text still shows: numbers, runs after a colon, heading under heading."""
    if any(block.level > 1 for block in blocks):
        return list(blocks)  # the text marked them itself
    levelled: list[Block] = []
    in_run = False
    before: Block | None = None
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            level, in_run = _level(block, before, blocks[at + 1 : at + 2], in_run=in_run)
            block = replace(block, level=level)
        elif block.kind is BlockKind.TABLE or phrases.is_button(block.text):
            in_run = False
        levelled.append(block)
        before = block
    return levelled


def _level(heading: Block, before: Block | None, below: Sequence[Block], *, in_run: bool) -> tuple[int, bool]:
    """(level, whether its siblings are sub-headings too)."""
    text = heading.text
    if _NUMBERED.match(text) or _LEANS_BACK.match(text):
        return 2, False
    if "=" in text or (not _is_titled(text) and not text.endswith("?")):
        return 2, in_run
    is_short = count_words(text) <= SHORT_CHILD and not text.endswith("?")
    if before is not None and is_short:
        after_colon = before.kind is BlockKind.PARAGRAPH and before.text.endswith(":")
        after_heading = before.kind is BlockKind.HEADING and before.level == 1
        if after_colon or after_heading:
            return 2, True
    if in_run and is_short:
        return 2, True
    opens_run = bool(below) and below[0].kind is BlockKind.HEADING
    return 1, opens_run


def _cleaned(block: Block) -> Block:
    """A heading without its number and its colon."""
    if block.kind is not BlockKind.HEADING:
        return block
    text = (
        _NUMBERED.sub("", block.text).rstrip(" :") if _NUMBERED.match(block.text) else block.text.rstrip(" :")
    )
    return replace(block, text=text or block.text)
