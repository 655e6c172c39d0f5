"""A process that answers serves what is live, whatever happens to files and database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from knowledge.encoder import Encoder
from knowledge.live import LiveSearcher, NotReady
from knowledge.model import Passage
from knowledge.snapshot import snapshot_folder
from tests.knowledge.knowing import CALIBRATION, LUNCH, PARKING, REST, Home, article
from tests.support import postgres

QUESTION = "Where can I park?"


@pytest.fixture
def live(any_home: Home) -> Iterator[LiveSearcher]:
    """A searcher that looks only when told to, as the background thread would."""
    opened = LiveSearcher(any_home.settings, encoder=any_home.encoder, watch=False)
    yield opened
    opened.close()


def eventually(true: Callable[[], bool], what: str, within: float = 20) -> None:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if true():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {within} s: {what}")


def first(live: LiveSearcher, question: str = QUESTION) -> Passage:
    return live.current().search(question)[0].passage


def test_before_anything_is_published_it_says_so(any_home: Home, live: LiveSearcher) -> None:
    live.refresh()
    with pytest.raises(NotReady, match="Nothing is published yet"):
        live.current()
    assert live.status()["ready"] is False
    any_home.publish(PARKING)
    live.refresh()
    assert first(live).document == "parking"
    assert live.status() == {
        "ready": True,
        "publication": 1,
        "live": 1,
        "passages": 1,
        "encoder": any_home.encoder.identity,
        "problem": "",
    }


def test_an_answer_cites_its_passage(any_home: Home, live: LiveSearcher) -> None:
    any_home.publish(PARKING, REST, LUNCH)
    live.refresh()
    reply = live.answer(QUESTION)
    assert reply.text == PARKING.sections[0].markdown
    assert [(citation.document, citation.revision) for citation in reply.citations] == [("parking", 1)]


def test_it_knows_what_its_passages_speak_of(any_home: Home, live: LiveSearcher) -> None:
    any_home.publish(PARKING)
    live.refresh()
    word = PARKING.sections[0].markdown.split()[0]
    assert live.speaks_of(rf"\b{word.upper()}\b")
    assert not live.speaks_of(r"\bneuroblastoma\b")
    assert not live.speaks_of(r"\bneuroblastoma\b")


def test_a_withdrawn_passage_is_never_served_afterwards(any_home: Home, live: LiveSearcher) -> None:
    any_home.publish(PARKING, REST)
    live.refresh()
    assert first(live).document == "parking"
    any_home.publisher.withdraw("parking")
    live.refresh()
    for question in (QUESTION, "please tell me, Where can I park?", PARKING.sections[0].markdown):
        assert {hit.passage.document for hit in live.current().search(question)} == {"rest"}


def test_a_changed_passage_replaces_the_old_one_and_can_be_rolled_back(
    any_home: Home, live: LiveSearcher
) -> None:
    before = any_home.publish(PARKING)
    any_home.publish(article("parking", "Parking is closed.", question=QUESTION))
    live.refresh()
    assert [hit.passage.text for hit in live.current().search(QUESTION)] == ["Parking is closed."]
    any_home.publisher.roll_back(before)
    live.refresh()
    assert [hit.passage.text for hit in live.current().search(QUESTION)] == [PARKING.sections[0].markdown]


# Damage


def test_a_deleted_folder_is_made_again_and_answers_go_on(
    any_home: Home, live: LiveSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_home.publish(PARKING)
    live.refresh()
    shutil.rmtree(any_home.snapshots)
    said: list[object] = []
    real = any_home.store.publications.get

    def look(_self: object, publication: int) -> object:
        said.append((live.status()["problem"], first(live).document))
        return real(publication)

    monkeypatch.setattr("knowledge.store.publications.Publications.get", look)
    live.refresh()
    ((problem, served),) = said
    assert "no complete search index" in str(problem)
    assert "made again" in str(problem)
    assert served == "parking", "the last good one is served meanwhile"
    assert live.status()["problem"] == ""
    assert first(live).document == "parking"
    assert (snapshot_folder(any_home.snapshots, 1) / "manifest.json").exists()


def test_a_damaged_file_is_noticed_while_serving_and_at_the_start(any_home: Home, live: LiveSearcher) -> None:
    any_home.publish(PARKING)
    live.refresh()
    started_now = LiveSearcher(any_home.settings, encoder=any_home.encoder, watch=False)
    for searcher in (live, started_now):
        (index,) = snapshot_folder(any_home.snapshots, 1).glob("*.segment")
        whole = index.read_bytes()
        index.write_bytes(whole[:-9] + bytes([whole[-9] ^ 4]) + whole[-8:])
        searcher.refresh()
        assert first(searcher).document == "parking"
        assert searcher.status()["problem"] == ""
        assert index.read_bytes() == whole, "it was made again"
    started_now.close()


def test_rebuilding_embeds_nothing_again(
    any_home: Home, live: LiveSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_home.publish(PARKING, REST)
    shutil.rmtree(any_home.snapshots)

    def forbidden(_texts: object) -> None:
        raise AssertionError("embedded again")

    with monkeypatch.context() as context:
        context.setattr(any_home.encoder, "encode", forbidden)
        context.setattr(any_home.encoder, "encode_tokens", forbidden)
        live.refresh()
    assert first(live).document == "parking"


def test_a_folder_that_cannot_be_written_still_answers_from_memory(home: Home) -> None:
    home.publish(PARKING)
    shutil.rmtree(home.snapshots)
    home.snapshots.write_text("a file where the folder should be")
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert first(live).document == "parking"
    assert "cannot be written" in str(live.status()["problem"])
    live.refresh()
    assert first(live).document == "parking"
    live.close()


def test_a_database_that_goes_away_does_not_stop_the_answers(tmp_path: Path, encoder: Encoder) -> None:
    reason = postgres.why_not()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server() as url:
        home = Home(tmp_path, url.replace("postgresql://", "postgresql+psycopg://"), encoder)
        home.publish(PARKING)
        live = LiveSearcher(home.settings, encoder=encoder, watch=False)
        live.refresh()
        home.store.close()
    live.refresh()
    assert "database cannot be reached" in str(live.status()["problem"])
    assert live.status()["ready"] is True
    assert first(live).document == "parking"
    live.close()


def test_a_missing_encoder_is_a_sentence_and_heals(home: Home, encoder_dir: Path) -> None:
    home.publish(PARKING)
    (home.var / "encoder").unlink()
    live = LiveSearcher(home.settings, watch=False)
    live.refresh()
    with pytest.raises(NotReady, match="There is no encoder"):
        live.current()
    (home.var / "encoder").symlink_to(encoder_dir)
    live.refresh()
    assert first(live).document == "parking"
    live.close()


def test_a_calibration_of_another_version_does_not_stop_the_answers(home: Home) -> None:
    home.store.save_revision(PARKING)
    home.publisher.publish('{"weights": {"old": 1}, "bias": 0, "threshold": 0.5}')
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert live.answer(QUESTION).citations
    live.close()


# By itself


def test_a_publication_by_another_process_is_picked_up_by_itself(any_home: Home) -> None:
    any_home.publish(PARKING)
    live = LiveSearcher(any_home.settings)
    assert live.wait(20)
    code = (
        "import sys; from pathlib import Path; from tests.knowledge.knowing import *; "
        "home = Home(Path(sys.argv[1]), sys.argv[2], Encoder(Path(sys.argv[1]) / 'encoder'), "
        "vector_engine=sys.argv[3]); "
        "home.publish(article('parking', 'Parking is closed.', question='Where can I park?'))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(any_home.var), any_home.database_url, any_home.vector_engine],
        check=True,
        cwd=Path(__file__).parents[2],
    )
    eventually(lambda: first(live).text == "Parking is closed.", "the new text is served")
    shutil.rmtree(any_home.snapshots)
    eventually(lambda: snapshot_folder(any_home.snapshots, 2).exists(), "the index is made again")
    live.close()


def test_questions_during_many_publications_see_one_publication_each(home: Home) -> None:
    slugs = ("one", "two", "three")
    home.publish(*(article(slug, f"State 0 of {slug}.") for slug in slugs))
    live = LiveSearcher(home.settings, encoder=home.encoder)
    assert live.wait(20)
    stop = threading.Event()
    mixtures: list[set[str]] = []
    failures: list[Exception] = []
    asked: set[str] = set()

    def ask() -> None:
        while not stop.is_set():
            try:
                hits = live.current().search("What is the state?", limit=10)
            except Exception as failure:  # noqa: BLE001 - shown by the assertion below
                failures.append(failure)
                return
            seen = {hit.passage.text.split()[1] for hit in hits}
            asked.update(seen)
            if len(seen) != 1 or len(hits) != 3:
                mixtures.append(seen)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for state in ("1", "2", "3", "4", "5"):
        home.publish(*(article(slug, f"State {state} of {slug}.") for slug in slugs))
        eventually(partial(asked.__contains__, state), "the new state is answered from")
    stop.set()
    for asker in askers:
        asker.join()
    live.close()
    assert failures == []
    assert mixtures == []
    assert asked >= {"0", "5"}


def test_a_process_that_answers_loads_no_pytorch(home: Home) -> None:
    home.publish(PARKING)
    shutil.rmtree(home.snapshots)
    code = (
        "import sys; from pathlib import Path; from knowledge.settings import KnowledgeSettings; "
        "from knowledge.live import LiveSearcher; "
        "live = LiveSearcher(KnowledgeSettings(var=Path(sys.argv[1])), watch=False); live.refresh(); "
        "print(live.answer('Where can I park?').text); "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sklearn', 'alembic', 'flask'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.var)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == PARKING.sections[0].markdown


def test_the_calibration_is_the_publications_own(home: Home) -> None:
    home.store.save_revision(PARKING)
    home.publisher.publish(json.dumps({**json.loads(CALIBRATION), "threshold": 0.999999}))
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert live.serving().calibration.threshold == pytest.approx(0.999999)
    assert live.answer("May I park my elephant at the moon?").kind == "abstain"
    live.close()
