"""The figures of a screen: what counts as missed, what as a false alarm, and how sure the figures are."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety import Category, RedFlag
from bot.safety.lines import Line, contrasts, read_lines
from bot.safety.measure import measure
from bot.shares import Share


class SeesBlood:
    def screen(self, text: str) -> RedFlag | None:
        return RedFlag(Category.BLEEDING) if "blood" in text else None


def test_a_report_counts_what_was_missed_and_what_was_alarmed() -> None:
    lines = [
        Line("blood everywhere", Category.BLEEDING, "bleeding"),
        Line("blood when i cough and no air", Category.STROKE_HEART_BREATHING, "stroke_heart_breathing"),
        Line("it will not stop", Category.BLEEDING, "bleeding"),
        Line("how much blood does a donor give", None, "asking"),
        Line("what does it cost", None, "ordinary"),
    ]
    report = measure(SeesBlood(), lines)
    assert (report.recall, report.false_alarms, report.right_kind) == (Share(2, 3), Share(1, 2), Share(1, 2))
    assert [line.text for line in report.missed] == ["it will not stop"]
    assert [line.text for line in report.alarmed] == ["how much blood does a donor give"]
    assert report.by_group["bleeding"] == Share(1, 2)
    assert "missed       bleeding: it will not stop" in str(report)
    assert "66.7 % (2/3; 20.8–93.9)" in report.totals
    assert str(report).startswith(report.totals)
    assert not [line.text for line in lines if line.text in report.totals]


@pytest.mark.parametrize(
    ("share", "interval"),
    [
        (Share(0, 0), (0.0, 1.0)),
        (Share(100, 100), (0.963, 1.0)),
        (Share(0, 100), (0.0, 0.037)),
        (Share(98, 100), (0.930, 0.994)),
    ],
)
def test_the_interval_is_wilson_s(share: Share, interval: tuple[float, float]) -> None:
    assert share.interval == pytest.approx(interval, abs=0.001)


def test_lines_come_with_their_kind_and_their_group(tmp_path: Path) -> None:
    path = tmp_path / "lines.yml"
    path.write_text(
        "bleeding:\n  - it runs red\npasses:\n  sayings:\n    - bleeding edge\n", encoding="utf-8"
    )
    assert read_lines(path) == [
        Line("it runs red", Category.BLEEDING, "bleeding"),
        Line("bleeding edge", None, "sayings"),
    ]


def test_a_contrast_puts_each_thing_into_both_ways_of_speaking() -> None:
    data = {
        "things": {"bleeding": ["a nosebleed"]},
        "happening": ["i have {} now"],
        "passes": {"asking": ["is {} common"]},
    }
    found = set(contrasts(data))
    assert found == {
        Line("i have a nosebleed now", Category.BLEEDING, "bleeding"),
        Line("is a nosebleed common", None, "asking"),
    }
