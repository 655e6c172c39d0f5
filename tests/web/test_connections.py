"""Many patients and few connections to PostgreSQL: everybody waits a little, nobody is refused."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg

from tests.support import fake_rasa, postgres
from tests.support.patient import Patient
from tests.support.web_process import WebProcess

PATIENTS = 40
CONNECTIONS = 2
KNOWLEDGE = 6
"""What the knowledge base may take besides."""


def follow(url: str, patient: Patient, shown: set[int]) -> None:
    """A page that stays open."""
    address = f"{url}/api/conversations/{patient.conversation}/events"
    with (
        suppress(httpx.TransportError),  # when the test is over
        httpx.Client(timeout=60) as http,
        http.stream("GET", address, headers=patient.headers) as stream,
    ):
        for line in stream.iter_lines():
            if line.startswith("id: "):
                shown.add(int(line[4:]))


def test_a_full_pool_makes_people_wait_and_refuses_nobody(tmp_path: Path, postgres_url: str) -> None:
    postgres.empty(postgres_url)
    most = 0
    with fake_rasa.running() as rasa:
        web = WebProcess(
            tmp_path,
            rasa.url,
            NKBOT_DATABASE_URL=postgres_url,
            NKBOT_DATABASE_CONNECTIONS=str(CONNECTIONS),
        ).start()
        try:
            with ThreadPoolExecutor(PATIENTS) as people:
                patients = list(people.map(lambda _: Patient(web.url), range(PATIENTS)))
            shown: list[set[int]] = [set() for _ in patients]
            for patient, seen in zip(patients, shown, strict=True):
                threading.Thread(target=follow, args=(web.url, patient, seen), daemon=True).start()
            with (
                ThreadPoolExecutor(PATIENTS) as people,
                psycopg.connect(postgres_url, autocommit=True) as own,
            ):
                asking = [
                    people.submit(patient.ask, f"question {each}") for patient in patients for each in (1, 2)
                ]
                while not all(each.done() for each in asking):
                    row = own.execute(
                        "SELECT count(*) FROM pg_stat_activity"
                        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    ).fetchone()
                    most = max(most, row[0] if row else 0)
                    time.sleep(0.02)
                for each in asking:
                    assert each.result()
            until = time.monotonic() + 10
            while any(len(seen) < 5 for seen in shown) and time.monotonic() < until:
                time.sleep(0.05)
            assert all(len(seen) == 5 for seen in shown)  # the greeting, two questions, two answers
            assert 0 < most <= CONNECTIONS + KNOWLEDGE
        finally:
            web.stop()
        assert "QueuePool" not in web.log()
        for patient in patients:
            patient.http.close()
