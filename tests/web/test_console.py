"""The console's API as an advisor's page uses it: queues, one conversation, who speaks, what is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.accounts.model import Role
from tests.support.advisor import AdvisorAtDesk
from tests.support.console import Following, database_url, recorded, watching
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess


@pytest.fixture
def ada(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Ada Lind")
    yield advisor
    advisor.close()


@pytest.fixture
def ben(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Ben Roth")
    yield advisor
    advisor.close()


@pytest.fixture
def boss(web: WebProcess) -> Iterator[AdvisorAtDesk]:
    advisor = AdvisorAtDesk(web.url, database_url(web), "Cleo", Role.ADMINISTRATOR)
    yield advisor
    advisor.close()


def ask_for_a_person(patient: Patient) -> None:
    patient.http.post(patient._path("handoff"), headers=patient.headers).raise_for_status()


def queue(advisor: AdvisorAtDesk, name: str) -> dict[str, dict[str, Any]]:
    found = advisor.http.get("/console/api/conversations", params={"queue": name}).json()
    return {row["id"]: row for row in found["conversations"]}


def whole(advisor: AdvisorAtDesk, patient: Patient, after: int = 0) -> dict[str, Any]:
    answer = advisor.http.get(
        f"/console/api/conversations/{patient.conversation}", params={"after": after} if after else {}
    )
    answer.raise_for_status()
    return dict(answer.json())


def test_a_conversation_goes_through_the_queues(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    patient.ask("what are nk cells")
    assert patient.conversation in queue(ada, "bot")
    ask_for_a_person(patient)
    row = queue(ada, "waiting")[patient.conversation]
    assert (row["reason"], row["last_text"], row["unread"]) == ("asked", "what are nk cells", 1)
    ada.do(patient.conversation, "take", {"ownership": row["ownership"]})
    assert patient.conversation in queue(ada, "mine")
    assert patient.conversation not in queue(ben, "mine")
    others = ben.http.get("/console/api/conversations", params={"queue": "mine"}).json()["colleagues"]
    assert (patient.conversation, "Ada Lind") in {(each["id"], each["advisor"]["name"]) for each in others}
    own = ada.http.get("/console/api/conversations", params={"queue": "mine"}).json()["colleagues"]
    assert patient.conversation not in {each["id"] for each in own}
    assert patient.conversation not in queue(ben, "waiting")
    ada.do(patient.conversation, "close")
    assert patient.conversation in queue(ben, "closed")


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


def test_of_two_who_take_one_wins_and_the_other_learns_who(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ask_for_a_person(patient)
    number = queue(ada, "waiting")[patient.conversation]["ownership"]
    with ThreadPoolExecutor() as both:
        tried = [
            both.submit(each.post, patient.conversation, "take", {"ownership": number}) for each in (ada, ben)
        ]
    answers = {each.result().status_code: each.result().json() for each in tried}
    assert set(answers) == {200, 409}
    winner = answers[200]["conversation"]["advisor"]["name"]
    assert answers[409]["error"]["message"] == f"{winner} is already talking with this patient."


def test_what_changed_in_the_meantime_is_not_taken_blindly(ada: AdvisorAtDesk, patient: Patient) -> None:
    ask_for_a_person(patient)
    number = queue(ada, "waiting")[patient.conversation]["ownership"]
    patient.http.post(patient._path("handoff/cancel"), headers=patient.headers).raise_for_status()
    refused = ada.post(patient.conversation, "take", {"ownership": number})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ownership_changed")


def test_a_message_of_the_advisor_arrives_once_however_often_it_is_sent(
    ada: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    body = {"client_message_id": str(uuid.uuid4()), "text": "Hello, I am Ada.\nHow can I help?"}
    first, second = (ada.post(patient.conversation, "messages", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["message"] == second.json()["message"]
    said = [each for each in patient.messages() if each["author"] == "advisor"]
    assert [each["text"] for each in said] == ["Hello, I am Ada.\nHow can I help?"]
    assert recorded_answers(ada, patient) == 1


def recorded_answers(ada: AdvisorAtDesk, patient: Patient) -> int:
    """How many messages of the advisor the conversation holds for colleagues."""
    return sum(
        each["advisor"] == ada.name and each["author"] == "advisor"
        for each in whole(ada, patient)["messages"]
    )


def test_a_message_sent_again_after_the_conversation_was_given_away_is_not_refused(
    ada: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    body = {"client_message_id": str(uuid.uuid4()), "text": "Goodbye"}
    ada.post(patient.conversation, "messages", body)
    ada.do(patient.conversation, "release")
    assert ada.post(patient.conversation, "messages", body).status_code == 200
    body["client_message_id"] = str(uuid.uuid4())
    refused = ada.post(patient.conversation, "messages", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yours")


def test_only_the_one_who_took_it_may_speak_hand_on_or_give_back(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    for what, body in (
        ("messages", {"client_message_id": str(uuid.uuid4()), "text": "I too"}),
        ("release", {}),
        ("transfer", {"to": None}),
        ("close", {}),
    ):
        assert ben.post(patient.conversation, what, body).status_code == 409, what
    assert queue(ada, "mine")[patient.conversation]["status"] == "advisor"


def test_a_colleague_who_is_there_gets_the_conversation_and_others_cannot(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, boss: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    boss.http.post("/console/api/presence", json={"available": False}).raise_for_status()
    away = ada.post(patient.conversation, "transfer", {"to": boss.account.id})
    assert (away.status_code, away.json()["error"]["code"]) == (409, "invalid_colleague")
    ben.be_there()
    there = ada.http.get("/console/api/colleagues").json()["colleagues"]
    assert {"id": ben.account.id, "name": "Ben Roth"} in there
    assert all(each["id"] != ada.account.id for each in there)
    ada.do(patient.conversation, "transfer", {"to": ben.account.id})
    assert patient.conversation in queue(ben, "mine")
    ben.do(patient.conversation, "transfer", {"to": None})
    assert queue(ada, "waiting")[patient.conversation]["reason"] == "transferred"


def test_an_emergency_is_pinned_until_an_advisor_has_seen_it(ada: AdvisorAtDesk, patient: Patient) -> None:
    with watching(ada) as desk:
        patient.post("I can't breathe and my chest hurts")
        row = desk.until("conversation", lambda each: each["id"] == patient.conversation and each["alert"])
        assert row["alert"]["seen"] is False
        assert row["status"] == "waiting"
        ada.do(patient.conversation, "alert/seen")
        row = desk.until(
            "conversation", lambda each: each["id"] == patient.conversation and each["alert"]["seen"]
        )
    assert whole(ada, patient)["summary"]["emergencies"] == [row["alert"]["kind"]]


def test_the_stream_begins_with_the_emergencies_nobody_has_seen(ada: AdvisorAtDesk, patient: Patient) -> None:
    patient.post("I can't breathe and my chest hurts")
    with ada.http.stream("GET", "/console/api/events", timeout=20) as response:
        first = Following(response).until("queues")
    assert patient.conversation in {each["id"] for each in first["urgent"]}
    assert first["counts"]["waiting"] >= 1


def test_the_page_hears_at_once_what_patients_and_colleagues_do(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    mine = patient.conversation
    with watching(ada) as desk:
        ask_for_a_person(patient)
        desk.until("conversation", lambda each: each["id"] == mine and each["status"] == "waiting")
        patient.http.post(patient._path("typing"), headers=patient.headers)
        assert desk.until("typing", lambda each: each["conversation"] == mine)["typing"] is True
        ben.do(mine, "take")
        taken = desk.until("conversation", lambda each: each["id"] == mine and each["status"] == "advisor")
        assert taken["advisor"] == {"id": ben.account.id, "name": "Ben Roth"}
        patient.post("are you there?")
        row = desk.until("conversation", lambda each: each["last_text"] == "are you there?")
        assert row["unread"] >= 1


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


def test_the_patient_sees_that_the_advisor_writes_and_only_theirs(
    ada: AdvisorAtDesk, ben: AdvisorAtDesk, patient: Patient
) -> None:
    ada.do(patient.conversation, "take")
    with patient.http.stream("GET", patient._path("events"), headers=patient.headers, timeout=10) as response:
        lines = response.iter_lines()
        next(line for line in lines if line.startswith("event: typing"))
        ben.post(patient.conversation, "typing")
        ada.do(patient.conversation, "typing")
        told = next(line for line in lines if '"typing":true' in line)
    assert '"author":"advisor"' in told


def test_search_finds_words_in_every_queue_and_no_address_holds_them(
    web: WebProcess, ada: AdvisorAtDesk, patient: Patient
) -> None:
    patient.ask("echo pangolin questions")
    found = ada.http.post("/console/api/conversations/search", json={"text": "Pangolin"}).json()
    assert [each["id"] for each in found["conversations"]] == [patient.conversation]
    for text in ("", "x", "x" * 201, None, "a\x00b"):
        answer = ada.http.post("/console/api/conversations/search", json={"text": text})
        assert answer.status_code == 400, text
    assert "angolin" not in web.log()


def test_older_conversations_come_page_by_page(ada: AdvisorAtDesk, web: WebProcess, rasa: FakeRasa) -> None:
    with httpx.Client(base_url=web.url) as line:
        patients = [Patient(web.url, line) for _ in range(55)]
        for each in patients:
            line.post(each._path("close"), headers=each.headers).raise_for_status()
    seen: list[str] = []
    before: str | None = None
    for _ in range(20):
        query = {"queue": "closed"} | ({"before": before} if before else {})
        found = ada.http.get("/console/api/conversations", params=query).json()
        seen += [each["id"] for each in found["conversations"]]
        before = found["before"]
        if before is None:
            break
    assert {each.conversation for each in patients} <= set(seen)
    assert len(seen) == len(set(seen))
    for wrong in ("x", "-1", "9" * 30):
        assert ada.http.get("/console/api/conversations", params={"before": wrong}).status_code == 400


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


@pytest.mark.parametrize(
    "body",
    [
        {"client_message_id": "1", "text": "x"},
        {"client_message_id": str(uuid.uuid4())},
        {"client_message_id": str(uuid.uuid4()), "text": "  "},
        {"client_message_id": str(uuid.uuid4()), "text": "x" * 3_001},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": "all"},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [{"passage": 1, "quote": "x"}]},
        {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [{}] * 6},
    ],
)
def test_odd_messages_are_refused(ada: AdvisorAtDesk, patient: Patient, body: dict[str, Any]) -> None:
    ada.do(patient.conversation, "take")
    assert ada.post(patient.conversation, "messages", body).status_code == 400
    assert all(each["author"] != "advisor" for each in patient.messages())


def test_a_source_that_cannot_be_checked_does_not_travel(ada: AdvisorAtDesk, patient: Patient) -> None:
    # This process has no knowledge base: whatever a browser claims to be a source is not believed.
    ada.do(patient.conversation, "take")
    forged = {"passage": "0f" * 32, "quote": "NK cells cure everything."}
    body = {"client_message_id": str(uuid.uuid4()), "text": "x", "citations": [forged]}
    refused = ada.post(patient.conversation, "messages", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "knowledge_not_ready")
    assert all(each["author"] != "advisor" for each in patient.messages())


def test_what_ended_is_said_in_words_for_an_advisor(ada: AdvisorAtDesk, patient: Patient) -> None:
    ada.do(patient.conversation, "close")
    refused = ada.post(patient.conversation, "take")
    assert refused.status_code == 409
    assert (
        refused.json()["error"]["message"] == "This conversation has ended. Nobody can write in it any more."
    )
