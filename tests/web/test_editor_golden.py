"""The API of golden questions and of the playground: who may, what is refused, and that nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.store.store import KnowledgeStore
from tests.web.editorial import API, Editor, NewEditor, article, editor, knowledge, staffed

__all__ = ["editor", "knowledge", "staffed"]

QUESTION = {"question": "how long does it take", "expects": "answer"}


@pytest.fixture(autouse=True)
def _none_yet(knowledge: KnowledgeStore) -> None:
    for each in knowledge.golden.all():
        knowledge.golden.remove(each.id)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def added(somebody: Editor, **fields: str) -> int:
    answer = somebody.post("golden", {**QUESTION, **fields})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_golden_questions_are_added_changed_and_removed(editor: NewEditor) -> None:
    edda, ben = editor(), editor("Ben Roth")
    number = added(edda, note="asked daily")
    change = ben.browser.send("PUT", f"{API}/golden/{number}", {**QUESTION, "expects": "abstain"})
    assert change.status_code == 200
    kept = edda.get("golden").json()["questions"]
    assert [(each["id"], each["expects"], each["changed_by"]) for each in kept] == [
        (number, "abstain", "Ben Roth")
    ]
    assert ben.browser.send("DELETE", f"{API}/golden/{number}").status_code == 204
    assert ben.browser.send("DELETE", f"{API}/golden/{number}").status_code == 204
    assert error(ben.browser.send("PUT", f"{API}/golden/{number}", QUESTION)) == (404, "refused")


def test_the_sections_of_a_document_can_be_chosen(editor: NewEditor) -> None:
    edda = editor()
    edda.post(
        "documents", {"article": article("to-choose-from", First_one="Something.", Second="Another thing.")}
    )
    assert edda.get("golden/sections/to-choose-from").json() == {"sections": ["First one", "Second"]}
    assert "to-choose-from" in {each["slug"] for each in edda.get("golden").json()["documents"]}
    assert error(edda.get("golden/sections/nowhere")) == (404, "document_gone")


def test_many_are_pasted_and_each_bad_line_is_named(editor: NewEditor) -> None:
    edda = editor()
    added(edda)
    text = "how long does it take\nwhat is it\tabstain\nodd | maybe\n| answer\na | answer | | section\n\na|b|c|d|e"
    told = edda.post("golden/pasted", {"text": text, "expects": "answer"}).json()
    assert (told["added"], told["there"]) == (1, 1)
    assert [each.split(" ")[1] for each in told["problems"]] == ["3", "4", "5", "7"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("golden", {}, 400),
        ("golden", {**QUESTION, "question": "  "}, 400),
        ("golden", {**QUESTION, "question": "x" * 1_001}, 400),
        ("golden", {**QUESTION, "question": 7}, 400),
        ("golden", {**QUESTION, "question": "a\x00b"}, 400),
        ("golden", {**QUESTION, "expects": "maybe"}, 409),
        ("golden", {**QUESTION, "section": "Somewhere"}, 409),
        ("golden", {**QUESTION, "note": "x" * 401}, 400),
        ("golden", [], 400),
        ("golden/pasted", {"text": ""}, 400),
        ("golden/pasted", {"text": "x" * 100_001}, 400),
        ("playground", {}, 400),
        ("playground", {"question": "x" * 1_001}, 400),
        ("playground", {"question": "x", "before": "y"}, 400),
        ("playground", {"question": "x", "before": [1]}, 400),
        ("playground", {"question": "x", "before": ["y"] * 6}, 400),
        ("playground", {"question": "x", "document": ["y"]}, 400),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    editor: NewEditor, path: str, body: object, status: int
) -> None:
    answer = editor().post(path, body)
    assert answer.status_code == status, answer.text
    assert len(answer.json()["error"]["message"]) > 10


def test_advisors_may_not_and_a_change_needs_its_token(editor: NewEditor, knowledge: KnowledgeStore) -> None:
    ada, edda = editor("Ada Lind", "advisor"), editor()
    assert error(ada.get("golden")) == (403, "not_allowed")
    for path in ("golden", "golden/pasted", "golden/asked", "playground"):
        assert error(ada.post(path, QUESTION)) == (403, "not_allowed")
        answer = edda.browser.http.post(f"{API}/{path}", json=QUESTION)
        assert error(answer) == (403, "csrf_wrong")
    for page in ("/editor/golden", "/editor/playground"):
        assert ada.browser.get(page).status_code == 403
    assert knowledge.golden.all() == []


def test_without_an_encoder_the_playground_says_so(editor: NewEditor) -> None:
    edda = editor()
    added(edda)
    for path, body in (("playground", {"question": "x"}), ("golden/asked", None)):
        answer = edda.post(path, body)
        assert answer.status_code == 409
        assert "no encoder" in answer.json()["error"]["message"]
