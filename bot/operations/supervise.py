"""`python -m bot.operations.supervise -c FILE`: the supervisor, made to outlive a full disk.

As it comes, supervisord ends when a line cannot be written to one of its log files, and all processes end with
it: a disk filled by somebody else would stop the assistant for good. Here lines that cannot be written
are lost, nothing else, and logging goes on as soon as there is space.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from typing import Any

from supervisor import loggers, supervisord

_emit = loggers.RotatingFileHandler.emit


def emit(self: Any, record: Any) -> None:
    """Write a line of a log, or lose it."""
    with contextlib.suppress(OSError):
        if self.stream.closed:  # there was no space when the next file should have begun
            self.stream = open(self.baseFilename, self.mode)  # noqa: PTH123, SIM115
        _emit(self, record)


def handle_error(_self: Any) -> None:
    """Tell of a failure to log, where that can be told: errors go to a file, too."""
    with contextlib.suppress(OSError, ValueError):
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


def install() -> None:
    """Change how the supervisor writes its logs and those of its processes."""
    loggers.RotatingFileHandler.emit = emit
    loggers.Handler.handleError = handle_error


if __name__ == "__main__":
    install()
    supervisord.main()
