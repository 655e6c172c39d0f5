"""Publications and the work on them as the editors' API writes them."""

from __future__ import annotations

from typing import Any

from bot.web.editor.wire import standing
from bot.web.wire import moment
from knowledge.gate import GateReport, Verdict
from knowledge.store.model import Job, JobState, Revision, WentLive
from knowledge.store.store import KnowledgeStore

LONGEST_TEXT = 1_200
"""Characters of an answer that the page shows."""
_UNCERTAIN_MS = 2_000
"""For so long a phase must have run before its time left is told."""
_LATEST = 200


def live(store: KnowledgeStore) -> dict[str, Any] | None:
    """What patients are answered from, since when and by whom; None before the first publication."""
    found = store.publications.live()
    if found is None:
        return None
    latest = store.publications.went_live(1)
    return {
        "publication": found.id,
        "at": moment(found.made_live_at or found.created_at),
        "by": latest[0].by if latest else found.created_by,
        "action": latest[0].action if latest else "publish",
        "note": latest[0].note if latest else found.note,
        "documents": len(found.revisions),
    }


def waiting(store: KnowledgeStore) -> list[dict[str, Any]]:
    """Documents whose newest revision is not the one that patients see, by title."""
    listed = []
    for status in store.revisions.statuses():
        newest = status.latest
        if status.live is not None and status.live.number == newest.number:
            continue
        listed.append(
            {
                "slug": status.slug,
                "title": newest.title,
                "number": newest.number,
                "live": None if status.live is None else status.live.number,
                "standing": standing(newest),
                "reviewed": newest.reviewed,
                "changed_at": moment(newest.created_at),
                "changed_by": newest.created_by,
                "note": newest.note,
            }
        )
    return sorted(listed, key=lambda each: str(each["title"]).casefold())


def work(store: KnowledgeStore) -> dict[str, Any]:
    """What is under way, what waits for a decision, and the last one if it was not carried out."""
    opened = store.jobs.open()
    latest = store.jobs.latest(1)
    failed = latest[0] if latest and latest[0].state is JobState.FAILED else None
    return {
        "jobs": [job(store, each, full=False) for each in opened],
        "failed": None if failed is None else job(store, failed, full=False),
        "live": store.publications.live_id(),
    }


def job(store: KnowledgeStore, found: Job, *, full: bool = True) -> dict[str, Any]:
    """One publication as work; with `full`, all that the gate found, else only how much."""
    titles = store.revisions.titles(found.order.documents)
    report = _report(found)
    return {
        "id": found.id,
        "action": found.action.value,
        "state": found.state.value,
        "documents": [{"slug": slug, "title": titles.get(slug, slug)} for slug in found.order.documents],
        "target": found.order.publication,
        "note": found.order.note,
        "asked_by": found.asked_by,
        "asked_at": moment(found.asked_at),
        "finished_at": None if found.finished_at is None else moment(found.finished_at),
        "phase": found.phase,
        "done": found.done,
        "total": found.total,
        "seconds_left": _seconds_left(found, store.database.clock()),
        "attempt": found.attempt,
        "publication": found.publication,
        "problem": found.problem,
        "counts": None if report is None else report.counts() | {"findings": len(report.findings)},
        "gate": _gate(found, report) if full and report is not None else None,
    }


def history(store: KnowledgeStore, limit: int, before: int | None) -> dict[str, Any]:
    """What went live when, with what it changed and what was accepted for it."""
    found = store.publications.went_live(limit + 1, before)
    differing = {each for entry in found for each in entry.revisions ^ entry.before}
    revisions = {each.id: each for each in store.revisions.by_id(differing)}
    jobs = {
        (each.publication, each.finished_at): each
        for each in store.jobs.latest(_LATEST)
        if each.state is JobState.DONE
    }
    live_id = store.publications.live_id()
    entries = [
        _entry(each, revisions, jobs.get((each.publication, each.at)), each.publication == live_id)
        for each in found[:limit]
    ]
    more = found[limit - 1].at if len(found) > limit else None
    return {"entries": entries, "before": more}


def blocking(found: Job) -> dict[int, str]:
    """What holds a publication, with the words by which it is accepted."""
    report = _report(found)
    if report is None:
        return {}
    named = {each.id: each.question for each in report.answers}
    named |= {each.id: f"{each.document}: {each.words or each.advice}" for each in report.findings}
    return {each: named[each] for each in report.blocking(found.order.accepted)}


def in_short(found: Job) -> str:
    """A publication in a few words, for the record."""
    about = ", ".join(found.order.documents)
    if found.order.publication is not None:
        about = f"publication {found.order.publication}"
    return f"{found.action} {about or 'all drafts'} (job {found.id})"[:300]


def _entry(
    entry: WentLive, revisions: dict[int, Revision], by_job: Job | None, is_live: bool
) -> dict[str, Any]:
    after = {revisions[each].document: revisions[each] for each in entry.revisions - entry.before}
    earlier = {revisions[each].document: revisions[each] for each in entry.before - entry.revisions}
    changes = [
        {
            "slug": slug,
            "title": (after.get(slug) or earlier[slug]).title,
            "from": earlier[slug].number if slug in earlier else None,
            "to": after[slug].number if slug in after else None,
        }
        for slug in after.keys() | earlier.keys()
    ]
    report = _report(by_job) if by_job else None
    return {
        "publication": entry.publication,
        "live": is_live,
        "action": entry.action,
        "at": moment(entry.at),
        "by": entry.by,
        "note": entry.note,
        "documents": len(entry.revisions),
        "changes": sorted(changes, key=lambda each: str(each["title"]).casefold()),
        "worse": 0 if report is None else report.counts()[Verdict.WORSE],
        "better": 0 if report is None else report.counts()[Verdict.BETTER],
        "accepted": [] if by_job is None else _accepted(by_job, report),
        "job": by_job.id if by_job else None,
    }


def _accepted(found: Job, report: GateReport | None) -> list[dict[str, str]]:
    if report is None:
        return []
    named = {each.id: each.question for each in report.answers}
    named |= {each.id: each.words or each.advice for each in report.findings}
    pairs = zip(found.order.accepted, found.order.accepted_by, strict=False)
    return [{"what": named[each], "by": by} for each, by in pairs if each in named]


def _gate(found: Job, report: GateReport) -> dict[str, Any]:
    held = set(report.blocking(()))
    names = dict(zip(found.order.accepted, found.order.accepted_by, strict=False))
    answers = [
        {
            "id": each.id,
            "question": each.question,
            "verdict": each.verdict.value,
            "expects": {"kind": each.expects, "document": each.document, "section": each.section},
            "before": _outcome(each.before),
            "after": _outcome(each.after),
            "blocking": each.id in held,
            "accepted_by": names.get(each.id, ""),
        }
        for each in report.answers
        if each.verdict is not Verdict.SAME
    ]
    findings = [
        {
            "id": each.id,
            "document": each.document,
            "section": each.section,
            "words": each.words,
            "advice": each.advice,
            "blocking": each.id in held,
            "accepted_by": names.get(each.id, ""),
        }
        for each in report.findings
    ]
    return {"asked": len(report.answers), "answers": answers, "findings": findings}


def _outcome(found: Any) -> dict[str, str] | None:
    if found is None:
        return None
    text = found.text if len(found.text) <= LONGEST_TEXT else f"{found.text[:LONGEST_TEXT].rstrip()}…"
    return {"kind": found.kind, "document": found.document, "section": found.section, "text": text}


def _report(found: Job) -> GateReport | None:
    if not found.report:
        return None
    try:
        return GateReport.from_json(found.report)
    except (ValueError, KeyError, TypeError):  # of another version of the gate
        return None


def _seconds_left(found: Job, now: int) -> int | None:
    """How long the present phase will take by the pace it has had; None while nobody can tell."""
    if found.state is not JobState.RUNNING or found.phase_began_at is None or not found.done:
        return None
    passed = now - found.phase_began_at
    if passed < _UNCERTAIN_MS or found.done >= found.total:
        return None
    return round(passed / found.done * (found.total - found.done) / 1000)
