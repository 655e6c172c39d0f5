"""Unanswered questions over the editors' API: who may, what is told, what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.conversations.clock import system_clock
from bot.conversations.database import Database
from bot.conversations.unanswered import Unanswered
from tests.conversations.asked_in_vain import Patient
from tests.editorial.people import PEOPLE
from tests.support.fake_rasa import FakeRasa
from tests.web.staffed import NewPerson, Staffed, all_routes, newcomer, staffed

__all__ = ["all_routes", "newcomer", "staffed"]

API = "/editor/api/unanswered"
HOUR = 3_600_000


@pytest.fixture
def database(staffed: Staffed, rasa: FakeRasa) -> Iterator[Database]:
    opened = Database(staffed.database_url)
    yield opened
    opened.close()


def in_groups(database: Database, *groups: list[str], advisor: str = "") -> list[int]:
    """Questions asked in vain, group by group as the test wants; the numbers of the groups."""
    unanswered = Unanswered(database)
    numbers = []
    for texts in groups:
        number = None
        for text in texts:
            somebody = Patient(database, lambda: system_clock() - HOUR)
            somebody.asks(text)
            if advisor:
                somebody.is_taken_over(advisor)
            unanswered.look_at(somebody.id)
        waiting = {each.text: each.id for each in unanswered.waiting("made up", 1_000)}
        for text in texts:
            number = unanswered.place(waiting[text], b"", "made up", "en", number)
        assert number is not None
        numbers.append(number)
    return numbers


def test_editors_and_administrators_only(newcomer: NewPerson, database: Database) -> None:
    (group,) = in_groups(database, ["Is there parking?"])
    for role, status in (("editor", 200), ("administrator", 200), ("advisor", 403)):
        somebody = newcomer(role)
        assert somebody.get(API).status_code == status
        assert somebody.get(f"{API}/{group}").status_code == status
        assert somebody.get("/editor/unanswered").status_code == status


def test_an_editor_sees_neither_people_nor_conversations(newcomer: NewPerson, database: Database) -> None:
    (group,) = in_groups(
        database,
        [text for text, _ in PEOPLE],
        advisor="Dear Anna Kowalska, call me on 079 555 01 23. Mara Kunz",
    )
    editor = newcomer("editor")
    told = editor.get(API).text + editor.get(f"{API}/{group}").text
    told = re.sub(r"\b\d{13}\b", "a moment", told)  # the digits of "when" are nobody's telephone number
    secrets = [part for _, secret in PEOPLE for part in secret.split()]
    secrets += ["Anna", "Kowalska", "Mara", "Kunz", "555"]
    assert [each for each in secrets if each in told] == []
    found = editor.get(f"{API}/{group}").json()
    assert {each["conversation"] for each in found["questions"]} == {None}
    assert all(
        each["conversation"] for each in newcomer("administrator").get(f"{API}/{group}").json()["questions"]
    )


def test_what_is_told_of_a_group(newcomer: NewPerson, database: Database) -> None:
    (group,) = in_groups(database, ["Is there parking?", "where do I park"], advisor="Behind the house.")
    editor = newcomer("editor")
    found = next(each for each in editor.get(API).json()["groups"] if each["id"] == group)
    assert (found["state"], found["total"], found["weeks"][-1]) == ("open", 2, 2)
    assert found["reasons"] == {"abstained": 2, "disliked": 0, "taken_over": 0}
    told = editor.get(f"{API}/{group}").json()
    assert told["start"]["text"] == "Behind the house."
    assert sorted(told["start"]["questions"]) == ["Is there parking?", "where do I park"]
    question = told["questions"][0]
    assert question["why"]["threshold"] == 0.5
    assert question["advisors"] == ["Behind the house."]


def test_decisions(newcomer: NewPerson, database: Database) -> None:
    parking, dogs = in_groups(database, ["Is there parking?", "may my dog park"], ["may my dog come"])
    editor = newcomer("editor", "Edda Wolf")
    assert editor.send("POST", f"{API}/{parking}/state", {"state": "not_for_us"}).status_code == 400
    aside = editor.send(
        "POST", f"{API}/{parking}/state", {"state": "not_for_us", "note": "On our site."}
    ).json()
    assert (aside["state"], aside["note"], aside["decided_by"]) == ("not_for_us", "On our site.", "Edda Wolf")
    stray = next(each["id"] for each in aside["questions"] if "dog" in each["text"])
    moved = editor.send("POST", f"{API}/{parking}/move", {"questions": [stray], "into": dogs}).json()
    assert (moved["id"], moved["total"]) == (dogs, 2)
    assert (
        editor.send("POST", f"{API}/{parking}/move", {"questions": [stray], "into": dogs}).status_code == 409
    )
    merged = editor.send("POST", f"{API}/{dogs}/merge", {"into": parking}).json()
    assert (merged["id"], merged["total"]) == (parking, 3)
    assert editor.get(f"{API}/{dogs}").status_code == 404
    assert editor.send("POST", f"{API}/{dogs}/merge", {"into": parking}).status_code == 404
    entries = newcomer("administrator").get("/console/api/audit").json()["entries"]
    assert {"Decided about unanswered questions", "Moved unanswered questions"} <= {
        each["what"] for each in entries
    }
    assert "dog" not in str([each["detail"] for each in entries])


def test_a_draft_in_a_new_document_and_then_in_the_same(newcomer: NewPerson, database: Database) -> None:
    (group,) = in_groups(database, ["Is there parking?"])
    editor = newcomer("editor", "Edda Wolf")
    body: dict[str, Any] = {
        "title": "Coming by car",
        "heading": "Where can I park?",
        "text": "Behind the house.",
        "questions": ["Is there parking?"],
    }
    first = editor.send("POST", f"{API}/{group}/draft", body)
    assert (first.status_code, first.json()) == (201, {"document": "coming-by-car"})
    assert editor.send("POST", f"{API}/{group}/draft", body).json() == {"document": "coming-by-car-2"}
    more = {**body, "title": "", "document": "coming-by-car", "heading": "And a motorbike?"}
    assert editor.send("POST", f"{API}/{group}/draft", more).json() == {"document": "coming-by-car"}
    found = editor.get(f"{API}/{group}").json()
    assert (found["state"], found["draft"], found["draft_heading"]) == (
        "writing",
        "coming-by-car",
        "And a motorbike?",
    )
    documents = {each["slug"]: each for each in editor.get("/editor/api/documents").json()["documents"]}
    assert documents["coming-by-car"]["latest"]["number"] == 2
    assert documents["coming-by-car"]["latest"]["created_by"] == "Edda Wolf"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("state", {"state": "gone"}),
        ("state", {"state": ["open"]}),
        ("state", {"state": "not_for_us", "note": "x" * 401}),
        ("merge", {}),
        ("merge", {"into": True}),
        ("move", {"questions": [], "into": None}),
        ("move", {"questions": ["1"], "into": None}),
        ("move", {"questions": [1], "into": "2"}),
        ("draft", {}),
        ("draft", {"title": "a", "heading": "b", "text": ""}),
        ("draft", {"title": "a", "heading": "b", "text": "c", "questions": "d"}),
        ("draft", {"title": "a", "heading": "b", "text": "c", "questions": [1]}),
        ("draft", {"title": "a", "heading": "b", "text": "c\x00", "questions": []}),
        ("draft", {"title": "a", "heading": "b", "text": "# not a section", "questions": []}),
    ],
)
def test_what_is_not_right_is_refused_with_a_sentence(
    newcomer: NewPerson, database: Database, path: str, body: dict[str, Any]
) -> None:
    (group,) = in_groups(database, ["Is there parking?"])
    refused = newcomer("editor").send("POST", f"{API}/{group}/{path}", body)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].endswith(".")


def test_a_document_that_is_not_there_takes_no_section(newcomer: NewPerson, database: Database) -> None:
    (group,) = in_groups(database, ["Is there parking?"])
    body = {"document": "nowhere", "heading": "a", "text": "b", "questions": []}
    assert newcomer("editor").send("POST", f"{API}/{group}/draft", body).status_code == 404
