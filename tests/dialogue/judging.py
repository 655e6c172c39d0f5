"""Reads our own dialogues and says which turns of a talk were right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("data")
DEV, HELD_OUT = DATA / "dev.yml", DATA / "held_out.yml"

Reply = Mapping[str, Any]
Talk = Callable[[str, bool], Sequence[Reply]]
"""Writes one message (and whether something came between) in a conversation; gives the replies."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, and what may come back."""

    text: str
    kinds: frozenset[str]
    beside: frozenset[str] = frozenset()
    doc: str = ""
    says: str = ""
    never: str = ""
    new: bool = False
    interrupted: bool = False


@dataclass(slots=True)
class Result:
    """How the talks went: how many turns there were, and the wrong ones in words."""

    turns: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the turns, those that were right."""
        return 1 - len(self.wrong) / self.turns


def read(path: Path) -> dict[str, list[Turn]]:
    """The dialogues of a file by their names."""
    found: dict[str, list[Turn]] = {}
    for name, turns in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        found[name] = [_turn(*turn) for turn in turns]
    return found


def _turn(text: str, kinds: Sequence[str], more: Mapping[str, Any] | None = None) -> Turn:
    values = dict(more or {})
    return Turn(str(text), frozenset(kinds), frozenset(values.pop("beside", ())), **values)


def judge(dialogues: Mapping[str, Sequence[Turn]], begin: Callable[[], Talk]) -> Result:
    """Leads every dialogue, each in a conversation of its own."""
    result = Result()
    for name, turns in dialogues.items():
        talk = begin()
        said: list[str] = []
        for turn in turns:
            replies = talk(turn.text, turn.interrupted)
            result.turns += 1
            faults = list(_faults(turn, replies, said))
            if faults:
                result.wrong.append(f"{name}: {turn.text!r}: {'; '.join(faults)}")
            said += [str(reply["text"]) for reply in replies]
    return result


def _faults(turn: Turn, replies: Sequence[Reply], said: Sequence[str]) -> Iterator[str]:
    kinds = [str(reply["kind"]) for reply in replies]
    if not turn.kinds & set(kinds) or not set(kinds) <= turn.kinds | turn.beside:
        yield f"kind {'+'.join(kinds)}"
    text = "\n".join(str(reply["text"]) for reply in replies)
    cited = {citation["document"] for reply in replies for citation in reply.get("citations") or ()}
    if turn.doc and turn.doc not in cited:
        yield f"cites {sorted(cited)}"
    if turn.says and not re.search(turn.says, text, re.I):
        yield f"does not say {turn.says!r}"
    if turn.never and (found := re.search(turn.never, text, re.I)):
        yield f"says {found.group()!r}"
    if turn.new and (again := {str(reply["text"]) for reply in replies} & set(said)):
        yield f"says again {min(again)[:40]!r}"
    if any(reply["kind"] == "answer" and not reply.get("citations") for reply in replies):
        yield "an answer without a source"
