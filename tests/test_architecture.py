"""The house: who may import whom. Every import of every module is read, also those inside functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
OURS = ("knowledge", "bot", "actions")

# (the modules below …, must not import …). A name stands for itself and everything below it.
FORBIDDEN = [
    ("knowledge", {"flask", "rasa", "rasa_sdk", "bot", "actions", "werkzeug", "gevent"}),
    ("actions", {"bot", "flask", "rasa", "torch", "sentence_transformers", "transformers", "optimum"}),
    ("bot.web", {"rasa", "rasa_sdk", "actions", "bot.extensions", "bot.operations", "torch"}),
    (
        "bot.conversations",
        {"flask", "rasa", "rasa_sdk", "actions", "bot.web", "bot.worker", "bot.accounts", "bot.operations"},
    ),
    ("bot.accounts", {"flask", "rasa", "rasa_sdk", "actions", "bot.web", "bot.worker", "bot.operations"}),
    ("bot.worker", {"flask", "rasa", "rasa_sdk", "actions", "bot.web", "bot.safety", "bot.operations"}),
    (
        "bot.editorial",
        {
            "flask",
            "rasa",
            "rasa_sdk",
            "actions",
            "bot.web",
            "bot.worker",
            "bot.operations",
            "bot.conversations",
            "torch",
        },
    ),
    (
        "bot.safety",
        {"flask", "rasa", "rasa_sdk", "actions", "bot.web", "bot.conversations", "bot.operations"},
    ),
    ("bot.settings", {"flask", "rasa", "rasa_sdk", "actions", "bot.web", "bot.worker", "bot.operations"}),
    ("bot.addresses", {"flask", "rasa", "sqlalchemy", "urllib3", "knowledge", "bot"}),
    ("bot.failures", {"flask", "rasa", "sqlalchemy", "knowledge", "bot"}),
    ("bot.shares", {"flask", "rasa", "sqlalchemy", "knowledge", "bot", "numpy"}),
]

# What Rasa loads, and the two modules of ours that it may use besides.
LOADED_BY_RASA = "bot.extensions"
ALLOWED_TO_RASA = {"bot.extensions", "bot.addresses", "knowledge.encoder"}
LIGHT = {"numpy", "onnxruntime", "tokenizers"}

# The bootstrap: runs before anything is installed.
BARE = ["prepare", "checkout", "interpreters", "environments", "steps", "secrets", "launch"]


def modules() -> dict[str, Path]:
    """Every module of ours with its file."""
    found = {}
    for top in OURS:
        for path in sorted((CHECKOUT / top).rglob("*.py")):
            parts = list(path.relative_to(CHECKOUT).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            found[".".join(parts)] = path
    return found


def imports(name: str, path: Path) -> Iterator[str]:
    """The full names that a module imports; `from a import b` gives `a.b`, which may be an object."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            yield from (f"{base}.{each.name}" for each in node.names)


def below(name: str, *tops: str) -> bool:
    """Whether a full name is one of `tops` or below one."""
    return any(name == top or name.startswith(f"{top}.") for top in tops)


MODULES = modules()


def test_the_test_sees_the_imports_that_matter() -> None:
    assert {"knowledge.model", "bot.settings", "bot.web.app"} <= set(MODULES)
    seen = set(imports("bot.settings", MODULES["bot.settings"]))
    assert "knowledge.environment.variable" in seen
    assert "knowledge" not in seen


@pytest.mark.parametrize(("part", "forbidden"), FORBIDDEN, ids=[part for part, _ in FORBIDDEN])
def test_imports_point_one_way(part: str, forbidden: set[str]) -> None:
    ours = {name: path for name, path in MODULES.items() if below(name, part)}
    assert ours, f"{part} is gone; change this test with the layout"
    wrong = [
        f"{name} imports {each}"
        for name, path in ours.items()
        for each in imports(name, path)
        if below(each, *forbidden) and not below(each, part)
    ]
    assert wrong == []


def test_nothing_imports_operations() -> None:
    wrong = [
        f"{name} imports {each}"
        for name, path in MODULES.items()
        if not below(name, "bot.operations")
        for each in imports(name, path)
        if below(each, "bot.operations")
    ]
    assert wrong == []


def test_rasa_loads_little_of_ours() -> None:
    wrong = [
        f"{name} imports {each}"
        for name, path in MODULES.items()
        if below(name, LOADED_BY_RASA)
        for each in imports(name, path)
        if below(each, *OURS) and not below(each, *ALLOWED_TO_RASA)
    ]
    assert wrong == []


def test_the_encoder_stays_light() -> None:
    import sys

    name = "knowledge.encoder"
    outside = {each.partition(".")[0] for each in imports(name, MODULES[name])}
    assert outside - set(sys.stdlib_module_names) - {"__future__"} <= LIGHT


def test_sql_stays_behind_few_modules() -> None:
    allowed = (
        "bot.conversations",
        "bot.accounts",
        "knowledge.store",
        "bot.extensions.tracker_store",
        "bot.operations.backup",  # copies SQLite's files the way SQLite wants it
    )
    wrong = [
        f"{name} imports {each}"
        for name, path in MODULES.items()
        if not below(name, *allowed)
        for each in imports(name, path)
        # Its errors may be caught anywhere: `from sqlalchemy.exc import SQLAlchemyError`.
        if below(each, "sqlalchemy", "alembic", "sqlite3", "psycopg") and not below(each, "sqlalchemy.exc")
    ]
    assert wrong == []


def test_packages_that_both_pythons_share_import_nothing() -> None:
    for name in ("knowledge", "bot"):
        assert list(imports(name, MODULES[name])) == []


def test_actions_stay_flat() -> None:
    below_actions = [each for each in (CHECKOUT / "actions").iterdir() if each.is_dir()]
    assert [each.name for each in below_actions if each.name != "__pycache__"] == []


def test_set_up_needs_nothing_installed() -> None:
    import sys

    for part in BARE:
        name = f"bot.operations.{part}"
        for each in imports(name, MODULES[name]):
            if below(each, "bot.operations"):
                leaf = each.split(".")[2]
                assert leaf in BARE, f"{name} imports {each}"
            else:
                assert each.partition(".")[0] in sys.stdlib_module_names, f"{name} imports {each}"
