"""A disk that is full: the patient is told, nothing acknowledged is lost, and all goes on when there is space."""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.operations.checkout import red_flags, seed_folder, state_folder
from bot.operations.stack import Stack, StackError, temporary_stack
from tests.support import fake_rasa
from tests.support.patient import Patient
from tests.support.small_disk import Disk, DiskRefused
from tests.support.stubborn import Stubborn
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.e2e

PATIENCE = 90.0
SPARE = 48 * 1024 * 1024
FULL_SECONDS = 12.0


def eventually(happens: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if happens():
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {PATIENCE:.0f} s: {what}")


def assert_told(refused: httpx.Response) -> None:
    """503 with a sentence for the patient, and when to try again."""
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unavailable"
    assert "Please try again" in refused.json()["error"]["message"]
    assert int(refused.headers["Retry-After"]) > 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if sys.platform != "linux":
        pytest.skip("mounts a small disk as Linux does")
    copied = [*seed_folder(state_folder()).rglob("*"), red_flags(state_folder())]
    needed = sum(path.stat().st_size for path in copied if path.is_file())
    try:
        small = Disk(tmp_path, needed + SPARE)
    except DiskRefused as reason:
        pytest.skip(str(reason))
    yield small
    small.close()


def test_the_whole_assistant_on_a_full_disk(disk: Disk) -> None:
    """Databases, logs, everything is on it. A process that dies meanwhile comes back when there is space."""
    with temporary_stack(disk.folder, {"NKBOT_LIMITS": "off"}) as stack:
        stack.wait_ready()
        patients = [Stubborn(stack.url, f"full disk {number}") for number in range(4)]
        failures: list[BaseException] = []

        def talk(patient: Stubborn) -> None:
            try:
                for number in range(12):
                    patient.deliver([f"hello number {number}"])
                    time.sleep(0.4)
            except BaseException as error:  # noqa: BLE001 - shown below
                failures.append(error)

        threads = [threading.Thread(target=talk, args=(patient,)) for patient in patients]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        disk.fill()
        witness = Patient.__new__(Patient)  # opens no conversation: nothing can be written now
        witness.http = httpx.Client(base_url=stack.url, timeout=15)
        eventually(lambda: witness.http.post("/api/conversations").status_code == 503, "it is noticed")
        assert_told(witness.http.post("/api/conversations"))
        full_until = time.monotonic() + FULL_SECONDS
        stack.kill("worker")
        stack.kill("actions")
        while time.monotonic() < full_until:
            disk.fill()
            assert stack.running, "the supervisor ended with the full disk"
            time.sleep(0.5)
        stack.kill("web")
        eventually(lambda: not ready_parts(stack).get("worker", True), "/readyz names what is wrong")
        disk.empty()
        for thread in threads:
            thread.join(PATIENCE)
        assert failures == []
        stack.wait_ready()
        for patient in patients:
            check(patient)
            assert patient.ask("what are nk cells")[0]["kind"] == "answer"
            patient.close()
        witness.http.close()


def ready_parts(stack: Stack) -> dict[str, bool]:
    with suppress(httpx.TransportError, ValueError, KeyError, StackError):
        told = httpx.get(f"{stack.url}/readyz", timeout=10).json()
        return {name: part["ready"] for name, part in told["parts"].items()}
    return {}


def check(patient: Stubborn) -> None:
    """Every message once, in order, each with its reply."""
    assert patient.refusals == []
    acknowledged = [sent for group in patient.groups for sent in group]
    assert len(acknowledged) == 12

    def replied() -> bool:
        found = patient.patient_messages(PATIENCE)
        answered = {message["in_reply_to"] for message in found if message["author"] != "patient"}
        return all(set(sent.places) <= answered for sent in acknowledged)

    eventually(replied, "every message has its reply")
    found = patient.patient_messages(PATIENCE)
    assert [message["seq"] for message in found] == list(range(1, len(found) + 1))
    written = [message["text"] for message in found if message["author"] == "patient"]
    assert written == [sent.text for sent in acknowledged]
    assert all(len(sent.places) == 1 for sent in acknowledged)


def test_a_database_file_that_may_not_grow(tmp_path: Path) -> None:
    """The same on any Linux, without a disk of its own: the web process may write no further into files."""
    if sys.platform != "linux":
        pytest.skip("limits a running process as Linux does")
    with fake_rasa.running() as rasa:
        web = WebProcess(tmp_path, rasa.url).start()
        try:
            patient = Patient(web.url)
            patient.ask("what are nk cells")
            before = patient.messages()
            pids = web_pids(web)
            unlimited = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
            for pid, (_, hard) in zip(pids, unlimited, strict=True):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
            message_id = "0f8fad5b-d9cb-469f-a165-70867728950e"
            for _ in range(5):
                assert_told(patient.post("is anybody there", message_id))
            assert patient.messages() == before
            for pid, limits in zip(pids, unlimited, strict=True):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
            assert patient.post("is anybody there", message_id).status_code == 201
            assert patient.post("is anybody there", message_id).status_code == 200
            assert patient.ask("and now")
            written = [m["text"] for m in patient.messages() if m["author"] == "patient"]
            assert written == ["what are nk cells", "is anybody there", "and now"]
            patient.http.close()
        finally:
            web.stop()


def web_pids(web: WebProcess) -> list[int]:
    """gunicorn and its workers."""
    assert web._process is not None
    master = web._process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    assert children
    return [master, *map(int, children)]
