"""The classifier: the readers beside the lines, and what is kept of both."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from bot.safety.classifier import Classifier
from bot.safety.lines import threshold_lines
from bot.safety.rules import Rules
from tests.safety.test_screen import CountingEncoder

RULES = Rules.load()
SAID = ["my chest hurts", "what does it cost", "he fell and does not answer"]


def judged(classifier: Classifier) -> list[float]:
    readings = [RULES.read(text) for text in SAID]
    return [probability for probability, _ in classifier.emergency(SAID, readings)]


def test_what_comes_from_the_file_judges_exactly_as_what_was_learned(tmp_path: Path) -> None:
    kept = tmp_path / "red_flags.npz"
    learned = Classifier.load(CountingEncoder(), RULES, threshold_lines(), kept)
    again = Classifier.load(CountingEncoder(), RULES, threshold_lines(), kept)
    assert kept.exists()
    assert judged(again) == judged(learned)
    assert len(again.readers) == len(learned.readers) > 1


def test_on_a_full_disk_nothing_is_left_of_what_could_not_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, **_: object) -> None:
        path.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    learned = Classifier.load(CountingEncoder(), RULES, threshold_lines(), tmp_path / "red_flags.npz")
    assert len(judged(learned)) == len(SAID)
    assert list(tmp_path.iterdir()) == []


def test_each_reader_begins_elsewhere_so_that_their_mistakes_differ() -> None:
    readers = Classifier.train(CountingEncoder(), RULES, threshold_lines()).readers
    first = [reader.weights[0] for reader in readers]
    assert not any(np.array_equal(first[0], other) for other in first[1:])
