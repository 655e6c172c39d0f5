"""The clinic's colour: readable whatever it is, in the light and in the dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web import theme

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
grounds = st.sampled_from([theme.LIGHT, theme.DARK])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert theme.contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert theme.contrast(other, one) == theme.contrast(one, other)


@given(colors, grounds)
def test_any_colour_can_be_read_wherever_it_is_used(color: str, ground: theme.Ground) -> None:
    found = theme.palette(color, ground)
    for accent in (found.accent, found.accent_strong):
        for below in (*ground.surfaces, found.own):
            assert theme.contrast(accent, below) >= 4.5
        assert theme.contrast(found.on_accent, accent) >= 4.5
    assert theme.contrast(ground.text, found.own) >= 7
    assert theme.contrast(found.own, ground.surfaces[0]) >= 1.05, "one's own messages have no ground"


@given(colors, grounds)
def test_a_colour_that_can_be_read_stays_as_it_is(color: str, ground: theme.Ground) -> None:
    found = theme.palette(color, ground)
    if all(theme.contrast(color, below) >= 4.5 for below in (*ground.surfaces, found.own)):
        assert found.accent == color


def test_without_a_colour_the_sheet_changes_nothing_and_the_button_has_the_page_s_own() -> None:
    assert "{" not in theme.stylesheet("")
    base = (Path(theme.__file__).parent / "static" / "css" / "base.css").read_text(encoding="utf-8")
    light, dark = base.split("prefers-color-scheme: dark", 1)
    for ground, rules in ((theme.LIGHT, light), (theme.DARK, dark)):
        found = theme.palette("", ground)
        expected = {
            "accent": found.accent,
            "accent-strong": found.accent_strong,
            "on-accent": found.on_accent,
            "own": found.own,
            "text": ground.text,
            "surface": ground.surfaces[0],
            "raised": ground.surfaces[1],
            "page": ground.surfaces[2],
        }
        for name, color in expected.items():
            assert re.search(rf"--{name}: ([^;]+);", rules)[1] == color, f"--{name} differs from base.css"  # type: ignore[index]


def test_the_sheet_has_colours_for_light_and_dark() -> None:
    sheet = theme.stylesheet("#b5179e")
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")
    assert "--accent: #b5179e" in light
    assert "--accent: #" in dark
    assert "--accent: #b5179e" not in dark
