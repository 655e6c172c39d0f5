"""What a message says that is no question to the articles, and what is said back before anything is searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said back. `rest` is what the message asks besides, which is then answered; empty where nothing.

    `said` is a mark that later turns find again, not to say the same twice. `kind` is that of the reply.
    `calls_off`: no person is wanted.
    """

    text: str
    said: str = ""
    rest: str = ""
    kind: str = "smalltalk"
    quick_replies: tuple[str, ...] = ()
    calls_off: bool = False


def marks(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """The marks of what was said in the talk so far, the latest last."""
    customs = [
        (event.get("data") or {}).get("custom") or {} for event in events if event.get("event") == "bot"
    ]
    return [str(custom["said"]) for custom in customs if custom.get("said")]


def varied(mark: str, texts: Sequence[str], said: Sequence[str], rest: str = "", **more: Any) -> Heard:
    """The first of the texts that was not said yet, else the one said longest ago."""
    return Heard(texts[list(said).count(mark) % len(texts)], said=mark, rest=rest, **more)
