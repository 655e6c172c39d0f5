"""The page of figures in a browser: what it shows, its table, its states, on every screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.accounts.model import Role
from tests.e2e.editor.conftest import OpenEditor
from tests.e2e.editor.test_states import IDS, SCREENS, fits, ready
from tests.support.axe import assert_accessible
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

TODAY = date(2026, 5, 31)


def made_up(days: int, *, empty: bool = False) -> dict[str, Any]:
    """What the server may tell, with every part filled."""
    busy = 0 if empty else 1
    by_day = []
    for index in range(days):
        many = busy * (6 + (index * 7) % 19)
        by_day.append(
            {
                "date": (TODAY - timedelta(days=days - 1 - index)).isoformat(),
                "conversations": many,
                "answered": many * 3,
                "abstained": many // 3,
                "advice": many // 6,
                "emergencies": busy * (index % 11 == 3),
                "cannot_answer": 0,
                "handed_off": many // 4,
                "thumbs_up": many // 2,
                "thumbs_down": many // 9,
            }
        )
    totals = {name: sum(day[name] for day in by_day) for name in by_day[0] if name != "date"}
    none = {"count": 0, "median": None, "p90": None}
    return {
        "days": days,
        "time_zone": "Europe/Berlin",
        "office_hours": True,
        "by_day": by_day,
        "totals": totals,
        "stars": {"1": 2 * busy, "2": busy, "3": 7 * busy, "4": 31 * busy, "5": 58 * busy},
        "first_response": none if empty else {"count": 61, "median": 95, "p90": 760},
        "resolution": none if empty else {"count": 57, "median": 1340, "p90": 11_700},
        "now": {
            "waiting": 2 * busy,
            "longest_wait": 140,
            "online": busy,
            "alerts": busy,
            "requests": 3 * busy,
        },
        "unanswered": []
        if empty
        else [
            {"id": 4, "label": "can I drive home on the day of the infusion", "total": 14, "writing": False},
            {
                "id": 9,
                "label": "does it work for " + "very " * 20 + "old people",
                "total": 1,
                "writing": True,
            },
        ],
        "publications": []
        if empty
        else [
            {"publication": 12, "action": "publish", "at": f"{TODAY}T08:12:00Z", "changed": 3},
            {
                "publication": 11,
                "action": "rollback",
                "at": f"{TODAY - timedelta(days=5)}T08:12:00Z",
                "changed": 1,
            },
        ],
    }


class Server:
    """Answers for the figures' address instead of the real one."""

    def __init__(self, page: Page) -> None:
        self.empty = False
        self.counting = 0
        page.route(re.compile(r"/insights/api/figures\?"), self._answer)

    def _answer(self, route: Route) -> None:
        if self.counting:
            self.counting -= 1
            route.fulfill(status=202, body=json.dumps({"counting": True}), content_type="application/json")
            return
        days = int(route.request.url.rpartition("=")[2])
        route.fulfill(body=json.dumps(made_up(days, empty=self.empty)), content_type="application/json")


@pytest.fixture
def patients(web: WebProcess) -> Iterator[Patient]:
    somebody = Patient(web.url)
    somebody.ask("what are nk cells")
    somebody.ask("I can't breathe and my chest hurts")
    yield somebody
    somebody.http.close()


def test_what_patients_did_is_on_the_page(open_editor: OpenEditor, patients: Patient) -> None:
    page = open_editor("/insights", role=Role.ADMINISTRATOR)
    ready(page)
    expect(page.get_by_role("link", name="Insights")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("img", name=re.compile(r"^Conversations: \d+ in all, most on"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile(r"^Emergencies: \d+ in all"))).to_be_visible()
    page.get_by_text("The same as a table").click()
    table = page.get_by_role("region", name="Figures by day")
    expect(table.get_by_role("row")).to_have_count(32)
    expect(table.get_by_role("row", name=re.compile("^All [1-9]"))).to_be_visible()
    page.get_by_role("radio", name="7 days").check()
    expect(table.get_by_role("row")).to_have_count(9)
    assert page.url.endswith("/insights?days=7")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download CSV").click()
    assert re.fullmatch(r"insights-[0-9-]+-to-[0-9-]+\.csv", started.value.suggested_filename)
    page.reload()
    ready(page)
    expect(page.get_by_role("radio", name="7 days")).to_be_checked()


def test_while_it_is_being_counted_the_page_says_so(open_editor: OpenEditor) -> None:
    page = open_editor("/editor")
    server = Server(page)
    server.counting = 2
    page.goto(page.url.split("/editor")[0] + "/insights")
    expect(page.get_by_role("status").filter(has_text="may take some seconds")).to_be_visible()
    assert_accessible(page, "counting")
    ready(page)
    expect(page.locator("#counting")).to_be_empty()


def test_a_failure_is_said_and_what_was_shown_stays(open_editor: OpenEditor) -> None:
    page = open_editor("/editor")
    Server(page)
    page.goto(page.url.split("/editor")[0] + "/insights")
    ready(page)
    page.unroute_all()
    page.route(re.compile(r"/insights/api/figures\?"), lambda route: route.abort())
    page.get_by_role("radio", name="90 days").check()
    expect(page.locator("#notice")).to_contain_text("There is no connection just now")
    expect(page.get_by_role("heading", name="By day")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=IDS)
def test_every_state_is_accessible_and_fits(
    open_editor: OpenEditor, size: dict[str, int], scheme: str
) -> None:
    page = open_editor("/editor", viewport=size, color_scheme=scheme)
    server = Server(page)
    where = page.url.split("/editor")[0]

    def state(name: str) -> None:
        assert_accessible(page, f"{name}, {scheme}, {size['width']} px")
        assert fits(page), f"{name}: wider than the screen"

    for days in (7, 30, 90):
        page.goto(f"{where}/insights?days={days}")
        ready(page)
        page.get_by_text("The same as a table").click()
        state(f"{days} days")
    server.empty = True
    page.goto(f"{where}/insights?days=30")
    ready(page)
    expect(page.get_by_role("heading", name="Nobody wrote in these days")).to_be_visible()
    expect(page.get_by_role("heading", name="By day")).to_be_hidden()
    state("nothing")
