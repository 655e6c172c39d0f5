"""Prometheus' figures: who may read them, what they count, and that nobody's words are in them."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.conversations.clock import system_clock
from bot.conversations.model import Author, Message
from bot.web.metrics import OUTCOMES, Metrics, outcome
from tests.support.fake_rasa import FakeRasa
from tests.support.patient import Patient
from tests.support.staff import signed_in
from tests.support.web_process import WebProcess

TOKEN = "a token for the operator's Prometheus"
FAR = {"X-Forwarded-For": "192.0.2.7"}
ALLOWED = {
    "route",
    "method",
    "status",
    "outcome",
    "what",
    "part",
    "whose",
    "job",
    "state",
    "le",
}
MARK = "zanzibarmark"
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measured(_fake: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """A web process behind one proxy, whose figures may be read with a token, too."""
    process = WebProcess(
        tmp_path_factory.mktemp("measured"),
        _fake.url,
        NKBOT_TRUSTED_PROXIES="1",
        NKBOT_METRICS_TOKEN=TOKEN,
        NKBOT_OFFICE_HOURS="Mon-Sun 00:00-24:00",
    ).start()
    yield process
    process.stop()


def read(web: WebProcess, **headers: str) -> httpx.Response:
    return httpx.get(f"{web.url}/metrics", headers=headers, timeout=15)


def figures(web: WebProcess) -> dict[str, float]:
    """Every sample as Prometheus would write it: `name{label="value"}`."""
    answer = read(web)
    assert answer.status_code == 200, answer.text
    return {
        each.name + "".join(f"{{{name}={value}}}" for name, value in sorted(each.labels.items())): each.value
        for family in text_string_to_metric_families(answer.text)
        for each in family.samples
    }


def eventually(web: WebProcess, happens: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        found = figures(web)
        if happens(found):
            return found
        time.sleep(0.3)
    raise AssertionError(f"it did not happen: {found}")


def test_they_are_told_on_the_machine_itself_and_to_the_token(measured: WebProcess) -> None:
    assert read(measured).headers["Content-Type"].startswith("text/plain; version=")
    assert read(measured, **FAR, Authorization=f"Bearer {TOKEN}").status_code == 200
    for headers in (
        FAR,
        {**FAR, "Authorization": f"Bearer {TOKEN}x"},
        {**FAR, "Authorization": f"Basic {TOKEN}"},
        {**FAR, "Authorization": "Bearer"},
        {"X-Forwarded-For": "127.0.0.1, 192.0.2.7"},
        {"X-Real-IP": "127.0.0.1"},
    ):
        refused = read(measured, **headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "metrics_closed"), headers
        assert "nkbot_" not in refused.text


def test_without_a_token_nobody_reads_them_from_elsewhere(web: WebProcess) -> None:
    assert read(web).status_code == 200
    for headers in (FAR, {**FAR, "Authorization": "Bearer"}, {**FAR, "Authorization": "bearer"}):
        assert read(web, **headers).status_code == 401


def test_openmetrics_is_spoken_where_it_is_asked_for(measured: WebProcess) -> None:
    answer = read(measured, Accept="application/openmetrics-text; version=1.0.0")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.rstrip().endswith("# EOF")


def test_turns_are_counted_by_what_came_of_them(measured: WebProcess, rasa: FakeRasa) -> None:
    before = figures(measured)
    patient = Patient(measured.url)
    patient.ask("what are nk cells")
    patient.ask("this is not known")
    patient.ask("I can't breathe and my chest hurts")
    rasa.fail_next = 99
    patient.ask("what are stem cells")
    rasa.fail_next = 0
    patient.http.close()

    def grown(after: dict[str, float]) -> dict[str, float]:
        names = {each: f"nkbot_turns_total{{outcome={each}}}" for each in OUTCOMES}
        return {
            each: after[name] - before[name] for each, name in names.items() if after[name] > before[name]
        }

    after = eventually(measured, lambda now: len(grown(now)) == 4)
    assert grown(after) == {"answer": 1, "abstain": 1, "emergency": 1, "cannot_answer": 1}
    assert after["nkbot_turn_seconds_count"] - before["nkbot_turn_seconds_count"] == 4
    assert after["nkbot_errors_total{what=rasa}"] > before["nkbot_errors_total{what=rasa}"]
    assert after["nkbot_alerts_open"] == before["nkbot_alerts_open"] + 1
    assert after["nkbot_oldest_alert_seconds"] < 60
    assert after["nkbot_conversations{status=waiting}"] == after["nkbot_waiting"] >= 1


def test_a_turn_counts_as_the_weightiest_of_its_replies() -> None:
    def said(*kinds: str) -> list[Message]:
        return [Message(1, Author.BOT, kind, "", (), (), 1, 0) for kind in kinds]

    assert outcome(said("answer", "abstain")) == "answer"
    assert outcome(said("smalltalk", "handoff")) == "handoff"
    assert outcome([]) == "dropped"


def test_an_open_turn_is_seen_while_it_is_open(measured: WebProcess, rasa: FakeRasa) -> None:
    rasa.hang()
    patient = Patient(measured.url)
    patient.post("what are nk cells")
    found = eventually(measured, lambda now: now["nkbot_open_turns"] == 1)
    assert found["nkbot_oldest_open_turn_seconds"] < 8
    rasa.go_on.set()
    assert (
        eventually(measured, lambda now: now["nkbot_open_turns"] == 0)["nkbot_oldest_open_turn_seconds"] == 0
    )
    patient.http.close()


def test_requests_are_counted_by_pattern_only(measured: WebProcess) -> None:
    for path in (f"/no/{MARK}", f"/api/conversations/{MARK}/messages?after={MARK}", f"/static/{MARK}.css"):
        httpx.get(f"{measured.url}{path}")
    httpx.request(MARK.upper(), f"{measured.url}/healthz")
    found = figures(measured)
    assert found["nkbot_requests_total{method=GET}{route=none}{status=404}"] >= 1
    pattern = "{route=/api/conversations/<conversation_id>/messages}"
    assert found[f"nkbot_requests_total{{method=GET}}{pattern}{{status=401}}"] >= 1
    assert found[f"nkbot_request_seconds_count{pattern}"] >= 1
    assert any("{method=other}" in name for name in found)


def test_who_is_there_and_which_parts_can_serve(measured: WebProcess, rasa: FakeRasa) -> None:
    measured.worker_reports()
    rasa.ready = False
    last_seen = "nkbot_worker_last_seen_timestamp_seconds{job=worker}"
    found = eventually(measured, lambda now: now["nkbot_part_ready{part=rasa}"] == 0 and last_seen in now)
    rasa.ready = True
    assert eventually(measured, lambda now: now["nkbot_part_ready{part=rasa}"] == 1)
    assert (found["nkbot_database_up"], found["nkbot_office_open"]) == (1, 1)
    assert abs(found[last_seen] - system_clock() / 1000) < 60
    assert found["nkbot_publication_jobs{state=failed}"] == 0
    assert found["process_resident_memory_bytes"] > 0


def test_streams_are_counted_while_they_are_open(measured: WebProcess) -> None:
    patient = Patient(measured.url)
    url = f"{measured.url}/api/conversations/{patient.conversation}/events"
    before = figures(measured)["nkbot_open_streams{whose=patients}"]
    with httpx.stream("GET", url, headers=patient.headers) as stream:
        next(stream.iter_bytes())
        assert figures(measured)["nkbot_open_streams{whose=patients}"] == before + 1
    patient.http.close()


def test_a_database_that_fails_is_told_and_the_rest_goes_on(measured: WebProcess, tmp_path: Path) -> None:
    database = measured.log_file.parent / "conversations.sqlite3"
    time.sleep(2.1)
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute("ALTER TABLE turns RENAME TO hidden_for_a_test")
    try:
        found = eventually(measured, lambda now: now["nkbot_database_up"] == 0)
        assert "nkbot_open_turns" not in found
        assert found["nkbot_turns_total{outcome=answer}"] >= 0
        assert eventually(measured, lambda now: now["nkbot_errors_total{what=turn_keeper}"] > 0)
    finally:
        with sqlite3.connect(database, timeout=30) as connection:
            connection.execute("ALTER TABLE hidden_for_a_test RENAME TO turns")
    assert eventually(measured, lambda now: now["nkbot_database_up"] == 1)


def test_nobodys_words_names_or_numbers_are_in_them(measured: WebProcess, rasa: FakeRasa) -> None:
    database_url = f"sqlite:///{measured.log_file.parent / 'conversations.sqlite3'}"
    advisor = signed_in(measured.url, database_url, "advisor", f"Dr {MARK}")
    patient = Patient(measured.url)
    patient.ask(f"what is {MARK}")
    patient.ask(f"I can't breathe, {MARK} hurts")
    patient.post(f"{MARK} " * 400)
    base = f"/api/conversations/{patient.conversation}"
    wish = {"name": MARK, "contact": f"{MARK}@example.org", "about": MARK, "consent": True}
    for path, body in (
        ("callback", wish),
        ("rating", {"score": 1, "comment": MARK}),
        ("messages/3/feedback", {"helpful": MARK}),
        (MARK, {MARK: MARK}),
    ):
        patient.http.post(f"{base}/{path}", json=body, headers={**patient.headers, "User-Agent": MARK})
    advisor.send("POST", f"/console/api/conversations/{patient.conversation}/take", {"ownership": None})
    advisor.send(
        "POST",
        f"/console/api/conversations/{patient.conversation}/messages",
        {"client_message_id": "5b8f3f5e-3f0e-4c53-9f7b-2f6f8f0c1d2e", "text": MARK},
    )
    advisor.get(f"/console/api/conversations?search={MARK}")
    httpx.post(f"{measured.url}/sign-in", json={"login": MARK, "password": MARK})
    time.sleep(2.1)
    told = read(measured).text
    assert MARK not in told.lower()
    assert patient.conversation not in told
    labels = [
        label
        for family in text_string_to_metric_families(told)
        for each in family.samples
        for label in each.labels.items()
    ]
    assert {name for name, _ in labels} <= ALLOWED
    assert not [value for _, value in labels if re.search(r"[0-9a-f]{12}", value)]
    advisor.close()
    patient.http.close()


def test_the_operators_guide_names_them_all() -> None:
    guide = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
    code = "".join(
        (CHECKOUT / "bot" / "web" / name).read_text("utf-8") for name in ("metrics.py", "metrics_page.py")
    )
    made = set(re.findall(r'"(nkbot_[a-z_]+)"', code))
    told = {re.sub("_(total|bucket)$", "", name) for name in re.findall(r"nkbot_[a-z_]+[a-z]", guide)}
    assert told == made


def test_two_applications_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.turn_over("answer", 0.02)
    value: Callable[[CollectorRegistry], float | None] = lambda registry: registry.get_sample_value(  # noqa: E731
        "nkbot_turns_total", {"outcome": "answer"}
    )
    assert (value(one.registry), value(other.registry)) == (1, 0)
