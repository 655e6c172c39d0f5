"""The bench's part with thousands of open streams, with a handful, on the real processes."""

from __future__ import annotations

import pytest

from bot.operations.stack import Stack
from tests.bench import crowd, live, streams
from tests.bench.start import roots

pytestmark = pytest.mark.e2e


def test_streams_are_weighed_and_messages_timed_one_at_a_time_and_all_at_once(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "SETTLE_SECONDS", 0.1)
    side = live.Side(stack.url, stack.pid("web"), roots(stack), live.sign_in(stack))
    told: list[str] = []
    length = streams.Length(alone=3, bursts=2, rest=0.2)
    figures, record = streams.measure(side, (3, 12), length, 0, told.append)
    assert [line.partition(" open")[0] for line in told] == ["  3 of 3", "  12 of 12"]
    by_name = {figure.name: figure for figure in figures}
    assert by_name["12 open streams: lost"].ours == 0
    assert (by_name["12 open streams: web process"].ours or 0) > 20
    held = record["12 streams"]
    assert isinstance(held, dict)
    assert len(held["alone"]) == 3 and len(held["at_once"]) == 24
    times = [*held["alone"], *held["at_once"]]
    assert all(0 <= milliseconds < 15_000 for milliseconds in times)
    assert figures[-1].name.startswith("in the log → on the page") and figures[-1].baseline is not None
