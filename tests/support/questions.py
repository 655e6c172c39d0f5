"""What patients ask in the tests in which processes die: many that are answered, some that are not."""

from __future__ import annotations

QUESTIONS = (
    "what are nk cells",
    "how are the cells made",
    "whats the differnce to stem cells",
    "what are the risks",
    "can children get this treatment",
    "did people die from nk cell therapy",
    "can my body reject the cells of a donor",
    "do nk cells work against viruses",
    "thank you",
    "what is the capital of France",
)
