"""The bench of the search engines, on few vectors."""

from __future__ import annotations

import pytest

from tests.bench import engines


def test_both_are_measured_by_the_same_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := engines.why_not():
        pytest.skip(reason)
    rows = engines.measure(3_000)
    assert [row.engine for row in rows] == ["faiss", "pgvector"]
    assert all(row.recall >= 0.95 and 0 < row.p50 <= row.p95 for row in rows)
    memory, database = rows
    assert memory.table_mb == memory.graph_mb == 0 < database.table_mb < database.graph_mb
    assert database.process_mb < memory.process_mb
    figures = engines.figures(rows, 3_000)
    assert len(figures) == 6
    assert [figure.baseline for figure in figures[3:]] == [memory.p50, memory.recall, memory.process_mb]
    assert engines.table(rows).count("\n") == 2
