"""The page of figures: who may see it, what its figures and its file say, and what stands in the record."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable

import httpx
import pytest

from bot.accounts.store import Accounts
from bot.conversations import spreadsheet
from bot.conversations.database import Database
from bot.web.apart import Apart
from bot.web.insights.counting import Counting
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.staff import Browser
from tests.web.staffed import NewPerson, Staffed, code, newcomer, staffed

__all__ = ["newcomer", "staffed"]


def read(somebody: Browser, path: str = "figures?days=7") -> httpx.Response:
    """The answer, once all is counted."""
    until = time.monotonic() + 20
    while (answer := somebody.get(f"/insights/api/{path}")).status_code == 202:
        assert answer.json() == {"counting": True}
        assert time.monotonic() < until, "it is still being counted"
        time.sleep(0.1)
    return answer


def eventually(happens: Callable[[], bool]) -> None:
    until = time.monotonic() + 25
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.5)


@pytest.mark.parametrize("role", ["administrator", "editor"])
def test_whoever_answers_for_it_sees_the_page(newcomer: NewPerson, role: str) -> None:
    somebody = newcomer(role)
    page = somebody.get("/insights")
    assert page.status_code == 200
    assert 'data-place="insights"' in page.text
    assert 'aria-current="page" data-place="insights"' in page.text
    assert read(somebody).status_code == 200


def test_advisors_and_strangers_do_not(newcomer: NewPerson, staffed: Staffed) -> None:
    advisor = newcomer("advisor")
    for path in ("/insights", "/insights/api/figures", "/insights/api/figures.csv"):
        assert advisor.get(path).status_code == 403, path
    assert 'data-place="insights"' not in advisor.get("/console/account").text
    stranger = httpx.get(f"{staffed.url}/insights/api/figures")
    assert (stranger.status_code, code(stranger)) == (401, "not_signed_in")
    assert httpx.get(f"{staffed.url}/insights").headers["Location"] == "/sign-in?next=%2Finsights"


def test_only_some_periods_can_be_asked_for(newcomer: NewPerson) -> None:
    somebody = newcomer("administrator")
    for days in ("", "0", "8", "90.0", "abc", "٧"):
        answer = somebody.get(f"/insights/api/figures?days={days}")
        assert (answer.status_code, code(answer)) == (400, "invalid_period"), days


def test_the_figures_and_the_file_say_the_same(newcomer: NewPerson, staffed: Staffed, rasa: FakeRasa) -> None:
    boss = newcomer("administrator")
    before = read(boss).json()
    patient = Patient(staffed.url)
    patient.ask("what are nk cells")
    patient.ask("this is not known")
    rasa.fail_next = 99
    patient.ask("what are stem cells")
    rasa.fail_next = 0
    patient.ask("I would like a human")
    patient.http.post(
        f"/api/conversations/{patient.conversation}/rating", json={"score": 5}, headers=patient.headers
    )
    patient.http.close()
    eventually(lambda: read(boss).json()["totals"] != before["totals"])
    found = read(boss).json()
    grown = {name: found["totals"][name] - number for name, number in before["totals"].items()}
    assert grown | {"advice": 0} == {
        "conversations": 1,
        "answered": 1,
        "abstained": 1,
        "advice": 0,
        "emergencies": 0,
        "cannot_answer": 1,
        "handed_off": 1,
        "thumbs_up": 0,
        "thumbs_down": 0,
    }
    assert found["stars"]["5"] == before["stars"]["5"] + 1
    assert found["now"]["waiting"] >= 1
    assert len(found["by_day"]) == 7

    file = read(boss, "figures.csv?days=7")
    assert file.headers["Content-Type"].startswith("text/csv")
    days = [day["date"] for day in found["by_day"]]
    assert f'filename="insights-{days[0]}-to-{days[-1]}.csv"' in file.headers["Content-Disposition"]
    assert file.content.startswith(spreadsheet.BYTE_ORDER_MARK.encode())
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:8]] == days
    names = (
        "conversations",
        "answered",
        "no answer found",
        "could not answer (fault)",
        "wished for a person",
    )
    keys = ("conversations", "answered", "abstained", "cannot_answer", "handed_off")
    for name, key in zip(names, keys, strict=True):
        column = rows[0].index(name)
        assert [row[column] for row in rows[1:9]] == [
            *(str(day[key]) for day in found["by_day"]),
            str(found["totals"][key]),
        ]
    assert ["conversations rated 5 of 5", str(found["stars"]["5"])] in rows
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@|%")]


def test_an_export_stands_in_the_record(newcomer: NewPerson, staffed: Staffed) -> None:
    boss = newcomer("administrator", "Bea Export")
    read(boss, "figures.csv?days=90")
    database = Database(staffed.database_url)
    entry = Accounts(database).audit.entries(limit=1, action="export_insights")[0]
    database.close()
    assert (entry.account_name, entry.detail, entry.conversation_id) == ("Bea Export", "90 days", None)
    page = boss.get("/console/audit").text
    assert "Exported the insights" in page


def test_what_takes_long_is_told_and_not_begun_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def slowly(self: Apart, work: Callable[[], object]) -> str:
        begun.append("begun")
        time.sleep(0.4)
        return "figures"

    monkeypatch.setattr(Apart, "run", slowly)
    counting = Counting(None)  # type: ignore[arg-type]
    assert counting.figures(30, patience=0.01) is None
    assert counting.figures(30, patience=0.01) is None
    assert counting.figures(30, patience=5) == "figures"
    assert counting.figures(30, patience=0.01) == "figures"
    assert begun == ["begun"]


def test_what_fails_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: Apart, work: Callable[[], object]) -> None:
        raise OSError("away")

    monkeypatch.setattr(Apart, "run", failing)
    counting = Counting(None)  # type: ignore[arg-type]
    with pytest.raises(OSError):
        counting.figures(30)
    monkeypatch.setattr(Apart, "run", lambda self, work: "figures")
    assert counting.figures(30) == "figures"
