"""The gate before a publication: what would be answered otherwise, asked before patients can ask it.

Every golden question is asked of what is live and of what shall go live. Whoever publishes decides what
to do with the report: a question that was right and would not be any more holds a publication until
somebody accepts it by name, and so does a finding of the language check that says stop; a withdrawal or a
way back is never held up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol

from knowledge.answer import answer
from knowledge.language import Finding, Severity, check_document
from knowledge.live import Serving
from knowledge.model import Passage
from knowledge.progress import Progress, nobody
from knowledge.store import GoldenQuestion, KnowledgeStore
from knowledge.values import from_plain

PHASE = "asking"
"""What `Progress` is told: golden questions that were asked."""


class Verdict(StrEnum):
    """What a publication would do to the reply to a golden question."""

    SAME = "same"
    """Right, word for word as before."""
    CHANGED = "changed"
    """Still right, in other words or from another place."""
    BETTER = "better"
    """Right, and was not before."""
    WORSE = "worse"
    """Not right any more."""
    WRONG = "wrong"
    """Not right, and was not before."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reply to a golden question, and whether it is what is expected.

    `document` and `section` say where the reply was found; empty where nothing was.
    """

    right: bool
    kind: str
    document: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A golden question with what is said now (None before the first publication) and what would be said."""

    id: int
    question: str
    expects: str
    document: str
    section: str
    verdict: Verdict
    before: Outcome | None
    after: Outcome


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate found: every golden question, and what the language check says of what is new."""

    answers: tuple[Compared, ...] = ()
    findings: tuple[Finding, ...] = ()

    def blocking(self, accepted: Collection[int] = ()) -> tuple[int, ...]:
        """What holds the publication: ids of worse golden questions, and of findings that say stop.

        Those in `accepted` somebody has accepted by name.
        """
        worse = [each.id for each in self.answers if each.verdict is Verdict.WORSE]
        stop = [each.id for each in self.findings if each.severity is Severity.STOP]
        return tuple(each for each in (*worse, *stop) if each not in set(accepted))

    def counts(self) -> dict[str, int]:
        """How many golden questions have which verdict; every verdict is named."""
        return {str(verdict): sum(each.verdict is verdict for each in self.answers) for verdict in Verdict}

    def to_json(self) -> str:
        """As text, for the editors' pages and the record; `from_json` gives it back.

        {"answers": [{"id", "question", "verdict", "before", "after"…}], "findings": [{"id", "severity"…}]}
        """
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> GateReport:
        """What `to_json` wrote. ValueError, KeyError or TypeError for anything else."""
        said = json.loads(text)
        return cls(
            tuple(_compared(row) for row in said["answers"]),
            tuple(from_plain(Finding, row) for row in said["findings"]),
        )


class Gate(Protocol):
    """Compares what is live (None before the first publication) with what shall go live."""

    def __call__(self, live: Serving | None, candidate: Serving) -> GateReport:
        """The report that a person reads and decides upon."""
        ...


class GoldenGate:
    """The gate with the golden questions and documents of one knowledge base."""

    def __init__(self, store: KnowledgeStore, progress: Progress = nobody) -> None:
        self._store = store
        self._progress = progress

    def __call__(self, live: Serving | None, candidate: Serving) -> GateReport:
        """Asks every golden question of both, and checks the language of the revisions that are new."""
        questions = self._store.golden.all()
        asked_now = Asking(live) if live is not None else None
        asked_then = Asking(candidate)
        compared: list[Compared] = []
        for done, golden in enumerate(questions):
            self._progress(PHASE, done, len(questions))
            compared.append(compare(golden, asked_now, asked_then))
        if questions:
            self._progress(PHASE, len(questions), len(questions))
        return GateReport(tuple(compared), tuple(self._findings(live, candidate)))

    def _findings(self, live: Serving | None, candidate: Serving) -> Iterable[Finding]:
        for slug, number in sorted(_revisions(candidate) - (_revisions(live) if live else set())):
            yield from check_document(self._store.revisions.document(slug, number))


class Asking:
    """Asks golden questions of one publication."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    def __call__(self, golden: GoldenQuestion) -> Outcome:
        """The reply as a patient would get it, and whether it is the one that is expected."""
        serving = self._serving
        reply = answer(golden.question, (), serving.searcher, serving.calibration, related=False)
        passage = serving.searcher.corpus.cited(reply.citations[0]) if reply.citations else None
        right = reply.kind == golden.expects
        if right and golden.document:
            right = passage is not None and passage.document == golden.document
        if right and golden.section:
            right = passage is not None and _stands_in(passage, golden.section)
        return Outcome(
            right=right,
            kind=reply.kind,
            document=passage.document if passage else "",
            section=passage.heading if passage else "",
            text=reply.text,
        )


class Asked(Protocol):
    """Says what a golden question is answered; `Asking` does, and whoever remembers its outcomes."""

    def __call__(self, golden: GoldenQuestion, /) -> Outcome: ...


def compare(golden: GoldenQuestion, live: Asked | None, candidate: Asked) -> Compared:
    """One golden question, asked of what is live and of what shall go live."""
    before = live(golden) if live is not None else None
    after = candidate(golden)
    return Compared(
        golden.id,
        golden.question,
        golden.expects,
        golden.document,
        golden.section,
        _verdict(before, after),
        before,
        after,
    )


def gate_of(store: KnowledgeStore, progress: Progress = nobody) -> Gate | None:
    """The gate of a knowledge base, through which the worker and the command line publish; None: there is none."""
    return GoldenGate(store, progress)


def _stands_in(passage: Passage, section: str) -> bool:
    """Whether a passage is (part of) the section with this heading.

    Short sections are joined when a document is split; their headings are bold lines of the passage then.
    """
    wanted = _plain(section)
    joined = (line.strip("*") for line in passage.text.splitlines() if line.startswith("**"))
    return any(_plain(heading) == wanted for heading in (*passage.path, *joined))


def _plain(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _verdict(before: Outcome | None, after: Outcome) -> Verdict:
    was_right = before is not None and before.right
    if not after.right:
        return Verdict.WORSE if was_right else Verdict.WRONG
    if before is None or not was_right:
        return Verdict.BETTER
    return Verdict.SAME if before.text == after.text else Verdict.CHANGED


def _revisions(serving: Serving) -> set[tuple[str, int]]:
    return set(serving.searcher.corpus.revisions)


def _compared(row: dict[str, object]) -> Compared:
    before, after = row["before"], row["after"]
    if not isinstance(after, dict):
        raise TypeError("A golden question without a reply is no report.")
    plain = {**row, "verdict": Verdict(str(row["verdict"]))}
    plain["before"] = from_plain(Outcome, before) if isinstance(before, dict) else None
    plain["after"] = from_plain(Outcome, after)
    return Compared(**plain)  # type: ignore[arg-type]
