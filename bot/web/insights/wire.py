"""Figures as the page's script and the spreadsheet get them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.gauges import Standing
from bot.conversations.insights import Day, Figures
from bot.conversations.insights_times import Times
from bot.conversations.unanswered_groups import Group
from bot.conversations.unanswered_states import OPEN, WRITING
from bot.editorial.scrub import scrub
from bot.settings import BotSettings
from bot.web.editor.parts import Editing
from bot.web.errors import Problem
from bot.web.wire import moment

MOST_GROUPS = 5
MOST_PUBLICATIONS = 50
LONGEST_LABEL = 160

_IN_WORDS = {
    "conversations": "conversations",
    "answered": "answered",
    "abstained": "no answer found",
    "advice": "personal advice declined",
    "emergencies": "emergencies",
    "cannot_answer": "could not answer (fault)",
    "handed_off": "wished for a person",
    "thumbs_up": "thumbs up",
    "thumbs_down": "thumbs down",
}


def figures(period: int, found: Figures, settings: BotSettings) -> dict[str, Any]:
    """What was counted."""
    return {
        "days": period,
        "time_zone": settings.time_zone,
        "office_hours": bool(settings.office_hours),
        "by_day": [{"date": day.date, **_counts(day)} for day in found.days],
        "totals": dict(found.totals),
        "stars": {str(star): number for star, number in found.stars.items()},
        "first_response": _times(found.first_response),
        "resolution": _times(found.resolution),
    }


def now(standing: Standing) -> dict[str, int]:
    """How things stand at this moment."""
    return {
        "waiting": standing.conversations["waiting"],
        "longest_wait": standing.longest_wait // 1000,
        "online": standing.advisors_online,
        "alerts": standing.alerts,
        "requests": standing.requests,
    }


def worth_a_look(groups: Iterable[Group]) -> list[Group]:
    """The groups of unanswered questions that are asked most and still want an answer."""
    return [each for each in groups if each.state in {OPEN, WRITING}][:MOST_GROUPS]


def group(found: Group) -> dict[str, Any]:
    """One of them. Its words are a patient's: names and contact details are taken out."""
    label = scrub(found.label)
    short = label if len(label) <= LONGEST_LABEL else f"{label[:LONGEST_LABEL].rstrip()}…"
    return {"id": found.id, "label": short, "total": found.total, "writing": found.state == WRITING}


def publications(editing: Editing, since: str) -> list[dict[str, Any]]:
    """What went live since a day, the newest first; nothing while the knowledge base is away."""
    try:
        found = editing.run(lambda store: store.publications.went_live(MOST_PUBLICATIONS))
    except (Problem, SQLAlchemyError):
        return []
    return [
        {
            "publication": each.publication,
            "action": each.action,
            "at": moment(each.at),
            "changed": len(each.revisions ^ each.before),
        }
        for each in found
        if datetime.fromtimestamp(each.at / 1000, UTC).date().isoformat() >= since
    ]


def rows(found: Figures) -> list[Sequence[object]]:
    """A row for each day, and below it what belongs to the whole period."""
    table: list[Sequence[object]] = [("day", *_IN_WORDS.values())]
    table += [(day.date, *_counts(day).values()) for day in found.days]
    table += [("all days", *(found.totals[name] for name in _IN_WORDS)), ()]
    table.append(("figure", "value"))
    for name, times in (("first response", found.first_response), ("resolution", found.resolution)):
        table += [
            (f"{name}: how many", times.count),
            (f"{name}: median, seconds of office hours", _seconds(times.median)),
            (f"{name}: nine in ten within, seconds of office hours", _seconds(times.p90)),
        ]
    table += [(f"conversations rated {star} of 5", number) for star, number in found.stars.items()]
    return table


def _counts(day: Day) -> dict[str, int]:
    return {name: getattr(day, name) for name in _IN_WORDS}


def _times(found: Times) -> dict[str, int | None]:
    return {"count": found.count, "median": _seconds(found.median), "p90": _seconds(found.p90)}


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else round(milliseconds / 1000)
