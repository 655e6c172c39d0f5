"""Two hosts that share a database and Redis: as one for patients, whichever process dies on which host."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from bot.operations.stack import Stack
from bot.web.words import CANNOT_ANSWER
from knowledge.snapshot import snapshot_folder
from knowledge.store.model import JobAction, JobOrder
from knowledge.store.store import KnowledgeStore
from tests.support import postgres, redis_server
from tests.support.hosts import Balanced, two_hosts
from tests.support.patient import Patient
from tests.support.redis_server import RedisServer
from tests.support.stubborn import Sent, Stubborn

pytestmark = pytest.mark.e2e

CONVERSATIONS = 60
AT_ONCE = ("what are nk cells", "what are the risks", "thank you")
PUSHED_WITHIN = 0.3
LOOKED_UP_WITHIN = 1.0
PUBLISHED_WITHIN = 60.0
SLOW = 2.0
"""How much slower than a quiet machine a test may find it: other tests run at the same time."""
PATIENTS = 8
ANSWERED_WITHIN = 60.0


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    if reason := redis_server.why_not():
        pytest.skip(reason)
    with redis_server.server() as running:
        yield running


@pytest.fixture(scope="module")
def hosts(
    redis: RedisServer, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, Stack]]:
    postgres.empty(postgres_url)
    with two_hosts(tmp_path_factory.mktemp("hosts"), postgres_url, redis.url) as running:
        yield running


def urls(hosts: tuple[Stack, Stack]) -> list[str]:
    return [each.url for each in hosts]


def action_server(host: Stack) -> dict[str, Any]:
    """What the action server of this host says of itself."""
    token = {"Authorization": f"Bearer {host.settings.internal_token}"}
    url = f"http://127.0.0.1:{host.settings.actions_port}/ready"
    told: dict[str, Any] = httpx.get(url, headers=token, timeout=10).json()
    return told


def test_a_new_host_makes_its_search_index_from_the_database(hosts: tuple[Stack, Stack]) -> None:
    first, second = map(action_server, hosts)
    assert first["ready"] and second["ready"]
    assert (first["publication"], first["passages"]) == (second["publication"], second["passages"])
    assert snapshot_folder(hosts[1].var / "snapshots", second["publication"]).exists()
    replies = []
    for host, other in (hosts, hosts[::-1]):
        other.halt("actions")
        try:
            replies.append(Patient(host.url).ask("what are nk cells"))
        finally:
            other.resume("actions")
            other.wait_ready()
    assert replies[0][0]["kind"] == "answer"
    texts = [[(each["text"], each["citations"]) for each in said] for said in replies]
    assert texts[0] == texts[1]


def test_what_one_host_publishes_the_other_serves_too(hosts: tuple[Stack, Stack], postgres_url: str) -> None:
    def served() -> set[int]:
        return {action_server(host)["publication"] for host in hosts}

    def until(done: Callable[[], bool]) -> None:
        end = time.monotonic() + PUBLISHED_WITHIN
        while not done():
            assert time.monotonic() < end, f"served: {served()}"
            time.sleep(0.2)

    (before,) = served()
    jobs = KnowledgeStore(postgres_url).jobs
    jobs.ask(JobAction.WITHDRAW, JobOrder(documents=("what-nk-cells-are",)), by="Edda")
    # The worker of the first host did it. Asked once: between two questions a host may have changed.
    until(lambda: before not in served())
    told = Patient(hosts[1].url).ask("what are nk cells")
    assert "what-nk-cells-are" not in str([each["citations"] for each in told])
    jobs.ask(JobAction.ROLLBACK, JobOrder(publication=before), by="Edda")
    until(lambda: served() == {before})


def test_readiness_tells_of_each_server_and_one_of_two_is_enough(hosts: tuple[Stack, Stack]) -> None:
    first, second = hosts
    for host in hosts:
        parts = httpx.get(f"{host.url}/readyz", timeout=10).json()["parts"]
        assert list(parts["rasa"]["servers"]) == list(first.settings.rasa_urls)
        assert list(parts["actions"]["servers"]) == list(first.settings.actions_urls)
    second.halt("actions")
    try:
        time.sleep(0.6)
        answer = httpx.get(f"{first.url}/readyz", timeout=10)
        assert answer.status_code == 200
        actions = answer.json()["parts"]["actions"]
        missing = f"http://127.0.0.1:{second.settings.actions_port}"
        assert actions["detail"] == f"1 of 2 can serve. {missing}: The action server does not answer."
    finally:
        second.resume("actions")
        second.wait_ready()


def pushes(hosts: tuple[Stack, Stack], times: int) -> list[float]:
    """Seconds from a message's acknowledgement by one host to its arrival on a page of the other."""
    patient = Patient(hosts[0].url)
    arrived: dict[int, float] = {}
    opened, done = threading.Event(), threading.Event()

    def page() -> None:
        address = f"{hosts[1].url}/api/conversations/{patient.conversation}/events"
        with httpx.Client(timeout=20) as http, http.stream("GET", address, headers=patient.headers) as stream:
            for line in stream.iter_lines():
                if line.startswith("id: "):
                    arrived.setdefault(int(line[4:]), time.monotonic())
                    opened.set()
                if done.is_set():
                    return

    watching = threading.Thread(target=page, daemon=True)
    watching.start()
    assert opened.wait(10)  # the greeting
    found = []
    for number in range(times):
        sent = patient.post(f"thank you {number}")
        acknowledged, seq = time.monotonic(), int(sent.json()["message"]["seq"])
        until = time.monotonic() + 5
        while seq not in arrived and time.monotonic() < until:
            time.sleep(0.002)
        found.append(arrived[seq] - acknowledged)
        time.sleep(0.3 + 0.07 * number)  # not in step with the other process
    done.set()
    return found


def test_what_happens_on_one_host_is_shown_by_the_other_at_once(
    hosts: tuple[Stack, Stack], redis: RedisServer
) -> None:
    assert statistics.median(pushes(hosts, 8)) < PUSHED_WITHIN
    redis.stop()
    try:
        assert max(pushes(hosts, 8)) < LOOKED_UP_WITHIN * SLOW
    finally:
        redis.start()
    until = time.monotonic() + 20
    while statistics.median(pushes(hosts, 3)) > PUSHED_WITHIN:  # it is taken up again by itself
        assert time.monotonic() < until
    for host in hosts:
        assert "thank you" not in host.log("web")


def check(patient: Stubborn, seconds: float = ANSWERED_WITHIN) -> list[dict[str, Any]]:
    """Every message is in the log once and has its reply, in the order in which they were written."""
    sent: list[Sent] = [each for group in patient.groups for each in group]
    until = time.monotonic() + seconds
    while True:
        said = patient.patient_messages(30)
        replied = [each["in_reply_to"] for each in said if each["author"] == "bot" and each["in_reply_to"]]
        own = [each for each in said if each["author"] == "patient"]
        if {each["seq"] for each in own} <= set(replied) or time.monotonic() > until:
            break
        time.sleep(0.2)
    assert [each["seq"] for each in said] == list(range(1, len(said) + 1))
    assert sorted(each["text"] for each in own) == sorted(each.text for each in sent)
    assert all(len(each.places) == 1 for each in sent)
    assert replied == [each["seq"] for each in own], "replies are missing, doubled or out of order"
    assert patient.refusals == []
    return said


def balanced(hosts: tuple[Stack, Stack], number: int) -> Stubborn:
    """A patient whose requests go to one web process or the other."""
    patient = Stubborn(hosts[number % 2].url, number)
    patient.http = httpx.Client(
        base_url="http://assistant.example", transport=Balanced(urls(hosts), number), timeout=10
    )
    return patient


def test_messages_sent_at_the_same_moment_to_both_hosts_are_answered_in_order(
    hosts: tuple[Stack, Stack],
) -> None:
    patients = [balanced(hosts, number) for number in range(CONVERSATIONS)]
    with ThreadPoolExecutor(12) as people:
        list(people.map(lambda patient: patient.deliver(AT_ONCE), patients))
        transcripts = list(people.map(check, patients))
    for said in transcripts:
        assert len([each for each in said if each["author"] == "patient"]) == len(AT_ONCE)
    for patient in patients:
        patient.close()


def test_nobody_notices_when_any_process_is_killed_or_redis_goes(
    hosts: tuple[Stack, Stack], redis: RedisServer
) -> None:
    first, second = hosts
    over = threading.Event()
    patients = [balanced(hosts, number) for number in range(100, 100 + PATIENTS)]

    def talk(patient: Stubborn) -> None:
        number = 0
        while not over.is_set():
            patient.deliver([f"what are nk cells {number}", f"thank you {number}"], copies=2)
            check(patient)  # and only then go on, as people do
            number += 1

    with ThreadPoolExecutor(PATIENTS) as people:
        talking = [people.submit(talk, patient) for patient in patients]
        try:
            # Never both of a kind: the other one goes on meanwhile.
            for host, name in ((second, "rasa"), (first, "actions"), (first, "worker"), (second, "web")):
                time.sleep(1.5)
                if name == "worker":
                    redis.stop()
                host.kill(name)
            for each in hosts:
                each.wait_ready()
            redis.start()
            first.kill("web")
            time.sleep(2)
            first.wait_ready()
        finally:
            over.set()
        for each in talking:
            each.result()
        transcripts = list(people.map(check, patients))
    given_up = [each for said in transcripts for each in said if each["text"] == CANNOT_ANSWER.text]
    assert given_up == []
    assert all(len(said) > 10 for said in transcripts)
    for patient in patients:
        patient.close()
