from __future__ import annotations

import pytest

from tests.bench.figures import Figure, percentile, table


def test_a_percentile_is_a_measured_value() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.95) == 5.0
    assert percentile([7.0], 0.5) == 7.0
    with pytest.raises(ValueError, match="Nothing was measured"):
        percentile([], 0.5)


def test_less_time_and_more_answers_are_both_better() -> None:
    time = Figure("answer", 20.0, "ms", target=25.0, baseline=100.0)
    rate = Figure("answers", 80.0, "/s", target=50.0, baseline=10.0, better="higher")
    assert (time.reached, time.ratio) == (True, 5.0)
    assert (rate.reached, rate.ratio) == (True, 8.0)
    assert Figure("answer", 26.0, "ms", target=25.0).reached is False
    assert Figure("answers", 49.0, "/s", target=50.0, better="higher").reached is False


def test_what_was_not_measured_is_left_out_and_not_called_reached() -> None:
    figure = Figure("answer", None, "ms", target=25.0, baseline=100.0)
    assert (figure.reached, figure.ratio) == (None, None)
    row = table([figure]).splitlines()[-1]
    assert "yes" not in row and "None" not in row


def test_the_table_says_what_missed_and_by_how_much_we_are_better() -> None:
    lines = table(
        [
            Figure("fast", 12.34, "ms", target=25, baseline=90.0),
            Figure("slow", 1234.0, "ms", target=25, baseline=617.0, note="a note"),
        ]
    ).splitlines()
    fast, slow = lines[2:]
    assert fast.split() == ["fast", "12.3", "ms", "≤", "25.0", "ms", "yes", "90.0", "ms", "7.29", "×"]
    assert "MISSED" in slow and "0.500 ×" in slow and slow.endswith("a note")
