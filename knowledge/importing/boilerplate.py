"""Tells an article from what a website puts around it.

In: the blocks of a page in reading order, from any loader. Out: the blocks that say something, and the
texts of those left out, so that an editor can see what is missing. The rules are about kinds of text
(calls to action, author boxes, comment forms, link lists, references), never about one site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.blocks import Block, BlockKind
from knowledge.importing import phrases

_PROSE_WORDS = 12


def clean(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Parts the blocks into (kept, texts of what was dropped); a kept block may have lost a sentence."""
    return _Cleaner(blocks).run()


class _Cleaner:
    """One pass over the blocks; what was decided of the block before is context for the next."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = list(blocks)
        self.kept: list[Block] = []
        self.dropped: list[str] = []
        self.after_button = False

    def run(self) -> tuple[list[Block], list[str]]:
        at = 0
        while at < len(self.blocks):
            at = self._step(at)
        self._drop_empty_headings()
        return self.kept, self.dropped

    def _step(self, at: int) -> int:
        block = self.blocks[at]
        if block.kind is not BlockKind.TABLE and phrases.is_section_noise(block.text):
            end = self._noise_end(at)
            self.dropped.extend(part.text for part in self.blocks[at:end])
            self.after_button = False
            return end
        if block.kind is BlockKind.TABLE:
            self._keep(block)
        elif phrases.is_button(block.text):
            self._drop(block)
            self.after_button = True
        elif self._is_noise(at):
            self._drop(block)
        elif block.kind is BlockKind.PARAGRAPH:
            self._paragraph(at)
        else:
            self._keep(block)
        return at + 1

    def _keep(self, block: Block) -> None:
        self.kept.append(block)
        self.after_button = False

    def _drop(self, block: Block) -> None:
        self.dropped.append(block.text)

    def _is_noise(self, at: int) -> bool:
        block = self.blocks[at]
        if phrases.is_line_noise(block.text) or phrases.is_citation(block.text):
            return True
        if block.kind is BlockKind.LIST:
            return phrases.is_link_list(block.text)
        if self.after_button and phrases.is_blurb(block.text):
            return True
        return self._is_byline(at)

    def _is_byline(self, at: int) -> bool:
        """A name or a role by itself, with no text of its own to head, beside the end or other boilerplate."""
        block = self.blocks[at]
        if not (phrases.is_name(block.text) or phrases.is_role(block.text)):
            return False
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if following is None or self._is_noise_start(following):
            return True
        if following.kind is not BlockKind.HEADING or block.kind is BlockKind.HEADING:
            return False
        return self.after_button or (phrases.is_role(block.text) and "," in block.text)

    def _is_noise_start(self, block: Block) -> bool:
        return (
            phrases.is_section_noise(block.text)
            or phrases.is_line_noise(block.text)
            or phrases.is_button(block.text)
            or phrases.is_role(block.text)
        )

    def _paragraph(self, at: int) -> None:
        """A teaser before a button goes as a whole; elsewhere only the sentences that call to action go."""
        block = self.blocks[at]
        rest, calls = phrases.without_calls(block.text)
        if not calls:
            self._keep(block)
            return
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        teaser = following is not None and phrases.is_button(following.text)
        if teaser or len(rest.split()) < 5:
            self._drop(block)
            return
        self.dropped.extend(calls)
        self._keep(replace(block, text=rest))

    def _noise_end(self, start: int) -> int:
        """The index after a boilerplate section: at the next heading that opens real prose again."""
        head = self.blocks[start]
        if phrases.is_only_a_line(head.text):
            return start + 1
        if phrases.is_page_end(head.text) and start > len(self.blocks) // 2:
            return len(self.blocks)
        for at in range(start + 1, len(self.blocks)):
            block = self.blocks[at]
            if block.kind is not BlockKind.HEADING or phrases.is_section_noise(block.text):
                continue
            if head.kind is BlockKind.HEADING and block.level > head.level:
                continue
            if self._opens_prose(at):
                return at
        return len(self.blocks)

    def _opens_prose(self, at: int) -> bool:
        for block in self.blocks[at + 1 : at + 4]:
            if block.kind is BlockKind.HEADING:
                continue
            if block.kind in (BlockKind.TABLE, BlockKind.LIST):
                return not phrases.is_link_list(block.text) and not phrases.is_citation(block.text)
            if self._is_noise_start(block) or phrases.is_citation(block.text):
                return False
            if block.words >= _PROSE_WORDS:
                return True
        return False

    def _drop_empty_headings(self) -> None:
        """Drops headings that head nothing: no text of their own and no sub-heading below them."""
        kept: list[Block] = []
        for block in reversed(self.kept):
            if block.kind is BlockKind.HEADING:
                below = kept[-1] if kept else None
                if below is None or (below.kind is BlockKind.HEADING and below.level <= block.level):
                    self.dropped.append(block.text)
                    continue
            kept.append(block)
        self.kept = kept[::-1]
