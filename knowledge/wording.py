"""One form for names that patients write in many ways, applied alike to questions and to passages.

The sentence encoder takes "natural killer cells", "NK cells" and "killer cells" for different things.
Measured on the questions listed in our articles, each asked while it was out of the index: the right
section came first for 61.9 % without and 63.9 % with one form.
"""

from __future__ import annotations

import re

_NK_CELLS = re.compile(
    r"\b(natural[- ]killers?( \(?nks?\)?)?( cells?)?|nk[- ]?cells?|killer[- ]cells?|nks)\b(?![-a-z])", re.I
)


def canonical(text: str) -> str:
    """The text with every form of "NK cells" written as that."""
    return _NK_CELLS.sub("NK cells", text)
