"""The bench of publishing, and the made-up knowledge base that it publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.settings import KnowledgeSettings
from knowledge.split import split
from knowledge.units import units
from tests.bench import publishing
from tests.bench.publishing import First
from tests.support import synthetic


def test_made_up_documents_have_ten_passages_and_share_no_words_that_are_embedded() -> None:
    passages = [passage for number in range(20) for passage in split(synthetic.document(number), number + 1)]
    assert len(passages) == 200
    texts = [unit.text for passage in passages for unit in units(passage)]
    assert len(set(texts)) > 0.99 * len(texts)
    assert 5 <= len(texts) / len(passages) <= 10


def test_another_edition_has_one_other_passage() -> None:
    before, after = (split(synthetic.document(3, edition), 1) for edition in (0, 1))
    assert [one.key == other.key for one, other in zip(before, after, strict=True)] == [False] + 9 * [True]
    assert synthetic.document(3, 1) == synthetic.document(3, 1)


def test_what_was_not_embedded_is_added_at_the_rate_of_what_was() -> None:
    made = First(1_000, 200, 20.0, 33.0, {"embedding": 23.0, "indexing": 10.0}, 100.0)
    assert (made.rate, made.extrapolated) == (10.0, 80.0)
    assert First(200, 200, 20.0, 30.0, {"embedding": 20.0}, 100.0).extrapolated == 0


@pytest.mark.skipif(
    not KnowledgeSettings.from_environment().model_dir.exists(), reason="set-up exports the encoder"
)
def test_every_figure_is_measured_with_real_processes(tmp_path: Path) -> None:
    said: list[str] = []
    figures, record = publishing.measure(tmp_path, 40, 20, 60, 1, False, 0, said.append)
    assert len(figures) == 6
    assert all(figure.ours is not None and figure.ours > 0 for figure in figures)
    assert figures[0].note == "20 embedded, 20 at their rate"
    edited = record["edited"]
    assert isinstance(edited, dict)
    assert {name: len(times) for name, times in edited.items()} == {"new": 1, "running": 1}
    assert any("passages a second" in line for line in said)
