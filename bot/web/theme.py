"""Colours that follow from the clinic's own, for light and dark pages, each readable where it is used.

The contrast is WCAG's: 4.5 to 1 at least for text, whatever colour the clinic brings.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

READABLE = 4.5
EASY = 7.0
"""For whole sentences on a coloured ground."""
_SEEN = 1.05
_STEP = 0.02

_Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a theme's colours stand on: `surfaces` carry accents, `text` stands on the tint."""

    surfaces: tuple[str, ...]
    text: str
    toward: str
    """White or black: where an accent moves until it is readable on the opposite ground."""


LIGHT = Ground(("#ffffff", "#f5f8f8", "#eef3f2"), "#14211f", "#000000")
DARK = Ground(("#16201f", "#1e2a28", "#0d1413"), "#e7efed", "#ffffff")
"""The surfaces and the text colour of `base.css`."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The four colours of one scheme, as the style sheet calls them."""

    accent: str
    accent_strong: str
    on_accent: str
    own: str
    """The ground of the patient's own messages."""


_OWN = {
    LIGHT: Palette("#0f6b66", "#0a524e", "#ffffff", "#dcefec"),
    DARK: Palette("#6fd0c6", "#96e2da", "#06211f", "#1c413d"),
}
"""What `base.css` has, for clinics without a colour."""


def palette(color: str, ground: Ground) -> Palette:
    """The colours of one scheme that follow from `color` (`#rrggbb`, or "" for the page's own)."""
    if not color:
        return _OWN[ground]
    own = _tint(color, ground)
    accent = _moved(color, (*ground.surfaces, own), ground.toward)
    strong = _moved(mix(accent, ground.toward, 0.25), (*ground.surfaces, own), ground.toward)
    opposite = "#ffffff" if ground.toward == "#000000" else "#000000"
    on_accent = opposite if ground.toward == "#000000" else _first_readable(accent, opposite)
    return Palette(accent, strong, on_accent, own)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`one` with so much of `other` in it (0 to 1)."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return _hex(*(a + (b - a) * share for a, b in pairs))


def stylesheet(color: str) -> str:
    """The rules that replace the colours of `base.css`; none for no colour."""
    if not color:
        return "/* The clinic has chosen no colour of its own. */\n"
    dark = _rules(palette(color, DARK), "    ")
    return (
        f":root {{\n{_rules(palette(color, LIGHT), '  ')}}}\n\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{\n{dark}  }}\n}}\n"
    )


def _rules(colors: Palette, indent: str) -> str:
    values = {
        "--accent": colors.accent,
        "--accent-strong": colors.accent_strong,
        "--on-accent": colors.on_accent,
        "--own": colors.own,
    }
    return "".join(f"{indent}{name}: {value};\n" for name, value in values.items())


def _tint(color: str, ground: Ground) -> str:
    """A touch of the colour on the ground, so light that text on it is easy to read."""
    base = ground.surfaces[0]
    share = 0.86 if base == "#ffffff" else 0.72
    own = mix(color, base, share)
    while contrast(own, ground.text) < EASY and share < 1:
        share = min(share + _STEP, 1.0)
        own = mix(color, base, share)
    return own if contrast(own, base) >= _SEEN else mix(base, ground.text, 0.1)


def _moved(color: str, grounds: tuple[str, ...], toward: str) -> str:
    """The colour, darker or lighter by as little as makes it readable on all grounds; its hue stays."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(color))
    step = -_STEP if toward == "#000000" else _STEP
    while min(contrast(color, each) for each in grounds) < READABLE and color != toward:
        lightness = min(1.0, max(0.0, lightness + step))
        color = _hex(*colorsys.hls_to_rgb(hue, lightness, saturation))
    return color


def _first_readable(accent: str, extreme: str) -> str:
    """Nearly black in the accent's hue where that is readable, else black."""
    tinted = mix(accent, extreme, 0.85)
    return tinted if contrast(tinted, accent) >= READABLE else extreme


def _luminance(color: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(color: str) -> _Rgb:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(min(max(each, 0.0), 1.0) * 255):02x}" for each in (red, green, blue))
