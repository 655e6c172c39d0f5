"""What the editors' API says when something cannot be done."""

from __future__ import annotations

PROBLEMS = {
    "knowledge_unavailable": "The knowledge base cannot be reached just now. Please try again in a moment.",
    "document_gone": "There is no such document.",
    "revision_gone": "There is no such revision of this document.",
    "refused": "{sentence}",
}
