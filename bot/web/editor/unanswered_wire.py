"""Unanswered questions as the editors' API writes them: without names, contact details or conversations.

Everything that patients or advisors wrote passes through `scrub` here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.conversations.unanswered_groups import Group, Question
from bot.editorial.drafting import distinct
from bot.editorial.meaning import follows_up
from bot.editorial.scrub import scrub
from bot.web.wire import moment

MOST_HITS = 3
_SIGNED = re.compile(r"[\s,–-]*\[name\]\W*$")
"""The end of a message that somebody signed."""
_NOTHING_LEFT = "[nothing that can be shown]"


def group(found: Group) -> dict[str, Any]:
    """A group at a glance."""
    return {
        "id": found.id,
        "state": found.state,
        "label": shown(found.label),
        "note": found.note,
        "draft": found.draft,
        "draft_heading": found.draft_heading,
        "came_back": found.came_back,
        "decided_by": found.decided_by,
        "decided_at": None if found.decided_at is None else moment(found.decided_at),
        "total": found.total,
        "answered": found.answered,
        "reasons": {
            "abstained": found.abstained,
            "disliked": found.disliked,
            "taken_over": found.taken_over,
        },
        "first_asked": moment(found.first_asked),
        "last_asked": moment(found.last_asked),
        "weeks": list(found.weeks),
        "languages": {code: number for code, number in found.languages.items() if code not in {"", "en"}},
    }


def question(found: Question, *, may_follow: bool) -> dict[str, Any]:
    """One question with what was said to it; the conversation only for those who may read it."""
    text = shown(found.text)
    before = found.before[-1:] if follows_up(text) else ()
    return {
        "id": found.id,
        "text": text,
        "before": [shown(each) for each in before],
        "asked_at": moment(found.asked_at),
        "reasons": [name for name in ("abstained", "disliked", "taken_over") if getattr(found, name)],
        "language": "" if found.language in {"", "en"} else found.language,
        "reply": scrub(found.reply),
        "why": why(found),
        "advisors": [scrub(each.text) for each in found.advisors],
        "answered": found.answered,
        "answer": {"document": found.answer_document, "heading": found.answer_heading}
        if found.answered
        else None,
        "conversation": found.conversation_id if may_follow else None,
    }


def why(found: Question) -> dict[str, Any] | None:
    """The decision's numbers and the sections that came nearest; None where nothing was searched."""
    evidence = found.evidence
    if "threshold" not in evidence:
        return None
    hits = evidence.get("hits") or []
    return {
        "probability": evidence.get("probability"),
        "threshold": evidence.get("threshold"),
        "hits": [
            {"document": str(hit.get("document", "")), "heading": str(hit.get("heading", ""))}
            for hit in hits[:MOST_HITS]
        ],
    }


def draft(questions: Sequence[Question]) -> dict[str, Any]:
    """What an answer can begin with: the questions, each once, and what advisors replied, each once."""
    replies = (_SIGNED.sub("", scrub(said.text)) for each in questions for said in each.advisors)
    english = sorted(questions, key=lambda each: each.language not in {"", "en"})
    return {
        "questions": distinct([scrub(each.text) for each in english]),
        "text": "\n\n".join(dict.fromkeys(reply for reply in replies if reply)),
    }


def shown(text: str) -> str:
    """A text without names and contact details; never nothing."""
    return scrub(text) or _NOTHING_LEFT
