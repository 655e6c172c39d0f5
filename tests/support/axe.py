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


def problems(page: Page | Frame) -> list[str]:
    """What axe finds wrong in a page (its frames are asked one by one), as sentences; [] when nothing."""
    frames = (
        [page] if isinstance(page, Frame) else [each for each in page.frames if each.url != "about:blank"]
    )
    return [sentence for frame in frames for sentence in _of(frame)]


def _of(frame: Frame) -> list[str]:
    if not frame.evaluate("typeof window.axe === 'object'"):
        frame.evaluate(_script() + "\n;undefined")
    found: dict[str, Any] = frame.evaluate(
        "tags => axe.run(document, {runOnly: tags, iframes: false, resultTypes: ['violations']})", _TAGS
    )
    return [
        f"{violation['id']}: {violation['help']}; {node['html'][:200]} ({_why(node)})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return "; ".join(check["message"] for check in checks)


def assert_accessible(page: Page | Frame, state: str) -> None:
    """Fails with everything that axe found; `state` says in which state the page was."""
    found = problems(page)
    assert not found, f"{state}:\n" + "\n".join(found)
