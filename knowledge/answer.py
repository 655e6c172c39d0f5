"""From a question to a reply: search, decide, and say it in the passage's own words, with its source."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from knowledge import replies
from knowledge.decide import HITS_NEEDED, Calibration, Decision, decide
from knowledge.lexical import terms
from knowledge.model import Citation, EvidenceKind, Hit, Passage, Reply, ReplyKind
from knowledge.search import Searcher
from knowledge.units import plain, sentences

RELATED = 2
FEWEST_TERMS = 1
"""A sentence without a content word is no question of its own ("Is that so?")."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ATTRIBUTED = re.compile(
    r"\b(states?|says?|said|claims?|claimed|according to|describes?|presents?|promises?|calls?|writes?|names?|"
    r"advertises?|offers?|reports?|suggests?|hopes?|speaks? of)\b",
    re.I,
)


def readable(question: str) -> str:
    """The question as words: markup that was pasted along is left out, entities are resolved."""
    return re.sub(r"\s+", " ", html.unescape(_TAG.sub(" ", question))).strip()


def answer(
    question: str,
    context: Sequence[str],
    searcher: Searcher,
    calibration: Calibration | None = None,
) -> Reply:
    """The reply to a patient's question: kind `answer` with a citation, or `abstain`.

    A section about money gives kind `cost`; one that says that the sources do not tell gives `abstain`
    in its own words.

    `context` holds the patient's earlier questions in this conversation, oldest first. Raises nothing
    for odd input: what cannot be understood is abstained from.
    """
    calibration = calibration or Calibration.shipped()
    text = readable(question)
    found, decision = max(
        (
            (found, decide(found, searcher.corpus, calibration))
            for found in (searcher.find(asked, context, limit=HITS_NEEDED) for asked in readings(text))
        ),
        key=lambda pair: pair[1].probability,
    )
    hits = found.hits
    why = evidence(hits, decision)
    if not decision.answer:
        unclear = not terms(text)
        return Reply(
            kind="abstain",
            text=replies.ABSTAIN_UNCLEAR if unclear else replies.ABSTAIN,
            quick_replies=(replies.TALK_TO_A_PERSON,),
            evidence=why,
        )
    best = hits[0]
    kind = best.passage.reply
    person = () if kind in (ReplyKind.ANSWER, ReplyKind.SMALLTALK) else (replies.TALK_TO_A_PERSON,)
    return Reply(
        kind=kind.value,
        text=spoken(best.passage),
        citations=(cite(best),),
        quick_replies=(*person, *related(hits)),
        evidence=why,
    )


def readings(text: str) -> list[str]:
    """What to search for: the message and, where it tells a story first, its last question alone."""
    told = sentences(text)
    asked = [sentence for sentence in told if sentence.endswith("?") and len(terms(sentence)) >= FEWEST_TERMS]
    return [text, asked[-1]] if len(told) > 1 and asked else [text]


def spoken(passage: Passage) -> str:
    """The passage as it is shown: its own text; a claim that names nobody is introduced as a claim."""
    if passage.evidence is not EvidenceKind.CLAIM:
        return passage.text
    opening = " ".join(sentences(passage.text)[:2])
    named = any(word in opening for source in passage.sources for word in source.title.split()[:1])
    if named or _ATTRIBUTED.search(opening):
        return passage.text
    source = passage.sources[0].title if passage.sources else "the clinic"
    return f"{replies.CLAIM_LEAD.format(source=source)}\n\n{passage.text}"


def cite(hit: Hit) -> Citation:
    """The citation of a hit: its document, sources, review date, and the closest sentence verbatim."""
    passage = hit.passage
    quote = hit.quote if hit.quote and hit.quote in passage.text else first_sentence(passage.text)
    return Citation(
        document=passage.document,
        revision=passage.revision,
        title=f"{passage.title}: {passage.heading}" if passage.path else passage.title,
        source="; ".join(source.title for source in passage.sources) or passage.title,
        url=next((source.url for source in passage.sources if source.url), ""),
        reviewed_on=passage.reviewed_on,
        passage=passage.key,
        quote=quote,
    )


def first_sentence(text: str) -> str:
    """The first sentence of a passage, verbatim; the first line where it has none."""
    found = sentences(text.split("\n\n")[0])
    return found[0] if found else text.split("\n")[0]


def related(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Questions near this one that the knowledge base answers, to tap on."""
    shown: list[str] = []
    for hit in hits[1:]:
        heading = plain(hit.passage.heading)
        if heading.endswith("?") and heading not in shown and hit.passage.path != hits[0].passage.path:
            shown.append(heading)
    return tuple(shown[:RELATED])


def evidence(hits: Sequence[Hit], decision: Decision) -> dict[str, object]:
    """Why the bot said what it said, for advisors: hits with scores, and the decision with its numbers."""
    return {
        "probability": round(decision.probability, 4),
        "threshold": decision.threshold,
        "features": {name: round(value, 4) for name, value in decision.features.items()},
        "hits": [
            {
                "passage": hit.passage.key,
                "document": hit.passage.document,
                "revision": hit.passage.revision,
                "heading": hit.passage.heading,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "question": round(hit.question, 4),
                "lexical": round(hit.lexical, 4),
            }
            for hit in hits
        ],
    }
