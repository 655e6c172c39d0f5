"""The API of the page of publications: what waits, asking for it, deciding, the way back, and the record."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge.gate import Compared, GateReport, Outcome, Verdict
from knowledge.store.jobs import Claim
from knowledge.store.model import JobAction, JobOrder, JobState
from knowledge.store.store import KnowledgeStore
from tests.support.staff import signed_in
from tests.web.editorial import NewEditor, editor, knowledge, staffed
from tests.web.staffed import Staffed
from tests.web.test_editor import created, error

__all__ = ["editor", "knowledge", "staffed"]

WORKER = "here-1"


@pytest.fixture(autouse=True)
def _nothing_left_open(knowledge: KnowledgeStore) -> Iterator[None]:
    yield
    for job in knowledge.jobs.open():
        knowledge.jobs.cancel(job.id)


def go_live(knowledge: KnowledgeStore, *slugs: str, by: str = "Edda Wolf", job: int | None = None) -> int:
    """What the worker does in the end, without an index."""
    live = knowledge.publications.live()
    kept = {each.document: each.id for each in knowledge.revisions.by_id(live.revisions if live else ())}
    kept |= {slug: knowledge.revisions.of(slug)[0].id for slug in slugs}
    prepared = knowledge.publications.prepare(list(kept.values()), encoder="e", calibration="{}", by=by)
    knowledge.publications.make_live(
        prepared,
        instead_of=live.id if live else None,
        action="publish",
        by=by,
        note="for the test",
        claim=Claim(job, WORKER, report=report()) if job else None,
    )
    return prepared


def report(golden: int = 4) -> str:
    before = Outcome(True, "answer", "rest", "Resting", "Rest for a day.")
    after = Outcome(False, "abstain", "", "", "I do not know.")
    worse = Compared(golden, "How long?", "answer", "rest", "", Verdict.WORSE, before, after)
    same = Compared(5, "Where?", "answer", "rest", "", Verdict.SAME, before, before)
    return GateReport((worse, same)).to_json()


def held(knowledge: KnowledgeStore, slug: str, golden: int = 4) -> int:
    job = knowledge.jobs.ask(JobAction.PUBLISH, JobOrder(documents=(slug,)), by="Edda Wolf")
    claimed = knowledge.jobs.claim(WORKER)
    assert claimed is not None
    assert claimed.id == job
    knowledge.jobs.finish(job, WORKER, JobState.HELD, report=report(golden), problem="Look at it.")
    return job


def test_what_waits_is_published_as_it_was_seen(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    slug = created(edda)
    waits = {each["slug"]: each for each in edda.get("publications").json()["waiting"]}
    assert (waits[slug]["number"], waits[slug]["live"], waits[slug]["changed_by"]) == (1, None, "Edda Wolf")
    answer = edda.post("publications", {"documents": [{"slug": slug, "number": 1}], "note": " a  first "})
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["jobs"]
    assert (told["state"], told["asked_by"], told["note"]) == ("waiting", "Edda Wolf", "a first")
    assert told["documents"] == [{"slug": slug, "title": "How the cells are given"}]
    job = knowledge.jobs.get(told["id"])
    assert job.order.documents == (slug,)
    assert job.order.revisions == (knowledge.revisions.of(slug)[0].id,)
    assert edda.get("publications/work").json()["jobs"][0]["id"] == told["id"]

    knowledge.jobs.claim(WORKER)
    published = go_live(knowledge, slug, job=told["id"])
    overview = edda.get("publications").json()
    assert overview["work"]["jobs"] == []
    assert slug not in {each["slug"] for each in overview["waiting"]}
    assert (overview["live"]["publication"], overview["live"]["by"]) == (published, "Edda Wolf")
    assert edda.get(f"publications/jobs/{told['id']}").json()["state"] == "done"


def test_what_was_changed_meanwhile_is_not_published_unseen(editor: NewEditor) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slug = created(edda)
    article = ben.get(f"documents/{slug}").json()["article"]
    article["title"] = "Another title"
    ben.post(f"documents/{slug}/revisions", {"article": article, "based_on": 1})
    refused = edda.post("publications", {"documents": [{"slug": slug, "number": 1}]})
    assert error(refused) == (409, "refused")
    assert "changed just now, by Ben Roth" in refused.json()["error"]["message"]
    assert edda.get("publications/work").json()["jobs"] == []


def test_everything_that_holds_a_publication_is_accepted_by_name(
    editor: NewEditor, knowledge: KnowledgeStore
) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slug = created(edda)
    job = held(knowledge, slug)
    told = ben.get(f"publications/jobs/{job}").json()
    assert told["counts"]["worse"] == 1
    (row,) = told["gate"]["answers"]
    assert (row["id"], row["verdict"], row["blocking"], row["before"]["text"]) == (
        4,
        "worse",
        True,
        "Rest for a day.",
    )
    assert ben.get("publications/work").json()["jobs"][0]["gate"] is None, "asked for again and again: short"
    for ids in ([], [5], [4.0], ["4"], None):
        assert ben.post(f"publications/jobs/{job}/accept", {"accepted": ids}).status_code in (400, 409)
    assert ben.post(f"publications/jobs/{job}/accept", {"accepted": [4, 99]}).status_code == 200
    order = knowledge.jobs.get(job).order
    assert (order.accepted, order.accepted_by) == ((4,), ("Ben Roth",))
    assert error(ben.post(f"publications/jobs/{job}/accept", {"accepted": [4]})) == (409, "refused")
    events = knowledge.publications.events()
    assert ("accept", "Ben Roth", "How long?") in [(each.action, each.by, each.note) for each in events]

    claimed = knowledge.jobs.claim(WORKER)
    assert claimed is not None
    go_live(knowledge, slug, job=claimed.id)
    newest = edda.get("publications/history").json()["entries"][0]
    assert newest["accepted"] == [{"what": "How long?", "by": "Ben Roth"}]
    assert (newest["worse"], newest["by"]) == (1, "Edda Wolf")


def test_giving_up_and_trying_again(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    job = held(knowledge, created(edda))
    assert error(edda.post(f"publications/jobs/{job}/retry")) == (409, "refused")
    assert edda.post(f"publications/jobs/{job}/cancel").json()["jobs"] == []
    assert error(edda.post(f"publications/jobs/{job}/cancel")) == (409, "refused")
    (again,) = edda.post(f"publications/jobs/{job}/retry").json()["jobs"]
    first, second = knowledge.jobs.get(job).order, knowledge.jobs.get(again["id"]).order
    assert (second.documents, second.accepted) == (first.documents, ())


def test_the_history_tells_what_each_publication_changed_and_leads_back(
    editor: NewEditor, knowledge: KnowledgeStore
) -> None:
    edda = editor()
    one, two = created(edda), created(edda)
    first = go_live(knowledge, one)
    article = edda.get(f"documents/{one}").json()["article"]
    article["title"] = "Another title"
    edda.post(f"documents/{one}/revisions", {"article": article, "based_on": 1})
    second = go_live(knowledge, one, two, by="Ben Roth")
    entries = edda.get("publications/history").json()["entries"]
    changes = {each["slug"]: (each["from"], each["to"]) for each in entries[0]["changes"]}
    assert changes == {one: (1, 2), two: (None, 1)}
    assert (entries[0]["by"], entries[0]["publication"], entries[0]["live"]) == ("Ben Roth", second, True)
    assert {each["slug"]: (each["from"], each["to"]) for each in entries[1]["changes"]} == {one: (None, 1)}

    (job,) = edda.post("publications/rollback", {"publication": first, "note": "too early"}).json()["jobs"]
    order = knowledge.jobs.get(job["id"]).order
    assert (order.publication, order.note, job["action"]) == (first, "too early", "rollback")
    assert error(edda.post("publications/rollback", {"publication": second})) == (409, "refused")
    for nothing in (99_999, knowledge.publications.prepare([], encoder="e", calibration="{}")):
        assert error(edda.post("publications/rollback", {"publication": nothing})) == (
            404,
            "publication_gone",
        )


def test_a_long_history_is_shown_piece_by_piece(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    slug = created(edda)
    for _ in range(24):
        go_live(knowledge, slug)
    first = edda.get("publications/history").json()
    assert len(first["entries"]) == 20
    rest = edda.get(f"publications/history?before={first['before']}").json()
    seen = [each["publication"] for each in first["entries"] + rest["entries"]]
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)


def test_readiness_tells_of_a_publication_that_failed_or_waits(
    staffed: Staffed, editor: NewEditor, knowledge: KnowledgeStore
) -> None:
    edda = editor()
    slug = created(edda)

    def told() -> str:
        time.sleep(0.6)  # what the parts say is kept for half a second
        return str(edda.browser.get("/readyz").json()["parts"]["worker"]["detail"])

    job = held(knowledge, slug)
    assert told().endswith("A publication waits for an editor's decision.")
    knowledge.jobs.cancel(job)
    assert "publication" not in told()
    knowledge.jobs.ask(JobAction.WITHDRAW, JobOrder(documents=(slug,)), by="Edda Wolf")
    claimed = knowledge.jobs.claim(WORKER)
    assert claimed is not None
    knowledge.jobs.finish(claimed.id, WORKER, JobState.FAILED, problem="The disk is full.")
    assert told().endswith("The last publication failed: The disk is full.")
    assert staffed


# Who may, and what is refused


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("publications", {}),
        ("publications", {"documents": []}),
        ("publications", {"documents": ["slug"]}),
        ("publications", {"documents": [{"slug": "a"}]}),
        ("publications", {"documents": [{"slug": "a", "number": "1"}]}),
        ("publications", {"documents": [{"slug": "a", "number": 1}], "note": 5}),
        ("publications", {"documents": [{"slug": "a", "number": 1}], "note": "x" * 501}),
        ("publications/rollback", {}),
        ("publications/rollback", {"publication": True}),
        ("publications/jobs/1/accept", {"accepted": [2**60]}),
    ],
)
def test_bad_input_is_refused_with_a_sentence(editor: NewEditor, path: str, body: Any) -> None:
    answer = editor().post(path, body)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"].strip().endswith(".")


def test_what_is_not_there_is_said(editor: NewEditor) -> None:
    edda = editor()
    for what in ("accept", "cancel", "retry"):
        body = {"accepted": [1]}
        assert error(edda.post(f"publications/jobs/99999/{what}", body)) == (404, "publication_gone")
    assert error(edda.get("publications/jobs/99999")) == (404, "publication_gone")
    assert error(edda.get("publications/history?before=x")) == (400, "bad_request")
    unknown = {"documents": [{"slug": f"d-{uuid.uuid4().hex[:8]}", "number": 1}]}
    assert error(edda.post("publications", unknown)) == (404, "document_gone")


def test_advisors_and_strangers_neither_see_nor_change_publications(
    staffed: Staffed, editor: NewEditor
) -> None:
    ada = editor("Ada Lind", "advisor")
    paths = ("publications", "publications/work", "publications/history", "publications/jobs/1")
    for path in paths:
        assert ada.get(path).status_code == 403
    for path in ("publications", "publications/rollback", "publications/jobs/1/accept"):
        assert ada.post(path, {}).status_code == 403
    with signed_in(staffed.url, staffed.database_url, "editor") as browser:
        for path in ("publications", "publications/rollback", "publications/jobs/1/cancel"):
            refused = browser.http.post(f"/editor/api/{path}", json={})
            assert error(refused) == (403, "csrf_wrong")


def test_the_record_says_who_decided_what(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor("Edda Wolf")
    slug = created(edda)
    job = held(knowledge, slug)
    edda.post(f"publications/jobs/{job}/accept", {"accepted": [4]})
    edda.post(f"publications/jobs/{job}/cancel")
    boss = editor("Berta Boss", "administrator")
    entries = boss.browser.get("/console/api/audit").json()["entries"]
    found = [(each["what"], each["detail"]) for each in entries if slug in each["detail"]]
    about = f"publish {slug} (job {job})"
    assert ("Accepted what held a publication", about) in found
    assert ("Gave a publication up", about) in found
