"""The knowledge base alone: is the right section found, and is it right to answer?

Every question is answered by the shipped articles, index and calibration, without the dialogue around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.shares import Share
from knowledge.answer import answer
from knowledge.calibrate import place
from knowledge.decide import Calibration
from knowledge.search import Searcher
from tests.evaluation.questions import Question

DEPTHS = (1, 3, 6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. `rank` is where the right section was found (0: nowhere)."""

    question: Question
    kind: str
    heading: str
    probability: float
    rank: int

    @property
    def answered(self) -> bool:
        """Whether the passage was said; a section that says "we do not know" is said, too."""
        return self.heading != ""

    @property
    def right(self) -> bool:
        """Answered from a right section, or rightly not answered."""
        return self.rank == 1 and self.answered if self.question.answerable else not self.false_answer

    @property
    def false_answer(self) -> bool:
        """An answer where nothing fits."""
        return not self.question.answerable and self.kind not in self.question.kinds

    @property
    def wrong_section(self) -> bool:
        """Answered, but from a section that is not the one."""
        return self.question.answerable and self.answered and self.rank != 1

    @property
    def wrong_abstention(self) -> bool:
        """Not answered although an article answers it."""
        return self.question.answerable and not self.answered


def ask(questions: Sequence[Question], searcher: Searcher, calibration: Calibration) -> list[Outcome]:
    """One outcome per question."""
    places = {passage.key: place(passage) for passage in searcher.corpus.passages}
    outcomes = []
    for question in questions:
        reply = answer(question.text, (), searcher, calibration)
        hits = reply.evidence["hits"]
        assert isinstance(hits, list)
        found = [places[hit["passage"]] for hit in hits]
        rank = next((n for n, each in enumerate(found, 1) if each in question.sections), 0)
        said = places[reply.citations[0].passage] if reply.citations else ""
        probability = float(str(reply.evidence["probability"]))
        outcomes.append(Outcome(question, reply.kind, said, probability, rank))
    return outcomes


def table(outcomes: Sequence[Outcome]) -> list[tuple[str, Share]]:
    """The figures of a set of questions."""
    asked = [each for each in outcomes if each.question.answerable]
    nothing = [each for each in outcomes if not each.question.answerable]
    return [
        (
            "right (answered from a right section, or rightly not answered)",
            Share.of([o.right for o in outcomes]),
        ),
        ("answerable: answered from a right section", Share.of([o.right for o in asked])),
        ("answerable: answered from another section", Share.of([o.wrong_section for o in asked])),
        ("answerable: wrong abstentions", Share.of([o.wrong_abstention for o in asked])),
        ("nothing fits: false answers", Share.of([o.false_answer for o in nothing])),
        *(
            (f"right section among the first {depth} hits", Share.of([0 < o.rank <= depth for o in asked]))
            for depth in DEPTHS
        ),
    ]


def by_voice(outcomes: Sequence[Outcome]) -> list[tuple[str, Share]]:
    """How often it is right, for each voice."""
    voices = dict.fromkeys(outcome.question.voice for outcome in outcomes)
    return [(v, Share.of([o.right for o in outcomes if o.question.voice == v])) for v in voices]


@dataclass(frozen=True, slots=True)
class Curve:
    """For each threshold, the share of questions that are answered and the share of wrong ones among those."""

    thresholds: tuple[float, ...]
    coverage: tuple[float, ...]
    risk: tuple[float, ...]


def risk_coverage(outcomes: Sequence[Outcome]) -> Curve:
    """What would happen at other thresholds: an answer is wrong where nothing fits or another section does.

    A reply that was cut off by the threshold counts with the section that would have been said.
    """
    ordered = sorted(outcomes, key=lambda o: -o.probability)
    wrong = np.cumsum([not (o.question.answerable and o.rank == 1) for o in ordered])
    count = np.arange(1, len(ordered) + 1)
    return Curve(
        tuple(o.probability for o in ordered),
        tuple((count / len(ordered)).tolist()),
        tuple((wrong / count).tolist()),
    )


def worst(outcomes: Sequence[Outcome], most: int = 25) -> list[Outcome]:
    """What went wrong, the surest first: false answers before wrong sections before wrong abstentions."""
    failed = [o for o in outcomes if not o.right]
    return sorted(failed, key=lambda o: (not o.false_answer, not o.wrong_section, -o.probability))[:most]
