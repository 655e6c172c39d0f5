"""Starts the real stack and nginx before it, for a test that runs this in a network namespace.

    python tests/deployment/whole_site.py FOLDER ADDRESS

Prints a line when all can serve, and stops when its input ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.operations.stack import temporary_stack
from tests.support import nginx


def main() -> None:
    """See above."""
    folder, address = Path(sys.argv[1]), sys.argv[2]
    behind = {"NKBOT_TRUSTED_PROXIES": "1", "NKBOT_PUBLIC_URL": f"https://{nginx.NAME}"}
    with temporary_stack(folder / "stack", behind) as stack:
        stack.wait_ready()
        port = int(stack.url.rsplit(":", 1)[1])
        with nginx.running(folder, port, host=address, ports=(443, 80)):
            print("all can serve", flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()
