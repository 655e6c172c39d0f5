"""The nouns of the knowledge base: plain, immutable values that every other module passes around.

Words follow the field: a *document* has *revisions*; a revision is split into *passages*; a search
returns *hits* (a passage and its scores); a reply carries *citations*; what is live is a *publication*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class EvidenceKind(StrEnum):
    """What a section rests on; decides how its reply is introduced to the patient."""

    ESTABLISHED = "established"
    """Textbook knowledge or a regulator's or hospital's own statement."""
    EARLY = "early"
    """Laboratory, animal or small human studies."""
    CLAIM = "claim"
    """What a clinic or company says of itself; always attributed."""


class ReplyKind(StrEnum):
    """What a reply made of a section is: the kinds of the patient API that knowledge can give."""

    ANSWER = "answer"
    COST = "cost"
    """About money: part of the cost enquiry."""
    ABSTAIN = "abstain"
    """The section says that the sources do not tell; the patient is offered an advisor."""
    HANDOFF = "handoff"
    """About reaching a person."""
    SMALLTALK = "smalltalk"
    """About the assistant itself."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: `title` is shown to the patient, `url` may be empty."""

    key: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading, before it is split.

    `path` is the heading path below the document's title, outermost first; `markdown` is the body
    without its heading; `questions` are ways in which patients ask for this section.
    """

    path: tuple[str, ...]
    markdown: str
    questions: tuple[str, ...] = ()
    evidence: EvidenceKind = EvidenceKind.ESTABLISHED
    source_keys: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reply: ReplyKind = ReplyKind.ANSWER


@dataclass(frozen=True, slots=True)
class Document:
    """One article as loaded from a file or the database, with its front matter.

    `reviewer` and `reviewed_on` (ISO date) are empty while clinical review is pending.
    """

    slug: str
    title: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    reviewer: str = ""
    reviewed_on: str = ""
    language: str = "en"
    dropped: tuple[str, ...] = ()
    """Blocks that import left out as boilerplate, for an editor to see."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and quoted: a section, or a structural part of a long one.

    `key` is stable while the text is: it is the SHA-256 of the heading path and the text.
    """

    key: str
    document: str
    revision: int
    title: str
    path: tuple[str, ...]
    text: str
    questions: tuple[str, ...] = ()
    evidence: EvidenceKind = EvidenceKind.ESTABLISHED
    sources: tuple[Source, ...] = ()
    reviewer: str = ""
    reviewed_on: str = ""
    reply: ReplyKind = ReplyKind.ANSWER

    @property
    def heading(self) -> str:
        """The innermost heading, or the document's title where the passage has none."""
        return self.path[-1] if self.path else self.title


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query, with the scores that led to it.

    `score` orders hits (higher is better). `dense` is the best cosine (−1…1) of the passage's own
    vectors, `question` the best cosine of the questions it answers, `lexical` its BM25 score, `sense` how
    like all its wordings the query is (0…1), and
    `best_unit` the text (sentence or question) whose vector matched best; `quote` is the verbatim
    sentence, list item or table row of the passage that is closest to the query, empty where a heading
    or a listed question is closer still.
    """

    passage: Passage
    score: float
    dense: float = 0.0
    question: float = 0.0
    lexical: float = 0.0
    sense: float = 0.0
    best_unit: str = ""
    quote: str = ""
    late: float = 0.0
    """How well each word of the query is met by a word of the passage (see `knowledge.late`)."""
    weakest: float = 0.0
    """How well the word that is met worst is met."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Design, section 5: what a patient sees as the source of an answer. `quote` is verbatim."""

    document: str
    revision: int
    title: str
    source: str
    url: str
    reviewed_on: str
    passage: str
    quote: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the knowledge base says to a question: kind, text (Markdown subset), citations."""

    kind: str
    text: str
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[str, ...] = ()
    evidence: dict[str, object] = field(default_factory=dict)
    """For advisors, never for patients: the hits with scores, the threshold, why it abstained."""
