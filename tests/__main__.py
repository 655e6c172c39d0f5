"""Runs all tests in parts side by side: `python -m tests [pytest's arguments]`.

Tests of real processes and of the browser wait more than they compute, so one part's waiting is another's time.
A part's output is shown when the part is done; the exit code is 0 when no part failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack

from bot.operations.checkout import APP_PYTHON, RASA_PYTHON

WHOLE_STACK = ("e2e", "operations", "deployment", "chaos")
"""Folders whose tests start all processes, most of them with a browser."""
NO_TESTS = 5
"""pytest's exit code when arguments chose none of a part's tests."""


def parts() -> dict[str, list[str]]:
    """The parts by name: each the command that runs it, without the arguments from outside."""
    app, rasa = [str(APP_PYTHON), "-m", "pytest"], [str(RASA_PYTHON), "-m", "pytest"]
    left_out = [f"--ignore=tests/{folder}" for folder in (*WHOLE_STACK, "extensions")]
    return {
        "with the whole stack": [*app, *(f"tests/{folder}" for folder in WHOLE_STACK)],
        "of the parts": [*app, "tests", *left_out],
        "under Rasa's Python": [*rasa, "tests/extensions"],
    }


def main(arguments: list[str]) -> int:
    """Run the parts with these arguments of pytest; returns the exit code."""
    chosen = parts()
    print(
        f"Tests run in {len(chosen)} parts side by side; each part's report comes when it is done.",
        flush=True,
    )
    with ExitStack() as stack:
        running = {}
        for name, command in chosen.items():
            output = stack.enter_context(tempfile.TemporaryFile())
            # Each with a cache of its own: two would write one file.
            cache = ["-o", f"cache_dir=.pytest_cache/{name.replace(' ', '-')}"]
            process = subprocess.Popen(
                [*command, *cache, *arguments], stdout=output, stderr=subprocess.STDOUT
            )
            running[name] = process, output
        codes = []
        while running:
            for name, (process, output) in list(running.items()):
                if process.poll() is None:
                    continue
                del running[name]
                codes.append(process.returncode)
                print(f"\nTests {name}:", flush=True)
                output.seek(0)
                sys.stdout.buffer.write(output.read())
                sys.stdout.flush()
            time.sleep(0.2)
    if all(code == NO_TESTS for code in codes):
        return NO_TESTS
    return 0 if all(code in (0, NO_TESTS) for code in codes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
