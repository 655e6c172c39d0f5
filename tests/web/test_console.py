"""What the console shows of a conversation, what the team keeps about it, and what stands in the record."""

from __future__ import annotations

from tests.support.advisor import AdvisorAtDesk
from tests.support.console import recorded, watching
from tests.support.patient import Patient
from tests.support.web_process import WebProcess
from tests.web.at_console import ada, ask_for_a_person, ben, boss, whole

__all__ = ["ada", "ben", "boss"]


def test_an_advisor_sees_what_the_patient_saw_and_why_the_bot_said_it(
    ada: AdvisorAtDesk, patient: Patient
) -> None:
    patient.ask("what are nk cells")
    patient.ask("something not known")
    ask_for_a_person(patient)
    found = whole(ada, patient)
    seen = [(each["seq"], each["author"], each["text"]) for each in found["messages"]]
    assert seen == [(each["seq"], each["author"], each["text"]) for each in patient.messages()]
    answer = next(each for each in found["messages"] if each["kind"] == "answer")
    assert answer["evidence"] == {"secret-score": 0.75}
    assert [each["text"] for each in found["summary"]["asked"]] == [
        "what are nk cells",
        "something not known",
    ]
    assert found["summary"]["topics"] == ["NK cells and stem cells"]
    assert found["summary"]["not_answered"] == 1
    assert [each["reason"] for each in found["handoffs"]] == ["asked"]
    last = found["messages"][-1]["seq"]
    assert [each["seq"] for each in whole(ada, patient, last - 1)["messages"]] == [last]


def test_feedback_rating_and_call_back_are_shown(ada: AdvisorAtDesk, patient: Patient) -> None:
    (answer,) = patient.ask("what are nk cells")
    path = patient._path(f"messages/{answer['seq']}/feedback")
    patient.http.post(path, json={"helpful": False}, headers=patient.headers)
    ask_for_a_person(patient)
    wish = {"name": "Maria", "contact": "maria@example.org", "when": "mornings", "about": "", "consent": True}
    patient.http.post(patient._path("callback"), json=wish, headers=patient.headers).raise_for_status()
    patient.http.post(patient._path("rating"), json={"score": 2, "comment": "slow"}, headers=patient.headers)
    found = whole(ada, patient)
    assert next(each for each in found["messages"] if each["seq"] == answer["seq"])["helpful"] is False
    assert found["rating"] == {"score": 2, "comment": "slow"}
    (item,) = found["work_items"]
    assert (item["name"], item["contact"], item["best_time"]) == ("Maria", "maria@example.org", "mornings")


def test_an_erased_conversation_leaves_every_page(
    ada: AdvisorAtDesk, boss: AdvisorAtDesk, patient: Patient
) -> None:
    patient.ask("what are nk cells")
    with watching(ada) as desk:
        refused = ada.post(patient.conversation, "erase")
        assert refused.status_code == 403
        boss.do(patient.conversation, "erase")
        assert desk.until("gone")["id"] == patient.conversation
    gone = ada.http.get(f"/console/api/conversations/{patient.conversation}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "conversation_gone")
    assert patient.http.get(patient._path("messages"), headers=patient.headers).status_code == 404


def test_notes_stay_with_the_team(ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient) -> None:
    ada.do(patient.conversation, "notes", {"text": "  prefers e-mail  "})
    (note,) = whole(ben, patient)["notes"]
    assert (note["author"], note["text"]) == ("Ada Lind", "prefers e-mail")
    for wrong in ("", "   ", "x" * 2_001, None, 7):
        assert ada.post(patient.conversation, "notes", {"text": wrong}).status_code == 400


def test_saved_replies_are_shared(ada: AdvisorAtDesk, ben: AdvisorAtDesk) -> None:
    address = "/console/api/canned-replies"
    made = ada.http.post(address, json={"title": "Welcome", "text": "Hello!"})
    assert made.status_code == 201
    number = next(each["id"] for each in made.json()["canned_replies"] if each["title"] == "Welcome")
    ben.http.put(f"{address}/{number}", json={"title": "Welcome", "text": "Good day!"}).raise_for_status()
    texts = {each["id"]: each["text"] for each in ada.http.get(address).json()["canned_replies"]}
    assert texts[number] == "Good day!"
    for wrong in (
        {"title": "", "text": "x"},
        {"title": "x" * 81, "text": "x"},
        {"title": "x"},
        {"title": "x", "text": " "},
    ):
        assert ada.http.post(address, json=wrong).status_code == 400
    for _ in range(2):
        assert ada.http.delete(f"{address}/{number}").status_code == 200
    gone = ada.http.put(f"{address}/{number}", json={"title": "x", "text": "y"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "canned_reply_not_found")


def test_requests_have_an_owner_and_a_state_and_go_into_a_file(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ask_for_a_person(patient)
    wish = {"name": "=SUM(A1)", "contact": "maria@example.org", "when": "", "about": "", "consent": True}
    patient.http.post(patient._path("callback"), json=wish, headers=patient.headers).raise_for_status()
    number = whole(ada, patient)["work_items"][0]["id"]
    address = f"/console/api/work-items/{number}"
    changed = ada.http.post(address, json={"state": "doing"}).json()["work_item"]
    assert (changed["state"], changed["owner"]["name"]) == ("doing", "Ada Lind")
    taken = ben.http.post(address, json={"owner": "me"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "already_taken")
    ids = [each["id"] for each in ada.http.get("/console/api/work-items?owner=me").json()["work_items"]]
    assert number in ids
    file = ada.http.get("/console/api/work-items.csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "'=SUM(A1)" in file.text
    for wrong in ({"state": "lost"}, {"owner": 7}, {"owner": "you"}):
        assert ada.http.post(address, json=wrong).status_code == 400
    assert ada.http.post("/console/api/work-items/999999", json={"state": "done"}).status_code == 404


def test_whatever_is_done_stands_in_the_record(
    web: WebProcess, ada: AdvisorAtDesk, boss: AdvisorAtDesk, patient: Patient
) -> None:
    mine = patient.conversation
    whole(ada, patient)
    whole(ada, patient)
    ada.do(mine, "take")
    ada.write(mine, "Hello")
    ada.do(mine, "notes", {"text": "a note"})
    ada.http.get(f"/console/api/conversations/{mine}/export").raise_for_status()
    ada.do(mine, "transfer", {"to": None})
    ada.do(mine, "take")
    ada.do(mine, "release")
    ada.do(mine, "close")
    boss.do(mine, "erase")
    assert recorded(web, mine) == [
        "read",
        "take",
        "answer",
        "note",
        "export",
        "transfer",
        "take",
        "release",
        "close",
        "erase",
    ]


def test_a_copy_holds_everything(ada: AdvisorAtDesk, patient: Patient) -> None:
    patient.ask("what are nk cells")
    ada.do(patient.conversation, "notes", {"text": "private"})
    answer = ada.http.get(f"/console/api/conversations/{patient.conversation}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    copy = answer.json()
    assert "what are nk cells" in {each["text"] for each in copy["messages"]}
    assert [each["text"] for each in copy["notes"]] == ["private"]
    assert "token" not in str(copy["conversation"])
