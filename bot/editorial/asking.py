"""Asks a question again of what is live now, and says whether it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.editorial.language import ENGLISH, UNKNOWN
from knowledge.model import Reply


class Answering(Protocol):
    """What is live (`knowledge.live.Serving`)."""

    def answer(self, question: str, context: Sequence[str] = ()) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The section that answers: its document and heading; both empty when nothing does."""

    document: str = ""
    heading: str = ""


NOTHING = Found()


def ask_again(
    serving: Answering, question: str, context: Sequence[str], *, language: str, said: str = ""
) -> Found:
    """What answers the question now.

    In: `said` is the key of the passage that did not help when it was asked: the same passage is no answer.
    The articles are English and the assistant says so to whoever writes in another language: then nothing is.
    """
    if language not in {ENGLISH, UNKNOWN}:
        return NOTHING
    reply = serving.answer(question, context)
    if reply.kind == "abstain" or not reply.citations:
        return NOTHING
    citation = reply.citations[0]
    if said and citation.passage == said:
        return NOTHING
    return Found(citation.document, _heading(reply))


def _heading(reply: Reply) -> str:
    """The heading of the section that was quoted: of the hit with its passage, else the citation's title."""
    citation = reply.citations[0]
    hits = reply.evidence.get("hits")
    for hit in hits if isinstance(hits, list) else []:
        if hit.get("passage") == citation.passage:
            return str(hit.get("heading") or citation.title)
    return citation.title
