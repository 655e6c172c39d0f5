"""An enquiry that Rasa hands over reaches advisors, and nobody else."""

from __future__ import annotations

import json
import time

import pytest

from bot.conversations.model import Wish
from bot.web import replies
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.web.staffed import NewPerson, Staffed, all_routes, newcomer, staffed  # noqa: F401

CONTACT = "canary@example.org"


def test_an_enquiry_is_in_the_console_and_nowhere_else(
    staffed: Staffed,  # noqa: F811
    newcomer: NewPerson,  # noqa: F811
    rasa: FakeRasa,
) -> None:
    patient = Patient(staffed.url)
    (reply,) = patient.ask(f"enquire {CONTACT}")
    assert reply["kind"] == "cost"
    assert CONTACT not in json.dumps(reply)
    assert "enquiry" not in reply
    found = newcomer("advisor").http.get("/console/api/work-items").json()["work_items"]
    assert [(each["kind"], each["contact"]) for each in found] == [("enquiry", CONTACT)]
    until = time.monotonic() + 10
    while not rasa.details_forgotten:
        assert time.monotonic() < until, "Rasa was not asked to forget the details"
        time.sleep(0.02)
    assert rasa.details_forgotten == [f"{patient.conversation}/details/{reply['in_reply_to']}"]
    assert CONTACT not in staffed.log()
    patient.http.close()


def test_rasa_hears_who_waits_and_what_is_left_but_no_details(
    staffed: Staffed,  # noqa: F811
    rasa: FakeRasa,
) -> None:
    patient = Patient(staffed.url)
    patient.ask("what are NK cells")
    assert not {"waiting", "left"} & set(rasa.requests[-1])
    patient.ask("a human please")
    patient.ask("hello again")
    assert rasa.requests[-1]["waiting"] is True
    patient.ask(f"enquire {CONTACT}")
    patient.ask("was it sent")
    assert rasa.requests[-1]["left"] == {"enquiry": ["email"]}
    assert CONTACT not in json.dumps(rasa.requests[-1])
    patient.http.close()


def test_the_enquiry_is_read_as_it_was_agreed() -> None:
    enquiry = {"name": "Ana", "contact": CONTACT, "country": "Italy", "about": "a price", "best_time": "noon"}
    message = {"kind": "cost", "text": "Sent.", "enquiry": enquiry}
    (reply,) = replies.parse({"messages": [message]})
    assert reply.enquiry == Wish("Ana", CONTACT, "a price", "noon", "Italy")
    assert reply.leaves is None
    (reply,) = replies.parse({"messages": [{"kind": "smalltalk", "text": "Noted.", "leaves": enquiry}]})
    assert (reply.enquiry, reply.leaves) == (None, Wish("Ana", CONTACT, "a price", "noon", "Italy"))


@pytest.mark.parametrize(
    ("withdraws", "taken_back"), [(True, True), (None, False), ("no", False), (1, False)]
)
def test_only_a_plain_yes_takes_back_what_was_asked_for(withdraws: object, taken_back: bool) -> None:
    message = {"kind": "cost", "text": "Done.", "withdraws": withdraws, "calls_off": withdraws}
    (reply,) = replies.parse({"messages": [message]})
    assert reply.withdraws is reply.calls_off is taken_back


@pytest.mark.parametrize(
    "enquiry",
    [
        "me@example.org",
        {},
        {"name": "Ana"},
        {"contact": "call me"},
        {"contact": CONTACT, "card": "1"},
        {"contact": CONTACT, "name": 5},
        {"contact": CONTACT, "about": "a\x00b"},
    ],
)
@pytest.mark.parametrize("field", ["enquiry", "leaves"])
def test_an_enquiry_that_nobody_could_answer_is_refused_without_its_words(
    enquiry: object, field: str
) -> None:
    with pytest.raises(replies.UnsoundReply) as refused:
        replies.parse({"messages": [{"kind": "cost", "text": "Sent.", field: enquiry}]})
    assert "canary" not in str(refused.value)
