"""A publication writes, reads and verifies only what it changes, and is searched as if it were made anew."""

from __future__ import annotations

import errno
import os
import random
from pathlib import Path

import numpy as np
import pytest

from knowledge import rebuild, segment, snapshot
from knowledge.corpus import Corpus
from knowledge.live import LiveSearcher
from knowledge.search import Searcher
from knowledge.segment import Segment
from knowledge.snapshot import SnapshotRefused, load_snapshot, snapshot_folder
from tests.knowledge.knowing import CALIBRATION, LUNCH, PARKING, REST, Home, article

QUESTIONS = ("Where can I park?", "how long to rest", "lunch", "state of the yard", "what about number 3")


def segments_of(home: Home, publication: int) -> dict[str, int]:
    """The segment files of a publication's snapshot, with the number the file system knows them by."""
    folder = snapshot_folder(home.snapshots, publication)
    return {path.name: path.stat().st_ino for path in folder.glob("*.segment")}


def opened(home: Home, publication: int) -> Corpus:
    folder = snapshot_folder(home.snapshots, publication)
    return load_snapshot(folder, encoder=home.encoder.identity, publication=publication).corpus


def made_anew(home: Home, publication: int) -> Corpus:
    return rebuild.rebuild(home.store, home.encoder, home.store.publications.get(publication)).corpus


def assert_equal(home: Home, ours: Corpus, whole: Corpus) -> None:
    """Nothing that a search or an answer could see differs."""
    assert list(ours.passages) == list(whole.passages)
    assert list(ours.units) == list(whole.units)
    assert ours.owners.tolist() == whole.owners.tolist()
    assert ours.kinds.tolist() == whole.kinds.tolist()
    assert ours.revisions == whole.revisions
    for number in range(len(ours.passages)):
        assert (ours.tokens.of(number) == whole.tokens.of(number)).all()
    for question in QUESTIONS:
        np.testing.assert_allclose(ours.lexical.scores(question), whole.lexical.scores(question), atol=1e-6)
        found, expected = (
            [(hit.passage.key, pytest.approx(hit.score, abs=1e-5), hit.quote) for hit in hits]
            for hits in (
                Searcher(ours, home.encoder).search(question, limit=12),
                Searcher(whole, home.encoder).search(question, limit=12),
            )
        )
        assert [each[0] for each in found] == [each[0] for each in expected]
        assert [each[2] for each in found] == [each[2] for each in expected]
    assert ours.lexical.weight("park") == whole.lexical.weight("park")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments as in a large knowledge base, in a small one: a handful of passages each."""
    monkeypatch.setattr(rebuild, "SEGMENT_PASSAGES", 6)
    monkeypatch.setattr(rebuild, "MERGED_UP_TO", 3)


def test_an_edited_document_gets_a_segment_of_its_own_and_the_rest_is_shared(home: Home) -> None:
    first = home.publish(*(article(f"number-{n}", f"State 0 of number {n}.") for n in range(8)))
    second = home.publish(article("number-3", "State 1 of number 3."))
    before, after = segments_of(home, first), segments_of(home, second)
    (shared,) = before.items()
    assert shared in after.items(), "the very same file, not a copy"
    assert len(after) == 2
    assert_equal(home, opened(home, second), made_anew(home, second))
    texts = [passage.text for passage in opened(home, second).passages]
    assert texts[3] == "State 1 of number 3."
    assert len(texts) == 8


def test_a_withdrawal_writes_no_segment_and_nothing_of_it_is_found(home: Home) -> None:
    first = home.publish(PARKING, REST, LUNCH)
    second = home.publisher.withdraw("parking").publication.id
    assert segments_of(home, first) == segments_of(home, second)
    corpus = opened(home, second)
    assert_equal(home, corpus, made_anew(home, second))
    found = Searcher(corpus, home.encoder).search("Where can I park?", limit=12)
    assert {hit.passage.document for hit in found} == {"rest", "lunch"}
    assert not corpus.lexical.knows("park")


@pytest.mark.usefixtures("few")
def test_after_any_history_it_is_as_if_made_anew(home: Home) -> None:
    chance = random.Random(5)
    slugs = [f"number-{n}" for n in range(14)]
    publications = [home.publish(*(article(slug, f"State 0 of {slug} of the yard.") for slug in slugs))]
    assert len(segments_of(home, publications[0])) == 3
    for turn in range(1, 15):
        step = chance.random()
        live = [
            slug
            for slug in slugs
            if any(each.document == slug for each in opened(home, publications[-1]).passages)
        ]
        if step < 0.2 and len(live) > 3:
            done = home.publisher.withdraw(chance.choice(live)).publication.id
        elif step < 0.35:
            done = home.publisher.roll_back(chance.choice(publications[:-1] or publications)).publication.id
        else:
            some = chance.sample(slugs, chance.choice((1, 1, 2, 5)))
            for slug in some:
                home.store.save_revision(
                    article(slug, f"State {turn} of {slug}, {chance.random()} of the yard.")
                )
            done = home.publisher.publish(CALIBRATION, slugs=some).publication.id
        publications.append(done)
        assert_equal(home, opened(home, done), made_anew(home, done))


def test_segments_do_not_become_many(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "MERGED_UP_TO", 8)
    publisher = home.publisher
    for n in range(20):
        home.store.save_revision(article(f"number-{n}", f"State 0 of number {n}."))
    publisher.publish(CALIBRATION)
    most = 0
    for turn in range(1, 30):
        home.store.save_revision(article(f"number-{turn % 20}", f"State {turn} of number {turn % 20}."))
        live = publisher.publish(CALIBRATION).publication.id
        most = max(most, len(segments_of(home, live)))
        dead = sum(map(len, opened(home, live).segments)) - 20
        assert dead <= 20, "what nobody needs any more is not kept for ever"
    assert most <= 5


# Processes that have much of it already


def test_a_serving_process_reads_only_what_is_new(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.publish(*(article(f"number-{n}", f"State 0 of number {n}.") for n in range(8)))
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    before = live.current().corpus.segments[0]
    second = home.publish(article("number-3", "State 1 of number 3."))
    checked: list[str] = []
    real = snapshot.file_checksum
    monkeypatch.setattr(snapshot, "file_checksum", lambda path: checked.append(path.name) or real(path))
    live.refresh()
    assert live.status()["publication"] == second
    assert before.file is not None
    assert before.file.path.name not in checked
    assert sum(name.endswith(".segment") for name in checked) == 1
    assert live.current().corpus.segments[0].index is before.index
    live.close()


def test_a_shared_file_that_is_damaged_is_refused_everywhere_and_never_linked(home: Home) -> None:
    first = home.publish(*(article(f"number-{n}", f"State 0 of number {n}.") for n in range(8)))
    second = home.publish(article("number-3", "State 1 of number 3."))
    publisher = home.publisher
    publisher.publish(CALIBRATION)  # has everything open now
    (name,) = segments_of(home, first)
    path = snapshot_folder(home.snapshots, first) / name
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    for publication in (first, second):
        with pytest.raises(SnapshotRefused, match="damaged"):
            opened(home, publication)
    home.store.save_revision(article("number-5", "State 1 of number 5."))
    third = publisher.publish(CALIBRATION).publication.id
    assert_equal(home, opened(home, third), made_anew(home, third))
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert (live.status()["publication"], live.status()["problem"]) == (third, "")
    live.close()


def test_of_a_damaged_snapshot_only_the_damaged_segment_is_made_again(home: Home) -> None:
    first = home.publish(*(article(f"number-{n}", f"State 0 of number {n}.") for n in range(8)))
    second = home.publish(article("number-3", "State 1 of number 3."))
    (large,) = segments_of(home, first)
    (small,) = segments_of(home, second).keys() - {large}
    folder = snapshot_folder(home.snapshots, second)
    (folder / small).write_bytes(b"")
    live = LiveSearcher(home.settings, encoder=home.encoder, watch=False)
    live.refresh()
    assert live.status()["problem"] == ""
    assert segments_of(home, second)[large] == segments_of(home, first)[large]
    assert_equal(home, opened(home, second), made_anew(home, second))
    live.close()


def test_where_files_cannot_be_linked_they_are_copied(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = home.publish(PARKING, REST, LUNCH)

    def refused(*_args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    second = home.publisher.withdraw("parking").publication.id
    assert segments_of(home, first).keys() == segments_of(home, second).keys()
    assert segments_of(home, first) != segments_of(home, second)
    assert_equal(home, opened(home, second), made_anew(home, second))


def test_nothing_of_the_spool_stays(home: Home) -> None:
    live = home.publish(PARKING, REST)
    assert [path.name for path in home.snapshots.iterdir()] == [f"{live:08d}"]


# Large token vectors stay on disk


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "IN_MEMORY_UP_TO", 0)


@pytest.mark.usefixtures("on_disk")
def test_tokens_on_disk_are_read_when_needed_and_outlive_their_folder(home: Home) -> None:
    first = home.publish(PARKING, REST, LUNCH)
    corpus = opened(home, first)
    assert not isinstance(corpus.segments[0].tokens.packed, np.ndarray)
    assert_equal(home, corpus, made_anew(home, first))
    for path in snapshot_folder(home.snapshots, first).glob("*.segment"):
        path.unlink()
    assert Searcher(corpus, home.encoder).search("Where can I park?")[0].passage.document == "parking"


@pytest.mark.usefixtures("on_disk")
def test_a_file_cut_short_under_a_served_corpus_is_an_error_and_not_the_end(home: Home) -> None:
    corpus = opened(home, home.publish(PARKING, REST, LUNCH))
    for path in home.snapshots.glob("*/*.segment"):
        os.truncate(path, 100)
    with pytest.raises(OSError, match="cut short"):
        Searcher(corpus, home.encoder).search("Where can I park?")


@pytest.mark.usefixtures("on_disk", "few")
def test_publishing_goes_on_from_segments_on_disk(home: Home) -> None:
    publisher = home.publisher
    for n in range(14):
        home.store.save_revision(article(f"number-{n}", f"State 0 of number {n}."))
    publisher.publish(CALIBRATION)
    for turn in range(3):
        home.store.save_revision(article("number-3", f"State {turn + 1} of number 3."))
        live = publisher.publish(CALIBRATION).publication.id
        assert_equal(home, opened(home, live), made_anew(home, live))


def test_a_segment_read_from_a_file_is_the_one_that_was_written(home: Home, tmp_path: Path) -> None:
    first = home.publish(PARKING, REST, LUNCH)
    (made,) = made_anew(home, first).segments
    made.save(tmp_path / "one")
    made.save(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read = Segment.load(tmp_path / "one", "")
    assert_equal(home, Corpus.whole(read), Corpus.whole(made))
    assert read.file is not None
    assert read.file.untouched
    (tmp_path / "one").write_bytes(b"something else")
    assert not read.file.untouched
