"""`make run`: starts everything, says where to chat, and stops everything on Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

from bot.operations.administrator import first_administrator
from bot.operations.stack import Stack, StackError


def main() -> int:
    """Serve until told to stop; the exit status."""
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if asked_to_stop.is_set():
            return
        asked_to_stop.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    stack = None
    try:
        stack = Stack()
        print("Starting …", flush=True)
        stack.start()
        here = stack.settings.parts
        welcome = first_administrator(stack.settings) if "web" in here else None
        took = stack.wait_ready(timeout=180)
        if "web" in here:
            print(f"Ready after {took:.0f} s. Chat here: {stack.url}/", flush=True)
            print(f"Advisors sign in here: {stack.url}/console", flush=True)
        else:
            print(f"Ready after {took:.0f} s. This host runs: {', '.join(here)}.", flush=True)
        if welcome:
            print(welcome, flush=True)
        print("Stop with Ctrl-C.", flush=True)
        while stack.running:
            asked_to_stop.wait(1)
        raise StackError(f"The supervisor ended by itself; see {stack.var / 'log'}/supervisor*.log.")
    except KeyboardInterrupt:
        print("Stopping …", flush=True)
        return 0
    except (StackError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if stack is not None:
            stack.stop()


if __name__ == "__main__":
    sys.exit(main())
