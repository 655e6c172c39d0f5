"""A publication on the real processes: from an editor's page to a patient's answer, and out of it again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.operations.stack import Stack, temporary_stack
from knowledge.snapshot import snapshot_folder
from knowledge.store.model import JobState
from knowledge.store.store import KnowledgeStore
from tests.actions.test_server import ActionProcess
from tests.support.advisor import AdvisorAtDesk
from tests.support.patient import Patient
from tests.support.staff import signed_in
from tests.web.editorial import Editor, article

pytestmark = pytest.mark.e2e

ASKED = "Where do I find the violet umbrella stand?"
SERVED_WITHIN = 5.0
BACK_WITHIN = 10.0
SLOW = 4.0
"""How much slower than a quiet machine a test may find it: other tests run at the same time."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with temporary_stack(tmp_path_factory.mktemp("publishing"), {"NKBOT_LIMITS": "off"}) as running:
        running.wait_ready()
        yield running


@pytest.fixture(scope="module")
def second(stack: Stack) -> Iterator[ActionProcess]:
    """Another action server with the same state folder."""
    process = ActionProcess(stack.var, token=stack.settings.internal_token, log="actions-2.log")
    process.wait(200, "is served")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[KnowledgeStore]:
    opened = KnowledgeStore(f"sqlite:///{stack.var / 'knowledge.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def editor(stack: Stack) -> Iterator[Editor]:
    database = f"sqlite:///{stack.var / 'conversations.sqlite3'}"
    with signed_in(stack.url, database, "editor", "Edda Wolf") as browser:
        yield Editor(browser)


def eventually(happens: Callable[[], object], what: str, within: float = 60.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if happens():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"not within {within:.0f} s: {what}")


def carried_out(editor: Editor, answer: Any) -> dict[str, Any]:
    """The job that was asked for, when it is done."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    job = told["job"]["id"] if "job" in told else max(each["id"] for each in told["jobs"])
    found: dict[str, Any] = {}

    def over() -> bool:
        found.update(editor.get(f"publications/jobs/{job}").json())
        return found["state"] not in ("waiting", "running")

    eventually(over, "the job is over", 120)
    assert found["state"] == JobState.DONE, found
    return found


def served(stack: Stack, second: ActionProcess) -> set[object]:
    """Which publications the action servers answer from."""
    _, told = stack.readiness()
    detail = told["parts"]["index"]["detail"] if isinstance(told, dict) else ""
    first = next((int(word) for word in detail.split() if word.isdigit()), None)
    return {first, second.client.get("/ready").json()["publication"]}


def document(text: str) -> dict[str, Any]:
    made = article("umbrellas", title="Umbrellas", **{ASKED: text})
    made["sections"][0]["questions"] = [ASKED.lower()]
    return made


def said(stack: Stack, question: str = ASKED) -> list[dict[str, Any]]:
    patient = Patient(stack.url)
    try:
        return patient.ask(question, within=30)
    finally:
        patient.http.close()


def test_from_an_editor_to_the_patients_and_back(
    stack: Stack, second: ActionProcess, store: KnowledgeStore, editor: Editor
) -> None:
    first_text, second_text = (f"It stands at the {uuid.uuid4().hex[:8]} door, turn left." for _ in range(2))
    before = store.publications.live_id()
    assert editor.post("documents", {"article": document(first_text)}).status_code == 201
    assert first_text not in str(said(stack)), "a draft reaches nobody"

    published = carried_out(editor, editor.post("publications", _wanted(1)))["publication"]
    took = eventually(lambda: served(stack, second) == {published}, "both action servers serve it")
    assert took < SERVED_WITHIN * SLOW
    (reply,) = said(stack)
    assert (reply["kind"], first_text in reply["text"]) == ("answer", True)
    (cited,) = [each for each in reply["citations"] if each["document"] == "umbrellas"]
    assert cited["revision"] == 1
    assert cited["quote"] in first_text
    assert first_text in _suggested(stack), "the web process suggests it to advisors at once"

    changed = {"article": document(second_text), "based_on": 1}
    assert editor.post("documents/umbrellas/revisions", changed).status_code in (200, 201)
    replaced = carried_out(editor, editor.post("publications", _wanted(2)))["publication"]
    eventually(lambda: served(stack, second) == {replaced}, "the newer one is served")
    (reply,) = said(stack)
    assert second_text in reply["text"]
    assert first_text not in str(reply)
    # The older answer's citation still leads to what was said then, word for word.
    was = editor.get(f"documents/umbrellas/revisions/{cited['revision']}").json()
    (passage,) = [each for each in was["passages"] if each["key"] == cited["passage"]]
    assert passage["text"] == first_text

    gone = carried_out(editor, editor.post("documents/umbrellas/withdraw", {"note": "no umbrellas any more"}))
    took = eventually(lambda: served(stack, second) == {gone["publication"]}, "the withdrawal is served")
    assert took < SERVED_WITHIN * SLOW
    for trace in (first_text, second_text, "umbrellas"):
        assert trace not in str(said(stack))
        assert trace not in _suggested(stack)

    began = time.monotonic()
    carried_out(editor, editor.post("publications/rollback", {"publication": published, "note": "after all"}))
    eventually(lambda: served(stack, second) == {published}, "what was live before is served again")
    print(f"served again {time.monotonic() - began:.1f} s after the click")
    assert time.monotonic() - began < BACK_WITHIN * SLOW
    assert first_text in said(stack)[0]["text"]
    events = [(each.action, each.by) for each in store.publications.events()[:4]]
    assert events == [(what, "Edda Wolf") for what in ("rollback", "withdraw", "publish", "publish")]

    carried_out(editor, editor.post("publications/rollback", {"publication": before}))


def test_damaged_files_are_never_served(stack: Stack, second: ActionProcess, store: KnowledgeStore) -> None:
    live = store.publications.live_id()
    assert live is not None
    eventually(lambda: served(stack, second) == {live}, "both serve what is live")
    folder = snapshot_folder(stack.var / "snapshots", live)
    for damage in (_flip, _truncate):
        for file in sorted(each for each in folder.rglob("*") if each.is_file() and each.stat().st_size > 8)[
            :4
        ]:
            damage(file)
        assert said(stack, "what are nk cells")[0]["kind"] == "answer", "the last good one answers meanwhile"
        eventually(lambda: _is_whole(folder, live, store), "it is made again from the database")
        eventually(lambda: stack.readiness()[0] == 200, "all is well again")
    assert said(stack, "what are nk cells")[0]["kind"] == "answer"
    assert "is damaged" in stack.log("actions") + second.log()


def test_where_no_index_can_be_written_the_last_good_one_is_served_and_readiness_says_so(
    stack: Stack, second: ActionProcess, store: KnowledgeStore
) -> None:
    live = store.publications.live_id()
    snapshots, aside = stack.var / "snapshots", stack.var / "snapshots-aside"
    snapshots.rename(aside)
    snapshots.write_text("no folder")
    try:

        def told() -> bool:
            status, parts = stack.readiness()
            detail = parts["parts"]["index"]["detail"] if isinstance(parts, dict) else ""
            return status == 200 and "from memory" in detail and f"Publication {live} is served" in detail

        eventually(told, "readiness says what is wrong, and what is served")
        second.wait(200, "from memory")
        assert said(stack, "what are nk cells")[0]["kind"] == "answer"
    finally:
        snapshots.unlink()
        aside.rename(snapshots)
    eventually(
        lambda: served(stack, second) == {live} and "memory" not in str(stack.readiness()), "it is well", 90
    )


def test_a_killed_worker_goes_on_where_it_was(
    stack: Stack, second: ActionProcess, store: KnowledgeStore, editor: Editor
) -> None:
    text = f"It stands beside the {uuid.uuid4().hex[:8]} window, below the clock."
    newest = store.revisions.of("umbrellas")
    based_on = newest[0].number if newest else 0
    editor.post("documents/umbrellas/revisions", {"article": document(text), "based_on": based_on})
    answer = editor.post("publications", _wanted(based_on + 1))
    job = max(each["id"] for each in answer.json()["jobs"])
    eventually(lambda: store.jobs.get(job).state is not JobState.WAITING, "it begins")
    stack.kill("worker")
    done = carried_out(editor, answer)
    eventually(lambda: served(stack, second) == {done["publication"]}, "it is served")
    assert text in said(stack)[0]["text"]


def _wanted(number: int) -> dict[str, Any]:
    return {"documents": [{"slug": "umbrellas", "number": number}], "note": "umbrellas"}


def _suggested(stack: Stack) -> str:
    """What the web process suggests to an advisor for the question."""
    patient = Patient(stack.url)
    try:
        patient.ask(ASKED, within=30)
        advisor = AdvisorAtDesk(stack.url, f"sqlite:///{stack.var / 'conversations.sqlite3'}", "Ada Lind")
        try:
            return str(advisor.do(patient.conversation, "suggestions", {"question": ASKED}))
        finally:
            advisor.close()
    finally:
        patient.http.close()


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _is_whole(folder: Path, live: int, store: KnowledgeStore) -> bool:
    from knowledge.snapshot import SnapshotRefused, load_snapshot

    try:
        load_snapshot(folder, encoder=store.publications.get(live).encoder, publication=live)
    except SnapshotRefused:
        return False
    return True
