"""Typing commands, for tests of the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from knowledge.__main__ import main

Run = Callable[..., Result]


def runner(var: Path) -> Run:
    """Runs a command with this state folder, and without the settings of whoever runs it."""

    def command(*arguments: object, **settings: str) -> Result:
        unset = dict.fromkeys((name for name in os.environ if name.startswith("NKBOT_")), "")
        environment = {**unset, "NKBOT_VAR": str(var), **settings}
        return CliRunner().invoke(main, [str(each) for each in arguments], env=environment)

    return command


def fails(done: Result, sentence: str) -> None:
    """It failed with one plain sentence, and no traceback."""
    assert done.exit_code != 0
    assert isinstance(done.exception, SystemExit), done.exception
    assert sentence in done.stderr


def works(done: Result) -> str:
    """It did what it should; what it printed."""
    assert done.exit_code == 0, done.stderr or done.exception
    return str(done.stdout)
