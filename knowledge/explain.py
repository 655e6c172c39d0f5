"""Why a question got its reply, in words for people who look after the articles.

Works from what the reply itself says about how it was found, so it never tells another story than the one
that happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.corpus import Corpus, lexical_text
from knowledge.lexical import terms, words
from knowledge.model import Hit, Passage, Reply
from knowledge.search import coverage
from knowledge.wording import canonical

CLOSE = 0.03
"""A lead below this (of scores about 0…1) over another section is hardly one."""
LIKE_A_LISTED_QUESTION = 0.7
OFF_TOPIC = 0.0
HOPELESS = 0.15
"""Below this likelihood the best passage is about something else: no advice about it would help."""
FEW_KNOWN = 0.5
"""Below this share of the question's rare words in the best passage, the passage is about something else."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`verdict` says in one sentence what was decided and how sure it was; `reasons` say why; `advice`
    says what an editor can do about it. The latter two may be empty.
    """

    verdict: str
    reasons: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def explain(question: str, reply: Reply, corpus: Corpus, passages: Mapping[str, Passage]) -> Explanation:
    """The story of a reply; `passages` are those of its hits, by key."""
    found: Any = reply.evidence.get("hits") or []
    if not terms(question):
        return Explanation(
            "There is no word in this question that could be searched for, so the patient is asked to say more."
        )
    if not found:
        return Explanation(
            "Nothing was found: no passage shares a word or a meaning with this question.",
            advice=("If it should be answered, write a section for it.",),
        )
    probability, threshold = _number(reply, "probability"), _number(reply, "threshold")
    best = found[0]
    where = f"“{best['heading']}”"
    if probability >= threshold:
        return _answered(reply, where, probability, threshold)
    if reply.citations:
        return Explanation(
            f"The best passage, {where}, fits with a likelihood of {_percent(probability)}. That is too little for "
            "an answer, but the section only says that the sources do not tell, so it is said. A person is offered."
        )
    verdict = (
        f"The best passage, {where}, answers this with a likelihood of only {_percent(probability)}; the assistant "
        f"answers from {_percent(threshold)} on. So it says that it does not know and offers a person."
    )
    reasons, advice = _doubts(question, reply, found, corpus, passages)
    return Explanation(verdict, tuple(reasons), tuple(advice))


def _answered(reply: Reply, where: str, probability: float, threshold: float) -> Explanation:
    sure = (
        f"{_percent(probability)} sure that {where} answers this, and answers from {_percent(threshold)} on"
    )
    if reply.kind == "abstain" and reply.citations:
        return Explanation(
            f"The assistant was {sure}. That section says itself that the sources do not tell, so a person is offered."
        )
    if reply.kind == "abstain":
        return Explanation(
            f"The assistant was {sure}, but it has said this passage before and has nothing more on it."
        )
    return Explanation(f"The assistant was {sure}.")


def _doubts(
    question: str, reply: Reply, found: list[dict[str, Any]], corpus: Corpus, passages: Mapping[str, Passage]
) -> tuple[list[str], list[str]]:
    features: Any = reply.evidence.get("features") or {}
    best = found[0]
    passage = passages.get(best["passage"])
    reasons: list[str] = []
    advice: list[str] = []
    if unknown := _unknown_words(question, corpus):
        reasons.append(f"No article has {_listed(unknown)}.")
    elif passage is not None and (missing := _missing_words(question, passage, corpus)):
        reasons.append(f"That passage does not have {_listed(missing)}.")
    if features.get("topic", 0.0) < OFF_TOPIC:
        reasons.append("It does not sound like the questions that the articles answer.")
    near = _number(reply, "probability") >= HOPELESS
    rival = next((hit for hit in found[1:] if hit["heading"] != best["heading"]), None)
    if near and rival is not None and features.get("margin", 1.0) < CLOSE:
        reasons.append(f"“{rival['heading']}” fits about as well, so it is not clear which one is meant.")
        advice.append("Say in each of the two sections what only that one is about.")
    if features.get("question", 0.0) < LIKE_A_LISTED_QUESTION:
        reasons.append("No question that is listed at a section is much like it.")
        if near:
            advice.append(f"If “{best['heading']}” answers it, add this question to that section.")
    advice.append("If no section answers it, write one, or leave it to a person.")
    return reasons, advice


def _unknown_words(question: str, corpus: Corpus) -> list[str]:
    """The question's words, as written, of which no article has any form."""
    return _where(question, lambda term: not corpus.lexical.knows(term))


def _missing_words(question: str, passage: Passage, corpus: Corpus) -> list[str]:
    if coverage(question, Hit(passage, 0.0), corpus) >= FEW_KNOWN:
        return []
    known = set(terms(lexical_text(passage)))
    return _where(question, lambda term: term not in known)


def _where(question: str, wanted: Callable[[str], bool]) -> list[str]:
    found = [word for word in words(canonical(question)) if any(wanted(term) for term in terms(word))]
    return list(dict.fromkeys(found))


def _listed(found: list[str]) -> str:
    quoted = [f"“{word}”" for word in found[:5]]
    if len(quoted) == 1:
        return f"the word {quoted[0]}"
    return f"the words {', '.join(quoted[:-1])} or {quoted[-1]}"


def _number(reply: Reply, name: str) -> float:
    value = reply.evidence.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
