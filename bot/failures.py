"""How a failure is written into a log: where it happened, never what was being worked on."""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """The type of an error and the lines it came through, without its message.

    Messages of errors may repeat what a patient wrote; a log line must not.
    """
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    lines = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {lines}"
