"""The language check: words in a document that must not, or should not, reach a patient."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from knowledge.model import Document


class Severity(StrEnum):
    """What a finding asks for."""

    STOP = "stop"
    """Must be mended, or accepted by name, before patients see it."""
    LOOK = "look"
    """Somebody should look at it; nothing waits for that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the language check found.

    `id` is below zero and the same for the same words in the same place, so that it can be accepted by
    name beside golden questions, whose ids are above. `section` is the innermost heading, empty where the
    whole document is meant; `words` are verbatim, empty where something is missing; `advice` is one
    sentence that says what to do.
    """

    id: int
    document: str
    section: str
    rule: str
    severity: Severity
    words: str
    advice: str


def finding_id(document: str, section: str, rule: str, words: str) -> int:
    """A number below zero that stays the same while the words and their place do; JSON and browsers hold it."""
    name = "\n".join((document, section, rule, words)).encode()
    return -1 - int.from_bytes(hashlib.sha256(name).digest()[:6])


def check_document(document: Document) -> list[Finding]:
    """What an editor should mend or look at, in reading order, what concerns the whole document first."""
    if document.reviewer.strip() and document.reviewed_on:
        return []
    rule = "review"
    return [
        Finding(
            id=finding_id(document.slug, "", rule, ""),
            document=document.slug,
            section="",
            rule=rule,
            severity=Severity.LOOK,
            words="",
            advice="Nobody has reviewed this document yet; name who did, and on which day.",
        )
    ]
