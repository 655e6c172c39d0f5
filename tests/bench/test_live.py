"""The bench's parts between advisors and patients, on the real processes and on their baseline."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.operations.stack import Stack
from tests.bench import crowd, live
from tests.bench.asking import NoReply
from tests.bench.baseline.desk import StockDesk
from tests.bench.desk import NAMES
from tests.bench.start import roots

pytestmark = pytest.mark.e2e

ROUNDS, WIDGETS = 2, 20


def test_the_desk_is_measured_on_both_sides_alone_and_among_open_widgets(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "SETTLE_SECONDS", 0.1)
    with StockDesk(tmp_path) as stock:
        sides = [
            live.Side(stack.url, stack.pid("web"), roots(stack), live.sign_in(stack)),
            live.Side(stock.url, stock.pid, [stock.pid], {}),
        ]
        figures, record = live.measure(sides, ROUNDS, "what are nk cells", 0)
        assert [figure.name.rpartition(":")[0] for figure in figures[::2]] == list(NAMES.values())
        assert all(figure.ours and figure.baseline for figure in figures)
        assert record["ours"]["bot_messages_after"] == 0  # type: ignore[index]
        told: list[str] = []
        figures, record = live.among(sides, WIDGETS, ROUNDS, "what are nk cells", 0, told.append)
        assert all(line.startswith(f"  {WIDGETS} open") for line in told)
        assert all(figure.ours for figure in figures if figure.unit == "MB")


def test_a_stream_that_the_server_ended_is_noticed(stack: Stack, tmp_path: Path) -> None:
    with crowd.Crowd(stack.url, 3) as waiting:
        assert waiting.still_open() == 3
    with StockDesk(tmp_path) as stock:
        gone = crowd.Crowd(stock.url, 3)
        gone.__enter__()
        assert gone.still_open() == 3
    until = time.monotonic() + 10
    while gone.still_open() and time.monotonic() < until:
        time.sleep(0.05)
    assert gone.still_open() == 0
    gone.__exit__(None, None, None)


def test_a_refused_stream_is_no_open_widget(stack: Stack) -> None:
    with pytest.raises(NoReply, match="refused"):
        crowd.Crowd(stack.url, 0)._open("0" * 32, "wrong")
