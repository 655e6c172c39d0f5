"""Checks a page with axe-core, the accessibility checker; the script comes with axe-playwright-python."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Frame, Page

# What WCAG 2.2 asks for at levels A and AA, and axe's advice on good practice.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def problems(page: Page | Frame, *, read_styles: bool = True) -> list[str]:
    """What axe finds wrong in a page (its frames are asked one by one), as sentences; [] when nothing.

    Where a page has a shadow root, axe reads style sheets in a way that our policy rightly refuses; without
    `read_styles` it leaves that, and with it only the rule about locked orientation.
    """
    frames = (
        [page] if isinstance(page, Frame) else [each for each in page.frames if each.url != "about:blank"]
    )
    return [sentence for frame in frames for sentence in _of(frame, read_styles)]


def _of(frame: Frame, read_styles: bool) -> list[str]:
    if not frame.evaluate("typeof window.axe === 'object'"):
        frame.evaluate(_script() + "\n;undefined")
    found: dict[str, Any] = frame.evaluate(
        "([tags, preload]) => axe.run(document,"
        " {runOnly: tags, iframes: false, preload, resultTypes: ['violations']})",
        [_TAGS, read_styles],
    )
    return [
        f"{violation['id']}: {violation['help']}; {node['html'][:200]} ({_why(node)})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return "; ".join(check["message"] for check in checks)


def assert_accessible(page: Page | Frame, state: str, *, read_styles: bool = True) -> None:
    """Fails with everything that axe found; `state` says in which state the page was."""
    found = problems(page, read_styles=read_styles)
    assert not found, f"{state}:\n" + "\n".join(found)
