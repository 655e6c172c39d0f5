"""`python -m bot.web` serves the web process in the foreground."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Becomes gunicorn; more of its options may follow on the command line."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:bot.web.gunicorn_conf"]
    os.execv(sys.executable, [*command, *sys.argv[1:], "bot.web.wsgi:app"])  # nosec B606 # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
