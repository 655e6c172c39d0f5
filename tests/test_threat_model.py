"""The threat model names tests and modules that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
TEXT = (CHECKOUT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MODULE = re.compile(r"`((?:bot|actions|knowledge)(?:\.\w+)+)`")


def rows() -> list[list[str]]:
    """The cells of the table of threats."""
    table = TEXT.partition("## Threats and controls")[2]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_test_that_it_names_exists() -> None:
    missing = []
    for file, name in NAMED.findall(TEXT):
        path = CHECKOUT / file
        defined = set()
        if path.exists():
            tree = ast.parse(path.read_text(encoding="utf-8"))
            defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if name not in defined:
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_module_that_it_names_exists() -> None:
    missing = [
        name
        for name in MODULE.findall(TEXT)
        if not (
            (CHECKOUT / name.replace(".", "/")).is_dir()
            or (CHECKOUT / f"{name.replace('.', '/')}.py").is_file()
        )
    ]
    assert missing == []


def test_every_threat_has_a_control_and_a_test_that_shows_it() -> None:
    assert len(rows()) > 30
    for threat, control, shown, _remains in rows():
        assert threat, control
        assert control, threat
        assert NAMED.search(shown), threat
