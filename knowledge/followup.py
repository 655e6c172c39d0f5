"""Follow-ups: "and how long does that take?" means nothing without the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.lexical import terms, words

_REFERS_BACK = re.compile(
    r"^(and|but|so|or|ok and|okay and|what about|how about|then|also|which (one|ones)|why|why not|how so|"
    r"how come|really|since when|for how long|how long|how often|how many|more|tell me more|go on|explain|"
    r"in what way|such as|like what|for example|e\.g)\b|"
    r"\b(it|its|they|them|their|that|this|these|those|he|she|one|ones|the (first|second|third|last|former|latter|"
    r"other|same)|there)\b",
    re.I,
)
SHORT = 4
"""A question with at most this many content words may lean on the one before it."""
SENTENCE = 4
"""From so many words on a question that does not point back may well be a whole one."""


def refers_back(question: str) -> bool:
    """Whether a question probably needs the one before it to be understood."""
    content = terms(question)
    if len(content) <= 1 and len(words(question)) <= 6:
        return True
    return len(content) <= SHORT and _REFERS_BACK.search(question.strip()) is not None


def stands_alone(question: str) -> bool:
    """Whether a short question may also be meant by itself: "how are the cells made" has no word that points back."""
    asked = question.strip()
    return len(words(asked)) >= SENTENCE and _REFERS_BACK.search(asked) is None


def with_context(question: str, context: Sequence[str]) -> list[str]:
    """The texts to search for: the question, and for a follow-up also the question with what it follows."""
    question = question.strip()
    if not question:
        return []
    if context and refers_back(question):
        return [question, f"{context[-1].strip()} {question}"]
    return [question]
