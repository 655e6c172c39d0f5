"""A report in the making: headings, tables and pictures as Markdown, and the few figures for the console."""

from __future__ import annotations

from collections.abc import Sequence

from bot.shares import Share


class Report:
    """Collects what was measured, in order."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._keys: list[tuple[str, str]] = []
        self._missing: list[str] = []
        self._part = ""

    def heading(self, text: str) -> None:
        """A new part."""
        self._part = text
        self._blocks.append(f"## {text}")

    def subheading(self, text: str) -> None:
        """A part of a part."""
        self._blocks.append(f"### {text}")

    def say(self, text: str) -> None:
        """A paragraph."""
        self._blocks.append(text)

    def picture(self, text: str, file: str) -> None:
        """A picture that lies beside the report; `text` says what it shows."""
        self._blocks.append(f"![{text}]({file})")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table; nothing to show is said in words."""
        if not rows:
            self._blocks.append("None.")
            return
        lines = [head, ["---"] * len(head), *rows]
        self._blocks.append("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))

    def shares(self, rows: Sequence[tuple[str, Share]], *, key: bool = False) -> None:
        """A table of shares with their intervals; `key` figures go to the summary, too."""
        self.table(("", "share (of; 95 %)"), [(name, str(share)) for name, share in rows])
        if key:
            self.key(self._part, "")
            for name, share in rows:
                self.key(f"  {name}", str(share))

    def key(self, name: str, figure: str) -> None:
        """A figure for the summary."""
        self._keys.append((name, figure))

    def left_out(self, part: str, why: str) -> None:
        """A part that was not measured."""
        self._missing.append(f"{part}: {why}")

    def markdown(self) -> str:
        """The whole report."""
        missing = "\n".join(f"- {each}." for each in self._missing)
        head = ["# How well the assistant answers", "```\n" + self.summary() + "\n```"]
        return (
            "\n\n".join(head + self._blocks + ([f"## Not measured\n\n{missing}"] if missing else [])) + "\n"
        )

    def summary(self) -> str:
        """The key figures, a line each."""
        width = max((len(name) for name, figure in self._keys if figure), default=0)
        lines = [f"{name:<{width}}  {figure}".rstrip() for name, figure in self._keys]
        return "\n".join(lines + [f"not measured: {each}" for each in self._missing])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
