"""How hard an English text is to read: the Flesch–Kincaid grade level.

J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: "Derivation of new readability formulas (Automated
Readability Index, Fog Count and Flesch Reading Ease Formula) for Navy enlisted personnel", Naval Technical
Training Command, Research Branch Report 8-75, 1975:

    grade = 0.39 · words per sentence + 11.8 · syllables per word − 15.59

The grade counts US school years; whoever is in grade g is about g + 5 years old. Medical names, which
patients must be told, make a text look harder than it is, so the bar lies above the age we write for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

TOO_HARD = 10.0
"""We write for 12 to 14 years, grades 7 to 9; names such as "amphiregulin" add about one."""
LONG_SENTENCE = 30
"""Words; a sentence above is hard to follow on a phone."""
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*")
_VOWELS = re.compile(r"[aeiouyà-ÿ]+")


def words(text: str) -> list[str]:
    """The words of a text; numbers are read at a glance and do not count."""
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """About how many syllables an English word has; at least one."""
    total = 0
    for part in re.split(r"[-'’]", word.lower()):
        if not part:
            continue
        count = len(_VOWELS.findall(part))
        if part.endswith("e") and not part.endswith(("le", "ee", "ye")) and count > 1:
            count -= 1  # silent, as in "disease"
        elif (
            part.endswith("es")
            and count > 1
            and not part.endswith(("ses", "zes", "ces", "ges", "xes", "ches", "shes", "ies"))
        ):
            count -= 1  # "cures"
        elif part.endswith("ed") and count > 1 and not part.endswith(("ted", "ded", "ied")):
            count -= 1  # "helped"
        total += max(count, 0)
    return max(total, 1)


def grade(sentences: Sequence[str]) -> float:
    """The Flesch–Kincaid grade level of these sentences; 0 for none."""
    told = [found for found in (words(sentence) for sentence in sentences) if found]
    count = sum(len(found) for found in told)
    if not count:
        return 0.0
    spoken = sum(syllables(word) for found in told for word in found)
    return 0.39 * count / len(told) + 11.8 * spoken / count - 15.59


def reading_age(level: float) -> int:
    """The age in years of readers for whom a grade level is right."""
    return round(level) + 5
