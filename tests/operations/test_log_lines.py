"""What a log line looks like, what it belongs to, and that Rasa's Python writes the same."""

from __future__ import annotations

import ast
import json
import logging
import sys
from pathlib import Path

import pytest

from knowledge import log_lines
from knowledge.log_lines import JSON, TEXT, About, LineFormatter

CHECKOUT = Path(__file__).parents[2]
REQUEST = "0123456789abcdef" * 2


def record(message: str = "a turn is over", **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.web", logging.WARNING, __file__, 1, message, (), None)
    made.__dict__[log_lines.FIELDS] = fields
    return made


def test_a_line_of_text_ends_with_its_figures_and_what_it_is_about() -> None:
    line = LineFormatter(TEXT, "web")
    assert line.format(record()).endswith(" WARNING bot.web a turn is over")
    with log_lines.about(REQUEST, "3fa9.5"):
        assert line.format(record(ms=12)).endswith(f" a turn is over ms=12 request={REQUEST} turn=3fa9.5")
    assert line.format(record()).endswith(" a turn is over"), "it was about something else"


def test_a_line_of_json_is_one_object_whatever_is_in_it() -> None:
    line = LineFormatter(JSON, "web")
    try:
        raise ValueError("a\nb")
    except ValueError:
        failed = record('two\nlines "quoted" ä')
        failed.exc_info = sys.exc_info()
    with log_lines.about(REQUEST):
        written = [line.format(each) for each in (record(ms=12, kind="answer"), failed)]
    assert all("\n" not in each and each.isascii() for each in written)
    first, second = map(json.loads, written)
    assert {name: first[name] for name in first if name != "at"} == {
        "level": "WARNING",
        "process": "web",
        "logger": "bot.web",
        "message": "a turn is over",
        "ms": 12,
        "kind": "answer",
        "request": REQUEST,
    }
    assert first["at"].endswith("+00:00")
    assert second["message"] == 'two\nlines "quoted" ä'
    assert "ValueError" in second["trace"]


@pytest.mark.parametrize(
    "brought",
    [REQUEST.upper(), "0b8f3f5e-3f0e-4c53-9f7b-2f6f8f0c1d2e"],
)
def test_an_id_that_looks_like_one_is_taken(brought: str) -> None:
    assert log_lines.harmless(brought) == brought.lower()


@pytest.mark.parametrize(
    "brought",
    [
        "",
        "chest-pain",
        "0791234567",
        REQUEST + "\n",
        REQUEST + " x",
        f"{REQUEST}{REQUEST}",
        "a" * 31,
        None,
        7,
    ],
)
def test_what_could_be_something_else_is_not(brought: object) -> None:
    assert log_lines.harmless(brought) == ""


def test_what_another_process_tells_is_looked_at() -> None:
    with log_lines.about(REQUEST, log_lines.reference("3fa9c2d10b77aaaabbbb", 5)):
        told = log_lines.handed_on()
    assert told == {"X-Request-ID": REQUEST, "X-Turn": "3fa9c2d10b77.5"}
    assert log_lines.taken_over(told["X-Request-ID"], told["X-Turn"]) == About(REQUEST, "3fa9c2d10b77.5")
    for turn in ("my chest hurts", "a.b", "3fa9c2d10b77.0", "3fa9c2d10b77.5\n", None):
        assert log_lines.taken_over("hello", turn) == About()
    assert log_lines.handed_on() == {}


def test_rasas_python_writes_the_very_same() -> None:
    ours, theirs = (
        ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
        for path in ("knowledge/log_lines.py", "bot/extensions/log_lines.py")
    )
    assert ast.dump(ast.Module(ours.body[1:], [])) == ast.dump(ast.Module(theirs.body[1:], []))
