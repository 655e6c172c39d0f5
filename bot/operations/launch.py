"""Turns itself into another program: `python launch.py NAME=VALUE … -- PROGRAM ARGUMENT …`.

The supervisor starts every process through it. It sets the variables, and asks Linux to end the
program when the supervisor dies: otherwise a killed supervisor would leave processes behind that
hold the ports. Run by path and without site packages, so it costs a few milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """On Linux: this process gets SIGTERM when the thread that started it ends. Elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


if __name__ == "__main__":
    split = sys.argv.index("--")
    parent = os.getppid()
    die_with_parent()
    if os.getppid() != parent:
        sys.exit(1)
    for each in sys.argv[1:split]:
        name, _, value = each.partition("=")
        os.environ[name] = value
    os.execvp(sys.argv[split + 1], sys.argv[split + 1 :])  # nosec B606 # noqa: S606 - no shell is wanted
