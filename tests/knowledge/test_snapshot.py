"""A snapshot is served only when every byte of it is what was written."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import snapshot
from knowledge.corpus import spoken_text
from knowledge.late import pack_tokens
from knowledge.snapshot import SnapshotRefused, load_snapshot, snapshot_folder
from knowledge.snapshot_upkeep import prune
from tests.knowledge.knowing import LUNCH, PARKING, REST, Home


@pytest.fixture
def folder(home: Home) -> Path:
    return snapshot_folder(home.snapshots, home.publish(PARKING, REST, LUNCH))


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_what_is_loaded(home: Home, folder: Path) -> None:
    live = home.store.live_publication()
    assert live is not None
    loaded = load_snapshot(folder, encoder=home.encoder.identity, publication=live.id)
    assert list(loaded.corpus.passages) == home.store.published_passages(live.id)
    assert loaded.calibration == live.calibration
    for number, unit in enumerate(loaded.corpus.units):
        scores, rows = loaded.corpus.vectors.search(home.encoder.encode([unit.text]), 1)
        assert scores[0][0] == pytest.approx(1, abs=1e-5)
        assert loaded.corpus.units[int(rows[0][0])].text == unit.text
        assert unit.text.split()[0] in " ".join(
            (*loaded.corpus.passages[loaded.corpus.owners[number]].path, unit.text)
        )
    for number, passage in enumerate(loaded.corpus.passages):
        spoken = home.encoder.encode_tokens(spoken_text(passage))[2]
        assert (loaded.corpus.tokens.of(number) == pack_tokens(spoken)).all()


def test_one_flipped_bit_in_any_file_is_refused(home: Home, folder: Path) -> None:
    chance = random.Random(4)
    for path in files_of(folder):
        whole = path.read_bytes()
        for _ in range(4):
            at = chance.randrange(len(whole))
            damaged = bytearray(whole)
            damaged[at] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(SnapshotRefused, match="damaged"):
                load_snapshot(folder, encoder=home.encoder.identity)
        path.write_bytes(whole)
    load_snapshot(folder, encoder=home.encoder.identity)


def test_any_file_cut_short_or_emptied_or_missing_is_refused(home: Home, folder: Path) -> None:
    for path in files_of(folder):
        whole = path.read_bytes()
        for cut in (whole[:-1], whole[: len(whole) // 2], b""):
            path.write_bytes(cut)
            with pytest.raises(SnapshotRefused):
                load_snapshot(folder, encoder=home.encoder.identity)
        path.unlink()
        with pytest.raises(SnapshotRefused):
            load_snapshot(folder, encoder=home.encoder.identity)
        path.write_bytes(whole)
    load_snapshot(folder, encoder=home.encoder.identity)


def test_a_snapshot_of_another_encoder_code_or_publication_is_refused(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SnapshotRefused, match="another encoder"):
        load_snapshot(folder, encoder="another")
    with pytest.raises(SnapshotRefused, match="another publication"):
        load_snapshot(folder, encoder=home.encoder.identity, publication=99)
    monkeypatch.setattr(snapshot, "code_fingerprint", lambda: "newer")
    with pytest.raises(SnapshotRefused, match="another version"):
        load_snapshot(folder, encoder=home.encoder.identity)


def test_files_of_two_snapshots_do_not_go_together(home: Home, folder: Path) -> None:
    """Even with checksums that fit: somebody mixed the files and wrote a manifest for the mix."""
    other = snapshot_folder(home.snapshots, home.publish(replace(PARKING, slug="two")))
    (segment,) = set(other.glob("*.segment")) - {other / path.name for path in folder.glob("*.segment")}
    shutil.copy(segment, folder / segment.name)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["checksum"]
    manifest["segments"][0] |= {"file": segment.name, "checksum": snapshot.file_checksum(segment)}
    manifest["checksum"] = snapshot._own_checksum(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SnapshotRefused, match="do not belong together"):
        load_snapshot(folder, encoder=home.encoder.identity)


def test_a_full_disk_leaves_nothing_behind(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_snapshot(folder, encoder=home.encoder.identity)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_sync", full)
    with pytest.raises(OSError, match="No space"):
        snapshot.write_snapshot(home.snapshots, 77, home.encoder.identity, loaded.corpus, "{}")
    assert [path.name for path in home.snapshots.iterdir()] == [folder.name]


def test_pruning_deletes_what_is_over_and_never_what_others_are_writing(home: Home, folder: Path) -> None:
    home.publish(PARKING, replace(REST, reviewer="Dr. C."))
    long_ago = time.time() - 7200
    for name, written in (
        (".new-9-aaaa", time.time()),
        (".new-8-bbbb", long_ago),
        ("00000003", time.time()),  # another publisher's, about to go live
        ("00000004", long_ago),  # another publisher's, which never went live
    ):
        (home.snapshots / name).mkdir()
        os.utime(home.snapshots / name, (written, written))
    prune(home.snapshots, [2], [1], older_than=time.time() - 3600)
    left = sorted(path.name for path in home.snapshots.iterdir())
    assert left == [".new-9-aaaa", "00000002", "00000003"]


def test_an_empty_publication_can_be_written_and_read(home: Home) -> None:
    home.publish(PARKING)
    done = home.publisher.withdraw("parking")
    loaded = load_snapshot(
        snapshot_folder(home.snapshots, done.publication.id), encoder=home.encoder.identity
    )
    assert loaded.corpus.passages == ()
