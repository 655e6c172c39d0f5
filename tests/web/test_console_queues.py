"""The console's queues: where a conversation stands, what the page hears of it at once, how it is found again."""

from __future__ import annotations

import httpx

from tests.support.advisor import AdvisorAtDesk
from tests.support.console import Following, watching
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.web_process import WebProcess
from tests.web.at_console import ada, ask_for_a_person, ben, queue, whole

__all__ = ["ada", "ben"]


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
