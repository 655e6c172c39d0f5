"""The gate before a publication: what would be answered otherwise, asked before patients can ask it.

A `Gate` is given what is live and what is about to be; its report says which golden questions would be
answered better, worse or just otherwise. Whoever publishes decides what to do with it: a publication with
worse answers waits until somebody accepts them by name, a withdrawal or a way back is never held up.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from knowledge.live import Serving
from knowledge.store import KnowledgeStore


class GateReport(Protocol):
    """What a gate has found."""

    def blocking(self, accepted: Collection[int]) -> tuple[int, ...]:
        """The ids of golden questions that got worse and whose worse answers nobody has `accepted`."""
        ...

    def to_json(self) -> str:
        """All of it, for the editors' pages and the record.

        {"answers": [{"id", "question", "verdict", "before", "after"}…]}; a `verdict` is `same`, `changed`, `better`
        or `worse`; `before` (null where nothing was live) and `after` are {"kind", "text", "document",
        "section", "right"}. More keys may stand beside these.
        """
        ...


class Gate(Protocol):
    """Compares what is live (None before the first publication) with what is about to go live."""

    def __call__(self, live: Serving | None, candidate: Serving) -> GateReport: ...


def gate_of(_store: KnowledgeStore) -> Gate | None:
    """The gate of a knowledge base, through which the worker and the command line publish; None: there is none."""
    return None
