"""The editors' API: writing, saving without overwriting, reviewing, comparing, asking for publication."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from knowledge.markdown import render_document
from knowledge.store.model import JobAction
from knowledge.store.store import KnowledgeStore
from tests.support.payloads import PAYLOADS
from tests.support.staff import csrf_of
from tests.web.editorial import API, Editor, NewEditor, article, editor, knowledge, section, staffed
from tests.web.staffed import Staffed

__all__ = ["editor", "knowledge", "staffed"]


def new_slug() -> str:
    return f"d-{uuid.uuid4().hex[:10]}"


def created(somebody: Editor, **fields: Any) -> str:
    slug = new_slug()
    answer = somebody.post("documents", {"article": {**article(slug), **fields}})
    assert answer.status_code == 201, answer.text
    return slug


def saved(somebody: Editor, slug: str, based_on: int, written: dict[str, Any], **more: Any) -> Any:
    return somebody.post(f"documents/{slug}/revisions", {"article": written, "based_on": based_on, **more})


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_what_is_written_comes_back_as_it_was(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    written = article(new_slug())
    written["sections"] = [
        section("", "Said first.", level=0, questions=[]),
        section("Before", "", questions=[], sources=[]),
        section("A day before", "Eat lightly.\n\n- no alcohol\n- water", level=2, evidence="early"),
        section("After", "| a | b |\n|---|---|\n| 1 | 2 |", reply="cost", facts=["A1"], evidence="claim"),
    ]
    slug = written["slug"]
    assert edda.post("documents", {"article": written, "note": "first"}).json() == {"slug": slug, "number": 1}
    found = edda.get(f"documents/{slug}").json()
    written["sections"][1] |= {"evidence": "established", "reply": "answer"}
    assert found["article"] == written
    assert found["document"]["standing"] == "draft"
    assert found["document"]["live"] is None
    assert (found["document"]["latest"]["created_by"], found["document"]["latest"]["note"]) == (
        "Edda Wolf",
        "first",
    )
    again = knowledge.revisions.document(slug, 1)
    text = edda.post("preview", {"article": written, "convert": "markdown"}).json()["markdown"]
    assert text == render_document(again)
    assert edda.post("preview", {"markdown": text, "convert": "article"}).json()["article"] == written


def test_two_editors_never_overwrite_each_other(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slug = created(edda, sections=[section("One", "First text here."), section("Two", "Second text here.")])
    mine = edda.get(f"documents/{slug}").json()["article"]
    his = ben.get(f"documents/{slug}").json()["article"]
    his["sections"][0]["text"] = "Ben's first text here."
    assert saved(ben, slug, 1, his, note="warmer").json()["document"]["latest"]["number"] == 2
    mine["sections"][1]["text"] = "Edda's second text here."
    refused = saved(edda, slug, 1, mine)
    assert error(refused) == (409, "edit_conflict")
    assert "Ben Roth" in refused.json()["error"]["message"]
    assert (refused.json()["newest"]["number"], refused.json()["newest"]["note"]) == (2, "warmer")
    assert len(knowledge.revisions.of(slug)) == 2

    rows = edda.post(f"documents/{slug}/compare", {"article": mine, "with": 2}).json()["rows"]
    changed = [row for row in rows if row["kind"] != "same"]
    sides = ["".join(text for _, text in row["left"]["words"]) for row in changed if row["left"]]
    assert sides == ["Ben's first text here.", "Second text here."]

    together = edda.post(f"documents/{slug}/merge", {"article": mine, "based_on": 1, "with": 2}).json()
    assert [each["text"] for each in together["article"]["sections"]] == [
        "Ben's first text here.",
        "Edda's second text here.",
    ]
    assert together["clashes"] == []
    assert saved(edda, slug, together["number"], together["article"]).json()["saved"] is True


def test_where_both_changed_the_same_part_it_is_named(editor: NewEditor) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slug = created(edda)
    mine, his = (each.get(f"documents/{slug}").json()["article"] for each in (edda, ben))
    his["sections"][0]["text"] = "Ben changed it."
    saved(ben, slug, 1, his)
    mine["sections"][0]["text"] = "Edda changed it."
    together = edda.post(f"documents/{slug}/merge", {"article": mine, "based_on": 1, "with": 2}).json()
    assert together["clashes"] == ["“How long does it take?”"]
    assert together["article"]["sections"][0]["text"] == "Edda changed it."


def test_a_review_covers_the_words_that_were_read(editor: NewEditor) -> None:
    edda = editor()
    slug = created(edda)
    review = {"number": 1, "reviewer": "Dr. Vogel", "reviewed_on": "2026-01-02", "review_due": "2027-01-02"}
    told = edda.post(f"documents/{slug}/review", review).json()["document"]
    assert (told["standing"], told["latest"]["number"], told["review_due"]) == ("reviewed", 2, "2027-01-02")
    written = edda.get(f"documents/{slug}").json()["article"]
    assert (written["reviewer"], written["reviewed_on"]) == ("Dr. Vogel", "2026-01-02")
    written["sections"][0]["text"] = "An infusion takes about an hour and a nurse stays with you."
    kept = saved(edda, slug, 2, written, keep_review=True).json()
    assert (kept["review_cleared"], kept["document"]["standing"]) == (False, "reviewed")
    written["sections"][0]["text"] = "It takes two hours."
    gone = saved(edda, slug, 3, written).json()
    assert gone["review_cleared"] is True
    assert (gone["document"]["standing"], gone["document"]["latest"]["reviewer"]) == ("draft", "")
    assert edda.post(f"documents/{slug}/review", {**review, "number": 2}).status_code == 409
    for wrong in (
        {"reviewer": " "},
        {"reviewed_on": "yesterday"},
        {"reviewed_on": "2999-01-01"},
        {"reviewed_on": "2026-02-30"},
    ):
        assert edda.post(f"documents/{slug}/review", {**review, "number": 4, **wrong}).status_code == 400, (
            wrong
        )


def test_a_document_goes_to_review_and_back(editor: NewEditor) -> None:
    edda, ben = editor("Edda Wolf"), editor("Ben Roth")
    slug = created(edda)
    told = edda.post(f"documents/{slug}/hand-in", {"number": 1, "note": "please read"}).json()
    assert told["document"]["standing"] == "review"
    assert error(edda.post(f"documents/{slug}/hand-in", {"number": 1})) == (409, "refused")
    assert error(ben.post(f"documents/{slug}/send-back", {"number": 1, "note": " "})) == (409, "refused")
    assert (
        ben.post(f"documents/{slug}/send-back", {"number": 1, "note": "too long"}).json()["document"][
            "standing"
        ]
        == "draft"
    )
    events = edda.get(f"documents/{slug}/history").json()["events"]
    assert [(each["action"], each["by"], each["note"]) for each in events] == [
        ("send_back", "Ben Roth", "too long"),
        ("hand_in", "Edda Wolf", "please read"),
    ]


def test_any_two_revisions_are_compared_and_an_earlier_one_is_used_again(editor: NewEditor) -> None:
    edda = editor()
    slug = created(edda)
    written = edda.get(f"documents/{slug}").json()["article"]
    written["sections"][0]["text"] = "An infusion takes about two hours, and a nurse stays with you."
    saved(edda, slug, 1, written)
    found = edda.get(f"documents/{slug}/compare?from=1&to=2").json()
    (row,) = [each for each in found["rows"] if each["kind"] != "same"]
    marked = [[text for state, text in row[side]["words"] if state != "same"] for side in ("left", "right")]
    assert marked == [["an", "hour"], ["two", "hours"]]
    assert edda.get(f"documents/{slug}/compare?from=1&to=9").status_code == 404
    assert edda.get(f"documents/{slug}/compare?from=x&to=1").status_code == 400
    told = edda.post(f"documents/{slug}/use-again", {"number": 1, "based_on": 2}).json()["document"]
    assert (told["latest"]["number"], told["standing"]) == (3, "draft")
    assert (
        edda.get(f"documents/{slug}")
        .json()["article"]["sections"][0]["text"]
        .startswith("An infusion takes about an hour")
    )
    assert error(edda.post(f"documents/{slug}/use-again", {"number": 2, "based_on": 2})) == (
        409,
        "edit_conflict",
    )
    assert error(edda.post(f"documents/{slug}/use-again", {"number": 1, "based_on": 3})) == (409, "no_change")


def test_publishing_is_asked_of_the_worker_once(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    slug = created(edda)
    assert error(edda.post(f"documents/{slug}/withdraw", {})) == (409, "refused")
    told = edda.post(f"documents/{slug}/publish", {"note": "at last"}).json()
    assert (told["job"]["action"], told["job"]["state"], told["job"]["asked_by"]) == (
        "publish",
        "waiting",
        "Edda Wolf",
    )
    (job,) = [each for each in knowledge.jobs.open() if slug in each.order.documents]
    assert (job.action, job.order.documents, job.order.note) == (JobAction.PUBLISH, (slug,), "at last")
    assert error(edda.post(f"documents/{slug}/publish", {})) == (409, "refused")
    assert edda.get(f"documents/{slug}").json()["job"]["id"] == job.id


def test_who_looks_after_it_and_until_when(editor: NewEditor) -> None:
    edda = editor("Edda Wolf")
    slug = created(edda)
    told = edda.post(f"documents/{slug}/care", {"owner": "Ben Roth", "review_due": "2026-12-31"}).json()[
        "document"
    ]
    assert (told["owner"], told["review_due"]) == ("Ben Roth", "2026-12-31")
    (row,) = [each for each in edda.get("documents").json()["documents"] if each["slug"] == slug]
    assert (row["owner"], row["review_due"], row["passages"]) == ("Ben Roth", "2026-12-31", 1)
    assert "Edda Wolf" in edda.get(f"documents/{slug}").json()["people"]
    assert error(edda.post(f"documents/{slug}/care", {"owner": "x", "review_due": "soon"})) == (
        400,
        "invalid_day",
    )


def test_the_preview_shows_passages_and_where_the_mistakes_are(editor: NewEditor) -> None:
    edda = editor()
    written = article("a-preview")
    written["sections"].append(section("Who says so?", "We heal everything.", evidence="claim", questions=[]))
    found = edda.post("preview", {"article": written}).json()
    assert found["passages"]["count"] == 2
    first, second = found["passages"]["shown"]
    assert (first["heading"], first["questions"]) == ("How long does it take?", ["how long does it take"])
    assert second["text"].startswith("This is what **A leaflet of the clinic** states")
    assert [each["path"] for each in found["hints"]] == [["Who says so?"]]

    written["title"] = " "
    written["slug"] = "Not An Address"
    written["sources"].append({"key": "source-2", "title": "", "url": "javascript:alert(1)"})
    written["sections"][0]["text"] = "Fine.\n\n## A heading"
    written["sections"].append(section("", "Text without a heading."))
    written["sections"].append(section("Empty", ""))
    wrong = edda.post("preview", {"article": written}).json()
    assert wrong["passages"] is None
    places = {(each["field"], each["section"], each["source"], each["line"]) for each in wrong["mistakes"]}
    assert places == {
        ("title", None, None, None),
        ("slug", None, None, None),
        ("title", None, 1, None),
        ("url", None, 1, None),
        ("text", 0, None, 3),
        ("heading", 2, None, None),
        ("text", 3, None, None),
    }
    refused = edda.post("documents", {"article": written})
    assert error(refused) == (400, "mistaken")
    assert len(refused.json()["mistakes"]) == 7
    text = "---\nslug: x\ntitle: X\n---\n\n# X\n\n#### Too deep\n\nText.\n"
    (mistake,) = edda.post("preview", {"markdown": text}).json()["mistakes"]
    assert (mistake["line"], mistake["message"]) == (8, "This heading skips a level; use ## here.")


def test_a_taken_address_and_a_changed_one_are_refused(editor: NewEditor) -> None:
    edda = editor()
    slug = created(edda)
    other = article(slug, title="Something else", One="Another text altogether.")
    assert error(edda.post("documents", {"article": other})) == (409, "slug_taken")
    assert error(saved(edda, slug, 1, article(new_slug()))) == (400, "slug_fixed")


def test_an_advisor_may_see_where_an_answer_came_from_and_nothing_else(
    editor: NewEditor, staffed: Staffed
) -> None:
    edda, ada = editor(), editor("Ada Lind", "advisor")
    slug = created(edda)
    found = ada.get(f"documents/{slug}/revisions/1")
    assert found.status_code == 200
    assert found.json()["passages"][0]["text"].startswith("An infusion takes about an hour")
    page = ada.browser.get(f"/editor/documents/{slug}/revisions/1")
    assert page.status_code == 200
    assert 'aria-label="Knowledge"' not in page.text
    assert ada.get(f"documents/{slug}/revisions/7").status_code == 404
    for path in (
        "documents",
        f"documents/{slug}",
        f"documents/{slug}/history",
        f"documents/{slug}/compare?from=1&to=1",
    ):
        assert error(ada.get(path)) == (403, "not_allowed")
    for path in (
        "documents",
        "preview",
        "uploads",
        f"documents/{slug}/publish",
        f"documents/{slug}/revisions",
    ):
        assert error(ada.post(path, {})) == (403, "not_allowed")
    assert ada.browser.get("/editor").status_code == 403
    assert ada.browser.get("/editor/new").status_code == 403


def test_no_change_goes_without_the_token_of_its_session(editor: NewEditor) -> None:
    edda, ben = editor(), editor("Ben Roth")
    slug = created(edda)
    for token in ("", "wrong", csrf_of(ben.browser)):
        answer = edda.browser.http.post(
            f"{API}/documents/{slug}/publish", json={}, headers={"X-CSRF-Token": token} if token else {}
        )
        assert error(answer) == (403, "csrf_wrong")
    assert edda.get(f"documents/{slug}").json()["job"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("documents", {}),
        ("documents", {"article": "text"}),
        ("documents", {"article": {"slug": "x"}}),
        ("documents", {"article": {**article("bad"), "sections": [section("x", "y", level=9)]}}),
        ("documents", {"article": {**article("bad"), "sections": [section("x", "y", evidence="magic")]}}),
        ("documents", {"article": {**article("bad"), "sections": [section("x", "y", questions=[1])]}}),
        ("documents", {"article": {**article("bad"), "sections": [{}]}}),
        ("documents", {"article": {**article("bad"), "sources": [[]]}}),
        ("documents", {"article": article("bad", title="x\x00y")}),
        ("documents", {"article": article("bad"), "note": "x" * 501}),
        ("documents", {"article": article("bad", title="x" * 301)}),
        ("preview", {"article": article("bad"), "convert": "html"}),
        ("preview", {"markdown": 7}),
        ("preview", []),
    ],
)
def test_bad_input_is_refused_with_a_sentence(editor: NewEditor, path: str, body: object) -> None:
    answer = editor().post(path, body)
    assert answer.status_code == 400
    assert len(answer.json()["error"]["message"]) > 10


def test_what_is_not_there_is_said(editor: NewEditor) -> None:
    edda = editor()
    for path in (
        "documents/none",
        "documents/none/history",
        "documents/UPPER",
        "documents/a%2Fb",
        "uploads/none",
    ):
        assert edda.get(path).status_code == 404, path
    assert saved(edda, "none", 0, article("none")).status_code == 404
    for step in ("hand-in", "publish", "withdraw", "use-again", "review", "send-back"):
        body = {"number": 1, "based_on": 1, "note": "x", "reviewer": "x", "reviewed_on": "2026-01-01"}
        assert edda.post(f"documents/none/{step}", body).status_code == 404, step


def test_a_document_that_is_too_large_is_refused_before_it_is_read(editor: NewEditor) -> None:
    edda = editor()
    written = article("large", One="word " * 1_300_000)
    assert error(edda.post("documents", {"article": written})) == (413, "document_too_large")
    assert error(edda.post("documents/x/care", {"owner": "x" * 20_000})) == (413, "too_large")


def test_hostile_words_are_kept_as_words(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    edda = editor()
    texts = [
        each for each in PAYLOADS if "\x00" not in each and each.strip() and not each.lstrip().startswith("#")
    ]
    slug = new_slug()
    written = article(slug, title=texts[0])
    written["sections"] = [section(f"Part {at}", f"Text {at}: {text}") for at, text in enumerate(texts)]
    written["sections"][0]["questions"] = [" ".join(text.split()) for text in texts[:5]]
    answer = edda.post("documents", {"article": written})
    assert answer.status_code == 201, answer.text
    kept = [each.markdown for each in knowledge.revisions.document(slug, 1).sections]
    assert len(kept) == len(texts)
    page = edda.browser.get(f"/editor/documents/{slug}").text
    assert texts[0] not in page


def test_the_record_says_who_did_what(editor: NewEditor) -> None:
    edda, boss = editor("Edda Wolf"), editor("Berta Boss", "administrator")
    slug = created(edda)
    edda.post(f"documents/{slug}/hand-in", {"number": 1})
    entries = boss.browser.get("/console/api/audit").json()["entries"]
    found = [(each["what"], each["detail"]) for each in entries if slug in each["detail"]]
    assert found == [
        ("Handed in a document for review", f"{slug}, revision 1"),
        ("Saved a document", f"{slug}, revision 1"),
    ]
